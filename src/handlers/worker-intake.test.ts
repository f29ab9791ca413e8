// The calling thread's side of a ring, with the test in place of the worker thread.

import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";

import type { LineEncoder } from "../core/line-encoder.ts";
import { NEEDS_RECORD, NO_ROOM } from "../core/line-encoder.ts";
import { makeLogRecord } from "../core/record.ts";
import { openSegment, sharedSegment } from "../platform/worker-memory.ts";
import type { Segment } from "../platform/worker-memory.ts";
import { checkShared } from "./rotating-options.ts";
import type { RotatingHandlerOptions } from "./rotating-options.ts";
import { WorkerIntake } from "./worker-intake.ts";
import { SEGMENTS, THREAD, WorkerRing } from "./worker-ring.ts";

const NOON = 1_709_294_400;
const DAY = 86_400;
const SIZE = 1000;

const periodAt = (instant: number) => {
  const start = Math.floor(instant / DAY) * DAY;
  return { start, end: start + DAY, suffix: "" };
};

class World {
  readonly ring = new WorkerRing();
  readonly segments: readonly Segment[];
  readonly intake: WorkerIntake;
  /** What came out of the ring, in order, and lines that were too long for it. */
  readonly drained: string[] = [];
  readonly failures: { what: string; dropped: number }[] = [];
  recoveries = 0;
  /** What happens while a call waits: the thread drains something, or nothing. */
  meanwhile: () => void = () => {};
  readonly waits: number[] = [];

  constructor(options: RotatingHandlerOptions = {}) {
    const gifts = Array.from({ length: SEGMENTS }, () =>
      sharedSegment({ dataBytes: SIZE, lines: 50 }),
    );
    this.segments = gifts.map(openSegment);
    const { outlet } = checkShared({ worker: true, durability: "buffered", ...options });
    this.intake = new WorkerIntake(
      {
        failed: (_error, what, dropped) => this.failures.push({ what, dropped }),
        recovered: () => (this.recoveries += 1),
        makeRoom: (ms) => {
          this.waits.push(ms);
          this.meanwhile();
          return this.ring.pending < SEGMENTS;
        },
        writeLong: (_created, bytes) => {
          this.drain();
          this.drained.push(Buffer.from(bytes).toString());
        },
      },
      this.ring,
      this.segments,
      outlet,
      periodAt,
    );
  }

  take(text: string, created: number = NOON): void {
    const record = makeLogRecord({ msg: text, levelno: 20 });
    this.intake.take(created, Buffer.from(`${text}\n`), record);
  }

  put(text: string, levelno: number = 20): boolean {
    return this.intake.put(encoder, NOON * 1000, levelno, text, null, null);
  }

  /** Drains so many segments, as the thread would. */
  drain(most: number = SEGMENTS): void {
    for (let count = 0; count < most && this.ring.pending > 0; count += 1) {
      assert.ok(this.ring.claim(THREAD));
      const { store } = this.segments[this.ring.oldest] as Segment;
      const lines = store.count[0] as number;
      const bytes = Buffer.from(store.bytes.subarray(0, store.ends[lines - 1]));
      this.drained.push(...bytes.toString().split("\n").slice(0, -1));
      store.count[0] = 0;
      this.ring.done();
      this.ring.release();
    }
  }

  /** Fills all segments with lines of 100 bytes; says how many. */
  fill(): number {
    let count = 0;
    for (; this.ring.pending < SEGMENTS; count += 1) {
      // The last one is only handed over for the line behind it.
      if (this.ring.pending === SEGMENTS - 1 && count === SEGMENTS * 10) break;
      this.take(`${count}`.padStart(99, "."));
    }
    return count;
  }
}

const encoder: LineEncoder = {
  encode(bytes, offset, _ms, message) {
    if (message === "odd") return NEEDS_RECORD;
    const line = Buffer.from(`${message}\n`);
    if (offset + line.length > bytes.length) return NO_ROOM;
    return offset + line.copy(bytes, offset);
  },
};

let world: World;
const pending = (): number => world.ring.pending;
afterEach(() => world.intake.close());

