// The strategies' procedures on a real folder: every place where a process can
// die, and orders of steps drawn at random between processes that share a log.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { kernelLock } from "../../src/platform/locks.ts";
import { dated } from "../../src/rotation/strategies/dated.ts";
import { rename } from "../../src/rotation/strategies/rename.ts";
import { DAY, NOON, STRATEGIES, faultsOfRun } from "./random-orders.ts";
import { BASE, SimulatedProcess, World, faultsOf } from "./simulation.ts";
import type { Act, Sabotage } from "./simulation.ts";

/** Orders of steps that each strategy is tried with; the deep tests have more. */
const SEEDS = 40;
/** Those among which a planted bug must show. */
const PLANTED_SEEDS = 240;

/** Steps that do something else than they should; the random orders must show each of them. */
const PLANTED: readonly (readonly [string, Sabotage])[] = [
  [
    "stumps are never terminated",
    (step, fs) => (step.op === "writeAt" ? undefined : fs.perform(step)),
  ],
  [
    "a name that is taken is replaced",
    (step, fs) => {
      if (step.op === "link") rmSync(step.to, { force: true });
      if (step.op === "open" && step.mode === "create") rmSync(step.path, { force: true });
      return fs.perform(step);
    },
  ],
];

for (const [name, strategy] of STRATEGIES) {
  describe(`strategy ${name}`, () => {
    it("keeps its promise when a process dies after any number of steps over a period change", () => {
      const today: Act = { created: NOON, line: "today" };
      const tomorrow: Act = { created: NOON + DAY, line: "tomorrow" };
      const stump = "killed while it was being written";
      for (const inWrite of [false, true]) {
        for (let steps = 0, ended = false; !ended; steps += 1) {
          const world = new World(NOON);
          const early = new SimulatedProcess(world, strategy, [today]);
          early.finish();
          world.clock += DAY;
          const victim = new SimulatedProcess(world, strategy, [{ ...tomorrow, line: stump }]);
          while (victim.stepsTaken < steps && victim.peek() !== null) victim.advance();
          ended = victim.peek() === null;
          victim.kill(inWrite ? 12 : 0);
          const fresh = new SimulatedProcess(world, strategy, [
            tomorrow,
            { created: NOON + 1, line: "late" },
            { created: NOON + DAY + 1, line: "after", verify: true },
          ]);
          fresh.finish();
          early.left.push(
            { created: NOON + 2, line: "held" },
            { created: NOON + DAY + 2, line: "woken" },
          );
          early.finish();
          assert.deepEqual(faultsOf(world, [stump]), [], `killed after ${steps} steps`);
          world.remove();
        }
      }
    });

    it("keeps its promise in orders drawn at random, with kills", () => {
      for (let seed = 1; seed <= SEEDS; seed += 1)
        assert.deepEqual(faultsOfRun(strategy, seed), [], `seed ${seed}`);
    });

    for (const [bug, sabotage] of PLANTED) {
      it(`is seen to break its promise with a planted bug: ${bug}`, () => {
        const caught = Array.from({ length: PLANTED_SEEDS }, (_, index) => index + 1).some(
          (seed) => faultsOfRun(strategy, seed, sabotage).length > 0,
        );
        assert.ok(caught, "no seed shows the bug, so the seeds prove nothing");
      });
    }

    it("does not remove a file that a process still has open, and removes it afterwards", () => {
      const world = new World(NOON, { count: 1 });
      const idle = new SimulatedProcess(world, strategy, [{ created: NOON, line: "day 0" }]);
      idle.finish();
      const first = `${BASE}.${world.suffixOf(NOON)}`;
      const busy = new SimulatedProcess(world, strategy, []);
      for (let day = 1; day <= 4; day += 1) {
        world.clock += DAY;
        busy.left.push({ created: world.clock, line: `day ${day}` });
        busy.finish();
      }
      assert.ok(existsSync(join(world.directory, first)), "day 0 is open in the idle process");
      idle.left.push({ created: NOON + 1, line: "late for day 0" });
      idle.finish();
      assert.deepEqual(
        world
          .files()
          .map(({ suffix, lines }) => [suffix, ...lines])
          .toSorted(),
        [
          ["2024-03-01", "day 0", "late for day 0", ""],
          ["2024-03-04", "day 3", ""],
          ["2024-03-05", "day 4", ""],
        ],
      );
      idle.kill();
      world.clock += DAY;
      busy.left.push({ created: world.clock, line: "day 5" });
      busy.finish();
      assert.ok(!existsSync(join(world.directory, first)), "nobody has day 0 open any more");
      world.remove();
    });

    it("waits once for a stopped process that holds the lock, then goes on without it", () => {
      const world = new World(NOON);
      new SimulatedProcess(world, strategy, [{ created: NOON, line: "before" }]).finish();
      const held = openSync(join(world.directory, ".daybook", `${BASE}.lock`), "a+");
      assert.ok(kernelLock()?.tryLock(held, "exclusive"));
      world.clock += DAY;
      const process = new SimulatedProcess(world, strategy, [
        { created: NOON + DAY, line: "during" },
      ]);
      process.finish();
      const waits = process.sleeps;
      assert.ok(waits > 0);
      process.left.push(
        { created: NOON + DAY, line: "looked", verify: true },
        { created: NOON + DAY, line: "more" },
      );
      process.finish();
      assert.equal(process.sleeps, waits);
      closeSync(held);
      process.left.push({ created: NOON + DAY, line: "freed", verify: true });
      process.finish();
      assert.deepEqual(faultsOf(world), []);
      world.remove();
    });

    it("keeps records, under the next index, where something else bears a file's name", () => {
      const obstacles: readonly ((path: string) => void)[] = [
        (path) => mkdirSync(path),
        (path) => void spawnSync("mkfifo", [path]),
        (path) => symlinkSync("/dev/null", path),
      ];
      for (const obstruct of obstacles) {
        const world = new World(NOON);
        for (const suffix of ["2024-03-01", "2024-02-29"]) {
          obstruct(join(world.directory, `${BASE}.${suffix}`));
        }
        new SimulatedProcess(world, strategy, [
          { created: NOON, line: "today" },
          { created: NOON - DAY, line: "yesterday" },
        ]).finish();
        assert.equal(
          readFileSync(join(world.directory, `${BASE}.2024-02-29.1`), "utf8"),
          "yesterday\n",
        );
        assert.equal(readFileSync(join(world.directory, BASE), "utf8"), "today\n");
        world.remove();
      }
    });

    it("does not write into another log whose name looks like one of its files", () => {
      const world = new World(NOON);
      const neighbour = new World(NOON, {
        directory: world.directory,
        base: `${BASE}.2024-02-29`,
      });
      new SimulatedProcess(neighbour, strategy, [{ created: NOON, line: "neighbour" }]).finish();
      new SimulatedProcess(world, strategy, [{ created: NOON - DAY, line: "ours" }]).finish();
      const path = join(world.directory, `${BASE}.2024-02-29`);
      assert.equal(readFileSync(path, "utf8"), "neighbour\n");
      assert.equal(readFileSync(`${path}.1`, "utf8"), "ours\n");
      world.remove();
    });

    it("ends its own stump when the disk was full, even if the first try to end it failed", () => {
      const world = new World(NOON);
      let full = true;
      const process = new SimulatedProcess(
        world,
        strategy,
        [{ created: NOON, line: "before" }],
        (step, fs) => {
          if (step.op === "append" && full && Buffer.from(step.bytes).includes("half")) {
            return fs.perform({ ...step, bytes: step.bytes.subarray(0, 4) });
          }
          if (step.op === "writeAt" && full) throw Object.assign(new Error("EIO"), { code: "EIO" });
          return fs.perform(step);
        },
      );
      process.finish();
      process.left.push({ created: NOON, line: "half of this" });
      assert.throws(() => process.finish(), /EIO/);
      full = false;
      process.left.splice(0, 1, { created: NOON, line: "after" });
      process.finish();
      assert.deepEqual(faultsOf(world, ["half of this"]), []);
      world.remove();
    });

    it("goes on when the schedule of a log was changed", () => {
      const hourly = new World(NOON, { when: "H" });
      new SimulatedProcess(hourly, strategy, [{ created: NOON, line: "hourly" }]).finish();
      const daily = new World(NOON, { directory: hourly.directory });
      new SimulatedProcess(daily, strategy, [{ created: NOON, line: "daily" }]).finish();
      assert.deepEqual(
        daily
          .files()
          .map(({ suffix, lines }) => [suffix, ...lines])
          .toSorted(),
        [
          ["2024-03-01", "daily", ""],
          ["2024-03-01_12", "hourly", ""],
        ],
      );
      daily.remove();
      hourly.remove();
    });

    it("goes on after its files were removed or moved from outside", () => {
      const world = new World(NOON);
      const writer = new SimulatedProcess(world, strategy, [{ created: NOON, line: "removed" }]);
      writer.finish();
      rmSync(world.directory, { recursive: true });
      writer.left.push({ created: NOON, line: "kept", verify: true });
      writer.finish();
      assert.deepEqual(
        world.files().map(({ lines }) => lines),
        [["kept", ""]],
      );
      world.remove();
    });
  });
}

