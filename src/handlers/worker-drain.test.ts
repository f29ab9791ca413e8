// What is done about a segment that a thread was at when it ended, by what it had come
// to: its marks are those of a journal, and the log is a real one.

import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { kernelLock } from "../platform/locks.ts";
import { runSync } from "../platform/run-sync.ts";
import { openSegment, sharedSegment } from "../platform/worker-memory.ts";
import type { Segment } from "../platform/worker-memory.ts";
import { intend, settle } from "../rotation/journal.ts";
import { LineBuffer } from "./line-buffer.ts";
import { LocalEngine } from "./local-engine.ts";
import { RotationHooks } from "./rotation-hooks.ts";
import { checkOptions } from "./timed-rotating-options.ts";
import { drainOldest, settleOldest } from "./worker-drain.ts";
import type { Drain } from "./worker-drain.ts";
import { CALLER, SEGMENTS, THREAD, WorkerRing } from "./worker-ring.ts";

const NOON = 1_709_294_400;
const LINES = ["one", "two", "three", "four"];

let folder: string;
let engine: LocalEngine;
let drain: Drain;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "daybook-drain-")));
  const setup = checkOptions({ when: "midnight", utc: true });
  const location = { directory: folder, base: "app.log" };
  const hooks = new RotationHooks({ ...location, ...setup });
  const unexpected = (error: unknown): void => assert.ifError(error);
  engine = new LocalEngine(
    {
      failed: unexpected,
      trouble: unexpected,
      notice: (text) => assert.fail(text),
      recovered: () => {},
      settled: () => {},
      maintained: () => {},
    },
    { location, setup, hooks },
    false,
  );
  const gifts = Array.from({ length: SEGMENTS }, () =>
    sharedSegment({ dataBytes: 4096, lines: 100 }),
  );
  const segments = gifts.map(openSegment);
  const ring = new WorkerRing();
  const { fs } = engine;
  drain = { ring, who: CALLER, segments, fs, take: (timed) => engine.takeBatch(timed) };
});
afterEach(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = (): string => join(folder, "app.log.2024-03-01");
const written = (): string[] => readFileSync(file(), "utf8").split("\n").slice(0, -1);

/** Fills the next segment and hands it over. */
function handOver(lines: readonly string[]): Segment {
  const segment = drain.segments[drain.ring.filling] as Segment;
  const buffer = new LineBuffer(segment.store, 4096, engine.site.periodAt);
  buffer.refuses(NOON);
  for (const line of lines) assert.ok(buffer.add(Buffer.from(`${line}\n`)));
  drain.ring.handOver();
  return segment;
}

/** The thread has begun with a segment, and says that it will write all of it. */
function intendAll({ journal, store }: Segment): void {
  assert.ok(drain.ring.claim(THREAD));
  const { dev, ino, size } = statSync(file(), { bigint: true });
  const length = store.ends[(store.count[0] as number) - 1] as number;
  const open = {
    id: `${dev}:${ino}`,
    fd: -1,
    end: 0,
    size: 0,
    path: "",
    repairFd: -1,
    unsynced: false,
  };
  const period = engine.site.periodAt(NOON);
  const steps = intend({ journal, from: 0 }, length, { ...open, period });
  // The file's size is asked for in the steps; here it is known.
  runSync(steps, {
    perform: (step) => (step.op === "size" ? Number(size) : drain.fs.perform(step)),
  });
}

const settleRest = (): number => settleOldest(drain, (...found) => engine.settle(...found));

describe("a segment", () => {
  it("is written once by whoever drains it, and free then", () => {
    handOver(LINES);
    handOver(["five"]);
    assert.ok(drainOldest(drain));
    assert.ok(drainOldest(drain));
    assert.equal(drainOldest(drain), false);
    assert.deepEqual(written(), [...LINES, "five"]);
    assert.equal(drain.ring.pending, 0);
    assert.ok(drain.segments.every(({ store }) => store.count[0] === 0));
  });

  it("is left alone while another thread is at it", () => {
    handOver(LINES);
    assert.ok(drain.ring.claim(THREAD));
    assert.equal(drainOldest(drain), false);
    drain.ring.release();
    assert.ok(drainOldest(drain));
  });
});

describe("a segment whose thread has ended", () => {
  const others = ["before\n", "of another process\n"];
  beforeEach(() => {
    handOver(["first"]);
    assert.ok(drainOldest(drain));
    engine.release();
    // The same lines as those of the segment: that they stand there proves nothing.
    appendFileSync(file(), others[0] + LINES.map((line) => `${line}\n`).join(""));
  });
  const start = ["first", "before", ...LINES];

  it("before it was begun with: is written", () => {
    handOver(LINES);
    assert.ok(drain.ring.claim(THREAD));
    assert.equal(settleRest(), LINES.length);
    assert.deepEqual(written(), [...start, ...LINES]);
    assert.equal(drain.ring.pending, 0);
    assert.ok(drain.ring.claim(CALLER));
  });

  it("before its write: is written", { skip: kernelLock() === null }, () => {
    intendAll(handOver(LINES));
    appendFileSync(file(), others[1] as string);
    settleRest();
    assert.deepEqual(written(), [...start, "of another process", ...LINES]);
  });

  it("after its write: is not written again", { skip: kernelLock() === null }, () => {
    intendAll(handOver(LINES));
    appendFileSync(file(), LINES.map((line) => `${line}\n`).join("") + (others[1] as string));
    assert.equal(settleRest(), LINES.length);
    assert.deepEqual(written(), [...start, ...LINES, "of another process"]);
  });

  it("after its write was noted: is not looked for", () => {
    const segment = handOver(LINES);
    assert.ok(drain.ring.claim(THREAD));
    runSync(settle(segment.journal, 3), drain.fs);
    assert.equal(settleRest(), 1);
    assert.deepEqual(written(), [...start, "four"]);
  });

  it("goes before those behind it", () => {
    handOver(LINES);
    handOver(["behind"]);
    assert.ok(drain.ring.claim(THREAD));
    settleRest();
    assert.ok(drainOldest(drain));
    assert.deepEqual(written(), [...start, ...LINES, "behind"]);
  });
});
