// What of ours enters the storm: a strategy, what goes with it (a size limit,
// compression, retention, a lock file that somebody deletes, no lock at all), and how
// soon its records are safe. Names them, lists every combination that makes sense, and
// says which of them a seed runs. Pure and plain data, so that it can be sent to a worker.

import type { Durability } from "./durabilities.ts";

/** Our ways to keep a log: the timed handler's strategies, and the sized handler. */
export const STRATEGIES = ["dated", "rename", "claim", "external", "size"] as const;

export type StrategyId = (typeof STRATEGIES)[number];

/** What can go with a strategy. */
export const FEATURES = ["size", "gzip", "zstd", "retention", "worker"] as const;

export type Feature = (typeof FEATURES)[number];

/** What becomes of the log's lock file: left alone, deleted all the time, or no kernel lock at all. */
export type LockWeather = "kept" | "deleted" | "none";

/** One of ours, as a row of the table. */
export interface Variation {
  readonly strategy: StrategyId;
  /** 0 for no limit; the sized handler always has one. */
  readonly maxBytes: number;
  readonly compress: "" | "gzip" | "zstd";
  /** Past periods, or numbered files, to keep; 0 keeps all. */
  readonly backupCount: number;
  readonly lock: LockWeather;
  readonly durability: Durability;
  /** A thread of its own works on the files. */
  readonly worker: boolean;
}

/** How the storm chooses what goes with each strategy. */
export type With =
  /** Exactly these, where a strategy has them; an empty list is the strategy alone. */
  | readonly Feature[]
  /** For each strategy one combination, another with each seed. */
  | "seed"
  /** Every combination of every strategy. */
  | "all";

export interface Choice {
  readonly strategies: readonly StrategyId[];
  readonly with: With;
  /** Above 0, every row has retention, and keeps so many; 0: where it is asked for, a default. */
  readonly backupCount: number;
  /** For every row that has a lock at all. */
  readonly lock: LockWeather;
  /** Each row is run with each of these. */
  readonly durabilities: readonly Durability[];
  /** How many rows a seed runs, the next seed the next ones; 0 for all. Makes `seed` mean `all`. */
  readonly rows: number;
}

/** Some tenths of what a storm of eight writers logs in a day. */
const MAX_BYTES = 128 * 1024;
/** A few lines of the walk: room for another one behind those of a process that falls silent. */
const WALK_MAX_BYTES = 400;
const KEEP = 2;
// With retention, a numbered log is small, so that files are dropped which some process
// still has open.
const KEEP_NUMBERED = 3;
const MAX_BYTES_DROPPING = 24 * 1024;
/**
 * Without retention: more files than a storm fills, so that none is dropped. Each shift asks
 * for all of these names.
 */
const KEEP_ALL_NUMBERED = 1000;

type Combination = readonly [strategy: StrategyId, features: string, lock?: LockWeather];

// What `all` and `seed` draw from, each strategy alone first. zstd is what gzip is to
// the protocol; whoever has a Node with it can ask for it.
const COMBINATIONS: readonly Combination[] = [
  ["dated", ""],
  ["rename", ""],
  ["claim", ""],
  ["external", ""],
  ["size", ""],
  ["dated", "size gzip"],
  ["rename", "size gzip"],
  ["claim", "size gzip"],
  ["external", "gzip"],
  ["size", "retention"],
  ["dated", "gzip retention"],
  ["rename", "gzip retention"],
  ["claim", "gzip retention"],
  ["external", "size gzip retention"],
  ["size", "retention", "deleted"],
  ["dated", "size gzip retention", "deleted"],
  ["rename", "size gzip retention", "deleted"],
  ["claim", "size", "none"],
  ["external", "size", "none"],
  ["dated", "size", "none"],
  ["rename", "size"],
  ["claim", "gzip retention", "deleted"],
  ["external", "gzip retention", "deleted"],
  ["dated", "gzip worker"],
  ["rename", "size retention worker"],
];

