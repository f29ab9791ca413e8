import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import * as fc from "fast-check";

import {
  CALL,
  compare,
  encode,
  encoderOf,
  lineOf,
  recordOf,
} from "../../test/kit/encoded-lines.ts";
import type { Call, Fields } from "../../test/kit/encoded-lines.ts";
import { setClock } from "../core/clock.ts";
import { NO_ROOM } from "../core/line-encoder.ts";
import { setRaiseExceptions } from "../core/self-report.ts";
import { JsonFormatter } from "./json.ts";
import type { JsonFormatterOptions } from "./json.ts";
import { serializers } from "./serializers.ts";

afterEach(() => {
  setClock(null);
  setRaiseExceptions(true);
});

const throwing = (): never => {
  throw new TypeError("not this one");
};

const VARIANTS: Readonly<Record<string, JsonFormatterOptions>> = {
  "no options": {},
  pino: { preset: "pino" },
  "pino with base and other keys": {
    preset: "pino",
    base: { service: "shop" },
    keys: { message: "message", error: "error", pid: null, hostname: null },
    levelFormat: "lowercase",
  },
  "pino with masks": { preset: "pino", redact: ["user", "err.code", "*.secret"] },
  ecs: { preset: "ecs", base: { "service.name": "shop" } },
  "ecs with serializers": {
    preset: "ecs",
    serializers: { user: () => ({ id: 7 }), err: (e) => e },
  },
  otel: { preset: "otel", base: { "service.name": "shop" } },
  "otel with masks": { preset: "otel", redact: { keys: ["user", /secret/], remove: true } },
  "times in milliseconds": { timeFormat: "epochMs", levelFormat: "number" },
  "no keys of ours but the message": {
    keys: { time: null, level: null, logger: null, pid: null, error: null, stackInfo: null },
  },
  "a host's name and a base": { keys: { hostname: "host", error: "err" }, base: { a: [1], id: 2 } },
  serializers: {
    serializers: { user: throwing, id: (id) => String(id), error: serializers.err, gone: () => {} },
  },
  masks: { redact: { paths: ["user", "*.secret", "error.code"], keys: ["token"] } },
};

const text = fc.oneof(
  fc.constantFrom("", "paid", "a\nb", "x".repeat(70), "\ud83d", 'say "é"'),
  fc.string({ unit: "binary", maxLength: 30 }),
);
const key = fc.oneof(
  fc.constantFrom(
    "user",
    "id",
    "secret",
    "token",
    "gone",
    "error",
    "err",
    "msg",
    "message",
    "name",
  ),
  fc.constantFrom("trace_id", "span_id", "trace_flags", "trace.id", "TraceId", "Attributes"),
  fc.constantFrom("time", "level", "pid", "hostname", "service", "a", "7", "__proto__", "toJSON"),
  fc.constantFrom("error.type", "error.code", "exception.type", "process.pid", "log.level"),
  fc.string({ unit: "binary", maxLength: 5 }),
);
const leaf = fc.oneof(
  text,
  fc.double(),
  fc.boolean(),
  fc.constantFrom<unknown>(null, undefined, 12n, Symbol("s"), new Date(0), /x/g),
  text.map((message) => new RangeError(message)),
);
const value = fc.oneof(
  leaf,
  fc.array(leaf, { maxLength: 3 }),
  fc.dictionary(key, leaf, { maxKeys: 3 }),
  fc.constant({
    get secret(): never {
      throw new Error("no");
    },
  }),
);
const fields = fc.option(
  fc.dictionary(key, value, { maxKeys: 5, noNullPrototype: false }) as fc.Arbitrary<Fields>,
);
const error = fc.oneof(
  { weight: 3, arbitrary: fc.constant<unknown>(null) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(text, leaf, leaf)
      .map(([message, code, cause]) =>
        Object.assign(new AggregateError([cause], message, { cause }), { code, secret: 1 }),
      ),
  },
  { weight: 1, arbitrary: leaf },
);
const call: fc.Arbitrary<Call> = fc.record({
  name: fc.oneof(text, fc.constantFrom("app", "root")),
  level: fc.oneof(fc.constantFrom(5, 10, 20, 30, 40, 50), fc.integer()),
  ms: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1e12, max: 4e12 }) },
    { weight: 1, arbitrary: fc.constantFrom(CALL.ms, 0, -1, 9e15, 1.5, 999_999_999_999) },
  ),
  message: text,
  bound: fields,
  fields,
  error,
});

