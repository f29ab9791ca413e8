// The midnight storm: every contestant weathers the same plan, one after
// another, and walks the idle-writer walk once; the checker judges each. Called by
// `daybook storm`, the demo and the tests; prints nothing itself.

import { kernelLock } from "../platform/locks.ts";
import { ours, specimens } from "./contestants.ts";
import type { Contestant } from "./contestants.ts";
import type { CrewProgress } from "./crew.ts";
import type { Durability } from "./durabilities.ts";
import { KeptFolders } from "./kept-folders.ts";
import { makePlan } from "./plan.ts";
import type { Plan } from "./plan.ts";
import { runRow } from "./run-row.ts";
import { isAsItShouldBe } from "./storm-row.ts";
import type { StormRow } from "./storm-row.ts";
import { chooseVariations, withoutLock } from "./variations.ts";
import type { LockWeather, StrategyId, With } from "./variations.ts";
import { killAllWorkers } from "./worker-process.ts";

export interface StormOptions {
  readonly processes: number;
  readonly periods: number;
  /** Real milliseconds of a day. */
  readonly periodMs: number;
  readonly kill: boolean;
  /** The first seed; each further one is the next whole number. */
  readonly seed: number;
  /** How many seeds to run. */
  readonly seeds: number;
  /** Which of ours take part. */
  readonly strategies: readonly StrategyId[];
  /** How soon their records are safe, each in a row of its own; absent: `write`. */
  readonly durabilities?: readonly Durability[];
  /** What goes with each of them; absent: nothing. */
  readonly with?: With;
  /** What becomes of the lock file; absent: nothing. */
  readonly lock?: LockWeather;
  /** How many rows of ours a seed runs, the next seed the next ones; 0 or absent: all. */
  readonly rows?: number;
  /** How many contestants are under way at the same time; absent: one. */
  readonly sideBySide?: number;
  /** With which seeds the specimens run. */
  readonly specimens: "none" | "first" | "all";
  /** Of each busy writer. */
  readonly linesPerSecond: number;
  readonly zone?: string;
  /** Above 0, every row of ours has retention, and keeps so many; 0: where a row asks for it. */
  readonly backupCount: number;
  /** Where to work; absent: a temporary folder. */
  readonly directory?: string;
  /** Whether to keep every folder, not only those of broken rows. */
  readonly keep: boolean;
  readonly onRow?: (row: StormRow) => void;
  readonly onProgress?: (name: string, progress: CrewProgress) => void;
}

/** What `--json` prints. */
export interface StormResult {
  readonly ok: boolean;
  readonly seed: number;
  readonly rows: readonly StormRow[];
}

/**
 * A specimen loses its lines within a few days; the walk convicts it in any case. So the long
 * storm is for ours.
 */
const SPECIMEN_PERIODS = 8;

/** Runs a storm. Rejects only for a machine that cannot start processes or make folders. */
export async function runStorm(options: StormOptions): Promise<StormResult> {
  const folders = new KeptFolders(options.directory);
  const inHurry = () => {
    killAllWorkers();
    folders.clear();
  };
  process.once("exit", inHurry);
  try {
    const entrants = entrantsOf(options);
    const rows: StormRow[][] = entrants.map(() => []);
    let next = 0;
    const runSome = async () => {
      for (let mine = next++; mine < entrants.length; mine = next++) {
        const entrant = entrants[mine];
        if (entrant === undefined) return;
        for (const walk of entrant.walks ? [false, true] : [false]) {
          const row = await runRow(entrant.contestant, walk, entrant.plan, options, folders);
          rows[mine]?.push(row);
          options.onRow?.(row);
        }
      }
    };
    await Promise.all(Array.from({ length: options.sideBySide ?? 1 }, runSome));
    const inOrder = rows.flat();
    return { ok: inOrder.every(isAsItShouldBe), seed: options.seed, rows: inOrder };
  } finally {
    process.removeListener("exit", inHurry);
    inHurry();
  }
}

/** The contestants that take part in the storm of one seed. */
function contestantsFor(
  options: Pick<
    StormOptions,
    "strategies" | "durabilities" | "with" | "lock" | "rows" | "backupCount" | "specimens"
  >,
  seed: number,
  isFirst: boolean,
): readonly Contestant[] {
  const { strategies, durabilities = ["write"], backupCount, lock = "kept", rows = 0 } = options;
  const what = { strategies, durabilities, with: options.with ?? [] };
  const choice = { ...what, backupCount, lock, rows };
  const chosen = chooseVariations(choice, seed);
  const variations = kernelLock() === null ? chosen.map(withoutLock) : chosen;
  const withSpecimens = options.specimens === "all" || (options.specimens === "first" && isFirst);
  return [...variations.map(ours), ...(withSpecimens ? specimens(durabilities) : [])];
}

interface Entrant {
  readonly contestant: Contestant;
  readonly plan: Plan;
  /** The walk needs no luck: once is enough. */
  readonly walks: boolean;
}

/** Everybody who enters, seed by seed. */
function entrantsOf(options: StormOptions): Entrant[] {
  const entrants: Entrant[] = [];
  const walked = new Set<string>();
  for (let index = 0; index < options.seeds; index += 1) {
    const seed = options.seed + index;
    const periods = Math.min(options.periods, SPECIMEN_PERIODS);
    const plans = {
      ours: makePlan({ ...options, seed }),
      specimen: makePlan({ ...options, seed, periods }),
    };
    for (const contestant of contestantsFor(options, seed, index === 0)) {
      const { name, entry } = contestant;
      entrants.push({ contestant, plan: plans[entry.kind], walks: !walked.has(name) });
      walked.add(name);
    }
  }
  return entrants;
}