/** The rows of ours that a seed runs, in the order of the table. */
export function chooseVariations(choice: Choice, seed: number): Variation[] {
  // With some rows only, the turn goes through the combinations themselves: two turns at
  // once may never meet some of them.
  const pool =
    choice.with === "seed" && choice.rows === 0
      ? choice.strategies.flatMap((strategy) => takeTurn(combinationsOf([strategy]), seed, 1))
      : choice.with === "all" || choice.with === "seed"
        ? combinationsOf(choice.strategies)
        : listed(choice.strategies, choice.with);
  const each = pool.flatMap((combination) =>
    choice.durabilities.map((durability) => ({ combination, durability })),
  );
  const chosen = choice.rows === 0 ? each : takeTurn(each, seed, choice.rows);
  const variations = chosen.map(({ combination, durability }) => {
    const [strategy, features, lock = "kept"] = combination;
    const weather = lock === "kept" ? choice.lock : lock;
    return makeVariation(strategy, features, weather, durability, choice.backupCount);
  });
  return distinct(variations.filter(isPossible));
}

/** As the table names it, such as `dated+size+gzip, journal, lock deleted`; `write` goes without saying. */
export function variationName(variation: Variation): string {
  const { strategy, maxBytes, compress, lock, durability, worker } = variation;
  const parts: string[] = [strategy];
  if (maxBytes > 0 && strategy !== "size") parts.push("size");
  if (compress !== "") parts.push(compress);
  if (hasRetention(variation)) parts.push("retention");
  if (worker) parts.push("worker");
  const weather = { kept: "", deleted: ", lock deleted", none: ", no lock" };
  const safety = durability === "write" ? "" : `, ${durability}`;
  return parts.join("+") + safety + weather[lock];
}

/** Whether lines may go missing because they are old. */
export function hasRetention({ strategy, backupCount }: Variation): boolean {
  return strategy === "size" ? backupCount < KEEP_ALL_NUMBERED : backupCount > 0;
}

/** Whether the files bear numbers instead of dates. */
export function isNumbered({ strategy }: Variation): boolean {
  return strategy === "size";
}

/** What is left of it where there is no lock; itself, if that can't be had without one. */
export function withoutLock(variation: Variation): Variation {
  const bare = { ...variation, compress: "", backupCount: 0, lock: "none", worker: false } as const;
  return isPossible(bare) ? bare : variation;
}

/** The same for the few and short lines of the idle walk. */
export function forWalk(variation: Variation): Variation {
  return isNumbered(variation) ? { ...variation, maxBytes: WALK_MAX_BYTES } : variation;
}

function makeVariation(
  strategy: StrategyId,
  features: string,
  lock: LockWeather,
  durability: Durability,
  backupCount: number,
): Variation {
  const wanted = features.split(" ");
  const numbered = strategy === "size";
  const retention = backupCount > 0 || wanted.includes("retention");
  const keep = backupCount === 0 ? (numbered ? KEEP_NUMBERED : KEEP) : backupCount;
  const limit = numbered && retention ? MAX_BYTES_DROPPING : MAX_BYTES;
  // Without a lock nothing may be removed or packed.
  const mayTidy = lock !== "none";
  return {
    strategy,
    maxBytes: numbered || wanted.includes("size") ? limit : 0,
    // The sized handler packs nothing, as Python's.
    compress:
      !mayTidy || numbered
        ? ""
        : wanted.includes("gzip")
          ? "gzip"
          : wanted.includes("zstd")
            ? "zstd"
            : "",
    backupCount: retention && mayTidy ? keep : numbered ? KEEP_ALL_NUMBERED : 0,
    lock,
    durability,
    // By its promise, which is the journal's; and there is none without a lock.
    worker: wanted.includes("worker") && durability === "journal" && lock !== "none",
  };
}

/** `rename` and the sized handler's shift can't be had without a lock. */
function isPossible({ strategy, lock }: Variation): boolean {
  return lock !== "none" || (strategy !== "rename" && strategy !== "size");
}

function combinationsOf(strategies: readonly StrategyId[]): Combination[] {
  return COMBINATIONS.filter(([strategy]) => strategies.includes(strategy));
}

function listed(strategies: readonly StrategyId[], features: readonly Feature[]): Combination[] {
  return strategies.map((strategy) => [strategy, features.join(" ")]);
}

/** The next `count` in turn: consecutive seeds go through them all. */
function takeTurn<T>(items: readonly T[], seed: number, count: number): T[] {
  const taken = Math.min(count, items.length);
  return Array.from({ length: taken }, (_, i) => items[(seed * taken + i) % items.length]).filter(
    (item) => item !== undefined,
  );
}

function distinct(variations: readonly Variation[]): Variation[] {
  const byName = new Map(variations.map((variation) => [variationName(variation), variation]));
  return [...byName.values()];
}
