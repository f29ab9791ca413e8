import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import * as fc from "fast-check";

import { compare, recordOf } from "../../test/kit/encoded-lines.ts";
import type { Call, Fields } from "../../test/kit/encoded-lines.ts";
import { setClock } from "../core/clock.ts";
import { MessageFormatter } from "../core/formatter.ts";
import { Formatter } from "./formatter.ts";
import type { FormatterOptions, StyleName } from "./formatter.ts";
import { JsonFormatter } from "./json.ts";

afterEach(() => setClock(null));

// Text of all sorts: what must be escaped, lone surrogates, pairs, long, short.
const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    "",
    "paid",
    "x".repeat(39),
    "x".repeat(41),
    "\ud83d",
    "\ude00",
    "a\nb",
    "é".repeat(50),
  ),
);

const number = fc.oneof(fc.integer(), fc.double(), fc.maxSafeInteger(), fc.constantFrom(-0, 1e21));

const key = fc.oneof(
  text,
  fc.constantFrom(
    "time",
    "level",
    "logger",
    "pid",
    "msg",
    "msg_",
    "error",
    "stackInfo",
    "__proto__",
  ),
  fc.constantFrom("id", "user", "7", "07", "toString", "toJSON", "constructor", "..."),
);

const leaf = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.constantFrom(null, undefined),
  fc.bigInt(),
  fc.date({ noInvalidDate: false }),
  fc.constantFrom(Symbol("s"), () => 1, /x/gu, new URL("http://localhost/a?b=c")),
  fc.uint8Array({ maxLength: 8 }),
);

const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: false }),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => new Set(items)),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 3 }).map((pairs) => new Map(pairs)),
    fc.tuple(text, tie("value")).map(([message, cause]) => new TypeError(message, { cause })),
  ),
})).value;

const fields = fc.option(
  fc.dictionary(key, value, { maxKeys: 5, noNullPrototype: false }) as fc.Arbitrary<Fields>,
);

const error = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: text.map((message) => new Error(message)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(text, value, value)
      .map(([message, type, cause]) =>
        Object.assign(new AggregateError([cause, new RangeError("r")], message), { type, code: 7 }),
      ),
  },
  { weight: 1, arbitrary: fc.oneof(text, fc.constantFrom(undefined, false, 0, "thrown", {})) },
);

const ms = fc.oneof(
  fc.integer({ min: 0, max: 4e12 }),
  fc.double({ min: -1e13, max: 1e13, noNaN: true }),
  fc.constantFrom(
    0,
    -1,
    253_402_300_799_999,
    253_402_300_800_000,
    -62_167_219_200_001,
    9e15,
    1e300,
  ),
);

const call: fc.Arbitrary<Call> = fc.record({
  name: text,
  level: fc.oneof(fc.constantFrom(10, 20, 30, 40, 50), fc.integer()),
  ms,
  message: text,
  bound: fields,
  fields,
  error,
});

test("a JSON line without a record is that of a record, for any call", () => {
  const formatter = new JsonFormatter({ maxDepth: 3, maxItems: 3, maxLength: 50 });
  let straight = 0;
  fc.assert(
    fc.property(call, (each) => {
      if ((compare(formatter, each) ?? -1) > 0) straight += 1;
    }),
    { numRuns: 2000 },
  );
  assert.ok(straight > 1000, `only ${straight} of 2000 went the straight way`);
});

test("a JSON line is one line that parses, for any call", () => {
  const formatter = new JsonFormatter();
  fc.assert(
    fc.property(call, (each) => {
      const line = formatter.format(recordOf(each));
      assert.ok(!/[\n\r]/.test(line));
      const parsed = JSON.parse(line) as Fields;
      assert.equal(parsed["msg"], each.message);
      assert.equal(parsed["logger"], each.name);
      const ends = Object.keys(parsed).filter((name) => !/^[0-9]/.test(name));
      assert.deepEqual(ends.slice(0, 5), ["time", "level", "logger", "pid", "msg"]);
    }),
    { numRuns: 500 },
  );
});

const specs: Record<StyleName, fc.Arbitrary<string>> = {
  "%": fc
    .tuple(
      fc.constantFrom(
        "message asctime levelname levelno name process processName thread threadName".split(" "),
        "taskName msecs created lineno fields user id nope message".split(" "),
      ),
      fc.nat(20),
      fc.constantFrom("s", "s", "s", "-12s", "8s", ".3s", "d", "03d", "r", "f", "a", "+d", "*d"),
    )
    .map(([names, at, spec]) => `%(${names[at % names.length]})${spec}`),
  "{": fc
    .tuple(
      fc.constantFrom(
        "message",
        "asctime",
        "levelname",
        "name",
        "process",
        "msecs",
        "created",
        "id",
        "user",
        "user.x",
      ),
      fc.constantFrom("", "", "", ":<12", ":>8", "!r", ":03d", ":.2f", ":{id}", "!s:^9"),
    )
    .map(([name, spec]) => `{${name}${spec}}`),
  $: fc
    .constantFrom(
      "message",
      "asctime",
      "levelname",
      "name",
      "process",
      "msecs",
      "created",
      "id",
      "user",
    )
    .map((name) => `\${${name}}`),
};

const literal = fc.oneof(
  text.map((each) =>
    each.replaceAll("%", "%%").replaceAll("{", "{{").replaceAll("}", "}}").replaceAll("$", "$$$$"),
  ),
  fc.constantFrom(" ", " - ", "[", "] "),
);

const format: fc.Arbitrary<{ style: StyleName; format: string }> = fc
  .constantFrom<StyleName[]>("%", "{", "$")
  .chain((style) =>
    fc
      .array(fc.oneof({ weight: 2, arbitrary: specs[style] }, literal), {
        minLength: 1,
        maxLength: 6,
      })
      .map((pieces) => ({ style, format: pieces.join("") })),
  );

// The id may be a width: no more than a line has room for.
const id = fc.option(fc.integer({ min: -9, max: 99 }));

const textCall = fc
  .tuple(call, fc.option(fc.oneof(text, number)), id, fc.boolean())
  .map(([each, user, id, inBound]): Call => {
    const more = { ...(user === null ? {} : { user }), ...(id === null ? {} : { id }) };
    return inBound
      ? { ...each, bound: { ...each.bound, ...more } }
      : { ...each, fields: { ...each.fields, ...more } };
  });

test("a line by a format without a record is that of a record, in all styles", () => {
  let straight = 0;
  const datefmt = fc.constantFrom(null, null, "%H:%M", "%s é", "");
  const defaults = fc.constantFrom(null, { nope: "default", id: 7 });
  fc.assert(
    fc.property(format, textCall, datefmt, defaults, (made, each, date, given) => {
      const options: FormatterOptions = {
        style: made.style,
        validate: false,
        timeZone: "UTC",
        datefmt: date,
        defaults: given,
      };
      const formatter = new Formatter(made.format, options);
      // Several in one second: the text of the first is kept.
      for (const later of [0, 1, 999]) {
        const code = compare(formatter, { ...each, ms: each.ms + later });
        if ((code ?? -1) > 0) straight += 1;
      }
    }),
    { numRuns: 2000 },
  );
  assert.ok(straight > 1200, `only ${straight} of 6000 went the straight way`);
});

test("the bare message without a record is that of a record", () => {
  const formatter = new MessageFormatter();
  fc.assert(
    fc.property(call, (each) => void compare(formatter, each)),
    { numRuns: 500 },
  );
});
