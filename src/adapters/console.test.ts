// The console is what is tested here.
// oxlint-disable no-console

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { inspect } from "node:util";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { Handler } from "../core/handler.ts";
import { getLogger } from "../core/hierarchy.ts";
import type { LogRecord } from "../core/record.ts";
import { patchConsole } from "./console.ts";
import type { PatchConsoleOptions } from "./console.ts";

class Collector extends Handler {
  readonly records: LogRecord[] = [];
  onRecord: (record: LogRecord) => void = () => {};

  override emit(record: LogRecord): void {
    this.records.push(record);
    this.onRecord(record);
  }
}

const logger = getLogger("adapters.console.test");
logger.propagate = false;
let handler = new Collector();
let restore: (() => void) | null = null;

/** What the real console is given while it is replaced by these. */
let printed: string[] = [];
const real = { ...console };

beforeEach(() => {
  handler = new Collector();
  logger.handlers = [handler];
  logger.setLevel("DEBUG");
  printed = [];
  for (const method of ["log", "error", "warn", "table"] as const) {
    console[method] = (...args: unknown[]) => void printed.push(args.map(String).join(" "));
  }
});

afterEach(() => {
  restore?.();
  restore = null;
  Object.assign(console, real);
});

function patch(options: PatchConsoleOptions = {}): void {
  restore = patchConsole({ logger, ...options });
}

function said(): string[] {
  return handler.records.map(({ levelname, msg }) => `${levelname} ${String(msg)}`);
}

test("each method of the console has its level, and util.format makes the text", () => {
  patch();
  console.log("a %s", "b", { c: 1 });
  console.info(1, "two");
  console.warn("three");
  console.error("four");
  console.debug("100% %d", 5);
  console.log();
  assert.deepEqual(said(), [
    "INFO a b { c: 1 }",
    "INFO 1 two",
    "WARNING three",
    "ERROR four",
    "DEBUG 100% 5",
    "INFO ",
  ]);
  assert.deepEqual(printed, []);
});

test("an error is the record's, and its stack stands in the text only once", () => {
  patch();
  const error = new TypeError("it 100%s broke");
  console.error(error);
  console.error("failed:", error, { id: 7 });
  console.error("%s failed", error);
  assert.deepEqual(said(), [
    "ERROR TypeError: it 100%s broke",
    "ERROR failed: TypeError: it 100%s broke { id: 7 }",
    "ERROR TypeError: it 100%s broke failed",
  ]);
  assert.ok(handler.records.every(({ exc_info }) => exc_info === error));
});

test("a second error is told in full in the text", () => {
  patch();
  console.error(new Error("one"), new Error("two"));
  assert.match(said()[0] ?? "", /^ERROR Error: one Error: two\n +at /);
});

test("the place of a record is that of the console's call", () => {
  patch();
  handler.onRecord = (record) => {
    assert.equal(record.filename, "console.test.ts");
  };
  console.log("x");
  console.table([1]);
  assert.equal(handler.records.length, 2);
  for (const { filename } of handler.records) assert.equal(filename, "console.test.ts");
});

test("trace has the stack of the call", () => {
  patch();
  console.trace("here %d", 1);
  const [record] = handler.records;
  assert.equal(record?.msg, "here 1");
  assert.equal(record?.levelname, "DEBUG");
  assert.match(
    record?.stack_info ?? "",
    /^Stack \(most recent call last\):\n(?:.*\n)*.*console\.test/,
  );
});

test("a failed assertion is an error, one that holds is nothing", () => {
  patch();
  console.assert(true, "no");
  console.assert(false, "%s should be", "it");
  console.assert(false);
  assert.deepEqual(said(), ["ERROR Assertion failed: it should be", "ERROR Assertion failed"]);
});

test("dir, table, count and timers look as Node prints them", () => {
  patch();
  console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 });
  console.table([{ a: 1 }]);
  console.count();
  console.count("x");
  console.count();
  console.countReset();
  console.count();
  console.time("t");
  console.timeLog("t", "so far");
  console.timeEnd("t");
  const [dir, table, ...rest] = said();
  assert.equal(dir, "INFO { a: [Object] }");
  assert.match(table ?? "", /^INFO ┌─+┬─+┐\n│ \(index\) │ a │\n(?:.*\n)*└─+┴─+┘$/);
  assert.deepEqual(rest.slice(0, 4), [
    "INFO default: 1",
    "INFO x: 1",
    "INFO default: 2",
    "INFO default: 1",
  ]);
  assert.match(rest[4] ?? "", /^INFO t: .*s so far$/);
  assert.match(rest[5] ?? "", /^INFO t: .*s$/);
  assert.equal(rest.length, 6);
});

test("no colours of a terminal are in a record, whatever FORCE_COLOR says", (t) => {
  const before = process.env["FORCE_COLOR"];
  t.after(() => {
    if (before === undefined) delete process.env["FORCE_COLOR"];
    else process.env["FORCE_COLOR"] = before;
  });
  process.env["FORCE_COLOR"] = "1";
  patch();
  console.dir({ a: { b: 1 } }, { depth: 0 });
  console.table([{ a: 1 }]);
  const [dir, table] = said();
  assert.equal(dir, "INFO { a: [Object] }");
  // oxlint-disable-next-line no-control-regex
  assert.doesNotMatch(table ?? "", /\x1b/);
});

