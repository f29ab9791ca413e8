import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { Handler } from "../core/handler.ts";
import { getLogger } from "../core/hierarchy.ts";
import type { LogRecord } from "../core/record.ts";
import { captureDebug, createDebug } from "./debug.ts";
import type { DebugModule } from "./debug.ts";
import { loggerNameOf, readPatterns, stateOf } from "./debug/namespaces.ts";

class Collector extends Handler {
  readonly records: LogRecord[] = [];

  override emit(record: LogRecord): void {
    this.records.push(record);
  }
}

let handler = new Collector();
const top = getLogger("dbg");
top.propagate = false;

beforeEach(() => {
  handler = new Collector();
  top.handlers = [handler];
  top.setLevel("INFO");
  createDebug.enable("");
});

afterEach(() => {
  createDebug.disable();
  createDebug.log = undefined;
});

function said(): string[] {
  return handler.records.map(({ name, levelname, msg }) => `${levelname} ${name} ${String(msg)}`);
}

test("patterns switch namespaces on and off, as the package debug reads them", () => {
  const cases: [patterns: string, namespace: string, state: "on" | "off" | null][] = [
    ["app:*", "app:db", "on"],
    ["app:*", "app", null],
    ["app:*", "apple:db", null],
    ["app*", "app", "on"],
    ["*", "anything", "on"],
    ["*", "", "on"],
    ["*,-app:noisy", "app:noisy", "off"],
    ["-app:*,*", "app:db", "off"],
    ["app:db app:web", "app:web", "on"],
    ["  app:db ,, app:web ", "app:db", "on"],
    ["a*b*c", "axxbyyc", "on"],
    ["a*b*c", "axxbyy", null],
    ["a*a", "a", null],
    ["a*a", "aa", "on"],
    ["*:db", "app:db:db", "on"],
    ["a**b", "ab", "on"],
    ["app.db", "appxdb", null],
    ["", "app", null],
  ];
  for (const [patterns, namespace, state] of cases) {
    assert.equal(stateOf(namespace, readPatterns(patterns)), state, `${patterns} of ${namespace}`);
  }
});

test("a namespace's logger has dots for colons", () => {
  const cases = {
    "app:db": "app.db",
    app: "app",
    "a::b:": "a.b",
    ":": "debug",
    "@x/y:z": "@x/y.z",
  };
  for (const [namespace, name] of Object.entries(cases)) {
    assert.equal(loggerNameOf(namespace), name);
  }
});

test("a namespace that is switched on logs at DEBUG, one that isn't costs nothing", () => {
  const [db, web] = [createDebug("dbg:db"), createDebug("dbg:web")];
  db("off");
  createDebug.enable("dbg:*,-dbg:web");
  db("asked for %d orders in %o", 3, { ms: 12 });
  web("still off");
  assert.deepEqual([db.enabled, web.enabled], [true, false]);
  assert.equal(getLogger("dbg.db").level, 10);
  assert.equal(getLogger("dbg.web").level, 0);
  assert.deepEqual(said(), ["DEBUG dbg.db asked for 3 orders in { ms: 12 }"]);
});

test("disable puts the levels back and tells the patterns", () => {
  getLogger("dbg.a").setLevel("ERROR");
  const a = createDebug("dbg:a");
  createDebug.enable("dbg:*,-dbg:b");
  assert.equal(a.enabled, true);
  assert.equal(createDebug.enabled("dbg:a"), true);
  assert.equal(createDebug.disable(), "dbg:*,-dbg:b");
  assert.equal(getLogger("dbg.a").level, 40);
  assert.equal(a.enabled, false);
  getLogger("dbg.a").setLevel("NOTSET");
});

test("where no pattern names a namespace, the level of its logger decides", () => {
  const debug = createDebug("dbg:level");
  assert.equal(debug.enabled, false);
  top.setLevel("DEBUG");
  assert.equal(debug.enabled, true);
  createDebug.enable("-dbg:level");
  assert.equal(debug.enabled, false);
});

test("enabled may be set, and holds whatever the patterns and levels say", () => {
  const debug = createDebug("dbg:set");
  debug.enabled = true;
  debug("on");
  createDebug.enable("dbg:*");
  debug.enabled = false;
  debug("off");
  assert.deepEqual(said(), ["DEBUG dbg.set on"]);
});

test("the message is worded as debug words it", () => {
  createDebug.enable("dbg:*");
  createDebug.formatters["h"] = (value) => `<${String(value)}%s>`;
  const debug = createDebug("dbg:text");
  debug("%s %d %j", "a", 1.5, { b: 1 });
  debug("%o", { a: [1, { b: 2 }] });
  debug("%O and %o", "x", "y");
  debug({ a: 1 });
  debug(42, "more");
  debug("%h and %s", 1, 2);
  debug("%c colours", "color: red");
  debug("100%% of %s", "it");
  debug("100%%");
  debug("a", "b", { c: 1 });
  debug();
  delete createDebug.formatters["h"];
  assert.deepEqual(
    handler.records.map(({ msg }) => msg),
    [
      'a 1.5 {"b":1}',
      "{ a: [ 1, { b: 2 } ] }",
      "'x' and 'y'",
      "{ a: 1 }",
      "42 more",
      "<1%s> and 2",
      " colours",
      "100% of it",
      "100%",
      "a b { c: 1 }",
      "undefined",
    ],
  );
});

