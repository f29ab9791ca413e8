// Handlers with a worker thread, from the application's side: what is written, when,
// what is counted, and what happens when the thread is stopped.

import assert from "node:assert/strict";
import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Worker } from "node:worker_threads";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { setClock } from "../core/clock.ts";
import { Logger } from "../core/logger.ts";
import { makeLogRecord } from "../core/record.ts";
import type { LogRecord } from "../core/record.ts";
import { nativeCalls } from "../platform/native.ts";
import { RotatingFileHandler } from "./rotating-file.ts";
import { TimedRotatingFileHandler } from "./timed-rotating-file.ts";
import { RotationHooks } from "./rotation-hooks.ts";
import { checkOptions } from "./timed-rotating-options.ts";
import type { TimedRotatingFileHandlerOptions } from "./timed-rotating-options.ts";
import { WorkerEngine } from "./worker-engine.ts";

/** 2024-03-01 12:00 UTC, in seconds. */
const NOON = 1_709_294_400;
const DAY = 86_400;

const DURABILITIES: readonly ("journal" | "buffered")[] =
  (nativeCalls()?.memory ?? null) === null ? ["buffered"] : ["journal", "buffered"];

const stderr = new CapturedStderr();
let folder: string;
let path: string;
const open: TimedRotatingFileHandler[] = [];
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "daybook-worker-")));
  path = join(folder, "app.log");
  stderr.start();
});
afterEach(() => {
  for (const handler of open.splice(0)) handler.close();
  stderr.stop();
  setClock(null);
  rmSync(folder, { recursive: true, force: true });
});

function make(options: TimedRotatingFileHandlerOptions = {}): TimedRotatingFileHandler {
  const handler = new TimedRotatingFileHandler(path, {
    when: "midnight",
    utc: true,
    worker: true,
    ...options,
  });
  open.push(handler);
  return handler;
}

/** A handler, and the thread that it starts. */
async function makeWithThread(
  options: TimedRotatingFileHandlerOptions = {},
): Promise<[TimedRotatingFileHandler, Worker]> {
  // Node tells of a thread a tick after it was made: none of before must be meant.
  await pause(1);
  let thread: Worker | null = null;
  process.once("worker", (worker) => {
    thread = worker;
  });
  const handler = make(options);
  await until(() => thread !== null);
  assert.ok(thread);
  return [handler, thread];
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(2);
}

/** Until the thread answers: before, the calling thread would do its work. */
async function untilRunning(handler: TimedRotatingFileHandler): Promise<void> {
  await handler.maintain();
}

function record(msg: string, created: number = NOON): LogRecord {
  return makeLogRecord({ msg, created, levelno: 20, levelname: "INFO", name: "test" });
}

const linesOf = (name: string): string[] =>
  readFileSync(join(folder, name), "utf8").split("\n").slice(0, -1);

const files = (): string[] => readdirSync(folder).filter((name) => /\d$/.test(name));

const journals = (): string[] =>
  readdirSync(join(folder, ".daybook")).filter((name) => name.endsWith(".journal"));

function logTo(handler: TimedRotatingFileHandler): Logger {
  const log = new Logger("worker", "INFO");
  log.addHandler(handler);
  return log;
}

