// Some deaths of every kind of procedure, in real processes, and bugs planted
// underneath that must be seen. All deaths of all procedures are part of
// `npm run test:deep`.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { formatKillTable, runKillTable } from "./kill-table.ts";
import type { Procedure } from "./procedures.ts";
import { SABOTAGES } from "./sabotage.ts";
import { allProcedures } from "./stories.ts";

const ALL = allProcedures();

/** A story that a planted bug spoils, and what must be said of it. */
interface Plant {
  readonly story: Procedure;
  readonly sign: RegExp;
  /** Whether all is well as long as nobody is killed. */
  readonly byDeathAlone?: boolean;
}

function storyOf(strategy: string, name: string): Procedure {
  const found = ALL.find((each) => each.log.strategy === strategy && each.name === name);
  assert.ok(found !== undefined, `no story '${name}' of ${strategy}`);
  return found;
}

describe("a SIGKILL at some steps of a procedure", () => {
  const slices: (readonly [string, string, number])[] = [
    ["dated", "the change of the period", 3],
    ["rename", "the change of the period", 4],
    ["claim", "the change of the period", 4],
    ["external", "daybook rotate", 3],
    ["dated", "an append", 1],
    ["rename", "a full file, then the next one", 6],
    ["rename", "compressing", 4],
    ["claim", "removing old files", 5],
    ["numbered", "the shift", 6],
    ["dated", "a journal's second drain", 3],
    ["rename", "adopting what was written", 4],
    ["dated", "compressing what an orphan has written to", 6],
  ];

  it("leaves a log whose promise holds and that a fresh process puts right", async (t) => {
    const rows = [];
    for (const [strategy, name, each] of slices) {
      rows.push(...(await runKillTable([storyOf(strategy, name)], { lanes: 2, each })));
    }
    for (const line of formatKillTable(rows).split("\n")) t.diagnostic(line);
    assert.deepEqual(
      rows.flatMap(({ faults }) => faults),
      [],
    );
    for (const row of rows) assert.ok(row.kills > 1, `${row.procedure}: ${row.kills} kills`);
    assert.ok(rows.some(({ left }) => left > 0));
  });
});

describe("a bug planted underneath", () => {
  const plants: Readonly<Record<string, Plant>> = {
    "unlinks before linking": {
      story: storyOf("rename", "the change of the period"),
      sign: /is lost|is in app\.log/,
      byDeathAlone: true,
    },
    "never ends a stump": {
      story: storyOf("dated", "an append"),
      sign: /which nobody wrote|is lost/,
    },
    "leaves temporary names": {
      story: storyOf("rename", "the first opening of all"),
      sign: /\.tmp is left/,
    },
    "leaves hidden names": {
      story: storyOf("rename", "the change of the period"),
      sign: /of a past file is left/,
    },
    "notes no intent": {
      story: storyOf("dated", "a journal's second drain"),
      sign: /is there 2 times/,
      byDeathAlone: true,
    },
    "settles before it writes": {
      story: storyOf("dated", "a journal's second drain"),
      sign: /is lost/,
      byDeathAlone: true,
    },
    "writes nothing": { story: storyOf("dated", "an append"), sign: /is lost/ },
    "writes a line twice": { story: storyOf("dated", "an append"), sign: /is there 2 times/ },
  };

  for (const sabotage of Object.keys(SABOTAGES)) {
    it(`is seen: ${sabotage}`, async () => {
      const plant = plants[sabotage];
      assert.ok(plant !== undefined, "no test for it");
      const rows = await runKillTable([plant.story], { lanes: 2, sabotage });
      const faults = rows.flatMap((row) => row.faults);
      assert.match(faults.join("\n"), plant.sign);
      if (plant.byDeathAlone === true) {
        assert.ok(!faults.some((fault) => fault.startsWith("not killed")), faults.join("\n"));
      }
    });
  }
});
