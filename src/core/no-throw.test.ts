import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { Recorder } from "../../test/kit/recorder.ts";
import { LoggerAdapter } from "./adapter.ts";
import { Handler } from "./handler.ts";
import { ERROR } from "./level.ts";
import { Logger } from "./logger.ts";
import { LogRecord, makeLogRecord } from "./record.ts";

const stderr = new CapturedStderr();
beforeEach(() => stderr.start());
afterEach(() => stderr.stop());

function angry(): never {
  throw new Error("angry");
}

function loggerWith(handler: Handler): Logger {
  const logger = new Logger("a", "DEBUG");
  logger.addHandler(handler);
  return logger;
}

for (const name of ["isEnabledFor", "getEffectiveLevel", "findCaller", "makeRecord"] as const) {
  test(`a logger whose own ${name} throws reports that, and the call returns`, () => {
    const logger = Object.assign(loggerWith(new Recorder()), { [name]: angry });
    logger.error("one");
    logger.with({ id: 1 }).error("two");
    assert.match(stderr.text, /angry/);
  });
}

test("an adapter whose process throws, or answers no pair, reports that", () => {
  const kept = new Recorder();
  const logger = loggerWith(kept);
  for (const process of [angry, () => null]) {
    const adapter = Object.assign(new LoggerAdapter(logger), { process });
    adapter.info("lost");
    adapter.log("INFO", "lost");
    adapter.logRecord("INFO", "lost");
  }
  assert.equal(kept.records.length, 0);
  assert.match(stderr.text, /Error: angry/);
  assert.match(stderr.text, /TypeError: object null/);
});

test("extra that can't be read costs the value, or is reported; one that overwrites is CPython's KeyError", () => {
  const kept = new Recorder();
  const logger = loggerWith(kept);
  const lazy = Object.defineProperty({}, "late", { enumerable: true, get: angry });
  new LoggerAdapter(logger, lazy).info("read");
  new LoggerAdapter(logger, lazy, true).info("read");
  logger.logRecord("INFO", "read", [], { extra: lazy });
  assert.equal(kept.records.length, 3);
  const { proxy, revoke } = Proxy.revocable<Record<string, unknown>>({}, {});
  revoke();
  new LoggerAdapter(logger, proxy).info("not read");
  assert.match(stderr.text, /TypeError: .*proxy/);
  assert.throws(() => new LoggerAdapter(logger, { name: "other" }).info("x"), { name: "KeyError" });
});

test("extra may have a key fields, as in Python, beside the fields of the call", () => {
  const kept = new Recorder();
  const logger = loggerWith(kept);
  new LoggerAdapter(logger, { fields: "extra" }).info("paid", { id: 7 });
  const [record] = kept.records;
  assert.equal(Reflect.get(record ?? {}, "fields"), "extra");
  assert.equal(Reflect.get(record?.copy() ?? {}, "fields"), "extra");
  assert.deepEqual({ ...LogRecord.fieldsOf(record ?? makeLogRecord({})) }, { id: 7 });
});

test("a record from elsewhere whose level can't be compared goes to the handlers", () => {
  const kept = new Recorder();
  kept.setLevel(ERROR);
  loggerWith(kept).handle(makeLogRecord({ msg: "x", levelno: { valueOf: 1, toString: 1 } }));
  assert.equal(kept.records.length, 1);
});

test("lists of handlers and filters are checked as single ones are", () => {
  const logger = new Logger("a");
  for (const wrong of [[null], [undefined], [5], "x"] as unknown[]) {
    assert.throws(() => (logger.handlers = wrong as Handler[]), {
      message: /^a handler can't be .*; accepted: a Handler, or an object/,
    });
    assert.throws(() => (logger.filters = wrong as []), { message: /^a filter can't be/ });
  }
  assert.deepEqual([logger.handlers, logger.filters], [[], []]);
});

test("what is reported can't steer the terminal that it is shown on", () => {
  const formatter = {
    format(): string {
      throw new Error("\x1b[2J\u009b1A\r gone");
    },
  };
  const handler = new Recorder();
  handler.emit = function emit(record) {
    this.format(record);
  };
  handler.setFormatter(formatter);
  loggerWith(handler).info("\x1b]8;;x");
  assert.match(stderr.text, /Error: \\x1b\[2J\\x9b1A\\r gone\n/);
  // oxlint-disable-next-line no-control-regex
  assert.doesNotMatch(stderr.text, /[\x1b\r\u009b]/);
});
