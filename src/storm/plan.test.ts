import assert from "node:assert/strict";
import { test } from "node:test";
import { makePlan } from "./plan.ts";
import { dateInZone } from "./zone-days.ts";

const OPTIONS = { seed: 7, processes: 8, periods: 20, periodMs: 1000, kill: true };

test("one seed gives one plan, another seed another", () => {
  assert.deepEqual(makePlan(OPTIONS), makePlan(OPTIONS));
  assert.notDeepEqual(makePlan(OPTIONS), makePlan({ ...OPTIONS, seed: 8 }));
});

test("the clock crosses exactly the midnights asked for and stops in the middle of a day", () => {
  for (let seed = 0; seed < 30; seed += 1) {
    const plan = makePlan({ ...OPTIONS, seed });
    assert.equal(plan.midnights.length, 20);
    const dates = new Set<string>();
    for (let ms = 0; ms < plan.endMs; ms += 50) {
      dates.add(dateInZone(plan.fakeStart + ms * plan.rate, plan.zone));
    }
    assert.equal(dates.size, 21, `seed ${seed}, ${plan.zone}`);
    assert.ok(plan.endMs - (plan.midnights.at(-1) ?? 0) > 400);
    for (const midnight of plan.midnights) {
      const at = plan.fakeStart + Math.round(midnight * plan.rate);
      assert.notEqual(dateInZone(at - 1, plan.zone), dateInZone(at, plan.zone));
    }
  }
});

test("kills fall around every midnight and name slots that exist; without --kill there are none", () => {
  const plan = makePlan(OPTIONS);
  for (const midnight of plan.midnights) {
    assert.ok(plan.kills.some(({ atMs }) => Math.abs(atMs - midnight) <= 30));
  }
  assert.ok(plan.kills.every(({ slot }) => slot >= 0 && slot < 8));
  const together = plan.kills.filter(({ atMs }, i) => atMs === plan.kills[i - 1]?.atMs);
  assert.equal(together.length, 15, "five times four at once");
  assert.ok(plan.pauses.length >= 2);
  const calm = makePlan({ ...OPTIONS, kill: false });
  assert.deepEqual([calm.kills, calm.pauses], [[], []]);
});

test("every part is played, by two processes or by sixteen", () => {
  for (const processes of [2, 3, 4, 5, 8, 16, 33]) {
    const { parts } = makePlan({ ...OPTIONS, processes });
    assert.equal(parts.length, processes);
    for (const part of ["idle", "late", "future"] as const) {
      assert.ok(
        parts.some((each) => each[part] === true),
        `${part} of ${processes}`,
      );
    }
    assert.ok(processes === 2 || parts.some(({ newborn }) => newborn === true));
    assert.ok(parts.some(({ idle }) => idle !== true));
  }
});

test("a zone given is the zone taken, an unknown one throws", () => {
  assert.equal(makePlan({ ...OPTIONS, zone: "Asia/Tokyo" }).zone, "Asia/Tokyo");
  assert.throws(() => makePlan({ ...OPTIONS, zone: "Mars/Olympus" }), RangeError);
});
