import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import vm from "node:vm";

import { lineOf } from "../../test/kit/json-line.ts";
import { paidRecord } from "../../test/kit/paid-record.ts";
import { setClock } from "../core/clock.ts";
import type { JsonFormatterOptions } from "./json.ts";

type Data = Record<string, unknown>;

afterEach(() => setClock(null));

/** What is left of a value, after it was written and read. */
function shown(value: unknown, options: JsonFormatterOptions = {}): unknown {
  const line = lineOf(options, paidRecord({ value }));
  assert.ok(!line.includes("\n"));
  return (JSON.parse(line) as Data)["value"];
}

class Shape {
  kind = "shape";
  #hidden = 1;
  get area(): number {
    return this.#hidden;
  }
}

const cyclic: Data = { name: "a" };
cyclic["self"] = cyclic;
cyclic["list"] = [cyclic];

const shared = { x: 1 };

const revoked = Proxy.revocable({}, {});
revoked.revoke();
const revokedList = Proxy.revocable([], {});
revokedList.revoke();

const sparse: unknown[] = [];
sparse[2] = 1;

const NASTY: readonly (readonly [what: string, value: unknown, expected: unknown])[] = [
  ["text with quotes and controls", '"\\\n\r\t\b\f\u0000\u001f/', '"\\\n\r\t\b\f\u0000\u001f/'],
  ["a lone surrogate", "a\ud83db", "a\ud83db"],
  ["line separators", "\u2028\u2029\u007f", "\u2028\u2029\u007f"],
  ["an emoji and CJK", "😀漢字", "😀漢字"],
  ["a cycle", cyclic, { name: "a", self: "[Circular]", list: ["[Circular]"] }],
  ["an object in two places", [shared, shared], [{ x: 1 }, { x: 1 }]],
  ["a bigint", 12_345_678_901_234_567_890n, "12345678901234567890"],
  ["numbers that JSON lacks", [NaN, Infinity, -Infinity], ["NaN", "Infinity", "-Infinity"]],
  [
    "numbers",
    [0, -0, 1, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 1.5, 1e21, 5e-324, 2 ** 53],
    [0, 0, 1, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 1.5, 1e21, 5e-324, 2 ** 53],
  ],
  ["undefined", { a: undefined, b: [undefined] }, { b: [null] }],
  ["nothing in containers", [{}, [], ""], [{}, [], ""]],
  [
    "a function",
    [
      Shape,
      () => 1,
      (
        () => () =>
          1
      )(),
    ],
    ["[Function: Shape]", "[Function: anonymous]", "[Function: anonymous]"],
  ],
  ["a symbol", { s: Symbol("x"), [Symbol("key")]: 1 }, { s: "Symbol(x)" }],
  [
    "a map of texts",
    new Map<string, unknown>([
      ["a", 1],
      ["__proto__", { b: 2 }],
    ]),
    JSON.parse('{"a":1,"__proto__":{"b":2}}'),
  ],
  [
    "a map of anything",
    new Map<unknown, unknown>([
      [1, "x"],
      [{ y: 1 }, "z"],
    ]),
    [
      [1, "x"],
      [{ y: 1 }, "z"],
    ],
  ],
  ["a set", new Set([1, "a", { b: 1 }]), [1, "a", { b: 1 }]],
  ["a buffer", Buffer.from("abc"), { type: "Buffer", data: "YWJj" }],
  [
    "a long buffer",
    Buffer.alloc(16_385),
    { type: "Buffer", data: Buffer.alloc(16_384).toString("base64"), more: 1 },
  ],
  [
    "typed arrays",
    [new Uint8Array([1]), new Float32Array(1), new DataView(new ArrayBuffer(1))],
    [
      { type: "Uint8Array", data: "AQ==" },
      { type: "Float32Array", data: "AAAAAA==" },
      { type: "DataView", data: "AA==" },
    ],
  ],
  ["an array buffer", new ArrayBuffer(2), { type: "ArrayBuffer", data: "AAA=" }],
  ["dates", [new Date(0), new Date(NaN)], ["1970-01-01T00:00:00.000Z", null]],
  [
    "patterns and addresses",
    [/a"b/gi, new URL("http://x/?a=1"), new URLSearchParams({ a: "1" })],
    ['/a"b/gi', "http://x/?a=1", "a=1"],
  ],
  [
    "boxed values",
    [Object(1), Object("s"), Object(true), Object(1n), Object(Symbol("b"))],
    [1, "s", true, "1", "Symbol(b)"],
  ],
  ["a class's object", new Shape(), { kind: "shape" }],
  ["toJSON", { toJSON: () => ({ told: 1 }) }, { told: 1 }],
  [
    "toJSON of a class",
    new (class {
      toJSON(): string {
        return "told";
      }
    })(),
    "told",
  ],
  [
    "toJSON that gives undefined",
    [{ toJSON: () => undefined }, { k: { toJSON: () => undefined } }],
    [null, {}],
  ],
  [
    "toJSON that throws",
    {
      toJSON() {
        throw new TypeError("no");
      },
    },
    "[toJSON threw TypeError: no]",
  ],
  [
    "toJSON that gives itself",
    (() => {
      const it = { a: 1, toJSON: (): unknown => it };
      return it;
    })(),
    { a: 1, toJSON: "[Function: toJSON]" },
  ],
  ["toJSON that is data", { toJSON: 1 }, { toJSON: 1 }],
  [
    "a getter that throws",
    {
      get bad(): never {
        throw new Error("no");
      },
      good: 1,
    },
    { bad: "[bad threw Error: no]", good: 1 },
  ],
  [
    "a getter that throws no error",
    {
      get bad(): never {
        throw null as unknown as Error;
      },
    },
    { bad: "[bad threw [unprintable object]]" },
  ],
  [
    "revoked proxies",
    [revoked.proxy, revokedList.proxy],
    [
      "[Object threw TypeError: Cannot perform 'getPrototypeOf' on a proxy that has been revoked]",
      "[Object threw TypeError: Cannot perform 'getPrototypeOf' on a proxy that has been revoked]",
    ],
  ],
  ["a proxy", new Proxy({ a: 1 }, {}), { a: 1 }],
  [
    "a proxy that hides its keys",
    {
      p: new Proxy(
        {},
        {
          ownKeys() {
            throw new Error("mine");
          },
        },
      ),
      q: 1,
    },
    { p: "[Object threw Error: mine]", q: 1 },
  ],
  ["no prototype", Object.assign(Object.create(null) as Data, { a: 1 }), { a: 1 }],
  [
    "__proto__ as data",
    JSON.parse('{"__proto__":{"x":1},"constructor":2}'),
    JSON.parse('{"__proto__":{"x":1},"constructor":2}'),
  ],
  ["a sparse array", sparse, [null, null, 1]],
  ["what is inherited", Object.create({ inherited: 1 }), {}],
  [
    "another realm's values",
    vm.runInNewContext("({ a: [1, new Date(0), new Map([['k', 1]])], o: {} })"),
    { a: [1, "1970-01-01T00:00:00.000Z", { k: 1 }], o: {} },
  ],
  ["arguments and weak things", [new WeakMap(), Promise.resolve(1)], [{}, {}]],
];

for (const [what, value, expected] of NASTY) {
  test(`a value is written so that it reads right: ${what}`, () => {
    assert.deepEqual(shown(value), expected);
    const nested = shown({ deep: [value] });
    // Deeper by two, but for those that are nothing in an object.
    assert.deepEqual(nested, { deep: [expected] });
  });
}

test("plain data is written as JSON.stringify writes it, to the byte", () => {
  const value = {
    a: [1, "x\u00a0\ud83d\ude00\ud83d", { b: null, c: false }],
    'k"é': -1.5e-7,
    7: "n",
  };
  assert.ok(lineOf({}, paidRecord({ value })).endsWith(`"value":${JSON.stringify(value)}}`));
});

test("what nests too deep, is too many or too long is cut, and the line says so", () => {
  const deep = { a: { b: { c: { d: 1 } }, l: [[[1]]] } };
  assert.deepEqual(shown(deep, { maxDepth: 3 }), {
    a: { b: { c: "[Object]" }, l: ["[Array]"] },
  });
  assert.deepEqual(
    shown({ a: { m: new Map(), e: new Error("x"), s: new Set() } }, { maxDepth: 2 }),
    {
      a: { m: "[Map]", e: "Error: x", s: "[Set]" },
    },
  );
  assert.deepEqual(shown([1, 2, 3, 4], { maxItems: 2 }), [1, 2, "... 2 more"]);
  assert.deepEqual(shown(new Set([1, 2, 3]), { maxItems: 2 }), [1, 2, "... 1 more"]);
  assert.deepEqual(shown({ a: 1, "...": 2, c: 3, d: 4 }, { maxItems: 2 }), {
    a: 1,
    "...": 2,
    "..._": "2 more",
  });
  const map = new Map([
    ["a", 1],
    ["b", 2],
    ["c", 3],
  ]);
  assert.deepEqual(shown(map, { maxItems: 2 }), { a: 1, b: 2, "...": "1 more" });
  assert.deepEqual(shown([...map], { maxItems: 1 }), [["a", "... 1 more"], "... 2 more"]);
  assert.equal(shown("abcdef", { maxLength: 4 }), "abcd... 2 more characters");
  assert.equal(shown("abc😀", { maxLength: 4 }), "abc... 2 more characters");
  assert.equal(shown("abcd", { maxLength: 4 }), "abcd");
  assert.equal((shown(Array.from({ length: 5000 })) as unknown[]).length, 1001);
});

test("an object in very many places is not written for ever", () => {
  let value: unknown = 1;
  for (let level = 0; level < 7; level++) value = Array.from({ length: 100 }).fill(value);
  const line = lineOf({}, paidRecord({ value }));
  JSON.parse(line);
  assert.ok(line.length < 10_000_000);
  assert.ok(line.includes('"[Array]"'));
});
