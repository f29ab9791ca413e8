// A scenario before it has a strategy, and how it gets one: what was there before, who
// does what, what happens from outside, how many may be killed, what is promised.
// The scenarios themselves are in plots/.

import type { Strategy } from "../../src/rotation/log-site.ts";
import { claim } from "../../src/rotation/strategies/claim.ts";
import { dated } from "../../src/rotation/strategies/dated.ts";
import { external } from "../../src/rotation/strategies/external.ts";
import { numbered } from "../../src/rotation/strategies/numbered.ts";
import { rename } from "../../src/rotation/strategies/rename.ts";
import { MemoryFs } from "../../src/testing/memory-fs.ts";
import type { OutsideEvent, Scenario } from "../../src/testing/scenario.ts";
import { checksOf } from "./checks.ts";
import type { Promised } from "./checks.ts";
import { midnight } from "./events.ts";
import { DIRECTORY, keptBy, processOf, runAlone } from "./site.ts";
import type { Act, LogOptions } from "./site.ts";

export type StrategyName = "dated" | "rename" | "claim" | "external" | "numbered";
export const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  dated,
  rename,
  claim,
  external,
  numbered,
};

/** A scenario before it has a strategy. */
export interface Plot {
  readonly name: string;
  /** What it is there for. */
  readonly shows: string;
  /** The strategies it is for. */
  readonly strategies: readonly StrategyName[];
  /** Whether `npm test` runs it. */
  readonly small: boolean | readonly StrategyName[];
  /** With which strategies a slice of the deep tests has it, besides those of `npm test`. */
  readonly middling?: readonly StrategyName[];
  readonly options?: Omit<LogOptions, "strategy">;
  /** What was done before, by a process that has ended, at noon of day 0 and of later days. */
  readonly before?: readonly (Act | "midnight")[];
  /** What a process did after that, which was killed at its last write. */
  readonly killed?: Killed;
  readonly processes: readonly Role[];
  readonly events?: readonly OutsideEvent[];
  readonly crashes?: number;
  readonly restless?: boolean;
  /** Whether listing and compressing take two steps; they do unless it says no. */
  readonly split?: boolean;
  readonly promise?: Promised;
}

/** A process that was killed just before its last write, in the middle of it, or just after it. */
export interface Killed {
  readonly acts: readonly Act[];
  readonly at: "before" | "in" | "behind";
}

/** What a process does, and in what it differs from the others. */
export type Role =
  | readonly Act[]
  | { readonly acts: readonly Act[]; readonly options: Partial<LogOptions> };

/** Logs a record; its line ends in the number of its day. */
export const record = (line: string): Act => ({ line });
/** The same, with a look at the names. */
export const looking = (line: string): Act => ({ line, verify: true });

/** Keeps a record in a journal. */
export const kept = (line: string): Act => ({ keep: line });

export const DAILY: readonly StrategyName[] = ["dated", "rename", "claim", "external"];
/** Those that do their own rotating, and need a lock for some of it. */
export const LOCKING: readonly StrategyName[] = ["dated", "rename"];

/** A scenario of a plot under a strategy. */
export function scenarioOf(plot: Plot, strategyName: StrategyName): Scenario {
  const { processes } = plot;
  const options: LogOptions = { ...plot.options, strategy: STRATEGIES[strategyName] };
  const { crashes = 0, events = [], restless = false, split = true } = plot;
  const { promise = {}, before = [] } = plot;
  const lines = before.flatMap((act) =>
    typeof act === "object" && "line" in act ? [act.line] : [],
  );
  const acts = processes.flatMap((role) => ("acts" in role ? role.acts : role));
  const killed = (plot.killed?.acts ?? []).flatMap((act) => keptBy(act));
  const earlier = before.filter((act) => act !== "midnight");
  const keptLines = [...acts, ...earlier].flatMap((act) => keptBy(act));
  return {
    start: () => startOf(options, before, plot.killed),
    programs: processes.map((role) =>
      "acts" in role
        ? processOf({ ...options, ...role.options }, role.acts)
        : processOf(options, role),
    ),
    crashes,
    events,
    restless,
    split,
    checks: checksOf(
      options,
      promise,
      [...lines, ...earlier.flatMap((act) => keptBy(act)), ...killed],
      [...keptLines, ...killed],
    ),
  };
}

function startOf(
  options: LogOptions,
  before: readonly (Act | "midnight")[],
  killed: Killed | undefined,
): MemoryFs {
  const fs = new MemoryFs(DIRECTORY);
  fs.clock = 10;
  let acts: Act[] = [];
  for (const act of [...before, "end"] as const) {
    if (act !== "midnight" && act !== "end") {
      acts.push(act);
      continue;
    }
    runAlone(fs, processOf(options, acts));
    acts = [];
    if (act === "midnight") midnight.happen(fs);
  }
  if (killed !== undefined) runAlone(fs, processOf(options, killed.acts), killed.at);
  return fs;
}
