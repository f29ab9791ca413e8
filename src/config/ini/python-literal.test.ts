import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

import { AttributeError } from "../../core/errors.ts";
import { parsePythonLiteral } from "./python-literal.ts";

const names = new Map<string, unknown>([
  ["sys.stdout", process.stdout],
  ["handlers.SysLogHandler.LOG_USER", 1],
  ["ERROR", 40],
]);

function parse(text: string): unknown {
  return parsePythonLiteral(text, (path) => {
    const name = path.join(".");
    if (!names.has(name)) throw new AttributeError(`no ${name}`);
    return names.get(name);
  });
}

test("tuples, lists, dicts, sets, numbers, constants and names become JavaScript's", () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ["()", []],
    ["('a.log',)", ["a.log"]],
    [" 'a', \"b\" , ", ["a", "b"]],
    ["('a')", "a"],
    ["(sys.stdout,)", [process.stdout]],
    ["(('localhost', 514), handlers . SysLogHandler.LOG_USER)", [["localhost", 514], 1]],
    ["[1, [2, 3,], (4,)]", [1, [2, 3], [4]]],
    ["{'a': 1, 'b': {'c': None},}", { a: 1, b: { c: null } }],
    ["{1: 'x'}", new Map([[1, "x"]])],
    ["{1, 2,}", new Set([1, 2])],
    ["{}", {}],
    ["(True, False, None)", [true, false, null]],
    ["(10, ERROR)", [10, 40]],
    ["10 * 1024*1024 # ten megabytes", 10_485_760],
    ["(1 << 20) + 2 ** 3 - 7 // 2 % 2", 1_048_583],
    ["-2 ** 2, ~5, +1, - -1, -7 // 2, -7 % 3, 2 ** -1, 7 / 2", [-4, -6, 1, 1, -4, 2, 0.5, 3.5]],
    ["0x_ff, 0o17, 0b101, 1_000, 1.5e3, .5, 5., 00", [255, 15, 5, 1000, 1500, 0.5, 5, 0]],
    ["9007199254740993, 2 ** 64", [9_007_199_254_740_993n, 18_446_744_073_709_551_616n]],
    ["('a',\n  # a comment\n  'b')\n", ["a", "b"]],
    ["1 + \\\n2", 3],
    ["\n\n('a',)\n", ["a"]],
    ["tuple(), list([1, 2]), dict(a=1, b=(2,)), dict()", [[], [1, 2], { a: 1, b: [2] }, {}]],
    ["set(('a',))", new Set(["a"])],
  ];
  for (const [text, value] of cases) assert.deepEqual(parse(text), value, text);
});

test("strings have Python's prefixes, quotes and escapes", () => {
  const cases: readonly (readonly [string, unknown])[] = [
    [String.raw`'a\n\t\x41\u20ac\U0001F600\101\0'`, "a\n\tA\u20ac\u{1f600}A\0"],
    [String.raw`r'C:\logs\new.log'`, String.raw`C:\logs\new.log`],
    [String.raw`R'a\'b'`, String.raw`a\'b`],
    [
      String.raw`'a\qb\
c'`,
      String.raw`a\qbc`,
    ],
    [`'''a\n'b' ''' "c"`, "a\n'b' c"],
    ["u'x'", "x"],
    [String.raw`b'\xff\u0041' b"z"`, Uint8Array.from([255, 92, 117, 48, 48, 52, 49, 122])],
    [`"it's" 'a "b"'`, `it'sa "b"`],
    ["'a' + 'b'", "ab"],
  ];
  for (const [text, value] of cases) assert.deepEqual(parse(text), value, text);
});

test("a key named __proto__ is a key like any other", () => {
  const value = parse("{'__proto__': {'polluted': True}}") as object;
  assert.deepEqual(Object.keys(value), ["__proto__"]);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
});

test("what would have to be run, and what is no expression, is refused with its place", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["open('x')", /no open/],
    ["(sys.stdout(),)", /a call is not accepted here.*\(line 1, column 12\)/],
    ["('a'.upper(),)", /an attribute is not accepted here/],
    ["{'a': 1}['a']", /an index is not accepted here/],
    ["tuple(1)", /takes a single tuple or list/],
    ["dict({'a': 1})", /expected name=value/],
    ["tuple", /no tuple/],
    ["f'{x}'", /a formatted string is not accepted/],
    ["(1,\n 'a", /unterminated string literal \(line 2, column 2\)/],
    ["(1, 2", /unexpected end; expected \)/],
    ["(1]", /unmatched \]/],
    ["1 2", /unexpected 2/],
    ["", /unexpected end/],
    ["(,)", /unexpected ,/],
    ["{1: 2, 3}", /expected :/],
    ["{1, 2: 3}", /unexpected :; expected \}/],
    ["1\n2", /a line end is only accepted between brackets/],
    ["012", /leading zeros/],
    ["1j", /invalid number/],
    ["'\\x4'", /invalid escape \\x4.*2 hexadecimal digits/],
    ["'\\N{DASH}'", /\\N\{\.\.\.\} is not accepted/],
    ["b'\u00e9'", /bytes can only contain ASCII/],
    ["1 // 0", /division by zero/],
    ["9 ** 9 ** 9", /the number gets too large/],
    ["1 << 99999999999", /the number gets too large/],
    ["'a' * 1000000", /\* is only accepted between numbers/],
    ["'%s' % 1", /% is only accepted between numbers/],
    ["$", /invalid character/],
    ["(".repeat(1000), /too deeply nested/],
    ["-".repeat(100_000) + "1", /too deeply nested/],
    [`1${"**1".repeat(10_000)}`, /too deeply nested/],
    ["1 if True else 2", /unexpected if|no if/],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => parse(text), message, text.slice(0, 40));
  }
});

