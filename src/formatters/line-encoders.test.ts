import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import {
  CALL,
  compare,
  encode,
  encoderOf,
  lineOf,
  recordOf,
} from "../../test/kit/encoded-lines.ts";
import type { Call } from "../../test/kit/encoded-lines.ts";
import { setClock } from "../core/clock.ts";
import { MessageFormatter } from "../core/formatter.ts";
import type { RecordFormatter } from "../core/formatter.ts";
import { addLevelName, resetLevelNames } from "../core/level.ts";
import { NEEDS_RECORD, NO_ROOM } from "../core/line-encoder.ts";
import { extraNames, LogRecord } from "../core/record.ts";
import { Formatter } from "./formatter.ts";
import type { StyleName } from "./formatter.ts";
import { JsonFormatter } from "./json.ts";

afterEach(() => {
  setClock(null);
  resetLevelNames();
});

function without(message: string): Call {
  return { ...CALL, message };
}

test("the formats that people use go the straight way", () => {
  const formats: [StyleName, string][] = [
    ["%", "%(asctime)s %(levelname)s %(name)s %(message)s"],
    ["%", "%(asctime)s.%(msecs)03d [%(process)d] %(levelname)-8s %(name)s: %(message)s (%(id)s)"],
    ["%", "%(created)f %(threadName)s %(processName)s %(taskName)s %% %(message)40s"],
    ["{", "{asctime} {levelname:<8} {name}: {message} {id:05d}"],
    ["$", "$asctime $levelname ${name} $message $id $$"],
  ];
  for (const [style, each] of formats) {
    const formatter = new Formatter(each, { style, timeZone: "UTC" });
    for (const error of [null, new TypeError("x", { cause: new Error("y") })]) {
      const code = compare(formatter, { ...CALL, fields: { id: 7 }, error });
      assert.ok(code !== null && code > 0, each);
    }
  }
});

test("a format that asks for the place of the call, or of no one's field, needs a record", () => {
  const names = Object.getOwnPropertyNames(LogRecord.prototype);
  const attributes = [...Object.keys(recordOf(CALL)), ...names].filter(
    (name) => extraNames({ [name]: 1 } as unknown as LogRecord).length === 0,
  );
  assert.ok(attributes.length > 20, "these are the attributes");
  for (const name of attributes) {
    const code = compare(new Formatter(`%(${name})s`, { timeZone: "UTC" }), CALL);
    const isMade = /^(?:name|level|process|thread|taskName|created|msecs|message|asctime)/.test(
      name,
    );
    assert.equal(code !== null, isMade, name);
  }
  assert.equal(compare(new Formatter("%(id)s %(message)s"), CALL), NEEDS_RECORD);
});

test("a message with a lone surrogate needs a record, a pair of them does not", () => {
  assert.equal(compare(new MessageFormatter(), without("a\ud83d")), NEEDS_RECORD);
  assert.ok((compare(new MessageFormatter(), without("a😀")) ?? -1) > 0);
  // Message and format make a pair between them.
  assert.equal(compare(new Formatter("%(message)s\ude00"), without("a\ud83d")), null);
});

test("every room that is too small gives NO_ROOM and keeps what is behind it", () => {
  const formats: RecordFormatter[] = [
    new JsonFormatter({ maxItems: 3 }),
    new Formatter("%(asctime)s %(levelname)-8s é %(msecs)03d %(message)s|%(user)s|", {
      timeZone: "UTC",
    }),
    new MessageFormatter(),
  ];
  const calls: Call[] = [
    CALL,
    { ...CALL, message: `${"x".repeat(50)} é "quoted" \n😀`, fields: { user: "é".repeat(60) } },
    {
      ...CALL,
      bound: { app: "svc", n: 1 },
      fields: {
        user: "ann",
        list: [1, [], {}, 4, 5],
        deep: { a: { b: [true, null, 1.5, 12_345_678_901] }, c: 1, d: 2, e: 3 },
        map: new Map([["k", 1n]]),
        when: new Date(0),
        bytes: Buffer.from("abc"),
      },
      error: Object.assign(new TypeError("boom"), {
        stack: "TypeError: boom\n    at x",
        code: "E",
      }),
    },
  ];
  for (const formatter of formats) {
    for (const each of calls) {
      const whole = { ...each, fields: each.fields ?? { user: 1 } };
      const expected = lineOf(formatter, whole) ?? assert.fail();
      const encoder = encoderOf(formatter, whole) ?? assert.fail();
      for (let room = 0; room <= expected.length; room++) {
        const store = Buffer.alloc(expected.length + 40, 0x55);
        const bytes = Buffer.from(store.buffer, store.byteOffset, 10 + room);
        const fits = room === expected.length;
        assert.equal(encode(encoder, bytes, 10, whole), fits ? 10 + room : NO_ROOM);
        if (fits) assert.deepEqual(bytes.subarray(10), expected);
        assert.ok(store.subarray(10 + room).every((byte) => byte === 0x55));
        assert.ok(store.subarray(0, 10).every((byte) => byte === 0x55));
      }
    }
  }
});

test("limits cut what the application says, and never our own texts", () => {
  const formatter = new JsonFormatter({ maxLength: 5 });
  const call = { ...CALL, name: "a logger with a long name", fields: { text: "123456" } };
  const encoder = encoderOf(formatter, call) ?? assert.fail();
  const bytes = Buffer.alloc(500);
  const line = bytes.toString("utf8", 0, encode(encoder, bytes, 0, call));
  assert.equal(line, lineOf(formatter, call)?.toString());
  const { time, logger, text } = JSON.parse(line) as Record<string, unknown>;
  assert.deepEqual(
    [time, logger, text],
    [new Date(call.ms).toISOString(), call.name, "12345... 1 more characters"],
  );
});

