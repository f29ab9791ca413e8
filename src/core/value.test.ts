import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

import { exceptionText } from "./exception.ts";
import { ascii, inspectLine, isError, isPlainObject, repr, shortRepr, toText } from "./value.ts";

class Money {
  toString(): string {
    return "3.50 EUR";
  }
}

test("%s shows each kind of value in its own way", () => {
  const cycle: Record<string, unknown> = { a: 1 };
  cycle["self"] = cycle;
  const cases: readonly (readonly [unknown, string])[] = [
    ["text", "text"],
    [-0, "0"],
    [1.5, "1.5"],
    [10n, "10"],
    [true, "true"],
    [null, "null"],
    [undefined, "undefined"],
    [Symbol("s"), "Symbol(s)"],
    [new TypeError("bad"), "TypeError: bad"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [new Date(Number.NaN), "Invalid Date"],
    [new URL("http://h/p"), "http://h/p"],
    [/a+/g, "/a+/g"],
    [new Money(), "3.50 EUR"],
    [{ a: 1, b: ["x"] }, "{ a: 1, b: [ 'x' ] }"],
    [Object.assign(Object.create(null), { a: 1 }), "{ a: 1 }"],
    [{}, "{}"],
    [[], "[]"],
    [new Map([["k", 1]]), "Map(1) { 'k' => 1 }"],
    [Buffer.from("hi"), "<Buffer 68 69>"],
    [cycle, "<ref *1> { a: 1, self: [Circular *1] }"],
  ];
  for (const [value, text] of cases) assert.equal(toText(value), text);
  assert.equal(toText({ a: "line\nbreak", long: "x".repeat(200) }).includes("\n"), false);
});

test("no value can make it throw", () => {
  const trap = (): never => {
    throw new Error("trap");
  };
  const hostile: readonly unknown[] = [
    { toString: trap },
    {
      get toString(): never {
        return trap();
      },
    },
    { [Symbol.for("nodejs.util.inspect.custom")]: trap },
    {
      get a(): never {
        return trap();
      },
    },
    new Proxy({}, { get: trap, getPrototypeOf: trap, ownKeys: trap, has: trap }),
    new Proxy(new Error("e"), { get: trap, getPrototypeOf: trap }),
    Object.defineProperty(new Error("e"), "message", { get: trap }),
    Object.defineProperty(new Error("e"), "stack", { get: trap }),
    Object.assign(new Error("e"), { name: Symbol("odd") }),
    Object.assign(Object.create(null), {
      get x(): number {
        return 1;
      },
    }),
    { toString: () => 5 },
    { toString: 5 },
    Object.create({ toString: trap }),
    runInNewContext("({ a: 1 })"),
    "\ud800",
  ];
  for (const value of hostile) {
    for (const text of [
      toText(value),
      repr(value),
      ascii(value),
      inspectLine(value),
      exceptionText(value),
    ]) {
      assert.equal(typeof text, "string");
    }
    assert.equal(typeof isPlainObject(value), "boolean");
    assert.equal(typeof isError(value), "boolean");
  }
});

test("%r of a string is Python's repr", () => {
  assert.equal(repr("plain"), "'plain'");
  assert.equal(repr("it's"), `"it's"`);
  assert.equal(repr(`it's "q"`), `'it\\'s "q"'`);
  assert.equal(
    repr("a\\b\n\t\r\0\x7f\xa0\u200bé😀\ud800"),
    "'a\\\\b\\n\\t\\r\\x00\\x7f\\xa0\\u200bé😀\\ud800'",
  );
  assert.equal(ascii("é😀"), "'\\xe9\\U0001f600'");
  assert.equal(repr(new RangeError("x")), "RangeError('x')");
});

test("plain objects are known in any realm, and nothing else is one", () => {
  assert.equal(isPlainObject({}), true);
  assert.equal(isPlainObject(Object.create(null)), true);
  assert.equal(isPlainObject(runInNewContext("({})")), true);
  for (const other of [
    [],
    new Map(),
    new Date(),
    new Money(),
    new Error("e"),
    null,
    "s",
    () => 1,
  ]) {
    assert.equal(isPlainObject(other), false);
  }
  assert.equal(isError(runInNewContext("new Error('x')")), true);
});

test("an error's text has its stack, its own properties, its causes and members", () => {
  const inner = Object.assign(new Error("inner"), { code: "ENOENT" });
  const text = exceptionText(new TypeError("outer", { cause: inner }));
  assert.match(text, /^TypeError: outer\n {4}at /);
  assert.match(text, /\nCaused by: Error: inner\n {4}at /);
  assert.match(text, /\{ code: 'ENOENT' \}$/);
  const many = exceptionText(new AggregateError([new Error("one"), "two"], "all"));
  assert.match(many, /One of: Error: one/);
  assert.match(many, /One of: 'two'/);
});

test("a cycle of causes ends, and a changed message is shown", () => {
  const a = new Error("a");
  const b = new Error("b", { cause: a });
  a.cause = b;
  assert.match(exceptionText(b), /Caused by: Error: b \[shown above\]$/);
  const changed = new Error("before");
  assert.ok(changed.stack);
  changed.message = "after";
  assert.match(exceptionText(changed), /^Error: after\nError: before\n/);
});

test("shortRepr is repr's text where that is short, and never long for an object", () => {
  for (const value of ["it's", "x".repeat(500), 7, null, { a: { b: { c: [1] } } }, new Date(0)]) {
    assert.equal(shortRepr(value), repr(value));
  }
  const long = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`key${n}`, [n]]));
  assert.equal(shortRepr(long).length, 160);
  assert.match(
    shortRepr({ one: 1, deep: { long } }),
    /^\{ one: 1, deep: \{ long: \[Object\] \} \}$/,
  );
  assert.equal(shortRepr(new Error("x".repeat(500))).length, 160);
});

test("an error that throws itself when it is read is no end of calls", () => {
  const self = new Error("self");
  Object.defineProperty(self, "name", {
    get: () => {
      throw self;
    },
  });
  assert.equal(toText(self), "[name threw [name threw [unprintable object]]: self]: self");
  const chain = (): Error =>
    Object.defineProperty(new Error("chain"), "message", {
      get: () => {
        throw chain();
      },
    });
  assert.match(toText(chain()), /^Error: \[message threw /);
  assert.match(exceptionText(self), /self/);
});