describe("strategy dated: the current link", () => {
  it("follows the clock, never a record from the future, and never goes back", () => {
    const world = new World(NOON);
    const link = (): string => readlinkSync(join(world.directory, BASE));
    const process = new SimulatedProcess(world, dated, [{ created: NOON, line: "now" }]);
    process.finish();
    process.left.push(
      { created: NOON + DAY, line: "from tomorrow" },
      { created: NOON - DAY, line: "late" },
    );
    process.finish();
    assert.equal(link(), `${BASE}.2024-03-01`);
    world.clock += DAY;
    process.left.push({ created: NOON + DAY, line: "tomorrow has come", verify: true });
    process.finish();
    assert.equal(link(), `${BASE}.2024-03-02`);
    new SimulatedProcess(world, dated, [{ created: NOON, line: "late again" }]).finish();
    assert.equal(link(), `${BASE}.2024-03-02`);
    assert.deepEqual(faultsOf(world), []);
    world.remove();
  });

  it("costs no record where what strategy rename left can't be put away", () => {
    const world = new World(NOON);
    new SimulatedProcess(world, rename, [{ created: NOON, line: "by rename" }]).finish();
    const refusing: Sabotage = (step, fs) => {
      if (step.op === "link") throw Object.assign(new Error("EIO"), { code: "EIO" });
      return fs.perform(step);
    };
    new SimulatedProcess(world, dated, [{ created: NOON, line: "by dated" }], refusing).finish();
    assert.match(world.notices.join(), /files that strategy 'rename' left in .* stay: Error: EIO/);
    assert.deepEqual(faultsOf(world), []);
    world.remove();
  });

  it("leaves a foreign file in its place alone and says so", () => {
    const world = new World(NOON);
    writeFileSync(join(world.directory, BASE), "somebody else's\n");
    new SimulatedProcess(world, dated, [{ created: NOON, line: "ours" }]).finish();
    assert.match(world.notices.join(), /is not a link of ours/);
    assert.deepEqual(faultsOf(world), []);
    world.remove();
  });
});

