// Runs a list of cases and counts. `run.ts` prints what it returns, the tests
// assert on it. Cases are taken zone by zone, since a change of the local zone
// is the only costly step between two of them.

import type { Deviation } from "./deviations.ts";
import { judge, type Answer } from "./judge.ts";
import type { Case, Part } from "./part.ts";

/** A case that failed, with our answer. */
export interface Failure {
  readonly expected: Case;
  readonly ours: Answer;
}

/** How the cases of one part went. */
export interface PartResult {
  readonly part: string;
  cases: number;
  pass: number;
  /** How many cases each named deviation explains. */
  readonly deviations: Map<string, number>;
  readonly failures: Failure[];
  /** How many cases wait for what. */
  readonly notYet: Map<string, number>;
  /** Those cases. */
  readonly waiting: Case[];
}

/** The results by part, in the order in which the parts first occur. */
export function runCases(
  cases: readonly Case[],
  parts: ReadonlyMap<string, Part>,
  deviations: readonly Deviation[],
): PartResult[] {
  const results = new Map<string, PartResult>();
  const jobs = cases.map((expected) => {
    const part = parts.get(expected.part);
    return { expected, part, zone: part?.localZone?.(expected.input) ?? "" };
  });
  const ownZone = process.env["TZ"];
  try {
    // A stable order: within a zone the cases keep their order.
    for (const { expected, part, zone } of jobs.toSorted((a, b) => compareText(a.zone, b.zone))) {
      if (zone !== "" && process.env["TZ"] !== zone) process.env["TZ"] = zone;
      count(resultOf(results, expected.part), expected, part, deviations);
    }
  } finally {
    if (ownZone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = ownZone;
  }
  const order = [...new Set(cases.map((expected) => expected.part))];
  return order.map((name) => resultOf(results, name));
}

/**
 * The deviations that no case of these results shows, nor may show once its feature
 * exists, nor their own witness.
 */
export function staleDeviations(
  results: readonly PartResult[],
  deviations: readonly Deviation[],
  parts: ReadonlyMap<string, Part>,
): string[] {
  const seen = new Set(results.flatMap((result) => [...result.deviations.keys()]));
  const waiting = results.flatMap((result) => result.waiting);
  return deviations
    .filter(({ name, concerns }) => !seen.has(name) && !waiting.some(concerns))
    .filter((deviation) => !hasWitness(deviation, parts))
    .map(({ name }) => name);
}

function hasWitness(deviation: Deviation, parts: ReadonlyMap<string, Part>): boolean {
  const { name, witness } = deviation;
  if (witness === undefined) return false;
  return runCases([witness], parts, [deviation]).some(({ deviations }) => deviations.has(name));
}

function count(
  result: PartResult,
  expected: Case,
  part: Part | undefined,
  deviations: readonly Deviation[],
): void {
  const verdict = judge(expected, part, deviations);
  result.cases += 1;
  if (verdict.kind === "pass") result.pass += 1;
  else if (verdict.kind === "deviation") addOne(result.deviations, verdict.name);
  else if (verdict.kind === "not yet") {
    addOne(result.notYet, verdict.why);
    result.waiting.push(expected);
  } else result.failures.push({ expected, ours: verdict.ours });
}

function resultOf(results: Map<string, PartResult>, part: string): PartResult {
  let result = results.get(part);
  if (result === undefined) {
    result = {
      part,
      cases: 0,
      pass: 0,
      deviations: new Map(),
      failures: [],
      notYet: new Map(),
      waiting: [],
    };
    results.set(part, result);
  }
  return result;
}

function addOne(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
