import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { until } from "../../test/kit/until.ts";
import { setClock } from "../core/clock.ts";
import { Logger } from "../core/logger.ts";
import { makeLogRecord } from "../core/record.ts";
import { kernelLock } from "../platform/locks.ts";
import { TimedRotatingFileHandler } from "./timed-rotating-file.ts";
import type { TimedRotatingFileHandlerOptions } from "./timed-rotating-options.ts";

/** 2024-03-01 12:00 UTC, in seconds. */
const NOON = 1_709_294_400;
const DAY = 86_400;

let folder: string;
let clock: number;
let handlers: TimedRotatingFileHandler[];
let stderr: CapturedStderr;

beforeEach(() => {
  folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "daybook-base-")));
  clock = NOON;
  handlers = [];
  setClock({ now: () => clock * 1000 });
  stderr = new CapturedStderr();
  stderr.start();
});
afterEach(() => {
  for (const handler of handlers) handler.close();
  stderr.stop();
  setClock(null);
  fs.rmSync(folder, { recursive: true, force: true });
});

function make(options: TimedRotatingFileHandlerOptions = {}): TimedRotatingFileHandler {
  const path = join(folder, "app.log");
  const handler = new TimedRotatingFileHandler(path, { when: "midnight", utc: true, ...options });
  handlers.push(handler);
  return handler;
}

function log(handler: TimedRotatingFileHandler, msg: string, created: number = clock): void {
  handler.handle(makeLogRecord({ msg, created }));
}

/** Goes on far enough for past files to be closed, and lets the handler notice. */
function days(handler: TimedRotatingFileHandler, count: number): void {
  for (let day = 0; day < count; day += 1) {
    log(handler, `day ${day}`);
    clock += DAY;
  }
  handler.reopen();
}

const entries = (): string[] => fs.readdirSync(folder).filter((name) => name !== ".daybook");
const text = (name: string): string => fs.readFileSync(join(folder, name), "utf8");

describe("the files of the past", () => {
  it("are compressed when nobody has them open, and each line is kept", async () => {
    assert.ok(kernelLock() !== null, "these tests need a kernel lock");
    const handler = make({ compress: "gzip" });
    days(handler, 3);
    log(handler, "day 3");
    await handler.maintain();
    assert.deepEqual(entries().toSorted(), [
      "app.log",
      "app.log.2024-03-01.gz",
      "app.log.2024-03-02.gz",
      "app.log.2024-03-03.gz",
      "app.log.2024-03-04",
    ]);
    const packed = fs.readFileSync(join(folder, "app.log.2024-03-02.gz"));
    assert.equal(gunzipSync(packed).toString(), "day 1\n");
    assert.equal(handler.stats().archived, 3);
  });

  it("are compressed with zstd where Node has it", async () => {
    const { zstdDecompressSync } = (await import("node:zlib")) as unknown as {
      readonly zstdDecompressSync?: (bytes: Uint8Array) => Buffer;
    };
    if (zstdDecompressSync === undefined) {
      assert.throws(() => make({ compress: "zstd" }), /zstd/);
      return;
    }
    const handler = make({ compress: "zstd" });
    days(handler, 1);
    log(handler, "next");
    await handler.maintain();
    const packed = fs.readFileSync(join(folder, "app.log.2024-03-01.zst"));
    assert.equal(zstdDecompressSync(packed).toString(), "day 0\n");
  });

  it("go by age and by total size, oldest first, never a live one", async () => {
    const aged = make({ maxAgeDays: 2 });
    days(aged, 5);
    log(aged, "now");
    await aged.maintain();
    const left = entries().filter((name) => name !== "app.log");
    assert.deepEqual(left.toSorted().slice(0, 1), ["app.log.2024-03-04"]);
    aged.close();
    const small = make({ maxTotalBytes: 10 });
    await small.maintain();
    assert.deepEqual(entries().toSorted(), ["app.log", "app.log.2024-03-05", "app.log.2024-03-06"]);
    assert.equal(text("app.log.2024-03-06"), "now\n");
  });

  it("are made by the rotator, which may take its time, under the namer's names", async () => {
    const handler = make();
    handler.namer = (path) => `${path}.packed`;
    handler.rotator = async (source, dest) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      fs.writeFileSync(dest, gzipSync(fs.readFileSync(source)));
      fs.rmSync(source);
    };
    days(handler, 2);
    log(handler, "now");
    await handler.maintain();
    assert.ok(entries().includes("app.log.2024-03-01.packed"), entries().join());
    const packed = fs.readFileSync(join(folder, "app.log.2024-03-01.packed"));
    assert.equal(gunzipSync(packed).toString(), "day 0\n");
    assert.equal(handler.stats().archived, 2);
  });

  it("are not given to a rotator that has no namer beside it, which is told once", async () => {
    const handler = make();
    handler.rotator = () => assert.fail("asked");
    days(handler, 3);
    log(handler, "now");
    await handler.maintain();
    assert.match(stderr.text, /^daybook: the rotator has no effect without a namer.*\n$/);
    assert.equal(text("app.log.2024-03-01"), "day 0\n");
  });

  it("stay when the rotator fails, and that is told; the application goes on", async () => {
    const rotator = (): void => {
      throw new Error("no space for the copy");
    };
    const handler = make({ namer: (path) => `${path}.done`, rotator });
    days(handler, 1);
    log(handler, "now");
    await handler.maintain();
    assert.match(stderr.text, /no space for the copy/);
    assert.equal(handler.stats().archived, 0);
    const kept = entries().find((name) => name.startsWith("app.log.2024-03-01"));
    assert.equal(text(kept ?? "missing"), "day 0\n");
  });

  it("are looked after by themselves, a moment after a file began", async () => {
    const handler = make({ backupCount: 1 });
    days(handler, 3);
    log(handler, "now");
    await until(() => handler.stats().removed === 2);
  });
});

