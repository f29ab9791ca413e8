import assert from "node:assert/strict";
import { test } from "node:test";
import { DrainAim } from "./drain-aim.ts";
import { Random } from "./random.ts";

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test("an aim is within what the turn before needed behind its last line", async () => {
  let micros = 0;
  const aim = new DrainAim(() => micros);
  const random = new Random(1);
  assert.equal(aim.pick(random), null, "nothing was seen yet");
  for (const [lag, took] of [
    [40, 200],
    [7, 3000],
  ] as const) {
    aim.beginTurn();
    // As a handler does that joins lines: it writes them in an immediate of its own.
    setImmediate(() => (micros += took));
    micros += 5000;
    aim.endTurn();
    micros += lag;
    await nextTurn();
    aim.beginTurn();
    const picks = Array.from({ length: 200 }, () => aim.pick(random) ?? -1);
    assert.ok(Math.min(...picks) >= lag && Math.max(...picks) <= lag + 1.2 * took, `${picks}`);
    assert.ok(Math.min(...picks) < lag + took / 10 && Math.max(...picks) > lag + took * 0.9);
    aim.endTurn();
    await nextTurn();
    aim.rest();
    assert.equal(aim.pick(random), null, "after a pause it begins anew");
  }
});
