// Leaving out orders of steps must leave out no end: the strategies' small scenarios
// with and without it, compared world by world.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { explore } from "../../src/testing/explorer.ts";
import { scenarioOf } from "./plot.ts";
import type { Plot, StrategyName } from "./plot.ts";
import { plotOf } from "./scenarios.ts";

/** The ends of a scenario: disk, open files, locks, clock, and the lines noted. */
function endsOf(
  plot: Plot,
  strategy: StrategyName,
  reduce: boolean,
): { ends: string[]; states: number } {
  const ends = new Set<string>();
  const { states, fault, complete } = explore(
    { ...scenarioOf(plot, strategy), reduce },
    ({ fs, acked }) => void ends.add(`${acked.join()} ${fs.key()}`),
  );
  assert.equal(fault, null);
  assert.ok(complete);
  return { ends: [...ends].toSorted(), states };
}

const COMPARED: readonly (readonly [string, StrategyName])[] = [
  ["first records", "dated"],
  ["first records", "rename"],
  ["first records", "external"],
  ["first records", "numbered"],
  ["late records", "dated"],
  ["late records", "rename"],
  ["retention and late writer", "dated"],
  ["compressor and late writer", "dated"],
  ["two adopters", "numbered"],
  ["a drain of known words", "dated"],
];

describe("the explorer's reduction", () => {
  for (const [name, strategy] of COMPARED) {
    it(`reaches every end of '${name}' (${strategy})`, (context) => {
      const plot = plotOf(name);
      const [all, reduced] = [endsOf(plot, strategy, false), endsOf(plot, strategy, true)];
      context.diagnostic(
        `${all.states} states, ${reduced.states} of them visited, ${all.ends.length} ends`,
      );
      assert.deepEqual(reduced.ends, all.ends);
      assert.ok(reduced.states < all.states, "nothing was left out");
    });
  }
});