describe("a ring", () => {
  it("takes lines without a record and with one, in order", () => {
    world = new World();
    assert.ok(world.put("one"));
    world.take("two");
    assert.ok(world.put("three"));
    assert.equal(world.intake.buffered, 3);
    assert.ok(world.intake.handOverAll());
    world.drain();
    assert.deepEqual(world.drained, ["one", "two", "three"]);
    assert.equal(world.intake.buffered, 0);
  });

  it("leaves to a record what its encoder can't take", () => {
    world = new World();
    assert.equal(world.put("odd"), false);
    assert.equal(world.put("x".repeat(SIZE)), false);
    assert.equal(world.intake.buffered, 0);
  });

  it("hands a segment over when it is full, and goes on in the next", () => {
    world = new World();
    for (let count = 0; count < 25; count += 1) assert.ok(world.put(`${count}`.padStart(99, ".")));
    assert.equal(world.ring.pending, 2);
    world.intake.handOverAll();
    world.drain();
    assert.equal(world.drained.length, 25);
    assert.deepEqual(world.drained, [...world.drained].toSorted());
  });

  it("hands over for a line of another period, whichever way that comes", () => {
    world = new World();
    world.take("today");
    world.take("yesterday", NOON - DAY);
    assert.ok(world.put("today again"));
    world.intake.handOverAll();
    const times = world.segments.slice(0, 3).map(({ store }) => store.created[0]);
    assert.deepEqual(times, [NOON, NOON - DAY, NOON]);
  });

  it("hands over by itself soon, but leaves a thread alone that has something to do", async () => {
    world = new World();
    world.put("one");
    while (pending() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    world.put("two");
    world.put("three");
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 2));
    assert.equal(pending(), 1);
    world.drain();
    while (pending() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    world.drain();
    assert.deepEqual(world.drained, ["one", "two", "three"]);
  });

  it("hands over at once with a record of flushLevel", () => {
    world = new World({ flushLevel: "WARNING" });
    world.put("one");
    assert.equal(world.ring.pending, 0);
    world.put("two", 30);
    assert.equal(world.ring.pending, 1);
  });

  it("gives a line that no segment can hold to its owner", () => {
    world = new World();
    world.take("before");
    const long = "l".repeat(SIZE);
    world.take(long);
    world.take("behind");
    world.intake.handOverAll();
    world.drain();
    assert.deepEqual(world.drained, ["before", `${long}\n`, "behind"]);
  });

  it("has what a line's values log written at once, and then takes that line by a record", () => {
    world = new World();
    world.take("before");
    const logging: LineEncoder = {
      encode(...args) {
        world.take("inner");
        assert.ok(world.put("inner, in the next segment"));
        return encoder.encode(...args);
      },
    };
    assert.equal(world.intake.put(logging, NOON * 1000, 20, "outer", null, null), false);
    world.take("outer");
    world.intake.handOverAll();
    world.drain();
    assert.deepEqual(world.drained, ["before", "inner\n", "inner, in the next segment", "outer"]);
  });
});

describe("a ring that is full", () => {
  it("drops and counts, and takes again when there is room", () => {
    world = new World({ onFull: "drop" });
    const taken = world.fill();
    assert.equal(taken, 40);
    world.take("lost");
    assert.equal(world.put("lost, too"), false);
    world.take("lost as well");
    assert.equal(world.intake.dropped, 2);
    assert.deepEqual(
      world.failures.map(({ dropped }) => dropped),
      [1, 1],
    );
    world.drain(1);
    assert.ok(world.put("kept"));
    assert.equal(world.recoveries, 1);
    world.intake.handOverAll();
    world.drain();
    assert.deepEqual(world.drained.slice(taken), ["kept"]);
  });

  it("waits with block, for blockTimeoutMs at most, and only once in a row", () => {
    world = new World({ onFull: "block", blockTimeoutMs: 70 });
    const taken = world.fill();
    world.meanwhile = () => {
      if (world.waits.at(-1) === 70) world.drain(1);
    };
    world.take("waited for");
    assert.deepEqual(world.waits, [0, 70]);
    assert.equal(world.intake.dropped, 0);
    world.meanwhile = () => {};
    world.waits.length = 0;
    while (world.intake.dropped === 0) world.take("x".repeat(99));
    world.take("lost at once");
    assert.deepEqual(world.waits, [0, 70, 0]);
    assert.equal(world.intake.dropped, 2);
    world.drain();
    assert.equal(world.drained[taken], "waited for");
  });

  it("keeps lines in memory with spill, up to a limit, and writes them first when there is room", () => {
    world = new World({ onFull: "spill", spillBytes: 50 });
    const taken = world.fill();
    for (let count = 0; count < 8; count += 1) world.take(`spilled ${count}`);
    // Ten bytes each.
    assert.equal(world.intake.spilled, 5);
    assert.equal(world.intake.dropped, 3);
    assert.equal(world.put("not past those"), false);
    world.drain(2);
    world.take("last");
    assert.equal(world.intake.spilled, 0);
    world.intake.handOverAll();
    world.drain();
    const expected = [3, 4, 5, 6, 7].map((count) => `spilled ${count}`);
    assert.deepEqual(world.drained.slice(taken), [...expected, "last"]);
  });

  it("gives up what is kept in memory in order, to be written otherwise", () => {
    world = new World({ onFull: "spill" });
    world.fill();
    for (const text of ["one", "two"]) world.take(text);
    const left = [...world.intake.leftovers()].map(({ bytes }) => Buffer.from(bytes).toString());
    assert.deepEqual(left, ["one\n", "two\n"]);
    assert.equal(world.intake.spilled, 0);
  });

  it("waits a little under any policy where few lines are in it: the thread is on its way", () => {
    world = new World({ onFull: "drop" });
    for (let count = 0; count < SEGMENTS; count += 1) world.take("small", NOON + count * DAY);
    world.meanwhile = () => world.drain();
    world.take("next", NOON + SEGMENTS * DAY);
    assert.equal(world.intake.dropped, 0);
    assert.ok((world.waits[0] ?? 0) > 0);
  });
});
