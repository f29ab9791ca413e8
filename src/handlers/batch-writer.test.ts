import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { DAY, FULL, FaultyOutlets, NOON, full, put } from "../../test/kit/faulty-outlets.ts";
import { until } from "../../test/kit/until.ts";
import { ERROR } from "../core/level.ts";

let world: FaultyOutlets;
beforeEach(() => {
  world = new FaultyOutlets();
});
afterEach(() => world.remove());

describe("onFull drop", () => {
  it("counts and tells what is lost, and goes on", () => {
    const outlet = world.make();
    put(outlet, "one");
    world.fault = full;
    put(outlet, "lost");
    world.fault = null;
    put(outlet, "two");
    assert.equal(world.read(), "one\ntwo\n");
    assert.deepEqual(outlet.counts, { written: 2, dropped: 1, errors: 1, fsyncs: 0 });
    assert.deepEqual(
      world.failures.map(({ error, dropped, msg }) => [error, dropped, msg]),
      [[FULL, 1, "lost"]],
    );
    assert.equal(world.recoveries, 1);
  });

  it("keeps the whole records of a batch that fitted, and counts the others", () => {
    const outlet = world.make({ durability: "buffered" });
    put(outlet, "first", NOON, ERROR);
    for (const msg of ["aaaa", "bbbb", "cccc"]) put(outlet, msg);
    let tries = 0;
    world.fault = (step, write) => {
      tries += 1;
      if (tries > 1) throw FULL;
      return { ...write(step.bytes.subarray(0, 7)), written: 7 };
    };
    outlet.flush();
    world.fault = null;
    put(outlet, "last", NOON, ERROR);
    assert.deepEqual([outlet.counts.written, outlet.counts.dropped], [3, 2]);
    const lines = world.read().split("\n");
    assert.deepEqual([lines[0], lines[1], lines.at(-2)], ["first", "aaaa", "last"]);
    assert.ok(!world.read().includes("bbbb") && !world.read().includes("cccc"));
    assert.equal(world.failures[0]?.dropped, 2);
  });
});

describe("onFull block", () => {
  it("waits until there is room, and loses nothing", () => {
    const outlet = world.make({ onFull: "block", blockTimeoutMs: 60_000 });
    let tries = 0;
    world.fault = (step, write) => ((tries += 1) < 5 ? full() : write(step.bytes));
    put(outlet, "one");
    put(outlet, "two");
    assert.equal(world.read(), "one\ntwo\n");
    assert.deepEqual([outlet.counts.written, outlet.counts.dropped], [2, 0]);
    assert.equal(outlet.counts.errors, 4);
  });

  it("gives up after blockTimeoutMs, and does not wait again until a record was written", () => {
    const outlet = world.make({ onFull: "block", blockTimeoutMs: 50 });
    const timed = (msg: string): number => {
      const start = performance.now();
      put(outlet, msg);
      return performance.now() - start;
    };
    world.fault = full;
    assert.ok(timed("lost 1") >= 49);
    const before = outlet.counts.errors;
    put(outlet, "lost 2");
    assert.equal(outlet.counts.errors - before, 1, "one try, no nap");
    world.fault = null;
    put(outlet, "kept");
    world.fault = full;
    assert.ok(timed("lost 3") >= 49);
    world.fault = null;
    assert.equal(world.read(), "kept\n");
    assert.deepEqual([outlet.counts.written, outlet.counts.dropped], [1, 3]);
  });

  it("never writes the part of a batch twice that had landed", () => {
    const outlet = world.make({ onFull: "block", blockTimeoutMs: 60_000, durability: "buffered" });
    for (const msg of ["aaaa", "bbbb", "cccc"]) put(outlet, msg);
    let tries = 0;
    world.fault = (step, write) => {
      tries += 1;
      if (tries === 1) return { ...write(step.bytes.subarray(0, 5)), written: 5 };
      return tries < 4 ? full() : write(step.bytes);
    };
    outlet.flush();
    assert.equal(world.read(), "aaaa\nbbbb\ncccc\n");
    assert.equal(outlet.counts.written, 3);
  });
});