// A small generator with a seed, so that a failure can be seen again.
function* literals(count: number): Generator<string> {
  let state = 20_260_101;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % limit;
  };
  const pick = (from: readonly string[]): string => from[below(from.length)] ?? "";
  const pieces = [
    "a",
    "\\n",
    "\\\\",
    "\\'",
    '\\"',
    "\\x41",
    "\\u00e9",
    "\\t",
    "\\7",
    "\\101",
    " ",
    "\u00e9",
    "%",
    "#",
    "\\z",
  ];
  const text = (): string => Array.from({ length: below(5) }, () => pick(pieces)).join("");
  const atom = (): string => {
    const quote = pick(["'", '"', "'''", '"""']);
    return pick([
      String(below(1000)),
      `${below(9)}.${below(99)}`,
      `0x${below(255).toString(16)}`,
      `1_${below(10)}`,
      "True",
      "False",
      "None",
      `${quote}${text()}${quote}`,
      `r${quote}${pick(["a\\n", "", "\\d"])}${quote}`,
      `-${below(50)}`,
      `${below(40)} * ${below(9)} + ${below(9)}`,
      `${below(99)} // ${1 + below(9)}`,
      `-${below(99)} % ${1 + below(9)}`,
      `2 ** ${below(40)}`,
      `~${below(9)} & 0o77 | 1 << ${below(9)}`,
    ]);
  };
  const value = (depth: number): string => {
    if (depth === 0) return atom();
    const items = Array.from({ length: below(4) }, () => value(depth - 1));
    const space = pick(["", " ", "\n", " # c\n"]);
    const list = items.map((item) => `${space}${item},`).join("");
    return pick([
      `(${list})`,
      `[${list}]`,
      atom(),
      `{${items.map((item, at) => `'k${at}':${space}${item}`).join(", ")}}`,
    ]);
  };
  for (let index = 0; index < count; index++) yield value(index % 4);
}

const ORACLE = `
import json, sys, warnings
warnings.simplefilter("ignore")
for text in json.load(sys.stdin):
    try:
        print(json.dumps({"value": eval(text, {"__builtins__": {}})}, allow_nan=False))
    except Exception as error:
        print(json.dumps({"error": type(error).__name__}))
`;

function askPython(texts: readonly string[]): { value?: unknown; error?: string }[] | null {
  const python = spawnSync("python3", ["-c", ORACLE], {
    input: JSON.stringify(texts),
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (python.error !== undefined) return null;
  assert.equal(python.status, 0, python.stderr);
  const lines = python.stdout.trimEnd().split("\n");
  assert.equal(lines.length, texts.length);
  return lines.map((line) => JSON.parse(line) as { value?: unknown; error?: string });
}

test("2000 random literals have the value that Python gives them", (t) => {
  const texts = [...literals(2000)];
  const answers = askPython(texts);
  if (answers === null) {
    t.skip("no python3 here to ask");
    return;
  }
  for (const [index, text] of texts.entries()) {
    assert.deepEqual({ value: parse(text) }, answers[index], text);
  }
});

test("texts with a slip of the pen are refused, or mean what they mean in Python", (t) => {
  let state = 99;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % limit;
  };
  const signs = [..."()[]{}'\",:+-*/%_01.xjbr \n\\#=", ""];
  const texts = [...literals(4000)].map((text) => {
    const at = below(text.length + 1);
    return text.slice(0, at) + (signs[below(signs.length)] ?? "") + text.slice(at + below(2));
  });
  const answers = askPython(texts);
  if (answers === null) {
    t.skip("no python3 here to ask");
    return;
  }
  const refused: string[] = [];
  for (const [index, text] of texts.entries()) {
    const answer: { value?: unknown; error?: string } = answers[index] ?? {};
    try {
      const value = withoutBigints(parse(text));
      // Sets, bytes and keys that are no texts have no JSON to compare by.
      if (answer.error !== "TypeError") assert.deepEqual({ value }, answer, JSON.stringify(text));
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      assert.ok(error instanceof SyntaxError || error instanceof AttributeError, String(error));
      if ("value" in answer) refused.push(text);
    }
  }
  assert.ok(
    refused.length < texts.length / 100,
    `${refused.length} refused: ${refused.join(" ; ")}`,
  );
});

// JSON has doubles only.
function withoutBigints(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(withoutBigints);
  if (Object.getPrototypeOf(value ?? 0) !== Object.prototype) return value;
  const entries = Object.entries(value as object);
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutBigints(each)]));
}
