// The strategies' small scenarios, in every order of their steps. The large ones are
// explored by `npm run test:deep`.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { run, scenarioTasks, tellRow } from "./explorer-table.ts";
import { plotOf } from "./scenarios.ts";

describe("in every order of steps, no line is lost, doubled, misfiled or cut", () => {
  for (const task of scenarioTasks("small")) {
    const plot = plotOf(task.what);
    it(`${task.strategy}: ${plot.shows} (${task.what})`, (context) => {
      const row = run(task);
      context.diagnostic(`${row.result.states} states, ${row.result.ends} ends`);
      assert.ok(row.right, `\n${tellRow(row)}`);
      assert.ok(row.result.ends > 5, "too few ends to prove anything");
    });
  }
});
