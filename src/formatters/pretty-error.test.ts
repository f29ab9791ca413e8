import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, test } from "node:test";
import { pathToFileURL } from "node:url";

import { writePrograms } from "../../test/kit/bundled-programs.ts";
import { setSourceMaps } from "../core/source-map.ts";
import { Palette } from "./pretty-colors.ts";
import { errorLines, stackLines } from "./pretty-error.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "daybook-pretty-")));
after(() => rmSync(folder, { recursive: true, force: true }));
writePrograms(folder, false);
afterEach(() => setSourceMaps(true));

const bundle = join(folder, "minified.mjs");
const bundled = readFileSync(bundle, "utf8");

/** Where a piece of the bundle begins, from 1. */
function columnOf(piece: string): number {
  assert.ok(bundled.includes(piece));
  return bundled.indexOf(piece) + 1;
}

const PLAIN = { palette: new Palette(false, {}), codeFrame: true };
const COLORED = { palette: new Palette(true, {}), codeFrame: true };
const FRAMELESS = { palette: new Palette(false, {}), codeFrame: false };

/** An error whose stack is this one, in the form of V8's. */
function errorAt(frames: readonly string[], message = "no stock", cause?: unknown): TypeError {
  const error = new TypeError(message, cause === undefined ? {} : { cause });
  error.stack = [`TypeError: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join("\n");
  return error;
}

const CODE = [
  "const a = 1;",
  "const b = 2;",
  "const c = 3;",
  "function fail() {",
  "\treturn a.b.c;",
  "}",
  "",
  "fail();",
  "end();",
].join("\n");
const code = join(folder, "code.js");
writeFileSync(code, CODE);

test("an error has name, message, the code around its place, and its stack", () => {
  const error = errorAt([`fail (${code}:5:13)`, `${pathToFileURL(code).href}:8:1`], "no b");
  assert.deepEqual(errorLines(error, PLAIN), [
    "TypeError: no b",
    "      2 | const b = 2;",
    "      3 | const c = 3;",
    "      4 | function fail() {",
    "    > 5 |   return a.b.c;",
    "        |              ^",
    "      6 | }",
    "      7 |",
    "      8 | fail();",
    `    at fail (${code}:5:13)`,
    `    at ${code}:8:1`,
  ]);
  assert.deepEqual(errorLines(error, FRAMELESS), [
    "TypeError: no b",
    `    at fail (${code}:5:13)`,
    `    at ${code}:8:1`,
  ]);
});

test("the stack of bundled code is told in terms of its sources, and so is the code", () => {
  const error = errorAt([
    `e.fail (${bundle}:1:${columnOf("new TypeError")})`,
    `d (${bundle}:1:${columnOf("fail()}export")})`,
  ]);
  const shop = join(folder, "src/shop.ts");
  assert.deepEqual(errorLines(error, PLAIN), [
    "TypeError: no stock",
    "      18 |   }",
    "      19 |",
    "      20 |   fail(): never {",
    '    > 21 |     throw new TypeError("no stock");',
    "         |           ^",
    "      22 |   }",
    "      23 | }",
    `    at e.fail (${shop}:21:11)`,
    `    at d (${join(folder, "src/main.ts")}:10:14)`,
  ]);
  setSourceMaps(false);
  assert.equal(
    errorLines(error, FRAMELESS)[2],
    `    at d (${bundle}:1:${columnOf("fail()}export")})`,
  );
});

test("a function that was renamed has the name by which it is called", () => {
  const error = errorAt([
    `n (${bundle}:1:${columnOf('info("paid")')})`,
    `async f (${bundle}:1:${columnOf("n(o,2)")})`,
  ]);
  assert.match(errorLines(error, FRAMELESS)[1] ?? "", /^ {4}at payOrder \(.*shop\.ts:7:/);
});

test("a long line of code is shown around its place alone", () => {
  const file = join(folder, "long.js");
  writeFileSync(file, `${"a".repeat(500)}\n${"b".repeat(500)}!${"c".repeat(500)}\n`);
  const lines = errorLines(errorAt([`x (${file}:2:501)`]), PLAIN);
  assert.equal(lines[1], `    > 2 | ${"b".repeat(60)}!${"c".repeat(59)}`);
  assert.equal(lines[2], `        | ${" ".repeat(60)}^`);
  assert.equal(lines.length, 4);
});

test("the code is that of the application, not of Node or a package", () => {
  const error = errorAt([
    "emit (node:events:519:28)",
    `f (${folder}/node_modules/p/index.js:1:1)`,
    `g (${code}:8:1)`,
  ]);
  assert.equal(errorLines(error, PLAIN).includes("    > 8 | fail();"), true);
  const dimmed = errorLines(error, COLORED).filter((line) => line.startsWith("\x1b[2m    at "));
  assert.equal(dimmed.length, 2);
});

test("no file is read for a code frame but sources: a stack is a text like any other", () => {
  for (const file of ["/etc/passwd", "/proc/self/environ", join(folder, "none.js"), folder]) {
    const lines = errorLines(errorAt([`x (${file}:1:1)`]), PLAIN);
    assert.deepEqual(lines, ["TypeError: no stock", `    at x (${file}:1:1)`]);
  }
  // Nor is there one for a line that the file doesn't have.
  assert.equal(errorLines(errorAt([`x (${code}:99:1)`]), PLAIN).length, 2);
});

test("causes follow the error, members are set in, each with what else it has", () => {
  const low = Object.assign(errorAt([], "low"), { code: "E_LOW" });
  const all = new AggregateError([errorAt([], "one"), "two"], "all", { cause: low });
  all.stack = "AggregateError: all\n    at x (node:a:1:1)";
  assert.deepEqual(errorLines(all, PLAIN), [
    "AggregateError: all",
    "    at x (node:a:1:1)",
    "    One of: TypeError: one",
    "    One of: 'two'",
    "Caused by: TypeError: low",
    "    { code: 'E_LOW' }",
  ]);
  assert.deepEqual(errorLines("a text", PLAIN), ["'a text'"]);
});

test("a record has no more than three code frames, and none twice", () => {
  const at = (line: number, cause?: unknown): Error =>
    errorAt([`f (${code}:${line}:1)`], "m", cause);
  const chain = at(1, at(1, at(2, at(3, at(4)))));
  const marks = errorLines(chain, PLAIN).filter((line) => line.startsWith("    > "));
  assert.deepEqual(marks, [
    "    > 1 | const a = 1;",
    "    > 2 | const b = 2;",
    "    > 3 | const c = 3;",
  ]);
});

test("a message that looks like a stack is a message", () => {
  const forged = `x\n    at safe (${code}:1:1)\n    at y`;
  const error = errorAt([`f (${code}:2:1)`], forged);
  const lines = errorLines(error, PLAIN);
  assert.deepEqual(lines.slice(0, 3), [
    "TypeError: x",
    `        at safe (${code}:1:1)`,
    "        at y",
  ]);
  assert.equal(lines.includes("    > 2 | const b = 2;"), true);
  assert.equal(lines.at(-1), `    at f (${code}:2:1)`);
});

test("a stack without end is cut", () => {
  const error = errorAt(Array.from({ length: 100_000 }, () => "f (node:a:1:1)"));
  const lines = errorLines(error, PLAIN);
  assert.equal(lines.length, 202);
  assert.equal(lines.at(-1), "    ...");
});

test("errors whose parts throw are shown as far as they go", () => {
  const error = new Error("x");
  for (const key of ["stack", "name", "message", "cause", "own"]) {
    Object.defineProperty(error, key, {
      enumerable: true,
      get() {
        throw new Error("no");
      },
    });
  }
  assert.match(errorLines(error, PLAIN).join("\n"), /\[stack threw Error: no\]/);
});

test("a stack that came as a text keeps its words, and is dimmed like the others", () => {
  const text = `Stack (most recent call last):\n    at main (${code}:8:1)\n    at x (node:a:1:1)`;
  assert.deepEqual(stackLines(text, PLAIN), text.split("\n"));
  assert.equal(stackLines(text, COLORED)[2], "\x1b[2m    at x (node:a:1:1)\x1b[22m");
});