for (const durability of DURABILITIES) {
  describe(`a handler with a worker thread and durability ${durability}`, () => {
    it("writes the lines of many turns whole, once and in order", async () => {
      const handler = make({ durability, workerBytes: 65_536 });
      const log = logTo(handler);
      const expected: string[] = [];
      for (let turn = 0; turn < 50; turn += 1) {
        for (let call = 0; call < 100; call += 1) {
          const line = `line ${expected.length} ${"x".repeat(expected.length % 97)}`;
          expected.push(line);
          log.info(line);
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      handler.flush();
      assert.deepEqual(files().flatMap(linesOf), expected);
      const { written, dropped, buffered, bytes } = handler.stats();
      assert.deepEqual([written, dropped, buffered], [5000, 0, 0]);
      assert.equal(bytes, expected.join("\n").length + 1);
    });

    it("writes by itself what nobody flushes", async () => {
      const handler = make({ durability });
      await untilRunning(handler);
      logTo(handler).info("one");
      await until(() => handler.stats().written === 1);
      assert.deepEqual(files().flatMap(linesOf), ["one"]);
    });

    it("keeps each period's lines to its file, in whatever order they come", async () => {
      const handler = make({ durability, delay: true });
      handler.handle(record("first"));
      await untilRunning(handler);
      for (let round = 0; round < 40; round += 1) {
        handler.handle(record(`day ${round}`));
        handler.handle(record(`eve ${round}`, NOON - DAY));
      }
      handler.flush();
      const rounds = Array.from({ length: 40 }, (_, round) => round);
      assert.deepEqual(linesOf("app.log.2024-03-01"), ["first", ...rounds.map((n) => `day ${n}`)]);
      assert.deepEqual(
        linesOf("app.log.2024-02-29"),
        rounds.map((n) => `eve ${n}`),
      );
      assert.equal(handler.stats().late, 40);
    });

    it("writes a line that no segment can hold behind those before it", () => {
      const handler = make({ durability, workerBytes: 16_384 });
      const long = "l".repeat(20_000);
      for (const msg of ["one", long, "two"]) handler.handle(record(msg));
      handler.flush();
      assert.deepEqual(linesOf("app.log.2024-03-01"), ["one", long, "two"]);
    });

    it("goes on in this thread, with all that was taken, when the worker thread ends", async () => {
      const [handler, thread] = await makeWithThread({ durability });
      await untilRunning(handler);
      const log = logTo(handler);
      const expected = Array.from({ length: 3000 }, (_, at) => `line ${at}`);
      for (const line of expected.slice(0, 1000)) log.info(line);
      const ended = thread.terminate();
      for (const line of expected.slice(1000, 2000)) log.info(line);
      await ended;
      await until(() => handler.stats().errors > 0);
      for (const line of expected.slice(2000)) log.info(line);
      // Without a thread each is written at once.
      assert.deepEqual(files().flatMap(linesOf), expected);
      assert.deepEqual([handler.stats().written, handler.stats().buffered], [3000, 0]);
      assert.match(stderr.text, /the worker thread of the log has ended/);
      assert.deepEqual(journals(), []);
    });

    it("has all written when close returns, and writes later lines at once", async () => {
      const handler = make({ durability });
      await untilRunning(handler);
      const log = logTo(handler);
      for (let call = 0; call < 100; call += 1) log.info(`line ${call}`);
      handler.close();
      assert.equal(files().flatMap(linesOf).length, 100);
      log.info("late");
      assert.equal(files().flatMap(linesOf).at(-1), "late");
      assert.equal(handler.stats().written, 101);
    });

    it("writes at close without the thread, if that does not run yet", () => {
      const handler = make({ durability });
      logTo(handler).info("one");
      handler.close();
      assert.deepEqual(files().flatMap(linesOf), ["one"]);
      assert.equal(handler.stats().written, 1);
    });
  });
}

describe("a worker thread that does nothing any more", () => {
  /** An engine whose thread is over, which the caller, being busy, can't have heard of. */
  async function makeStuck(durability: "journal" | "buffered") {
    const setup = checkOptions({
      when: "midnight",
      utc: true,
      worker: true,
      durability,
      onFull: "drop",
    });
    const location = { directory: folder, base: "app.log" };
    const hooks = new RotationHooks({ ...location, ...setup });
    const told: string[] = [];
    const engine = new WorkerEngine(
      {
        failed: (error, what, dropped) => told.push(`${String(error)}: ${what}: ${dropped}`),
        trouble: (error, what) => told.push(`${String(error)}: ${what}`),
        notice: (text) => told.push(text),
        recovered: () => {},
        settled: () => {},
        maintained: () => {},
      },
      { location, setup, hooks },
      50,
    );
    await pause(1);
    const threads: Worker[] = [];
    process.once("worker", (worker) => threads.push(worker));
    engine.open();
    await engine.maintain();
    const ended = threads[0]?.terminate();
    // It is over when it doesn't wake any more; nothing tells that to a caller who doesn't wait for it.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    for (const msg of ["one", "two"]) engine.take(NOON, Buffer.from(`${msg}\n`), record(msg));
    engine.flush();
    return { engine, told, ended };
  }

  it("is not waited for for ever; what it was to write is written when it is over", async () => {
    const { engine, told, ended } = await makeStuck("buffered");
    assert.match(told.join(), /done nothing for 0\.05 seconds; 2 records wait for it/);
    assert.equal(engine.stats().buffered, 2);
    await ended;
    await until(() => told.length === 2);
    assert.deepEqual(linesOf("app.log.2024-03-01"), ["one", "two"]);
    assert.deepEqual([engine.stats().buffered, engine.stats().written], [0, 2]);
    engine.close();
  });

  for (const durability of DURABILITIES) {
    it(`leaves at close what waits, until it ends, with durability ${durability}`, async () => {
      const { engine, told, ended } = await makeStuck(durability);
      engine.close();
      assert.match(told.at(-1) ?? "", /does not answer: 2 records/);
      assert.deepEqual([engine.stats().written, engine.stats().buffered], [0, 2]);
      await ended;
      await until(() => engine.stats().buffered === 0);
      assert.equal(engine.stats().written, 2);
      assert.deepEqual(linesOf("app.log.2024-03-01"), ["one", "two"]);
      assert.deepEqual(journals(), []);
    });
  }
});

describe("a handler with a worker thread", () => {
  it("rolls a file of limited size like any other", async () => {
    const handler = new RotatingFileHandler(path, { maxBytes: 1000, backupCount: 3, worker: true });
    try {
      await handler.maintain();
      for (let call = 0; call < 100; call += 1) handler.handle(record(`${call}`.padStart(99, ".")));
      handler.flush();
      assert.equal(handler.stats().written, 100);
      const names = readdirSync(folder)
        .filter((name) => name.startsWith("app.log"))
        .toSorted();
      assert.deepEqual(names, ["app.log", "app.log.1", "app.log.2", "app.log.3"]);
      const last = [...names].toReversed().flatMap(linesOf);
      const first = 100 - last.length;
      assert.deepEqual(
        last,
        last.map((_, at) => `${first + at}`.padStart(99, ".")),
      );
    } finally {
      handler.close();
    }
  });

  it("empties a file of mode w once, not again in its thread", async () => {
    writeFileSync(path, "old\n");
    const handler = new RotatingFileHandler(path, { mode: "w", worker: true });
    try {
      handler.handle(record("one"));
      handler.flush();
      await handler.maintain();
      handler.handle(record("two"));
      handler.flush();
      assert.deepEqual(linesOf("app.log"), ["one", "two"]);
    } finally {
      handler.close();
    }
  });

  it("looks after old files in its thread", async () => {
    for (const day of ["27", "28"]) writeFileSync(join(folder, `app.log.2024-02-${day}`), "old\n");
    setClock({ now: () => NOON * 1000, rate: 1 });
    const handler = make({ backupCount: 1, delay: true });
    handler.handle(record("new"));
    await handler.maintain();
    handler.flush();
    assert.deepEqual(files().toSorted(), ["app.log.2024-02-28", "app.log.2024-03-01"]);
    assert.equal(handler.stats().removed, 1);
  });

  it("closes files of the past by the clock that was set in the calling thread", async () => {
    let at = NOON * 1000;
    setClock({ now: () => at, rate: 1000 });
    const handler = make({ delay: true, compress: "gzip" });
    handler.handle(record("noon"));
    handler.flush();
    await handler.maintain();
    at += DAY * 1000;
    handler.handle(record("next", NOON + DAY));
    handler.flush();
    await until(
      () => files().length + readdirSync(folder).filter((name) => name.endsWith(".gz")).length > 1,
    );
    await handler.maintain();
    assert.ok(readdirSync(folder).includes("app.log.2024-03-01.gz"), readdirSync(folder).join());
  });

  it("opens the log again where its name leads to when it is told", async () => {
    const handler = make({ delay: true });
    handler.handle(record("one"));
    await untilRunning(handler);
    handler.flush();
    rmSync(join(folder, "app.log.2024-03-01"));
    rmSync(path);
    handler.reopen();
    handler.handle(record("two"));
    handler.flush();
    assert.deepEqual(linesOf("app.log.2024-03-01"), ["two"]);
  });

  it("tells of failures in its thread as of any other", async () => {
    const handler = make({ delay: true, onFull: "drop" });
    try {
      handler.handle(record("one"));
      await untilRunning(handler);
      handler.flush();
      rmSync(folder, { recursive: true });
      writeFileSync(folder, "no folder any more");
      handler.handle(record("two", NOON + DAY));
      handler.flush();
    } finally {
      rmSync(folder, { force: true });
    }
    const { written, dropped, errors } = handler.stats();
    assert.deepEqual([written, dropped], [1, 1]);
    assert.ok(errors > 0);
    assert.match(stderr.text, /ENOTDIR/);
  });

  it("throws at construction what is wrong with the path", () => {
    writeFileSync(join(folder, "file"), "");
    path = join(folder, "file", "app.log");
    assert.throws(() => make(), { code: /ENOTDIR|EEXIST/ });
  });
});
