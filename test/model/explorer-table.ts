// Runs scenarios, planted bugs and specimens one after the other and makes the table
// that `npm run test:deep` prints: what was explored, how many states and ends it
// had, how long it took, and the verdict. The tests run a part of the same lists.

import { explore } from "../../src/testing/explorer.ts";
import type { Exploration, Scenario } from "../../src/testing/scenario.ts";
import { PLANTED } from "./planted.ts";
import { PLANTED_IN_JOURNALS } from "./planted-journals.ts";
import type { PlantedBug } from "./planted.ts";
import { STRATEGIES, scenarioOf } from "./plot.ts";
import type { Plot, StrategyName } from "./plot.ts";
import { PLOTS, plotOf } from "./scenarios.ts";
import { SPECIMENS, byTheClock } from "./specimens.ts";

/** One line of the table. */
export interface ExplorerRow {
  readonly what: string;
  readonly strategy: string;
  readonly result: Exploration;
  /** Whether it came out as it has to: no fault, or, for a bug, one. */
  readonly right: boolean;
  readonly verdict: string;
}

/** Something to explore, and what must come out. */
export interface ExplorerTask {
  readonly what: string;
  readonly strategy: string;
  readonly scenario: Scenario;
  /** Whether a fault must be found: a bug is planted, or the handler is not ours. */
  readonly mustFail: boolean;
}

/** The scenario in which a planted bug must show. */
export const SHOWN_IN: Readonly<Record<string, readonly [plot: string, strategy: StrategyName]>> = {
  "no lock on the log": ["two drop at once", "numbered"],
  "no look at the lock's inode": ["two drop at once", "numbered"],
  "a rename that clobbers": ["patience spent", "rename"],
  "no shared lock": ["compressor and late writer", "dated"],
  "compress and delete without proof": ["retention and late writer", "rename"],
  "no second look at the name": ["retention, two late writers", "dated"],
  "reopening forgotten": ["file deleted", "dated"],
  "no stump repair": ["first records", "rename"],
  "temporary names of no file's own": ["two compressors", "rename"],
  "the `~` goes first": ["compressor and late writer", "dated"],
  "half an archive is gone on with": ["compressor and late writer", "rename"],
  "no intent": ["a drain", "dated"],
  "the intent after the write": ["a drain", "rename"],
  "settled by the tail": ["a drain of known words", "dated"],
  "settled before the write": ["a drain", "numbered"],
  "emptied in the wrong order": ["a drain", "dated"],
  "an intent that outlives its lines": ["a drain of known words, drained twice", "dated"],
  "adopting without the lock": ["a drain and its adopter", "dated"],
  "compressing without asking for intents": [
    "a drain killed behind its write, compressed",
    "rename",
  ],
  "a cut line counts as written": ["a drain killed in its write, adopted", "dated"],
};

/** How large scenarios may be: what `npm test` has time for, a slice of the deep tests, or all. */
export type Size = "small" | "middling" | "all";

/** The scenarios of our strategies up to a size. */
export function scenarioTasks(size: Size): ExplorerTask[] {
  return PLOTS.flatMap((plot) =>
    plot.strategies
      .filter((strategy) => isWithin(size, plot, strategy))
      .map((strategy) => ({
        what: plot.name,
        strategy,
        scenario: scenarioOf(plot, strategy),
        mustFail: false,
      })),
  );
}

/** The planted bugs, each in the scenario in which it must show. */
export function bugTasks(): ExplorerTask[] {
  const planted = [...PLANTED, ...PLANTED_IN_JOURNALS].map((bug) => bugTask(bug));
  const clocks = (["dated", "rename"] as const).map((strategy) => ({
    what: "bug: the period is taken from the clock",
    strategy,
    scenario: {
      ...scenarioOf(plotOf("midnight"), strategy),
      programs: [byTheClock(STRATEGIES[strategy], ["a"])],
      crashes: 0,
    },
    mustFail: true,
  }));
  return [...planted, ...clocks];
}

/** The handlers of the outage. */
export function specimenTasks(): ExplorerTask[] {
  return SPECIMENS.map(({ name, does, scenario }) => ({
    what: `specimen: ${name}`,
    strategy: does,
    scenario,
    mustFail: true,
  }));
}

/** Explores one of them. */
export function run({ what, strategy, scenario, mustFail }: ExplorerTask): ExplorerRow {
  const result = explore(scenario);
  const { fault, complete } = result;
  const right = mustFail ? fault !== null : fault === null && complete;
  const found = fault === null ? (complete ? "clean" : "not finished") : fault.what;
  return { what, strategy, result, right, verdict: mustFail && right ? `caught: ${found}` : found };
}

export const HEADING: string = tell("scenario", "strategy", "states", "ends", "seconds", "verdict");

/** A row as text; below it, if it came out wrong, the way to the fault. */
export function tellRow({ what, strategy, result, right, verdict }: ExplorerRow): string {
  const { states, ends, seconds, fault } = result;
  const line = tell(what, strategy, String(states), String(ends), seconds.toFixed(1), verdict);
  return right || fault === null
    ? line
    : [line, ...fault.trace.map((step) => `    ${step}`)].join("\n");
}

function tell(
  what: string,
  strategy: string,
  states: string,
  ends: string,
  seconds: string,
  verdict: string,
): string {
  const columns = [
    what.padEnd(42),
    strategy.padEnd(15),
    states.padStart(9),
    ends.padStart(6),
    seconds.padStart(8),
  ];
  return `${columns.join(" ")}  ${verdict}`;
}

function isWithin(size: Size, { small, middling }: Plot, strategy: StrategyName): boolean {
  if (size === "all") return true;
  if (size === "middling" && middling?.includes(strategy) === true) return true;
  return typeof small === "boolean" ? small : small.includes(strategy);
}

function bugTask({ name, sabotage, alone = false }: PlantedBug): ExplorerTask {
  const shown = SHOWN_IN[name];
  if (shown === undefined) throw new Error(`no scenario is named for the bug '${name}'`);
  const [plot, strategy] = shown;
  const whole = scenarioOf(plotOf(plot), strategy);
  const scenario = { ...whole, sabotage, events: alone ? [] : (whole.events ?? []) };
  return { what: `bug: ${name}`, strategy, scenario, mustFail: true };
}
