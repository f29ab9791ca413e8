import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { Handler } from "./handler.ts";
import { Logger } from "./logger.ts";
import { isThenable, onRejection } from "./on-rejection.ts";
import { makeLogRecord } from "./record.ts";
import type { LogRecord } from "./record.ts";
import { closeHandlers } from "./shutdown.ts";

// The test runner fails a test in whose time a rejection is left to nobody.

const stderr = new CapturedStderr();
beforeEach(() => stderr.start());
afterEach(() => stderr.stop());

// Whether a record was passed on is no matter of types here: applications in JavaScript have none.
function answering<T>(answer: () => T): never {
  return answer as never;
}

test("what is rejected is told, what is fulfilled or no promise is not", async () => {
  const heard: unknown[] = [];
  const answers = [undefined, null, 7, {}, Promise.resolve(1), Promise.reject(new Error("no"))];
  for (const answer of answers) onRejection(answer, {}, (error) => heard.push(error));
  await turn();
  assert.deepEqual(heard, [new Error("no")]);
});

test("a `then` that throws is told, one that can't be read is none", () => {
  const heard: unknown[] = [];
  const thrower = (text: string) => (): never => {
    throw new Error(text);
  };
  const broken = new Proxy({}, { get: () => thrower("then") });
  onRejection(broken, {}, (error) => heard.push((error as Error).message));
  assert.deepEqual(heard, ["then"]);
  const hostile = new Proxy({}, { get: thrower("getter") });
  assert.equal(isThenable(hostile), false);
});

test("a report that fails, at once or later, is reported itself", async () => {
  const source = { toString: () => "<source>" };
  onRejection(Promise.reject(new Error("first")), source, () => {
    throw new Error("second");
  });
  onRejection(Promise.reject(new Error("first")), source, () => Promise.reject(new Error("third")));
  await turn();
  assert.match(stderr.text, /Error: second[^]*In <source>: a failure could not be reported/);
  assert.match(stderr.text, /Error: third/);
});

test("a handler whose emit is async fails into handleError", async () => {
  class Late extends Handler {
    override emit = answering(async (): Promise<void> => {
      throw new Error("late");
    });
  }
  new Late().handle(makeLogRecord({ msg: "m" }));
  await turn();
  assert.match(stderr.text, /--- Logging error ---\nError: late[^]*Message: 'm'/);
});

test("so does a formatter whose format is", async () => {
  class Lines extends Handler {
    override emit(record: LogRecord): void {
      this.formatOrFallback(record);
    }
  }
  const handler = new Lines();
  handler.setFormatter({
    format: answering(async (): Promise<string> => {
      throw new Error("late format");
    }),
  });
  handler.handle(makeLogRecord({ msg: "m" }));
  await turn();
  assert.match(stderr.text, /Error: late format/);
});

test("a handler whose handle, flush or close is async is reported, too", async () => {
  class Late extends Handler {
    override handle = answering(async (): Promise<void> => {
      throw new Error("late handle");
    });
    override flush = answering(async (): Promise<void> => {
      throw new Error("late flush");
    });
    override close = answering(async (): Promise<void> => {
      throw new Error("late close");
    });
  }
  const handler = new Late();
  const logger = new Logger("app", 1);
  logger.addHandler(handler);
  logger.info("m");
  closeHandlers([handler], "now");
  await turn();
  assert.match(stderr.text, /late handle[^]*the record could not be handled/);
  assert.match(stderr.text, /late flush[^]*closing now failed/);
  assert.match(stderr.text, /late close[^]*closing now failed/);
});

test("a filter that is async is told of once, what it throws is told, and records pass", async () => {
  const passed: unknown[] = [];
  class Seen extends Handler {
    override emit(record: LogRecord): void {
      passed.push(record.msg);
    }
  }
  const handler = new Seen();
  handler.addFilter(async () => {
    throw new Error("late filter");
  });
  for (const msg of ["one", "two"]) handler.handle(makeLogRecord({ msg }));
  await turn();
  assert.deepEqual(passed, ["one", "two"]);
  assert.equal(stderr.text.split("a filter answered with a promise").length, 2);
  assert.match(stderr.text, /Error: late filter[^]*a filter threw, the record went on/);
});
