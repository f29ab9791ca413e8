// The walk needs no luck, so each specimen must be convicted by it every time,
// and ours acquitted.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { StormRow } from "../../src/storm/storm-row.ts";
import { STRATEGIES } from "../../src/storm/variations.ts";
import { runStorm } from "../kit/built-storm.ts";

let rows: readonly StormRow[] = [];

test("a small storm runs every contestant through the storm and the walk", async () => {
  const result = await runStorm({
    processes: 2,
    periods: 2,
    periodMs: 200,
    kill: false,
    seed: 11,
    seeds: 1,
    strategies: STRATEGIES,
    sideBySide: 2,
    specimens: "first",
    linesPerSecond: 300,
    backupCount: 0,
    keep: false,
  });
  rows = result.rows;
  assert.equal(result.ok, true, JSON.stringify(rows.filter(({ outcome }) => outcome === "broken")));
  assert.equal(rows.length, 18);
});

function walkOf(name: string): StormRow {
  const row = rows.find((each) => each.name === `${name} (idle walk)`);
  assert.ok(row, `no walk of ${name}`);
  return row;
}

test("the stock handler deletes day 0 when the idle process wakes on day 2", () => {
  const row = walkOf("stock handler");
  // Six lines of day 0 with their file, and those of day 1 under the wrong name.
  assert.ok(row.lost >= 6, `lost ${row.lost}`);
  assert.ok(row.misfiled > 0);
  assert.equal(row.outcome, "convicted");
});

test("fix 1 and fix 2 put the lines of the idle process into the past day's file", (t) => {
  for (const name of ["fix 1: lock", "fix 2: check"]) {
    const row = walkOf(name);
    if (row.skipped !== undefined) {
      t.diagnostic(`${name}: ${row.skipped}`);
      continue;
    }
    // Besides, they glue a line to the stump on day 0.
    const { lost, torn, misfiled, outcome } = row;
    assert.deepEqual([lost, torn, misfiled, outcome], [1, 1, 4, "convicted"], name);
  }
});

test("cron without reopen leaves every later line in the first day's file", () => {
  const row = walkOf("fix 4: cron");
  // It mends nothing either, and the line that B glues to the stump is gone.
  const { lost, torn, misfiled, fragments, outcome } = row;
  assert.deepEqual([lost, torn, misfiled, fragments, outcome], [1, 1, 14, 0, "convicted"]);
});

test("ours walks clean with any strategy, and ends the stump in place", (t) => {
  for (const name of STRATEGIES) {
    const row = walkOf(name);
    if (row.skipped !== undefined) {
      t.diagnostic(`${name}: ${row.skipped}`);
      continue;
    }
    // With a late record, the lines of a killed process, and one of the process that tidies up.
    const { acked, found, lost, twice, torn, misfiled, fragments, outcome } = row;
    assert.deepEqual(
      { acked, found, lost, twice, torn, misfiled, fragments, outcome },
      {
        acked: 82,
        found: 82,
        lost: 0,
        twice: 0,
        torn: 0,
        misfiled: 0,
        fragments: 1,
        outcome: "clean",
      },
      name,
    );
  }
});

test("a handler that acks what is only in memory is convicted by the kill, buffered is excused, a journal has it all", async (t) => {
  const { ok, rows } = await runStorm({
    processes: 2,
    periods: 2,
    periodMs: 200,
    kill: false,
    seed: 3,
    seeds: 1,
    strategies: ["dated"],
    durabilities: ["buffered", "journal"],
    specimens: "first",
    linesPerSecond: 300,
    backupCount: 0,
    keep: false,
    sideBySide: 2,
  });
  assert.ok(ok, JSON.stringify(rows, null, 2));
  const walk = (name: string) => rows.find((row) => row.name === `${name} (idle walk)`);
  // Sixty lines in the turn in which its process was killed.
  const early = walk("early ack");
  assert.deepEqual([early?.lost, early?.excused, early?.outcome], [60, 0, "convicted"]);
  const buffered = walk("dated, buffered");
  assert.deepEqual([buffered?.lost, buffered?.excused, buffered?.outcome], [0, 60, "clean"]);
  const journal = walk("dated, journal");
  if (journal?.skipped !== undefined) {
    t.diagnostic(`journal: ${journal.skipped}`);
    return;
  }
  const { lost, excused, orphans, outcome } = journal ?? {};
  assert.deepEqual([lost, excused, orphans, outcome], [0, 0, 1, "clean"]);
});
