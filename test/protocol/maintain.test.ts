// What becomes of past files, on a real folder: compressing and deleting, with
// writers about, killed after every step, and beside names that are not ours.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from "node:fs";
import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";

import type { FsOp, Steps } from "../../src/rotation/fs-op.ts";
import type { LogSite } from "../../src/rotation/log-site.ts";
import { maintain } from "../../src/rotation/maintain.ts";
import type { Maintained } from "../../src/rotation/maintain.ts";
import { makeNaming } from "../../src/rotation/naming.ts";
import { dated } from "../../src/rotation/strategies/dated.ts";
import { BASE, SimulatedProcess, World, faultsOf, perform } from "./simulation.ts";
import type { WorldOptions } from "./simulation.ts";

const DAY = 86_400;
/** 2024-03-01 12:00 UTC. */
const NOON = 1_709_294_400;

/** A log of some days, whose writer has let go of all its files; the clock is on the last day. */
function worldOf(days: number, options: WorldOptions = {}): World {
  const world = new World(NOON, { compression: "gz", ...options });
  for (let day = 0; day < days; day += 1) {
    world.clock = NOON + day * DAY;
    const writer = new SimulatedProcess(world, dated, [
      { created: world.clock, line: `a line of day ${day}` },
    ]);
    writer.writer.maintenanceDue = false;
    while (writer.world.acked.length <= day) writer.advance();
    writer.kill();
  }
  return world;
}

/**
 * Runs a maintenance, or its first so many steps; then the process is gone. `between` is
 * called before each step with the number of those taken.
 */
function run(
  world: World,
  most = Infinity,
  site: LogSite = world.site,
  between: (taken: number) => void = () => {},
): Maintained | null {
  const steps: Steps<Maintained> = maintain(site);
  const open = new Set<number>();
  let turn = steps.next();
  for (let taken = 0; !turn.done && taken < most; taken += 1) {
    between(taken);
    turn = advance(steps, turn.value, world, open);
  }
  for (const fd of open) perform(world, { op: "close", fd });
  return turn.done === true ? turn.value : null;
}

function advance(
  steps: Steps<Maintained>,
  step: FsOp,
  world: World,
  open: Set<number>,
): IteratorResult<FsOp, Maintained> {
  let result: unknown;
  try {
    result = perform(world, step);
  } catch (error) {
    return steps.throw(error);
  }
  if (step.op === "open") open.add(result as number);
  if (step.op === "close") open.delete(step.fd);
  return steps.next(result);
}

const names = (world: World): string[] =>
  readdirSync(world.directory)
    .filter((name) => name !== ".daybook" && name !== BASE)
    .toSorted();