test("a toJSON that logs spoils neither its own line nor the one within", () => {
  const formatter = new JsonFormatter();
  const encoder = encoderOf(formatter, CALL) ?? assert.fail();
  const inner: string[] = [];
  const bytes = Buffer.alloc(4096);
  const within = (ms: number): unknown => {
    const other = Buffer.alloc(4096);
    const each = { ...CALL, ms, message: "inner", fields: { a: { b: [1] } } };
    inner.push(other.toString("utf8", 0, encode(encoder, other, 0, each)));
    inner.push(`${formatter.format(recordOf(each))}\n`);
    return { c: 2 };
  };
  const nested = { x: { toJSON: () => within(CALL.ms + 5000) }, y: { z: 1 } };
  const end = encode(encoder, bytes, 0, { ...CALL, fields: { nested, after: { d: 3 } } });
  const outer = bytes.toString("utf8", 0, end);
  assert.match(
    outer,
    /^\{"time":"2026-11-22T15:07:06\.123Z".*,"nested":\{"x":\{"c":2\},"y":\{"z":1\}\},"after":\{"d":3\}\}\n$/,
  );
  assert.equal(inner.length, 2);
  for (const line of inner) {
    assert.match(
      line,
      /^\{"time":"2026-11-22T15:07:11\.123Z".*"msg":"inner","a":\{"b":\[1\]\}\}\n$/,
    );
  }
  const record = recordOf({ ...CALL, fields: { nested, after: { d: 3 } } });
  assert.equal(`${formatter.format(record)}\n`, outer);
});

test("an encoder survives a full stack", () => {
  const formatter = new JsonFormatter();
  const encoder = encoderOf(formatter, CALL) ?? assert.fail();
  const bytes = Buffer.alloc(4096);
  const codes = new Set<number>();
  const each = { ...CALL, fields: { a: { b: { c: [{}] } } }, error: new Error("x") };
  const dive = (): void => {
    codes.add(Math.min(encode(encoder, bytes, 0, each), 1));
    dive();
  };
  assert.throws(dive, RangeError);
  assert.ok(codes.has(1));
  assert.ok([...codes].every((code) => code === 1 || code === NEEDS_RECORD));
  assert.ok((compare(formatter, each) ?? -1) > 0);
});

test("what replaces a method of a formatter is heard, also after the encoder was made", () => {
  class Shouting extends Formatter {
    override formatMessage(record: LogRecord): string {
      return super.formatMessage(record).toUpperCase();
    }
  }
  assert.equal(new Shouting("%(message)s").lineEncoders(), null);
  class Quiet extends Formatter {
    override converter = "UTC";
  }
  assert.ok((compare(new Quiet("%(asctime)s %(message)s"), CALL) ?? -1) > 0);
  for (const method of ["format", "formatTime", "formatException", "formatStack", "usesTime"]) {
    const formatter = new Formatter("%(asctime)s %(message)s");
    Object.assign(formatter, { [method]: () => "own" });
    assert.equal(formatter.lineEncoders(), null, method);
  }
  const formatter = new Formatter("%(message)s");
  const encoder = encoderOf(formatter, CALL) ?? assert.fail();
  formatter.formatException = () => "own";
  assert.equal(encode(encoder, Buffer.alloc(99), 0, CALL), NEEDS_RECORD);
  for (const method of ["format", "formatMessage", "formatException"]) {
    const bare = new MessageFormatter();
    const made = encoderOf(bare, CALL) ?? assert.fail();
    Object.assign(bare, { [method]: () => "own" });
    assert.equal(bare.lineEncoders(), null, method);
    assert.equal(encode(made, Buffer.alloc(99), 0, CALL), NEEDS_RECORD, method);
  }
  const json = new JsonFormatter();
  json.format = () => "own";
  assert.equal(json.lineEncoders(), null);
});

test("the time's settings may change between two lines of a second", () => {
  const formatter = new Formatter("%(asctime)s %(message)s", { timeZone: "UTC" });
  const encoder = encoderOf(formatter, CALL) ?? assert.fail();
  const line = (): string => {
    const bytes = Buffer.alloc(200);
    const made = bytes.toString("utf8", 0, encode(encoder, bytes, 0, CALL));
    assert.equal(made, lineOf(formatter, CALL)?.toString());
    return made;
  };
  assert.equal(line(), "2026-11-22 15:07:06,123 paid\n");
  formatter.converter = "Asia/Tokyo";
  assert.equal(line(), "2026-11-23 00:07:06,123 paid\n");
  formatter.defaultMsecFormat = "%s.%d";
  assert.equal(line(), "2026-11-23 00:07:06.123 paid\n");
  formatter.defaultMsecFormat = "%s.%s";
  assert.equal(line(), "2026-11-23 00:07:06.123.0 paid\n");
  formatter.defaultMsecFormat = null;
  formatter.defaultTimeFormat = "%H é";
  assert.equal(line(), "00 é paid\n");
});

test("a level's name is that of the moment when the encoder is made", () => {
  addLevelName(20, 'no"tice');
  for (const formatter of [new JsonFormatter(), new Formatter("%(levelname)s %(message)s")]) {
    assert.ok((compare(formatter, CALL) ?? -1) > 0);
  }
});