describe("strategy rename: the base", () => {
  it("goes on with a foreign base of the current period and keeps one of an earlier period", () => {
    for (const [age, expected] of [
      [0, [["2024-03-01", "foreign", "ours", ""]]],
      [
        DAY,
        [
          ["2024-02-29", "foreign"],
          ["2024-03-01", "ours", ""],
        ],
      ],
    ] as const) {
      const world = new World(NOON);
      const base = join(world.directory, BASE);
      writeFileSync(base, "foreign");
      utimesSync(base, NOON - age, NOON - age);
      new SimulatedProcess(world, rename, [{ created: NOON, line: "ours" }]).finish();
      assert.deepEqual(
        world
          .files()
          .map(({ suffix, lines }) => [suffix, ...lines])
          .toSorted(),
        expected,
      );
      world.remove();
    }
  });

  it("takes over a log that strategy dated has kept, and the other way round", () => {
    const world = new World(NOON);
    new SimulatedProcess(world, dated, [{ created: NOON, line: "by dated" }]).finish();
    new SimulatedProcess(world, rename, [{ created: NOON, line: "by rename" }]).finish();
    new SimulatedProcess(world, dated, [{ created: NOON, line: "by dated again" }]).finish();
    assert.equal(readlinkSync(join(world.directory, BASE)), `${BASE}.2024-03-01.1`);
    world.clock += DAY;
    new SimulatedProcess(world, rename, [{ created: NOON + DAY, line: "next day" }]).finish();
    assert.deepEqual(faultsOf(world), []);
    world.remove();
  });

  it("writes to the dated file while the base is a foreign link, and says so", () => {
    const world = new World(NOON);
    symlinkSync("/dev/null", join(world.directory, BASE));
    new SimulatedProcess(world, rename, [{ created: NOON, line: "ours" }]).finish();
    assert.match(world.notices.join(), /is a link to \/dev\/null; records go to the dated file/);
    assert.deepEqual(faultsOf(world), []);
    world.remove();
  });
});