test("an error is the record's, and its message is no format", () => {
  createDebug.enable("dbg:*");
  const debug = createDebug("dbg:error");
  const error = new RangeError("100%s too far");
  debug(error);
  debug("failed: %s", error);
  debug("failed %O", error);
  assert.deepEqual(
    handler.records.map(({ msg, exc_info }) => [msg, exc_info === error]),
    [
      ["RangeError: 100%s too far", true],
      ["failed: RangeError: 100%s too far", true],
      ["failed 'RangeError: 100%s too far'", true],
    ],
  );
});

test("extend makes the namespace below, and destroy is there for old programs", () => {
  createDebug.enable("dbg:*");
  const debug = createDebug("dbg:parent");
  const lines: unknown[] = [];
  debug.log = (line) => void lines.push(line);
  const [child, other] = [debug.extend("child"), debug.extend("other", "-")];
  child("x");
  assert.equal(child.namespace, "dbg:parent:child");
  assert.equal(other.namespace, "dbg:parent-other");
  assert.deepEqual(lines, ["dbg:parent:child x"]);
  assert.deepEqual(said(), []);
  assert.equal(debug.destroy(), true);
});

test("the place of a record is that of the call", () => {
  createDebug.enable("dbg:*");
  const places: string[] = [];
  handler.emit = ({ filename }) => void places.push(filename);
  createDebug("dbg:place")("x");
  assert.deepEqual(places, ["debug.test.ts"]);
});

test("without any handler the lines go to stderr, with the stack of an error", () => {
  const logger = getLogger("dbgalone");
  logger.propagate = false;
  createDebug.enable("dbgalone*");
  const stderr = new CapturedStderr();
  stderr.start();
  try {
    const debug = createDebug("dbgalone");
    debug("hello %s", "you");
    debug(new Error("it broke"));
  } finally {
    stderr.stop();
  }
  const [first = "", second = ""] = stderr.text.split("\n");
  assert.match(first, /^\d{4}-\d\d-\d\dT[\d:.]+Z dbgalone hello you$/);
  assert.match(second, /Z dbgalone Error: it broke$/);
  assert.match(stderr.text, /\n +at /);
});

test("a namespace that is no string is refused, and hostile arguments are logged", () => {
  assert.throws(() => createDebug(5 as never), /a namespace can't be 5; accepted: a string/);
  createDebug.enable("dbg:*");
  const debug = createDebug("dbg:hostile");
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const value of [proxy, Object.create(null), Symbol("s"), "\u0000\ud800%s"]) {
    debug(value);
    debug("%s %d %o %O %j", value, value, value, value, value);
  }
  assert.equal(handler.records.length, 8);
});

/** What captureDebug asks of the package, in its contract; examples/ has the real one. */
function fakeDebug(): { module: DebugModule; printed: string[] } {
  const printed: string[] = [];
  const module = Object.assign(
    (namespace: string) => {
      const instance = Object.assign(
        (first: unknown, ...rest: unknown[]) => {
          const args = [Reflect.apply(module.coerce as never, null, [first]), ...rest];
          Reflect.apply(module.formatArgs as never, instance, [args]);
          Reflect.apply(module.log as never, instance, args);
        },
        { namespace, useColors: true },
      );
      return instance;
    },
    {
      log: (...args: unknown[]) => void printed.push(args.join(" ")),
      formatArgs: (args: unknown[]) => void (args[0] = `prefix ${String(args[0])}`),
      coerce: (value: unknown) => (value instanceof Error ? value.stack : value),
    },
  ) as unknown as DebugModule;
  return { module, printed };
}

test("captureDebug makes records of what is said through debug, and gives it back", () => {
  const { module, printed } = fakeDebug();
  const before = { ...module };
  const release = captureDebug(module);
  const instance = module("dbg:captured") as (...args: unknown[]) => void;
  const error = new Error("it broke");
  instance("hello %s", "\u001b[31myou\u001b[0m");
  instance(error);
  assert.deepEqual(said(), ["DEBUG dbg.captured hello you", "DEBUG dbg.captured Error: it broke"]);
  assert.equal(handler.records[1]?.exc_info, error);
  assert.throws(() => captureDebug(module), /debug is captured already/);
  release();
  assert.deepEqual({ ...module }, before);
  instance("printed");
  assert.deepEqual(printed, ["prefix printed"]);
});

test("captured debug takes a level and names for loggers, and prints where nobody listens", () => {
  const { module, printed } = fakeDebug();
  const loggerName = (namespace: string): string => `dbg.lib.${namespace}`;
  const release = captureDebug(module, { level: "INFO", loggerName });
  const instance = module("x") as (...args: unknown[]) => void;
  instance("a");
  assert.deepEqual(said(), ["INFO dbg.lib.x a"]);
  top.handlers = [];
  instance(new Error("it broke"));
  release();
  assert.match(printed[0] ?? "", /^prefix Error: it broke\n +at /);
});

test("a handler that itself says something through debug is not given that", () => {
  const { module, printed } = fakeDebug();
  const release = captureDebug(module);
  const instance = module("dbg:loop") as (...args: unknown[]) => void;
  handler.emit = (record) => {
    handler.records.push(record);
    instance("from the handler");
  };
  instance("a");
  release();
  assert.deepEqual(said(), ["DEBUG dbg.loop a"]);
  assert.deepEqual(printed, ["prefix from the handler"]);
});

test("what is not the package debug is refused", () => {
  const accepted = /debug can't be .*; accepted: what `import debug from "debug"` gives/s;
  assert.throws(() => captureDebug({} as never), accepted);
  assert.throws(() => captureDebug((() => {}) as never), accepted);
  const { module } = fakeDebug();
  assert.throws(() => captureDebug(module, { level: "LOUD" }), /Unknown level: 'LOUD'/);
});
