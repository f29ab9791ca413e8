// After the storm: one fresh process comes to the log, writes a line and tidies up as
// any application does, and for the strategy that is rotated from outside the
// system's job runs once more. Then the folder must be at rest. Run by the
// orchestrator when every other process of the log is gone.

import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { restFaults } from "./at-rest.ts";
import { rotateOrders, runErrand } from "./errand.ts";
import type { ErrandPlace } from "./errand.ts";
import { PRIVATE_FOLDER, readJournalName } from "./folder-names.ts";
import { currentSuffix, namesIn } from "./log-folder.ts";
import type { Variation } from "./variations.ts";
import type { WorkerProcess } from "./worker-process.ts";
import { dateInZone } from "./zone-days.ts";

export interface TidyOptions extends ErrandPlace {
  readonly variation: Variation;
  /** Epoch milliseconds of the clock's last moment. */
  readonly at: number;
}

export interface TidyLog {
  /** What is wrong with the folder all the same. */
  readonly faults: readonly string[];
  readonly crashes: readonly string[];
  readonly complaints: readonly string[];
}

/** How long a handler may take to tidy up by itself; a second is much. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 10;

/** Resolves when the fresh process is gone. */
export async function tidyUp(options: TidyOptions): Promise<TidyLog> {
  const { contestant, path, acksFolder, zone, at } = options;
  const log = { crashes: [] as string[], complaints: [] as string[] };
  if (contestant.cron === "rotate") {
    await runErrand("rotate", options, rotateOrders(options, at), log);
  }
  const worker = "tidy";
  const orders = {
    task: "tidy",
    entry: contestant.entry,
    path,
    acksFolder,
    zone,
    worker,
    at,
  } as const;
  await runErrand(worker, options, orders, log, (process) => waitForRest(process, options));
  // What counts is the folder without the process: by leaving, it may spoil something.
  return { ...log, faults: look(options) };
}

async function waitForRest(process: WorkerProcess, options: TidyOptions): Promise<void> {
  await process.nextReport();
  const deadline = performance.now() + PATIENCE_MS;
  do await sleep(LOOK_MS);
  while (look(options, process.pid).length > 0 && performance.now() < deadline && !process.gone);
  process.order({ task: "leave" });
}

/** @param tidier - who may still have its own journal there. */
function look({ variation, path, at, zone }: TidyOptions, tidier?: number): string[] {
  const folder = dirname(path);
  const base = basename(path);
  const privateNames = namesIn(join(folder, PRIVATE_FOLDER));
  return restFaults({
    variation,
    base,
    names: namesIn(folder),
    privateNames: privateNames.filter(
      (name) => tidier === undefined || readJournalName(base, name) !== tidier,
    ),
    ownName: currentSuffix(path),
    lastSuffix: dateInZone(at, zone),
  });
}
