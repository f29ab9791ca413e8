import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { ValueError } from "../core/errors.ts";
import { getLogger } from "../core/hierarchy.ts";
import { Formatter } from "../formatters/formatter.ts";
import { NullHandler } from "../handlers/null.ts";
import { StreamHandler } from "../handlers/stream.ts";
import { basicConfig } from "./basic-config.ts";
import type { BasicConfig } from "./basic-config.ts";
import { debug, error, exception, info, log, warning } from "./root-logging.ts";

const root = getLogger();
const stderr = new CapturedStderr();

beforeEach(() => {
  stderr.start();
});

afterEach(() => {
  stderr.stop();
  for (const handler of root.handlers) handler.close();
  root.handlers = [];
  root.setLevel("WARNING");
});

test("without options the root logs to stderr in the basic format", () => {
  basicConfig();
  getLogger("basic.a").warning("x %d", 1);
  assert.equal(stderr.text, "WARNING:basic.a:x 1\n");
});

test("a second call does nothing, unless forced", () => {
  basicConfig({ format: "1 %(message)s" });
  basicConfig({ format: "2 %(message)s", level: "DEBUG" });
  root.debug("no");
  root.warning("x");
  const before = root.handlers;
  basicConfig({ format: "3 %(message)s", force: true });
  root.warning("y");
  assert.equal(stderr.text, "1 x\n3 y\n");
  assert.notEqual(root.handlers[0], before[0]);
});

test("filename, filemode, encoding, datefmt, style and level are obeyed", () => {
  const folder = mkdtempSync(join(tmpdir(), "daybook-basic-"));
  try {
    const filename = join(folder, "b.log");
    basicConfig({
      filename,
      filemode: "w",
      encoding: "ascii",
      style: "{",
      format: "{asctime} {levelname} {message}",
      datefmt: "year %Y",
      level: "INFO",
    });
    root.info("é");
    assert.match(readFileSync(filename, "utf8"), /^year \d{4} INFO \\xe9\n$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("given handlers keep their formatter and the others get the one made here", () => {
  const own = new StreamHandler();
  own.setFormatter(new Formatter("own %(message)s"));
  basicConfig({ handlers: [own, new StreamHandler()], format: "basic %(message)s" });
  root.warning("x");
  assert.equal(stderr.text, "own x\nbasic x\n");
});

test("contradictions and unknown options raise CPython's errors and change nothing", () => {
  const cases: readonly (readonly [object, string])[] = [
    [
      { stream: process.stderr, filename: "x" },
      "'stream' and 'filename' should not be specified together",
    ],
    [
      { handlers: [], stream: process.stderr },
      "'stream' or 'filename' should not be specified together with 'handlers'",
    ],
    [{ style: "?" }, "Style must be one of: %,{,$"],
    [{ level: "LOUD" }, "Unknown level: 'LOUD'"],
    [{ colour: 1, fmt: 2 }, "Unrecognised argument(s): colour, fmt"],
    [{ format: "no field" }, "Invalid format 'no field' for '%' style"],
  ];
  for (const [options, message] of cases) {
    assert.throws(
      () => basicConfig(options as BasicConfig),
      (thrown: unknown) => thrown instanceof ValueError && thrown.message === message,
    );
    assert.equal(root.handlers.length, 0);
  }
});

test("options that are no object, and handlers that are none, are refused by their value", () => {
  const names =
    "filename, filemode, format, datefmt, style, level, stream, handlers, force, encoding, errors";
  const cases: readonly (readonly [unknown, string])[] = [
    ["x", `options must be an object, not "x"; accepted: ${names}`],
    [null, `options must be an object, not null; accepted: ${names}`],
    [
      { handlers: 5 },
      "handlers can't be 5; accepted: an array, or another iterable object, of handlers",
    ],
    [
      { handlers: [new NullHandler(), undefined] },
      "a handler can't be undefined; accepted: a Handler, or an object with a handle(record) method",
    ],
  ];
  for (const [options, message] of cases) {
    assert.throws(() => basicConfig(options as BasicConfig), { name: "TypeError", message });
    assert.equal(root.handlers.length, 0);
  }
});

test("CPython's errors carry the value and what is accepted", () => {
  const handlers = [new NullHandler()];
  const cases: readonly (readonly [object, unknown, RegExp])[] = [
    [{ level: "info" }, "info", /^a number or one of CRITICAL, .*INFO/],
    [{ colour: 1 }, ["colour"], /^filename, filemode/],
    [{ style: "?" }, "?", /^%, \{ or \$$/],
    [
      { handlers, filename: "x" },
      { handlers, filename: "x", stream: undefined },
      /^one of the three$/,
    ],
    [{ stream: null, filename: "x" }, { stream: null, filename: "x" }, /^one of the two$/],
  ];
  for (const [options, value, accepted] of cases) {
    assert.throws(() => basicConfig(options as BasicConfig), {
      name: "ValueError",
      value,
      accepted,
    });
  }
});

test("the module's functions set up the root when nobody did", () => {
  warning("w %d", 1);
  info("not at this level");
  log("ERROR", "e");
  assert.equal(stderr.text, "WARNING:root:w 1\nERROR:root:e\n");
});

test("the module's functions leave a root alone that has handlers", () => {
  root.addHandler(new NullHandler());
  error("x");
  assert.equal(root.handlers.length, 1);
  assert.equal(stderr.text, "");
});

test("the module's functions find their caller and take errors", () => {
  basicConfig({ format: "%(funcName)s %(message)s", level: "DEBUG" });
  function caller(): void {
    debug("here");
    exception("failed", new Error("boom"));
  }
  caller();
  assert.match(stderr.text, /^caller here\ncaller failed\nError: boom\n {4}at caller /);
});
