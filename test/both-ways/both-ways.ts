// Runs random logging twice, with the straight way open and closed, and compares what
// the handlers got. `npm test` runs some cases, the deep tests a hundred thousand.

import assert from "node:assert/strict";

import * as fc from "fast-check";

import { getLastResort, setLastResort } from "../../src/core/last-resort.ts";
import { useStraightWay } from "../../src/core/plan.ts";
import { setRaiseExceptions } from "../../src/core/self-report.ts";
import { perform, randomLogging } from "./random-logging.ts";
import type { Performed, RandomLogging } from "./random-logging.ts";

/** Handlers are remembered by weak references, and those hold what they lead to until the turn ends. */
const RUNS_A_TURN = 500;

/** Compares the two ways in so many cases; says how many lines came straight. */
export async function compareBothWays(runs: number): Promise<number> {
  let straight = 0;
  for (let left = runs; left > 0; left -= RUNS_A_TURN) {
    straight += compareInTurn(Math.min(left, RUNS_A_TURN), left <= runs / 3);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return straight;
}

function compareInTurn(runs: number, hasContextLevels: boolean): number {
  let straight = 0;
  // Arguments that don't fit are reported, thousands of times here; and some loggers
  // have no handler.
  setRaiseExceptions(false);
  const lastResort = getLastResort();
  setLastResort(null);
  try {
    const property = fc.property(randomLogging(hasContextLevels), (logging) => {
      const open = performWith(true, logging);
      const closed = performWith(false, logging);
      straight += open.straight;
      assert.equal(closed.straight, 0);
      assert.deepEqual(textsOf(open), textsOf(closed));
      assert.ok(open.bytes.every((bytes, at) => bytes.equals(closed.bytes[at] ?? bytes)));
    });
    fc.assert(property, { numRuns: runs });
  } finally {
    setRaiseExceptions(true);
    setLastResort(lastResort);
  }
  return straight;
}

function performWith(open: boolean, logging: RandomLogging): Performed {
  const before = useStraightWay(open);
  try {
    return perform(logging);
  } finally {
    useStraightWay(before);
  }
}

function textsOf({ bytes }: Performed): string[] {
  return bytes.map((each) => each.toString("utf8"));
}
