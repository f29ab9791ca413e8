import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";

import { withFreshLogging } from "../../test/conformance/fresh-logging.ts";
import { explainError, pathTo } from "./config-error.ts";
import { dictConfig } from "./dict-config.ts";
import type { DictConfig } from "./schema/document-types.ts";

interface Told extends Error {
  readonly path?: string;
  readonly value?: unknown;
  readonly accepted?: string;
}

function errorOf(document: object): Told {
  return withFreshLogging(() => {
    try {
      dictConfig(document as DictConfig);
    } catch (error) {
      assert.ok(error instanceof Error);
      return error;
    }
    throw new Error("the document was taken");
  });
}

const LEVELS = "a number or one of CRITICAL, FATAL, ERROR, WARN, WARNING, INFO, DEBUG, NOTSET";

test("every error of the chain says where the mistake is, what stands there and what may", () => {
  const error = errorOf({
    version: 1,
    handlers: { out: { class: "logging.StreamHandler", level: "LOUD" } },
  });
  assert.equal(error.message, "Unable to configure handler 'out'");
  const cause = error.cause as Told;
  assert.equal(cause.message, "Unknown level: 'LOUD'");
  for (const each of [error, cause]) {
    assert.equal(each.path, "handlers.out.level");
    assert.equal(each.value, "LOUD");
    assert.equal(each.accepted, LEVELS);
  }
});

test("paths lead to the place, whatever is wrong there", () => {
  const file = { class: "logging.FileHandler", filename: "a.log", delay: true };
  const timed = { ...file, class: "logging.handlers.TimedRotatingFileHandler" };
  const memory = { class: "logging.handlers.MemoryHandler", capacity: 1 };
  for (const [rest, path, value] of [
    [{ handlers: { a: { ...file, colour: 1 } } }, "handlers.a.colour", "colour"],
    [{ handlers: { a: { ...file, "bad-key": 1 } } }, "handlers.a[bad-key]", "bad-key"],
    [{ handlers: { a: { ...file, mode: "x" } } }, "handlers.a.mode", "x"],
    [
      { handlers: { a: { ...file, filename: "no/such/folder/x", delay: false } } },
      "handlers.a.filename",
      "no/such/folder/x",
    ],
    [{ handlers: { a: { ...timed, when: "W7" } } }, "handlers.a.when", "W7"],
    [{ handlers: { a: { ...timed, durability: "later" } } }, "handlers.a.durability", "later"],
    [{ handlers: { a: { class: "logging.Nope" } } }, "handlers.a.class", "logging.Nope"],
    [{ handlers: { a: { ...memory, target: "b" } } }, "handlers.a.target", "b"],
    [{ handlers: { a: { ...memory, flushLevel: "?" } } }, "handlers.a.flushLevel", "?"],
    [{ handlers: { a: { ...file, filters: ["b"] } } }, "handlers.a.filters[0]", "b"],
    [{ formatters: { a: { style: "x" } } }, "formatters.a.style", "x"],
    [{ formatters: { a: { format: "no fields" } } }, "formatters.a.format", "no fields"],
    [{ formatters: { a: { datefmt: 5 } } }, "formatters.a.datefmt", 5],
    [{ loggers: { "app.db": { handlers: ["b"] } } }, "loggers[app.db].handlers[0]", "b"],
    [{ loggers: { a: { propagate: "no" } } }, "loggers.a.propagate", "no"],
    [{ root: { level: "x" } }, "root.level", "x"],
  ] as const) {
    const error = errorOf({ version: 1, ...rest });
    assert.equal(error.path, path);
    assert.equal(error.value, value);
    assert.equal(typeof (error.accepted ?? (error.cause as Error).message), "string");
  }
});

test("messages are CPython's, without what is accepted behind them", () => {
  const handlers = {
    a: {
      class: "logging.handlers.TimedRotatingFileHandler",
      filename: "a",
      delay: true,
      when: "x",
    },
  };
  const { cause } = errorOf({ version: 1, handlers });
  assert.equal((cause as Error).message, "Invalid rollover interval specified: X");
  assert.match(String((cause as Told).accepted), /midnight/);
});

test("an argument that is missing is named", () => {
  const { cause } = errorOf({ version: 1, handlers: { a: { class: "logging.FileHandler" } } });
  assert.equal(
    (cause as Error).message,
    "FileHandler() missing 1 required positional argument: 'filename'",
  );
});

test("explainError tells it all on a few lines", () => {
  const error = errorOf({
    version: 1,
    handlers: { out: { class: "logging.StreamHandler", level: "LOUD" } },
  });
  assert.deepEqual(explainError(error).split("\n"), [
    "ValueError: Unable to configure handler 'out'",
    "  because of ValueError: Unknown level: 'LOUD'",
    "  at:       handlers.out.level",
    "  value:    'LOUD'",
    `  accepted: ${LEVELS}`,
  ]);
});

test("explainError takes what is no error, or came from elsewhere", () => {
  assert.equal(explainError("x"), "'x'");
  assert.equal(explainError(new RangeError("far")), "RangeError: far");
  const cyclic = new Error("round");
  cyclic.cause = cyclic;
  assert.equal(explainError(cyclic), "Error: round");
});

test("an error that is printed shows the place", () => {
  const printed = inspect(errorOf({ version: 1, root: { level: "LOUD" } }));
  assert.match(printed, /path: 'root.level'/);
  assert.match(printed, /\[cause\]: ValueError: Unknown level: 'LOUD'/);
});

test("a frozen error of the program's own is passed on as it is", () => {
  const own = Object.freeze(new Error("mine"));
  const factory = (): never => {
    throw own;
  };
  assert.equal(errorOf({ version: 1, handlers: { a: { "()": factory } } }).cause, own);
});

test("paths are written as cfg:// reads them", () => {
  assert.equal(pathTo("", "handlers"), "handlers");
  assert.equal(pathTo("handlers", "a"), "handlers.a");
  assert.equal(pathTo("loggers", "a.b"), "loggers[a.b]");
  assert.equal(pathTo("list", 0), "list[0]");
});

test("a document without a version is told with the keys that it has", () => {
  const error = errorOf({ handlers: {}, root: {} }) as unknown as { accepted: string };
  assert.match(error.accepted, /version: 1 .*handlers, root/);
});
