import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import vm from "node:vm";

import { CALL, compare } from "../../test/kit/encoded-lines.ts";
import { setClock } from "../core/clock.ts";
import { LogRecord } from "../core/record.ts";
import { JsonFormatter } from "./json.ts";
import type { JsonFormatterOptions } from "./json.ts";
import { serializers } from "./serializers.ts";

type Data = Record<string, unknown>;

afterEach(() => setClock(null));

const throwing = (): never => {
  throw new Error("no");
};

class LateDate extends Date {
  override toISOString = throwing;
  override toJSON = throwing;
  override getTime = throwing;
}

class List extends Array<unknown> {
  get size(): number {
    return throwing();
  }
}

class Money {
  readonly cents = 7;
  get secret(): never {
    return throwing();
  }
  [Symbol.toPrimitive](): never {
    return throwing();
  }
}

/** As a `using` block makes it, also in versions of Node that have none. */
function suppressedError(): Error {
  const error = new Error("both");
  for (const [key, value] of [
    ["name", "SuppressedError"],
    ["error", new Error("late")],
    ["suppressed", new TypeError("early")],
  ] as const) {
    Object.defineProperty(error, key, { value, enumerable: false, configurable: true });
  }
  return error;
}

/** A value whose toJSON gives another of its kind, without end. */
function endless(): object {
  return { toJSON: () => ({ next: endless() }) };
}

function nested(depth: number): object {
  let value: Data = { end: true };
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? { in: value } : { in: [value] };
  return value;
}

function cyclicMap(): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  map.set("self", map).set("set", new Set([map]));
  return map;
}

function withoutPrototype(): Error {
  return Object.setPrototypeOf(new TypeError("bare"), null) as Error;
}

function oddParts(): Error {
  const error = new Error("x");
  for (const [key, value] of [
    ["message", { a: 1 }],
    ["stack", 7],
    ["name", Symbol("name")],
    ["cause", throwing],
  ] as const) {
    Object.defineProperty(error, key, { value });
  }
  return error;
}

const manyProperties = Object.assign(
  new Error("many"),
  Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`p${at}`, at])),
);

const traps: ProxyHandler<object> = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect).map((trap) => [trap, throwing]),
);

const holed: unknown[] = Object.assign([], { more: 2 });
holed[1] = 1;
holed.length = 3;

const given = new RangeError("given");

/** What is another each time it is read. */
const CHANGING = "the global object";

const CORPUS: Readonly<Record<string, unknown>> = {
  "a date that throws": new LateDate(0),
  "a subclass of Array": List.from([1, [2], { a: 3 }]),
  "a class with a getter that throws": new Money(),
  "an error that suppressed another": suppressedError(),
  "a toJSON without end": endless(),
  "a toJSON that gives a map": { toJSON: () => new Map([["a", new Date(0)]]) },
  "a toJSON that gives an error": { toJSON: () => given },
  "a toJSON that is a getter that throws": Object.defineProperty({ a: 1 }, "toJSON", {
    get: throwing,
  }),
  "an error with a toJSON": Object.assign(new Error("x"), { toJSON: throwing, code: 1 }),
  "an object of ten thousand levels": nested(10_000),
  "a map of itself": cyclicMap(),
  "an error without a prototype": withoutPrototype(),
  "an error with parts of other kinds": oddParts(),
  "an error with thousands of properties": manyProperties,
  "proxies that throw at everything": [new Proxy({}, traps), new Proxy([], traps), { p: 1 }],
  "a proxy of a function": new Proxy(() => {}, traps),
  "bytes of every kind": [new BigInt64Array(1), new Uint16Array([1, 2]), new SharedArrayBuffer(2)],
  "bytes that are gone": (() => {
    const view = new Uint8Array(4);
    structuredClone(view.buffer, { transfer: [view.buffer] });
    return [view, view.buffer, new DataView(new ArrayBuffer(1))];
  })(),
  "generators, iterators and weak things": [
    (function* () {
      yield 1;
    })(),
    [1][Symbol.iterator](),
    new WeakRef({}),
    new WeakSet(),
    Promise.resolve(1).then(() => 2),
  ],
  "the arguments of a function": vm.runInNewContext(
    "(function () { return arguments; })(1, 'two')",
  ),
  "boxed values with other methods": [
    Object.assign(Object("s"), { valueOf: throwing, toString: throwing }),
    Object.assign(Object(7), { valueOf: throwing }),
    Object.assign(Object(false), { toJSON: throwing }),
  ],
  "an address and a pattern with other methods": [
    Object.assign(new URL("http://x/"), { toString: throwing }),
    Object.assign(/x/, { toString: throwing }),
  ],
  "an exception of the web": new DOMException("aborted", "AbortError"),
  "the environment of the process": process.env,
  [CHANGING]: globalThis,
  "keys of all sorts": JSON.parse(
    '{"__proto__":{"__proto__":1},"constructor":1,"":2,"\\u0000":3,"\\ud800":4,"a\\r\\nb":5,"\\"":6}',
  ),
  "text of all sorts": ["\u0000\r\n\u001b[31m\u009b\u2028\u202e", "\ud800", "\udc00\ud800"],
  "a text of a hundred thousand characters": "\ud83d\ude00".repeat(50_000),
  "numbers of all sorts": [-0, 5e-324, 1.7976931348623157e308, NaN, -Infinity, 0.1 + 0.2],
  "an array with holes and more": holed,
  "an object of very many keys": Object.fromEntries(
    Array.from({ length: 3000 }, (_, at) => [`k${at}`, { at }]),
  ),
};

