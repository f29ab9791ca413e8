// Who enters the storm: our strategies with what goes with them, and the specimens
// of broken handlers. Workers make the handler from plain data that came with
// their orders, the orchestrator asks which ones there are and whether this machine
// can run them.

import type { Handler } from "../core/handler.ts";
import type { RotatingHandlerOptions } from "../handlers/rotating-options.ts";
import { RotatingFileHandler } from "../handlers/rotating-file.ts";
import { TimedRotatingFileHandler } from "../handlers/timed-rotating-file.ts";
import { zstdAvailable } from "../platform/compress-file.ts";
import { kernelLock } from "../platform/locks.ts";
import type { Durability } from "./durabilities.ts";
import { KeepOpenHandler } from "./specimens/cron-rename.ts";
import { makeEarlyAckHandler } from "./specimens/early-ack.ts";
import { LockedRenameHandler } from "./specimens/locked-rename.ts";
import { StockHandler } from "./specimens/stock.ts";
import type { SpecimenOptions } from "./specimens/stock.ts";
import { UnlessDatedHandler } from "./specimens/unless-dated.ts";
import { variationName } from "./variations.ts";
import type { Variation } from "./variations.ts";

export type SpecimenId = "stock" | "fix1" | "fix2" | "fix4" | "earlyAck";

/** Which handler a worker makes; plain data. */
export type Entry =
  | { readonly kind: "ours"; readonly variation: Variation }
  | { readonly kind: "specimen"; readonly specimen: SpecimenId };

export interface Contestant {
  /** As the table names it. */
  readonly name: string;
  readonly entry: Entry;
  /** What a job of the system does at midnight. */
  readonly cron: "nothing" | "rename" | "rotate";
  /** Why this machine cannot run it; null when it can. */
  readonly unavailable: string | null;
}

export interface MakeOptions extends SpecimenOptions {
  readonly zone: string;
}

/** Our row for a variation. */
export function ours(variation: Variation): Contestant {
  return {
    name: variationName(variation),
    entry: { kind: "ours", variation },
    cron: variation.strategy === "external" && variation.lock !== "none" ? "rotate" : "nothing",
    unavailable: needsZstd(variation) ?? (variation.lock === "none" ? null : needsLock()),
  };
}

/** What a contestant's lines should survive. */
export function durabilityOf(entry: Entry): Durability {
  if (entry.kind === "ours") return entry.variation.durability;
  return entry.specimen === "earlyAck" ? "journal" : "write";
}

/**
 * The specimens, in the order of the table.
 *
 * @param durabilities - those of ours; the early ack is there to be told from `journal`.
 */
export function specimens(durabilities: readonly Durability[]): readonly Contestant[] {
  return [
    ...forMidnight(),
    ...(durabilities.includes("journal") ? [specimen("earlyAck", "early ack")] : []),
  ];
}

function forMidnight(): readonly Contestant[] {
  return [
    specimen("stock", "stock handler"),
    { ...specimen("fix1", "fix 1: lock"), unavailable: needsLock() },
    specimen("fix2", "fix 2: check"),
    { ...specimen("fix4", "fix 4: cron"), cron: "rename" },
  ];
}

/** The handler of an entry, on the log's path. */
export function makeHandler(entry: Entry, options: MakeOptions): Handler {
  if (entry.kind === "ours") return makeOurs(entry.variation, options);
  switch (entry.specimen) {
    case "stock":
      return new StockHandler(options);
    case "fix1":
      return new LockedRenameHandler(options);
    case "fix2":
      return new UnlessDatedHandler(options);
    case "fix4":
      return new KeepOpenHandler(options);
    case "earlyAck":
      return makeEarlyAckHandler(options.path, options.zone);
  }
}

function makeOurs(variation: Variation, { path, zone }: MakeOptions): Handler {
  const { strategy, maxBytes, backupCount, worker } = variation;
  const durability = variation.durability as RotatingHandlerOptions["durability"];
  if (strategy === "size") {
    return new RotatingFileHandler(path, { maxBytes, backupCount, durability, worker });
  }
  return new TimedRotatingFileHandler(path, {
    when: "midnight",
    timeZone: zone,
    strategy,
    maxBytes,
    backupCount,
    durability,
    worker,
    compress: variation.compress === "" ? false : variation.compress,
  });
}

function specimen(id: SpecimenId, name: string): Contestant {
  return {
    name,
    entry: { kind: "specimen", specimen: id },
    cron: "nothing",
    unavailable: null,
  };
}

function needsZstd({ compress }: Variation): string | null {
  return compress === "zstd" && !zstdAvailable() ? "this Node has no zstd" : null;
}

function needsLock(): string | null {
  return kernelLock() === null ? "this machine offers no kernel lock (flock)" : null;
}