describe("a rotating handler", () => {
  it("leaves a full file for the period's next one", () => {
    const handler = make({ maxBytes: 12 });
    for (const msg of ["one", "two", "three", "four"]) log(handler, msg);
    clock += DAY;
    log(handler, "tomorrow");
    assert.equal(text("app.log.2024-03-01"), "one\ntwo\n");
    assert.equal(text("app.log.2024-03-01.1"), "three\nfour\n");
    assert.equal(text("app.log.2024-03-02"), "tomorrow\n");
  });

  it("gives new files and folders the permissions asked for", () => {
    const umask = process.umask(0);
    try {
      const path = join(folder, "deep", "logs", "app.log");
      const options = { utc: true, fileMode: 0o604, directoryMode: 0o705 } as const;
      const handler = new TimedRotatingFileHandler(path, options);
      handlers.push(handler);
    } finally {
      process.umask(umask);
    }
    const mode = (path: string): string =>
      (fs.statSync(join(folder, path)).mode & 0o777).toString(8);
    assert.deepEqual(["deep", "deep/logs", "deep/logs/.daybook", "deep/logs/app.log"].map(mode), [
      "705",
      "705",
      "705",
      "604",
    ]);
  });

  it("does not end a past period's file by a mere start; a record does", () => {
    const first = make({ strategy: "rename" });
    log(first, "yesterday");
    first.close();
    fs.utimesSync(join(folder, "app.log"), clock, clock);
    clock += DAY;
    const second = make({ strategy: "rename" });
    assert.equal(text("app.log"), "yesterday\n");
    log(second, "today");
    assert.equal(text("app.log"), "today\n");
    assert.equal(text("app.log.2024-03-01"), "yesterday\n");
  });

  it("opens what the log's name leads to after reopen, without an error if that fails", () => {
    const handler = make({ strategy: "rename" });
    log(handler, "one");
    fs.renameSync(join(folder, "app.log"), join(folder, "moved"));
    fs.rmSync(join(folder, ".daybook"), { recursive: true });
    handler.reopen();
    log(handler, "two");
    assert.equal(text("moved"), "one\n");
    assert.equal(text("app.log"), "two\n");
    handler.close();
    handler.reopen();
    assert.equal(stderr.text, "");
  });

  it("counts what it does", () => {
    const handler = make({ durability: "buffered" });
    log(handler, "one");
    assert.equal(handler.stats().buffered, 1);
    clock += DAY;
    log(handler, "two");
    log(handler, "late", NOON);
    handler.flush();
    const { written, dropped, late, rolled, bytes, errors, buffered, spilled } = handler.stats();
    assert.deepEqual(
      { written, dropped, late, rolled, bytes, errors, buffered, spilled },
      { written: 3, dropped: 0, late: 1, rolled: 2, bytes: 13, errors: 0, buffered: 0, spilled: 0 },
    );
  });

  it("reports a failing handleError of a subclass, and goes on", () => {
    class Odd extends TimedRotatingFileHandler {
      override handleError(): void {
        throw new Error("handleError is broken");
      }
    }
    fs.writeFileSync(join(folder, "logs"), "in the way");
    const handler = new Odd(join(folder, "logs", "app.log"), { delay: true });
    handlers.push(handler);
    handler.emit(makeLogRecord({ msg: "lost", created: clock }));
    assert.match(stderr.text, /handleError is broken/);
    assert.equal(handler.stats().dropped, 1);
  });
});

it("another terminator ends each line, with a record and without", () => {
  const handler = make();
  const logger = new Logger("terminated");
  logger.addHandler(handler);
  logger.info("first");
  handler.terminator = "\r\n";
  logger.info("second");
  log(handler, "third");
  handler.terminator = "\n";
  logger.info("fourth");
  handler.flush();
  const text = fs.readFileSync(join(folder, "app.log"), "utf8");
  assert.equal(text, "first\nsecond\r\nthird\r\nfourth\n");
});

it("a terminator without a newline at its end is refused, and the one before stays", () => {
  const handler = make();
  for (const bad of ["", "|", "\n|", null, 5]) {
    assert.throws(() => Object.assign(handler, { terminator: bad }), {
      name: "ValueError",
      message: /^terminator can.t be .*; accepted: a text that ends with a newline$/,
    });
  }
  assert.equal(handler.terminator, "\n");
});