const VARIANTS: readonly JsonFormatterOptions[] = [
  {},
  { preset: "pino" },
  { preset: "ecs" },
  { preset: "otel" },
  { redact: { keys: ["code", "password"], paths: ["value.**.secret", "*.x"] } },
  { serializers: { value: (value) => [value], error: serializers.err } },
  { maxDepth: 2, maxItems: 2, maxLength: 20 },
];

for (const [what, value] of Object.entries(CORPUS)) {
  test(`one line of JSON comes of it, by both ways, in every shape: ${what}`, () => {
    for (const options of VARIANTS) {
      const formatter = new JsonFormatter(options);
      for (const [fields, error] of [
        [{ value, after: 1 }, null],
        [{ err: value, deep: { value } }, null],
        [null, value],
        [{ error: 1 }, new Error("with", { cause: value })],
        [null, new AggregateError([value, 1], "all")],
      ] as [Data | null, unknown][]) {
        const record = new LogRecord("app", 20, null, 0, "paid", [], error);
        record.fields = fields;
        const line = formatter.format(record);
        assert.doesNotMatch(line, /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
        const parsed = JSON.parse(line) as Data;
        assert.ok(Object.keys(parsed).length > 2);
        if (fields !== null && "after" in fields) assert.match(line, /"after":1[,}]/);
        if (what === CHANGING || Buffer.byteLength(line) > 90_000) continue;
        compare(formatter, { ...CALL, fields, error });
      }
    }
  });
}

test("these read as they were meant", () => {
  const shown = (value: unknown): unknown => {
    const record = new LogRecord("app", 20, null, 0, "paid", [], null);
    record.fields = { value };
    return (JSON.parse(new JsonFormatter().format(record)) as Data)["value"];
  };
  assert.equal(shown(CORPUS["a date that throws"]), "1970-01-01T00:00:00.000Z");
  assert.deepEqual(shown(CORPUS["a subclass of Array"]), [1, [2], { a: 3 }]);
  assert.deepEqual(shown(CORPUS["a class with a getter that throws"]), { cents: 7 });
  assert.deepEqual(shown(CORPUS["a toJSON that gives a map"]), { a: "1970-01-01T00:00:00.000Z" });
  const { error, suppressed } = shown(suppressedError()) as Record<string, Data>;
  assert.deepEqual([error?.["message"], suppressed?.["type"]], ["late", "TypeError"]);
  const many = shown(manyProperties) as Data;
  assert.equal(Object.keys(many).length, 3 + 1000 + 1);
  assert.equal(many["..."], "2000 more");
  assert.deepEqual(shown(CORPUS["boxed values with other methods"]), [
    "s",
    7,
    "[toJSON threw Error: no]",
  ]);
  assert.deepEqual(shown(CORPUS["an address and a pattern with other methods"]), [
    "http://x/",
    "/x/",
  ]);
  assert.equal((shown(CORPUS["an exception of the web"]) as Data)["message"], "aborted");
  assert.deepEqual(shown(CORPUS["an array with holes and more"]), [null, 1, null]);
  assert.deepEqual(shown(CORPUS["a proxy of a function"]), "[Function: [name threw Error: no]]");
});
