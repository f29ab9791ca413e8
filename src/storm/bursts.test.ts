import assert from "node:assert/strict";
import { test } from "node:test";
import { Bursts } from "./bursts.ts";
import { DrainAim } from "./drain-aim.ts";
import { MAX_PAD_LENGTH } from "./line.ts";
import { Random } from "./random.ts";

const KILLS = [100, 500, 900];

/** What a process logs that takes a turn every half millisecond. */
function turnsOf(seed: number): { atMs: number; pads: number[] }[] {
  const bursts = new Bursts(KILLS, new Random(seed));
  const turns = [];
  for (let atMs = 0; atMs < 1000; atMs += 0.5) {
    const isUnderWay = bursts.isUnderWay(atMs);
    const pads = bursts.padsOf(atMs);
    assert.equal(pads.length > 0, isUnderWay, `at ${atMs} ms`);
    if (isUnderWay) turns.push({ atMs, pads });
  }
  return turns;
}

test("bursts come around the kills of a process and nowhere else, around most of them", () => {
  let met = 0;
  for (let seed = 0; seed < 40; seed += 1) {
    const turns = turnsOf(seed);
    for (const { atMs } of turns) {
      assert.ok(
        KILLS.some((kill) => atMs > kill - 5 && atMs < kill + 80),
        `seed ${seed}: ${atMs} ms`,
      );
    }
    met += KILLS.filter((kill) =>
      turns.some(({ atMs }) => atMs > kill - 5 && atMs < kill + 80),
    ).length;
  }
  assert.ok(met > 80 && met < 120, `${met} of 120 kills`);
});

test("a burst's turn has many lines, long ones among them, and more than a batch now and then", () => {
  const turns = [1, 2, 3].flatMap(turnsOf);
  const counts = turns.map(({ pads }) => pads.length);
  const longest = turns.flatMap((turn) => turn.pads).reduce((most, pad) => Math.max(most, pad), 0);
  assert.ok(Math.max(...counts) >= 150, `${Math.max(...counts)} lines at most`);
  assert.ok(longest > 8000 && longest <= MAX_PAD_LENGTH, `${longest}`);
  const large = turns.filter((turn) => turn.pads.reduce((sum, pad) => sum + 40 + pad, 0) > 65_536);
  assert.ok(large.length > turns.length / 10, `${large.length} of ${turns.length} turns`);
});

test("a process that is not killed does not fill the disk with its burst", () => {
  const bytes = turnsOf(7)
    .flatMap(({ pads }) => pads)
    .reduce((sum, pad) => sum + 40 + 2 * pad, 0);
  assert.ok(bytes < KILLS.length * 5_500_000, `${bytes} bytes`);
});

test("a death is aimed behind a turn's last line, or, where batches fill up before it, at any of them", async () => {
  const bursts = new Bursts(KILLS, new Random(5));
  let now = 0;
  const aim = new DrainAim(() => (now += 100));
  assert.equal(bursts.deathOf([], aim), null);
  const deathsOf = (pad: number) =>
    Array.from({ length: 300 }, () => bursts.deathOf([pad, pad], aim)).filter(
      (death) => death !== null,
    );
  assert.deepEqual(deathsOf(10), [], "who has seen no turn can't aim behind one");
  aim.beginTurn();
  aim.endTurn();
  await new Promise((resolve) => setImmediate(resolve));
  aim.beginTurn();
  for (const [pad, from] of [
    [10, ["end"]],
    [9000, ["begin", "end"]],
  ] as const) {
    const deaths = deathsOf(pad);
    assert.ok(deaths.length > 150 && deaths.length < 270, `${deaths.length} of 300 turns`);
    assert.deepEqual([...new Set(deaths.map((death) => death.from))].toSorted(), from);
    for (const { micros } of deaths) {
      assert.ok(Number.isInteger(micros) && micros >= 1 && micros <= 1500, `${micros}`);
    }
  }
});
