// The shapes of calls that Nest and its Logger make. The real Nest runs in
// examples/nest.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { RecordedLog } from "../../test/kit/recorded-log.ts";
import { NestLogger } from "./nest.ts";
import type { NestLoggerOptions } from "./nest.ts";

const stderr = new CapturedStderr();
let recorded: RecordedLog;
let logger: NestLogger;
beforeEach(() => {
  recorded = new RecordedLog();
  logger = new NestLogger({ logger: recorded.logger("nest") });
  stderr.start();
});
afterEach(() => {
  stderr.stop();
  assert.equal(stderr.text, "");
});

const STACK =
  "RangeError: too much tea\n    at pour (file:///shop/tea.js:7:11)\n    at node:internal:1:1";

/** Name, message and fields of all calls. */
function told(): unknown[] {
  return recorded.calls.map(({ name, message, fields }) => [name, message, fields]);
}

test("each of Nest's methods has its level", () => {
  for (const method of ["fatal", "error", "warn", "log", "debug", "verbose"] as const) {
    logger[method]("m");
  }
  assert.deepEqual(
    recorded.calls.map(({ level }) => level),
    ["CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG", "Level 5"],
  );
});

test("the context at the end is the logger's name; without one it is the logger itself", () => {
  logger.log("a");
  logger.log("b", "OrdersService");
  logger.log("c", "orders.v2");
  logger.log("d", { id: 7 }, "OrdersService");
  assert.deepEqual(told(), [
    ["nest", "a", {}],
    ["nest.OrdersService", "b", {}],
    ["nest.orders.v2", "c", {}],
    ["nest.OrdersService", "d", { id: 7 }],
  ]);
});

test("a context that is no name is a field", () => {
  for (const context of ["two words", ".a", "a..b", "x".repeat(101), "a\nb"]) {
    logger.log("m", context);
    assert.deepEqual([recorded.last.name, recorded.last.fields], ["nest", { context }]);
  }
});

test("contexts without end don't make loggers without end", () => {
  for (let i = 0; i < 1100; i += 1) logger.log("m", `Context${i}`);
  assert.equal(recorded.logger("nest").getChildren().size, 1000);
  assert.deepEqual(
    [recorded.last.name, recorded.last.fields],
    ["nest", { context: "Context1099" }],
  );
  logger.log("m", "Context7");
  assert.equal(recorded.last.name, "nest.Context7");
});

test("messages are no formats, with and without something behind them", () => {
  logger.log("100% of %s");
  logger.log("100% of %s", { id: 7 }, "A");
  logger.warn("%%", "A");
  assert.deepEqual(
    recorded.calls.map(({ message }) => message),
    ["100% of %s", "100% of %s", "%%"],
  );
});

test("several messages are several records, and objects behind the first go with each", () => {
  logger.log("a", 7, { id: 1 }, ["x"], { id: 2, more: true }, "A");
  assert.deepEqual(told(), [
    ["nest.A", "a", { id: 2, more: true }],
    ["nest.A", "7", { id: 2, more: true }],
    ["nest.A", "[ 'x' ]", { id: 2, more: true }],
  ]);
});

test("an object as message is fields, and its own message if it has one", () => {
  logger.log({ event: "paid", id: 7 }, "A");
  logger.log({ message: "paid", id: 7 });
  logger.log({ id: 7, msg: "paid %d" });
  logger.log(JSON.parse('{"__proto__": 7}'));
  assert.deepEqual(told().slice(0, 3), [
    ["nest.A", "", { event: "paid", id: 7 }],
    ["nest", "paid", { id: 7 }],
    ["nest", "paid %d", { id: 7 }],
  ]);
  assert.deepEqual(Object.keys(recorded.last.fields), ["__proto__"]);
});

test("functions are asked for their message, classes named, and nobody asks if nobody listens", () => {
  class OrdersService {
    readonly isClass = true;
  }
  logger.log(() => "made late");
  logger.log(OrdersService);
  recorded.logger("nest").setLevel("INFO");
  logger.debug(() => assert.fail("asked"));
  assert.deepEqual(told(), [
    ["nest", "made late", {}],
    ["nest", "OrdersService", {}],
  ]);
});

