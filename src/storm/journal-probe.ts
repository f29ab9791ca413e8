// Whether a folder is a place for mapped journals: a handler that asks for one tries
// it there, with one line, and either a journal is beside its log then or not. Goes by
// what the handler does, not by what it says of itself. Used by the orchestrator, so
// that a machine without them is told from a handler that has lost its own.

import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { getLogger } from "../core/hierarchy.ts";
import type { Handler } from "../core/handler.ts";
import { makeHandler } from "./contestants.ts";
import type { Variation } from "./variations.ts";
import { JournalWatch } from "./journal-watch.ts";

/** Why there is no journal to be had in a folder; null when there is. */
export function journalObstacle(folder: string, variation: Variation): string | null {
  const trial = mkdtempSync(join(folder, "probe-"));
  const path = join(trial, "probe.log");
  let handler: Handler | null = null;
  try {
    const options = { path, zone: "UTC", fileTime: (mtimeMs: number) => mtimeMs };
    handler = makeHandler({ kind: "ours", variation }, options);
    const logger = getLogger("storm-probe");
    logger.propagate = false;
    logger.handlers = [handler];
    logger.warning("is there a journal?");
    const watch = new JournalWatch(path);
    watch.look();
    logger.handlers = [];
    return watch.journals > 0 ? null : "this machine offers no mapped journal in its folder";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    handler?.close();
    rmSync(trial, { recursive: true, force: true });
  }
}