describe("onFull spill", () => {
  it("keeps records in memory and writes them in order, each into its own period's file", async () => {
    const outlet = world.make({ onFull: "spill" });
    put(outlet, "one");
    world.fault = full;
    for (const msg of ["two", "three"]) put(outlet, msg);
    put(outlet, "tomorrow", NOON + DAY);
    assert.deepEqual([outlet.spilled, outlet.counts.dropped], [3, 0]);
    world.fault = null;
    await pause(110);
    put(outlet, "tomorrow 2", NOON + DAY);
    assert.equal(world.read(), "one\ntwo\nthree\n");
    assert.equal(world.read("2024-03-02"), "tomorrow\ntomorrow 2\n");
    assert.deepEqual([outlet.spilled, outlet.counts.written, world.recoveries], [0, 5, 1]);
  });

  it("tries at most every 100 ms while others log", (t) => {
    let at = performance.now();
    t.mock.method(performance, "now", () => at);
    const outlet = world.make({ onFull: "spill" });
    world.fault = full;
    put(outlet, "one");
    world.fault = null;
    at += 99;
    put(outlet, "two");
    assert.deepEqual([outlet.spilled, world.read()], [2, ""]);
    at += 100;
    put(outlet, "three");
    assert.deepEqual([outlet.spilled, world.read()], [0, "one\ntwo\nthree\n"]);
  });

  it("tries by itself when nobody logs any more", async () => {
    const outlet = world.make({ onFull: "spill" });
    world.fault = full;
    put(outlet, "one");
    world.fault = null;
    await until(() => outlet.spilled === 0);
    assert.equal(world.read(), "one\n");
  });

  it("drops the oldest beyond spillBytes, whole, and counts them", () => {
    const outlet = world.make({ onFull: "spill", spillBytes: 25 });
    world.fault = full;
    for (const msg of ["aaaaaaaaa", "bbbbbbbbb", "ccccccccc", "ddddddddd"]) put(outlet, msg);
    assert.deepEqual([outlet.spilled, outlet.counts.dropped], [2, 2]);
    world.fault = null;
    outlet.flush();
    assert.equal(world.read(), "ccccccccc\nddddddddd\n");
    assert.match(world.failures.at(-1)?.what ?? "", /oldest/);
  });

  it("never writes the part of a batch twice that had landed", () => {
    const outlet = world.make({ onFull: "spill", durability: "buffered" });
    for (const msg of ["aaaa", "bbbb", "cccc"]) put(outlet, msg);
    let tries = 0;
    world.fault = (step, write) => {
      tries += 1;
      return tries === 1 ? { ...write(step.bytes.subarray(0, 5)), written: 5 } : full();
    };
    outlet.flush();
    assert.deepEqual([outlet.spilled, outlet.counts.written], [2, 1]);
    world.fault = (step, write) => (step.bytes.length > 5 ? full() : write(step.bytes));
    outlet.flush();
    world.fault = null;
    outlet.flush();
    assert.equal(world.read(), "aaaa\nbbbb\ncccc\n");
    assert.equal(outlet.counts.written, 3);
  });

  it("tries once more at close, then tells what is lost; later records don't wait", () => {
    const outlet = world.make({ onFull: "spill" });
    world.fault = full;
    put(outlet, "one");
    put(outlet, "two");
    outlet.close();
    assert.deepEqual([outlet.spilled, outlet.counts.dropped], [0, 2]);
    assert.deepEqual([world.failures.at(-1)?.dropped, world.read()], [2, ""]);
    put(outlet, "three");
    assert.deepEqual([outlet.spilled, outlet.counts.dropped], [0, 3]);
    world.fault = null;
    put(outlet, "four");
    assert.equal(world.read(), "four\n");
  });
});
