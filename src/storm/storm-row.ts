// One row of the storm's table: what a contestant's run came to, and whether
// that is as it should be. Made from what the checker found and what the crew
// saw; printed by the table and by --json. Pure.

import type { Offence, Verdict } from "./checker.ts";
import type { Durability } from "./durabilities.ts";

/** What --json prints for each row; the first twelve keys are its contract. */
export interface StormRow extends Omit<Verdict, "offences"> {
  readonly name: string;
  readonly kind: "ours" | "specimen";
  /** What a returned call survives; of a specimen, what it is taken to. */
  readonly durability: Durability;
  readonly processes: number;
  readonly periods: number;
  readonly kills: number;
  /** How often the log's own name was seen leading to a period. */
  readonly sightings: number;
  /** Sightings of the log's own name leading to a day that had not begun, or back. */
  readonly linkFaults: number;
  /** Files that went although they had to be kept. */
  readonly removalFaults: number;
  /** What was left over, or not yet done, when the log was at rest. */
  readonly restFaults: number;
  /** Archives that came, and dated files that went, as far as they were seen. */
  readonly archives: number;
  readonly removed: number;
  /** Mapped journals that were seen; those that a killed process left with lines in them. */
  readonly journals: number;
  readonly orphans: number;
  /** How many of these a kill had cut off in the middle of writing them to the log. */
  readonly midDrain: number;
  /** Workers that ended otherwise than planned. */
  readonly crashes: number;
  /** Lines that workers wrote to stderr. */
  readonly complaints: number;
  /** The idle-writer walk, or the storm proper. */
  readonly walk: boolean;
  readonly seed: number;
  readonly zone: string;
  readonly seconds: number;
  /** Whether the row is as its kind should be; see `judge`. */
  readonly outcome: Outcome;
  /** Why it did not run. */
  readonly skipped?: string;
  /** The first faults, worst first, when there are any. */
  readonly examples?: readonly (Offence | string)[];
  /** Where the files are, when they were kept. */
  readonly folder?: string;
}

export type Outcome =
  /** Ours, and nothing is wrong. */
  | "clean"
  /** Ours, and the promise is broken. */
  | "broken"
  /** A specimen, caught. */
  | "convicted"
  /** A specimen that got through a storm, which takes luck; the walk decides. */
  | "lucky"
  /** A specimen that got through the walk: the checker is blind. */
  | "missed"
  | "skipped";

/** What a run was, before it is judged. */
export interface Run {
  readonly name: string;
  readonly kind: "ours" | "specimen";
  readonly durability: Durability;
  readonly walk: boolean;
  readonly processes: number;
  readonly periods: number;
  readonly kills: number;
  readonly seed: number;
  readonly zone: string;
  readonly seconds: number;
  readonly sightings: number;
  /**
   * Whether a size limit must hold: a numbered log grows as long as a stopped process may
   * have the lock, since nobody else may move its names.
   */
  readonly limitHolds: boolean;
  readonly linkFaults: readonly string[];
  readonly removalFaults: readonly string[];
  readonly restFaults: readonly string[];
  readonly archives: number;
  readonly removed: number;
  readonly journals: number;
  readonly orphans: number;
  readonly midDrain: number;
  /** Why there should have been journals and were none; null if nothing is wrong with that. */
  readonly journalFault: string | null;
  readonly crashes: readonly string[];
  readonly complaints: readonly string[];
}

const EXAMPLES = 12;

/** A finished run as a row. */
export function makeRow(run: Run, verdict: Verdict): StormRow {
  const { offences, ...counts } = verdict;
  const examples = [
    ...run.crashes.map((text) => `crash: ${text}`),
    ...run.linkFaults.map((text) => `current name: ${text}`),
    ...run.removalFaults.map((text) => `removed: ${text}`),
    ...run.restFaults.map((text) => `at rest: ${text}`),
    ...(run.journalFault === null ? [] : [run.journalFault]),
    ...offences,
    ...run.complaints.map((text) => `stderr: ${text}`),
  ].slice(0, EXAMPLES);
  const { limitHolds: _limitHolds, journalFault: _journalFault, ...seen } = run;
  return {
    ...seen,
    ...counts,
    linkFaults: run.linkFaults.length,
    removalFaults: run.removalFaults.length,
    restFaults: run.restFaults.length,
    crashes: run.crashes.length,
    complaints: run.complaints.length,
    outcome: judge(run, verdict),
    ...(examples.length > 0 ? { examples } : {}),
  };
}

/** The row of a contestant that this machine cannot run. */
export function skippedRow(run: Run, reason: string): StormRow {
  const none = { acked: 0, found: 0, lost: 0, twice: 0, torn: 0, misfiled: 0, fragments: 0 };
  const more = { extra: 0, retired: 0, excused: 0, oversize: 0, overshoot: 0 };
  const counts = { ...none, ...more, offences: [] };
  return { ...makeRow(run, counts), outcome: "skipped", skipped: reason };
}

/** Whether a row lets the whole storm pass. */
export function isAsItShouldBe(row: StormRow): boolean {
  return row.outcome !== "broken" && row.outcome !== "missed";
}

function judge(run: Run, verdict: Verdict): Outcome {
  const faults = verdict.lost + verdict.twice + verdict.torn + verdict.misfiled;
  if (run.kind === "ours") {
    // A storm in which nobody wrote proves nothing.
    const wrote = verdict.acked > 0;
    const oddities = [run.crashes, run.linkFaults, run.removalFaults, run.restFaults];
    const sound = oddities.every(({ length }) => length === 0);
    const kept = verdict.oversize === 0 || !run.limitHolds;
    const safe = run.journalFault === null;
    return faults === 0 && wrote && sound && kept && safe ? "clean" : "broken";
  }
  // In the walk every specimen of midnight glues its line to the planted stump. That convicts
  // nobody of what these are here for: lines in the file of another day. The others are
  // here for lines that a kill has lost.
  const proof = run.durability === "write" ? verdict.misfiled : verdict.lost;
  if (run.walk) return proof > 0 ? "convicted" : "missed";
  return faults > 0 ? "convicted" : "lucky";
}