describe("maintenance", () => {
  it("compresses past files, with their permissions, and leaves the current one", () => {
    const world = worldOf(3);
    const past = join(world.directory, `${BASE}.2024-03-01`);
    const { mode } = statSync(past);
    assert.deepEqual(run(world), { removed: 0, archived: 2, waiting: 0 });
    assert.deepEqual(names(world), [
      `${BASE}.2024-03-01.gz`,
      `${BASE}.2024-03-02.gz`,
      `${BASE}.2024-03-03`,
    ]);
    assert.equal(gunzipSync(readFileSync(`${past}.gz`)).toString(), "a line of day 0\n");
    assert.equal(statSync(`${past}.gz`).mode, mode);
    assert.deepEqual(run(world), { removed: 0, archived: 0, waiting: 0 });
    assert.deepEqual(faultsOf(world), []);
    world.remove();
  });

  it("loses and doubles nothing, and clears up, wherever it is killed", () => {
    for (let steps = 0, ended = false; !ended; steps += 1) {
      const world = worldOf(3);
      ended = run(world, steps) !== null;
      assert.deepEqual(faultsOf(world), [], `killed after ${steps} steps`);
      // A late record comes before anybody has cleared up.
      new SimulatedProcess(world, dated, [{ created: NOON, line: "late" }]).finish();
      assert.deepEqual(world.leftovers(dated), [], `killed after ${steps} steps`);
      assert.deepEqual(faultsOf(world), [], `cleared up after ${steps} steps`);
      world.remove();
    }
  });

  it("has nothing to say where somebody removes the folders, whenever that is", () => {
    for (const folder of ["", ".daybook"]) {
      for (let at = 0, wasLater = false; !wasLater; at += 1) {
        const world = worldOf(3, { count: 1 });
        wasLater = true;
        run(world, Infinity, world.site, (taken) => {
          if (taken !== at) return;
          wasLater = false;
          rmSync(join(world.directory, folder), { recursive: true });
        });
        assert.deepEqual(world.notices, [], `removed after ${at} steps`);
        world.remove();
      }
    }
  });

  it("waits for a file that a process has open", () => {
    const world = worldOf(1);
    const late = new SimulatedProcess(world, dated, [{ created: NOON, line: "late" }]);
    late.finish();
    world.clock += DAY;
    new SimulatedProcess(world, dated, [{ created: world.clock, line: "next" }]).finish();
    assert.deepEqual(run(world), { removed: 0, archived: 0, waiting: 1 });
    late.kill();
    assert.deepEqual(run(world), { removed: 0, archived: 1, waiting: 0 });
    assert.deepEqual(faultsOf(world), []);
    world.remove();
  });

  it("never replaces an archive, and never mixes two files of one index", () => {
    const world = worldOf(2);
    const archive = join(world.directory, `${BASE}.2024-03-01.gz`);
    writeFileSync(archive, gzipSync("restored from a backup\n"));
    assert.equal(run(world)?.archived, 1);
    assert.equal(gunzipSync(readFileSync(archive)).toString(), "restored from a backup\n");
    assert.ok(existsSync(join(world.directory, `${BASE}.2024-03-01.1.gz`)));
    assert.deepEqual(faultsOf(world, ["restored from a backup"]), []);
    world.remove();
  });

  it("removes by count, by age and by size what nobody has open, and no foreign name", () => {
    const keep = { count: 0, ageSeconds: 0, totalBytes: 0 };
    for (const [limit, left] of [
      [{ count: 2 }, ["2024-03-03", "2024-03-04", "2024-03-05"]],
      [{ ageSeconds: DAY }, ["2024-03-04", "2024-03-05"]],
      [{ totalBytes: 33 }, ["2024-03-04", "2024-03-05"]],
    ] as const) {
      const world = worldOf(5, { compression: "" });
      const foreign = [`${BASE}.2024-02-30`, `${BASE}.2024-03-01.bak`, `x${BASE}.2024-03-01`];
      for (const name of foreign) writeFileSync(join(world.directory, name), "");
      run(world, Infinity, { ...world.site, keep: { ...keep, ...limit } });
      assert.deepEqual(
        names(world).filter((name) => !foreign.includes(name)),
        left.map((suffix) => `${BASE}.${suffix}`),
      );
      assert.ok(foreign.every((name) => existsSync(join(world.directory, name))));
      world.remove();
    }
  });

  it("has the user's rotator make the archives, and keeps the file where that fails", () => {
    const world = worldOf(2, { compression: "" });
    const namer = (name: string): string => `${name}.old`;
    let fails = true;
    const rotator = (from: string, to: string): void => {
      if (fails) throw new Error("no such tool");
      renameSync(from, to);
    };
    world.rotator = rotator;
    const naming = makeNaming({ base: BASE, kind: "D", namer, rotator: true });
    const site = { ...world.site, naming, rotator: true };
    assert.equal(run(world, Infinity, site)?.archived, 0);
    assert.match(world.notices.join(), /stays as it is: Error: no such tool/);
    assert.deepEqual(names(world), [`${BASE}.2024-03-01~`, `${BASE}.2024-03-02`]);
    fails = false;
    assert.equal(run(world, Infinity, site)?.archived, 1);
    assert.deepEqual(names(world), [`${BASE}.2024-03-01.old`, `${BASE}.2024-03-02`]);
    assert.equal(
      readFileSync(join(world.directory, `${BASE}.2024-03-01.old`), "utf8"),
      "a line of day 0\n",
    );
    assert.equal(run(world, Infinity, site)?.archived, 0);
    assert.deepEqual(world.privateEntries(), [`${BASE}.lock`]);
    world.remove();
  });

  it("does nothing without a lock, and goes on where a folder stands in its way", () => {
    const world = worldOf(3);
    const unlocked = { ...world.site, locking: false };
    assert.deepEqual(run(world, Infinity, unlocked), { removed: 0, archived: 0, waiting: 0 });
    const first = join(world.directory, `${BASE}.2024-03-01`);
    rmSync(first);
    mkdirSync(first);
    assert.deepEqual(run(world), { removed: 0, archived: 1, waiting: 1 });
    world.remove();
  });
});
