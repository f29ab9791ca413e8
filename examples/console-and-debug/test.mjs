import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

import { getLogger, Handler } from "daybook";
import { captureDebug, createDebug } from "daybook/debug";
import debug from "debug";

const records = [];
const top = getLogger("compared");
top.propagate = false;
top.addHandler(
  new (class extends Handler {
    emit(record) {
      records.push(record);
    }
  })(),
);

beforeEach(() => {
  records.length = 0;
});
afterEach(() => {
  debug.disable();
  createDebug.disable();
});

const PATTERNS = [
  "compared:*",
  "*",
  "compared*",
  "compared:a*b",
  "*:db",
  "compared:*,-compared:noisy",
  "-compared:db compared:*",
  "compared:db,compared:web",
  "com*ed:**:x",
  "",
];
const NAMESPACES =
  "compared compared: compared:db compared:web compared:noisy compared:ab compared:axb compared:a:x comparedx other".split(
    " ",
  );

test("the same namespaces are on as with the package debug", () => {
  for (const patterns of PATTERNS) {
    debug.enable(patterns);
    createDebug.enable(patterns);
    for (const namespace of NAMESPACES) {
      assert.equal(
        createDebug.enabled(namespace),
        debug.enabled(namespace),
        `${patterns} of ${namespace}`,
      );
    }
  }
});

const CALLS = [
  ["hello"],
  ["%s %d %i %f %j", "a", 1.5, 2.5, 3.5, { b: 1 }],
  ["%o", { a: [1, { b: { c: { d: 1 } } }] }],
  ["%O", { a: [1, { b: { c: { d: 1 } } }], long: "x".repeat(100) }],
  ["%O and %o", "x", ["y"]],
  [{ a: 1 }],
  [42, "more"],
  [null],
  [undefined],
  [],
  ["%c colours", "color: red"],
  ["100%% of %s", "it"],
  ["100%%"],
  ["100%"],
  ["%s and %s", "one"],
  ["a", "b", { c: 1 }],
  ["%o", "50%s"],
  ["two\nlines"],
];

test("captured lines of the package and those of createDebug say the same", () => {
  debug.enable("compared:*");
  createDebug.enable("compared:*");
  const release = captureDebug(debug);
  const [theirs, ours] = [debug("compared:text"), createDebug("compared:text")];
  for (const args of CALLS) {
    theirs(...args);
    ours(...args);
    const [expected, actual] = records.splice(0);
    assert.equal(actual.msg, expected.msg, JSON.stringify(args));
    assert.equal(actual.name, "compared.text");
    assert.equal(expected.name, "compared.text");
    assert.equal(expected.levelname, "DEBUG");
  }
  release();
});

test("a captured line is the line that the package would have printed, less time and name", (context) => {
  debug.enable("compared:*");
  const instance = debug("compared:text");
  instance.useColors = false;
  for (const args of CALLS) {
    const stderr = context.mock.method(process.stderr, "write", () => true);
    instance(...args);
    stderr.mock.restore();
    const release = captureDebug(debug);
    instance(...args);
    release();
    const [record] = records.splice(0);
    const printed = stderr.mock.calls.map((call) => call.arguments[0]).join("");
    assert.equal(`${record.msg}\n`, printed.replace(/^\S+Z compared:text /, ""));
  }
});

test("an error said through the package is the record's", () => {
  debug.enable("compared:*");
  const release = captureDebug(debug);
  const error = new TypeError("it broke");
  debug("compared:error")(error);
  release();
  assert.equal(records[0].exc_info, error);
  assert.equal(records[0].msg, "TypeError: it broke");
});

test("an instance made before the capture is captured too, and released again", (context) => {
  debug.enable("compared:*");
  const instance = debug("compared:early");
  const release = captureDebug(debug);
  instance("a");
  release();
  const stderr = context.mock.method(process.stderr, "write", () => true);
  instance("b");
  stderr.mock.restore();
  assert.deepEqual(
    records.map(({ msg }) => msg),
    ["a"],
  );
  assert.match(stderr.mock.calls[0].arguments[0], /compared:early.* b/);
});

test("the example logs what the console and debug say, and then prints again", () => {
  const { stdout, stderr, status } = run({ DEBUG: "shop:*" });
  assert.equal(stderr, "");
  assert.equal(status, 0);
  const lines = stdout.split("\n");
  assert.deepEqual(lines.slice(0, 3), [
    "INFO console: started in development { port: 8080 }",
    "DEBUG shop.pool: 4 connections",
    "DEBUG shop.db: asked for { order: 7 }",
  ]);
  assert.match(lines[3], /^INFO console: ┌─/);
  assert.deepEqual(lines.slice(8, 11), [
    "INFO console: order 7",
    "WARNING console: no address",
    "ERROR console: could not send: Error: no route",
  ]);
  assert.equal(lines[11], "Error: no route");
  assert.match(lines[12], /^ +at .*app\.mjs/);
  assert.equal(lines.at(-2), "printed as ever");
});

test("without DEBUG the namespaces are silent", () => {
  const { stdout } = run({ DEBUG: "" });
  assert.doesNotMatch(stdout, /shop\./);
  assert.match(stdout, /^INFO console: started/);
});

function run(env) {
  return spawnSync(process.execPath, [fileURLToPath(new URL("app.mjs", import.meta.url))], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", ...env },
  });
}