test("open groups are a field, and the text is not indented", () => {
  patch();
  console.group("outer %d", 1);
  console.log("a");
  console.groupCollapsed();
  console.log("b");
  console.groupEnd();
  console.groupEnd();
  console.groupEnd();
  console.log("c");
  assert.deepEqual(
    handler.records.map(({ msg, fields }) => [msg, fields["consoleGroup"]]),
    [
      ["outer 1", undefined],
      ["a", ["outer 1"]],
      ["b", ["outer 1", ""]],
      ["c", undefined],
    ],
  );
});

test("counters and groups go on while their level is off", () => {
  logger.setLevel("WARNING");
  patch();
  console.count("n");
  console.group("g");
  logger.setLevel("INFO");
  console.count("n");
  assert.deepEqual(said(), ["INFO n: 2"]);
  assert.deepEqual(handler.records[0]?.fields["consoleGroup"], ["g"]);
});

test("levels and methods can be chosen", () => {
  patch({ levels: { log: "DEBUG", error: 45 }, methods: ["log", "error"] });
  console.log("a");
  console.error("b");
  console.warn("c");
  assert.deepEqual(said(), ["DEBUG a", "Level 45 b"]);
  assert.deepEqual(printed, ["c"]);
});

test("a handler that prints to the console reaches the real one", () => {
  patch();
  handler.onRecord = ({ msg }) => console.log(`[${String(msg)}]`);
  console.log("a");
  logger.info("b");
  assert.deepEqual(said(), ["INFO a", "INFO b", "INFO [b]"]);
  assert.deepEqual(printed, ["[a]", "[[b]]"]);
});

test("so does one that prints later", async () => {
  patch();
  let finished: () => void = () => {};
  const done = new Promise<void>((resolve) => (finished = resolve));
  handler.onRecord = ({ msg }) => {
    setImmediate(() => {
      void Promise.resolve().then(() => console.log(`[${String(msg)}]`));
      setImmediate(finished);
    });
  };
  console.log("a");
  await done;
  assert.deepEqual(said(), ["INFO a"]);
  assert.deepEqual(printed, ["[a]"]);
});

test("without a handler the console prints as it did", () => {
  logger.handlers = [];
  patch();
  console.log("a", 1);
  console.table([1]);
  assert.deepEqual(printed, ["a 1", "1"]);
});

test("what is restored is what was there, to the descriptor", () => {
  const names = Object.keys(console);
  const descriptors = (): unknown[] =>
    names.map((name) => Object.getOwnPropertyDescriptor(console, name));
  const before = descriptors();
  const { log } = console;
  patch();
  assert.notEqual(console.log, log);
  restore?.();
  restore?.();
  assert.deepEqual(Object.keys(console), names);
  assert.deepEqual(descriptors(), before);
  assert.equal(console.log, log);
  console.log("printed");
  assert.deepEqual(printed, ["printed"]);
});

test("a method that somebody else has replaced meanwhile is left to them and prints again", () => {
  patch();
  const ours = console.log;
  const theirs = (...args: unknown[]): void => ours("theirs:", ...args);
  console.log = theirs;
  console.log("a");
  restore?.();
  assert.equal(console.log, theirs);
  console.log("b");
  assert.deepEqual(said(), ["INFO theirs: a"]);
  assert.deepEqual(printed, ["theirs: b"]);
});

test("a second patch is refused clearly, and possible after a restore", () => {
  patch();
  assert.throws(() => patchConsole(), /the console is patched already; call the function/);
  restore?.();
  patch();
  console.log("a");
  assert.deepEqual(said(), ["INFO a"]);
});

test("bad options are errors that say what is accepted", () => {
  const bad: [PatchConsoleOptions, RegExp][] = [
    [{ methods: ["clear" as never] }, /a method of the console can't be 'clear'; accepted: log,/],
    [{ levels: { log: "LOUD" } }, /Unknown level: 'LOUD'/],
    [{ levels: { shout: "INFO" } as never }, /can't be 'shout'/],
    [{ logger: 5 as never }, /logger can't be 5; accepted: a Logger, or the name of one/],
    [{ level: "INFO" } as never, /unknown option "level"; accepted: logger, levels, methods/],
  ];
  for (const [options, message] of bad) assert.throws(() => patchConsole(options), message);
  patch();
});

test("hostile arguments are logged all the same", () => {
  patch();
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const thrower = { toString: () => assert.fail("asked"), [Symbol.toPrimitive]: null };
  for (const value of [proxy, thrower, Object.create(null), Symbol("s"), "\u0000\ud800", 1n]) {
    console.log(value);
    console.log("%s %d %o", value, value, value);
    console.dir(value);
  }
  assert.equal(handler.records.length, 18);
});

test("a value that prints itself whenever it is printed is stopped", () => {
  restore = patchConsole({ logger });
  let calls = 0;
  const value = {
    [inspect.custom]: (): string => {
      calls += 1;
      if (calls < 20_000) console.log("again", value);
      return "again";
    },
  };
  const stderr = new CapturedStderr();
  stderr.start();
  console.log("once", value);
  stderr.stop();
  assert.ok(calls < 2000, `${calls} calls`);
  assert.match(stderr.text, /not logged: .* value logs each time it is asked/);
  assert.equal(handler.records.filter(({ msg }) => msg === "once again").length, 1);
});