test("an Error is the record's error, in place of the message or behind it", () => {
  const error = new Error("too much tea");
  const calls: [unknown[], string, string][] = [
    [[error], "nest", "too much tea"],
    [[error, undefined, "A"], "nest.A", "too much tea"],
    [[error, error.stack, "A"], "nest.A", "too much tea"],
    [[error, "A"], "nest.A", "too much tea"],
    [["can't pour", error], "nest", "can't pour"],
    [["can't pour", error, "A"], "nest.A", "can't pour"],
    [[new Error("", { cause: error })], "nest", "Error"],
  ];
  for (const [[message, ...rest], name, text] of calls) {
    logger.error(message, ...rest);
    assert.deepEqual([recorded.last.name, recorded.last.message], [name, text]);
    assert.ok(recorded.last.error instanceof Error);
    assert.equal(recorded.last.error.cause ?? recorded.last.error, error);
  }
  assert.equal(recorded.calls.length, calls.length);
});

test("a stack behind the message becomes the record's error, with its name and message", () => {
  const calls: [unknown[], string][] = [
    [[STACK], "nest"],
    [[STACK, "A"], "nest.A"],
    [[{ id: 7 }, STACK, "A"], "nest.A"],
    [["A", STACK], "nest.A"],
  ];
  for (const [rest, name] of calls) {
    logger.error("can't pour", ...rest);
    const { message, error } = recorded.last;
    assert.deepEqual([recorded.last.name, message], [name, "can't pour"]);
    assert.ok(error instanceof Error);
    assert.deepEqual(
      [error.name, error.message, error.stack],
      ["RangeError", "too much tea", STACK],
    );
    assert.deepEqual(Object.keys(error), []);
  }
  assert.equal(recorded.calls.length, calls.length);
});

test("with a context, any text behind the message is a stack, and undefined is none", () => {
  logger.error("can't pour", "no stack at all", "A");
  assert.ok(recorded.last.error instanceof Error);
  assert.equal(recorded.last.error.stack, "no stack at all");
  logger.error("can't pour", undefined, "A");
  assert.deepEqual([recorded.last.name, recorded.last.error], ["nest.A", null]);
  logger.error("can't pour", undefined);
  assert.deepEqual([recorded.last.name, recorded.last.error], ["nest", null]);
  assert.equal(recorded.calls.length, 3);
});

test("setLogLevels says which methods log at all; loggers have their say besides", () => {
  logger.setLogLevels(["error", "warn"]);
  logger.log("m");
  logger.warn("m");
  assert.equal(logger.isLevelEnabled("log"), false);
  assert.equal(logger.isLevelEnabled("warn"), true);
  recorded.logger("nest").setLevel("ERROR");
  logger.warn("m");
  assert.equal(logger.isLevelEnabled("warn"), false);
  assert.equal(recorded.calls.length, 1);
  const quiet = new NestLogger({ logger: recorded.logger("nest"), logLevels: [] });
  quiet.fatal("m");
  assert.equal(recorded.calls.length, 1);
});

test("a logger of transient scope may have a context of its own", () => {
  const own = new NestLogger({ logger: recorded.logger("nest"), context: "A" });
  own.log("m");
  own.setContext("B");
  own.log("m");
  own.log("m", "C");
  own.resetContext();
  own.log("m");
  assert.deepEqual(
    recorded.calls.map(({ name }) => name),
    ["nest.A", "nest.B", "nest.C", "nest.A"],
  );
});

test("the methods never throw, whatever they are given", () => {
  const throwing = {
    get message(): never {
      throw new Error("no");
    },
  };
  const refusing = new Proxy({}, { ownKeys: () => assert.fail("refused") });
  for (const message of [
    undefined,
    null,
    Symbol("s"),
    7n,
    throwing,
    refusing,
    Object.create(null),
  ]) {
    logger.log(message);
    logger.error(message, message, "A");
  }
  logger.log(() => {
    throw new Error("no message");
  });
  assert.ok(recorded.calls.length >= 10);
  // What could not be logged was reported.
  assert.match(stderr.text, /a message of Nest could not be logged/);
  assert.match(stderr.text, /no message/);
  stderr.text = "";
  stderr.stop();
  stderr.start();
});

test("options that are none are refused", () => {
  const wrong: [object, RegExp][] = [
    [{ name: "nest" }, /unknown option "name"; accepted: logger, context, logLevels/],
    [
      { logger: logger.logger.with({}) },
      /a logger can't be .*; accepted: a Logger, or the name of one/s,
    ],
    [{ context: 7 }, /a context can't be 7; accepted: a string/],
    [{ logLevels: ["info"] }, /log levels can't be 'info'; accepted: a list of fatal, error/],
    [{ logLevels: "log" }, /log levels can't be 'log'; accepted: a list/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(() => new NestLogger(options as NestLoggerOptions), { message });
  }
});
