import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { DAY, FaultyOutlets, NOON, put } from "../../test/kit/faulty-outlets.ts";
import { until } from "../../test/kit/until.ts";
import { ERROR } from "../core/level.ts";

let world: FaultyOutlets;
beforeEach(() => {
  world = new FaultyOutlets();
});
afterEach(() => world.remove());

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(() => resolve()));

describe("durability write", () => {
  it("has the kernel hold each record when put returns", () => {
    const outlet = world.make();
    for (const msg of ["one", "two", "three"]) {
      put(outlet, msg);
      assert.ok(world.read().endsWith(`${msg}\n`));
    }
    assert.equal(world.count("append"), 3);
    assert.deepEqual(outlet.counts, { written: 3, dropped: 0, errors: 0, fsyncs: 0 });
  });

  it("takes a line that comes while another is written: it follows", () => {
    const outlet = world.make();
    let told = 0;
    world.notice = (text) => {
      told += 1;
      put(outlet, `noticed: ${text.length > 0}`);
    };
    // A notice of the protocol: something else is in the link's place.
    rmSync(join(world.folder, "app.log"), { force: true });
    put(outlet, "first");
    world.fault = (step, write) => {
      world.fault = null;
      put(outlet, "nested");
      return write(step.bytes);
    };
    put(outlet, "outer");
    assert.equal(world.read(), `first\n${"noticed: true\n".repeat(told)}outer\nnested\n`);
  });
});

describe("durability buffered", () => {
  it("writes the records of a turn at its end, with one write", async () => {
    const outlet = world.make({ durability: "buffered" });
    for (let count = 0; count < 100; count += 1) put(outlet, `line ${count}`);
    assert.equal(world.read(), "");
    assert.equal(outlet.buffered, 100);
    await nextTurn();
    assert.equal(world.read().split("\n").length, 101);
    assert.equal(world.count("append"), 1);
    assert.deepEqual([outlet.buffered, outlet.counts.written], [0, 100]);
  });

  it("writes at once at the level that asks for it, with what waits before it", () => {
    const outlet = world.make({ durability: "buffered" });
    put(outlet, "info");
    put(outlet, "error", NOON, ERROR);
    assert.equal(world.read(), "info\nerror\n");
  });

  it("writes when the bytes are many, and a line that is longer than that by itself", () => {
    const outlet = world.make({ durability: "buffered", bufferBytes: 20 });
    put(outlet, "123456789");
    put(outlet, "123456789");
    assert.equal(world.read(), "");
    put(outlet, "next");
    assert.equal(world.read(), "123456789\n123456789\n");
    put(outlet, "x".repeat(50));
    assert.equal(world.read(), `123456789\n123456789\nnext\n${"x".repeat(50)}\n`);
  });

  it("keeps periods apart, also when they take turns", () => {
    const outlet = world.make({ durability: "buffered" });
    for (let count = 0; count < 3; count += 1) {
      put(outlet, `day 1 line ${count}`);
      put(outlet, `day 2 line ${count}`, NOON + DAY);
    }
    outlet.flush();
    assert.equal(world.read(), "day 1 line 0\nday 1 line 1\nday 1 line 2\n");
    assert.equal(world.read("2024-03-02"), "day 2 line 0\nday 2 line 1\nday 2 line 2\n");
  });

  it("waits no longer than flushIntervalMs, and not only until the end of the turn", async () => {
    const long = world.make({ durability: "buffered", flushIntervalMs: 60_000 });
    put(long, "one");
    await nextTurn();
    assert.equal(world.read(), "");
    long.flush();
    const short = world.make({ durability: "buffered", flushIntervalMs: 30 });
    put(short, "two");
    await until(() => short.buffered === 0);
    assert.equal(world.read(), "one\ntwo\n");
  });

  it("keeps nothing back after close, since nobody may come by again", () => {
    const outlet = world.make({ durability: "buffered" });
    put(outlet, "before");
    outlet.close();
    assert.equal(world.read(), "before\n");
    put(outlet, "after");
    assert.equal(world.read(), "before\nafter\n");
  });

  it("does not let a batch outgrow the size limit", () => {
    const outlet = world.make({ durability: "buffered" }, 30);
    for (let count = 0; count < 12; count += 1) put(outlet, `line ${String(count).padStart(4)}`);
    outlet.flush();
    const sizes = ["2024-03-01", "2024-03-01.1", "2024-03-01.2"].map(
      (day) => world.read(day).length,
    );
    assert.ok(
      sizes.every((size) => size > 0 && size <= 30),
      String(sizes),
    );
  });
});

describe("durability fsync", () => {
  it("has the disk hold each record, and once the folder its file, when put returns", () => {
    const outlet = world.make({ durability: "fsync" });
    put(outlet, "one");
    assert.deepEqual(
      world.steps.filter((op) => op.startsWith("sync") || op === "append"),
      ["append", "sync", "syncFolder", "syncFolder"],
    );
    put(outlet, "two");
    assert.deepEqual(world.steps.slice(world.steps.lastIndexOf("append")), [
      "append",
      "lstat",
      "sync",
    ]);
    assert.equal(outlet.counts.fsyncs, 2);
  });

  it("syncs at a level and above only, and the rest with it", () => {
    const outlet = world.make({ durability: "fsync", fsyncLevel: ERROR });
    put(outlet, "info");
    assert.equal(world.count("sync"), 0);
    put(outlet, "error", NOON, ERROR);
    assert.equal(world.count("sync"), 1);
    put(outlet, "info");
    outlet.flush();
    assert.equal(world.count("sync"), 2);
  });

  it("syncs the rest after fsyncIntervalMs at latest, and at close", async () => {
    const outlet = world.make({ durability: "fsync", fsyncLevel: ERROR, fsyncIntervalMs: 20 });
    put(outlet, "info");
    put(outlet, "info");
    assert.equal(world.count("sync"), 0);
    await until(() => world.count("sync") > 0);
    assert.equal(world.count("sync"), 1);
    put(outlet, "last");
    outlet.close();
    assert.equal(world.count("sync"), 2);
  });

  it("syncs a file that is let go of, before that", () => {
    const outlet = world.make({ durability: "fsync", fsyncLevel: ERROR });
    put(outlet, "info");
    outlet.closeEnded(NOON + DAY);
    assert.ok(
      world.steps.indexOf("sync") > 0 &&
        world.steps.indexOf("sync") < world.steps.lastIndexOf("close"),
    );
  });

  it("tells that a sync failed; the record is not lost, nor written twice", () => {
    const outlet = world.make({ durability: "fsync" });
    world.syncFault = Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" });
    put(outlet, "one");
    world.syncFault = null;
    put(outlet, "two");
    assert.equal(world.read(), "one\ntwo\n");
    assert.deepEqual(outlet.counts, { written: 2, dropped: 0, errors: 1, fsyncs: 1 });
    assert.match(world.failures[0]?.what ?? "", /fsync failed/);
  });
});