for (const [what, options] of Object.entries(VARIANTS)) {
  test(`a line without a record is that of a record, and one line of JSON: ${what}`, () => {
    setRaiseExceptions(false);
    const formatter = new JsonFormatter({ maxItems: 4, maxLength: 60, ...options });
    let straight = 0;
    fc.assert(
      fc.property(call, (each) => {
        if ((compare(formatter, each) ?? -1) > 0) straight += 1;
        const line = lineOf(formatter, each)?.toString() ?? assert.fail();
        assert.match(line, /^[^\r\n]*\n$/);
        const parsed = JSON.parse(line) as Fields;
        assert.equal(Object.keys(parsed).length, keysOf(line).length, "no key comes twice");
      }),
      { numRuns: 400 },
    );
    assert.ok(straight > 200, `only ${straight} of 400 went the straight way`);
  });

  test(`calls in any order with one encoder give their own lines: ${what}`, () => {
    setRaiseExceptions(false);
    const formatter = new JsonFormatter(options);
    const encoder = encoderOf(formatter, { ...CALL, bound: { requestId: "7f" } }) ?? assert.fail();
    const bytes = Buffer.alloc(10_000);
    const messages = ["paid", "paid", "", "x".repeat(300), "paid", "", ""];
    for (const [at, message] of messages.entries()) {
      for (const each of [null, { id: at }, { requestId: at }]) {
        const one = { ...CALL, ms: CALL.ms + at * 213, message, bound: { requestId: "7f" } };
        const whole = { ...one, fields: each, error: at % 2 === 0 ? null : new Error("x") };
        const end = encode(encoder, bytes, 3, whole);
        assert.equal(bytes.toString("utf8", 3, end), lineOf(formatter, whole)?.toString());
      }
    }
  });

  test(`every room that is too small gives NO_ROOM and keeps what is behind it: ${what}`, () => {
    setRaiseExceptions(false);
    const formatter = new JsonFormatter(options);
    const fields = { trace_id: "a1", user: "é".repeat(50), deep: { secret: 1 }, id: 1 };
    const failure = Object.assign(new TypeError("boom"), { stack: "TypeError: boom", code: "E" });
    for (const each of [CALL, { ...CALL, bound: { b: 1 }, fields, error: failure }]) {
      const expected = lineOf(formatter, each) ?? assert.fail();
      const encoder = encoderOf(formatter, each) ?? assert.fail();
      for (let room = 0; room <= expected.length; room++) {
        const store = Buffer.alloc(expected.length + 40, 0x55);
        const bytes = Buffer.from(store.buffer, store.byteOffset, 10 + room);
        const fits = room === expected.length;
        assert.equal(encode(encoder, bytes, 10, each), fits ? 10 + room : NO_ROOM);
        if (fits) assert.deepEqual(bytes.subarray(10), expected);
        assert.ok(store.subarray(10 + room).every((byte) => byte === 0x55));
      }
    }
  });
}

test("a bound field with the name of an error gives way to the error of a call", () => {
  setRaiseExceptions(false);
  const names = ["error", "err", "error.type", "exception.message", "trace_id", "user"];
  const given = [null, { id: 1 }, { err: new Error("f") }, { error: new Error("f"), err: 1 }];
  for (const options of Object.values(VARIANTS)) {
    const formatter = new JsonFormatter(options);
    for (const name of names) {
      for (const error of [null, new Error("x")]) {
        for (const each of [...given, { [name]: 2 }, { [`${name}_`]: 3 }]) {
          for (const mine of ["mine", new RangeError("mine")]) {
            compare(formatter, { ...CALL, bound: { [name]: mine }, fields: each, error });
          }
        }
      }
    }
  }
});

test("an object that bound fields share with those of a call is masked in both", () => {
  const formatter = new JsonFormatter({ redact: ["user.card", "owner.pin"] });
  const user = { card: "4111", pin: "0000" };
  for (const fields of [{ owner: user }, { list: [user] }, null]) {
    compare(formatter, { ...CALL, bound: { user }, fields });
    assert.doesNotMatch(String(lineOf(formatter, { ...CALL, bound: { user }, fields })), /4111/);
  }
});

test("a serializer is asked at each call, for bound fields too", () => {
  let asked = 0;
  const formatter = new JsonFormatter({ serializers: { requestId: () => ++asked } });
  const call = { ...CALL, bound: { requestId: "7f" } };
  const encoder = encoderOf(formatter, call) ?? assert.fail();
  const bytes = Buffer.alloc(1000);
  const shown = [null, { id: 1 }, null].map((fields) => {
    const end = encode(encoder, bytes, 0, { ...call, fields });
    return (JSON.parse(bytes.toString("utf8", 0, end)) as Fields)["requestId"];
  });
  const [first, second, third] = shown as [number, number, number];
  assert.ok(first < second && second < third, shown.join());
});

test("getters that throw, hidden keys and proxies say the same by both ways", () => {
  setRaiseExceptions(false);
  for (const options of Object.values(VARIANTS)) {
    const formatter = new JsonFormatter(options);
    for (const name of ["user", "id", "secret", "error", "err", "trace_id", "7", "__proto__"]) {
      const fields = {};
      Object.defineProperty(fields, name, { get: throwing, enumerable: true });
      Object.defineProperty(fields, "hidden", { value: 1, enumerable: false });
      const proxy = new Proxy({ [name]: { secret: 1 } }, {});
      for (const each of [fields, proxy, { after: 1, deep: fields, proxy }]) {
        compare(formatter, { ...CALL, fields: each });
        compare(formatter, { ...CALL, bound: { [name]: 1 }, fields: each, error: new Error("x") });
      }
    }
  }
});

test("a formatter that shows the caller needs records", () => {
  assert.equal(new JsonFormatter({ caller: true }).lineEncoders(), null);
  assert.notEqual(new JsonFormatter({ caller: false }).lineEncoders(), null);
});

test("a line may be longer than the room that a formatter begins with", () => {
  for (const options of Object.values(VARIANTS)) {
    setRaiseExceptions(false);
    const long = { ...CALL, message: "x".repeat(50_000) };
    JSON.parse(new JsonFormatter(options).format(recordOf(long)));
  }
});

/** The keys of the outermost object, as they are written. */
function keysOf(line: string): string[] {
  const found: string[] = [];
  let depth = 0;
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? "";
    if ("{[".includes(char)) depth += 1;
    else if ("}]".includes(char)) depth -= 1;
    else if (char === '"') {
      let end = at + 1;
      while (line[end] !== '"') end += line[end] === "\\" ? 2 : 1;
      if (depth === 1 && line[end + 1] === ":") found.push(line.slice(at, end + 1));
      at = end;
    }
  }
  return found;
}
