import assert from "node:assert/strict";
import { test } from "node:test";

import { exceptionText } from "../../core/exception.ts";
import { LogRecord, makeLogRecord } from "../../core/record.ts";
import { JsonFormatter } from "../../formatters/json.ts";
import { packRecord, unpackRecord } from "./packed-record.ts";

// What a message port does with a message.
function across(record: LogRecord): LogRecord {
  const found = unpackRecord(structuredClone(packRecord(record)));
  assert.ok(found !== null);
  return found;
}

function acrossFields(fields: Record<string, unknown>): Record<string, unknown> {
  const record = across(makeLogRecord({ msg: "x", fields }));
  return { ...record.fields };
}

test("a record comes across with all that it knows", () => {
  const record = new LogRecord("a.b", 30, "/app/pay.js", 12, "paid", [], null, "payOut", null);
  record.fields = { id: 7 };
  record.threadName = "Thread-9";
  record.processName = "Worker-2";
  Reflect.set(record, "order", "o-1");
  const found = across(record);
  assert.ok(found instanceof LogRecord);
  const names = [
    "name",
    "levelno",
    "levelname",
    "pathname",
    "filename",
    "module",
    "lineno",
    "funcName",
    "created",
    "msecs",
    "relativeCreated",
    "process",
    "processName",
    "thread",
    "threadName",
    "taskName",
    "order",
    "exc_info",
  ];
  for (const name of names) assert.equal(Reflect.get(found, name), Reflect.get(record, name), name);
  assert.deepEqual({ ...found.fields }, { id: 7 });
  assert.equal(found.getMessage(), "paid");
  assert.equal(found.message, undefined);
});

test("plain values come across as they are", () => {
  const fields = {
    text: "é😀",
    number: -0.5,
    big: 2n ** 70n,
    nothing: null,
    missing: undefined,
    date: new Date(0),
    list: [1, [2, { three: 3 }]],
    map: new Map<unknown, unknown>([["a", { b: 1 }]]),
    set: new Set(["x"]),
  };
  assert.deepEqual(acrossFields(fields), fields);
});

test("what can't be cloned comes across as its text", () => {
  const found = acrossFields({
    call: function pay() {},
    symbol: Symbol("s"),
    nested: { list: [() => 1] },
    promise: Promise.resolve(1),
    pattern: /x+/gi,
    url: new URL("http://example.org/a"),
    weak: new WeakMap(),
    __proto__x: 1,
  });
  assert.equal(found["symbol"], "Symbol(s)");
  assert.match(String(found["call"]), /Function: pay/);
  assert.match(JSON.stringify(found["nested"]), /Function/);
  assert.equal(found["pattern"], "/x+/gi");
  assert.equal(found["url"], "http://example.org/a");
  assert.equal(typeof found["promise"], "string");
  assert.equal(typeof found["weak"], "string");
});

test("an object in two places is one object, and one in itself is in itself", () => {
  const shared = { a: 1 };
  const cyclic: Record<string, unknown> = { first: shared, second: shared };
  cyclic["self"] = cyclic;
  const found = acrossFields({ cyclic })["cyclic"] as typeof cyclic;
  assert.equal(found["self"], found);
  assert.equal(found["first"], found["second"]);
  assert.deepEqual(found["first"], shared);
});

test("a hostile object comes across in some words, and the rest of the record with it", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const trap = new Proxy(
    {},
    {
      ownKeys() {
        throw new Error("no keys");
      },
    },
  );
  const found = acrossFields({
    proxy,
    trap,
    getter: {
      get bad(): never {
        throw new Error("never");
      },
    },
    json: {
      toJSON(): never {
        throw new Error("not this way");
      },
    },
    fine: 1,
  });
  assert.equal(typeof found["proxy"], "string");
  assert.equal(typeof found["trap"], "string");
  assert.deepEqual(found["getter"], { bad: "[bad threw Error: never]" });
  assert.equal(found["fine"], 1);
});

test("values without an end are cut", () => {
  let deep: unknown = "bottom";
  for (let i = 0; i < 5000; i += 1) deep = { deep };
  const found = acrossFields({ deep, wide: Array.from({ length: 20_000 }, (_, i) => ({ i })) });
  assert.match(JSON.stringify(found["deep"]), /deep/);
  const wide = found["wide"] as unknown[];
  assert.equal(wide.length, 10_001);
  assert.equal(wide.at(-1), "... 10000 more");
});

test("an error comes across with its stack, cause, members and properties", () => {
  class PaymentError extends Error {}
  const cause = Object.assign(new RangeError("too much"), { code: "E_MUCH" });
  const error = new PaymentError("no", { cause });
  const many = new AggregateError([error, "text"], "all");
  const record = across(makeLogRecord({ msg: "x", exc_info: many, fields: { error } }));
  assert.ok(record.exc_info instanceof Error);
  assert.equal(exceptionText(record.exc_info), exceptionText(many));
  const found = record.fields["error"] as Error & { cause: { code: string } };
  assert.equal(found.stack, error.stack);
  assert.equal(found.cause.code, "E_MUCH");
});

test("bytes come across as the kind they were, without the memory around them", () => {
  const small = Buffer.from("hi");
  const packed = packRecord(makeLogRecord({ msg: "x", fields: { small } }));
  assert.ok(!JSON.stringify(packed).includes("8192"));
  const view = new Uint16Array([1, 2, 3]).subarray(1);
  const found = acrossFields({ small, view, long: Buffer.alloc(1 << 20) });
  assert.ok(Buffer.isBuffer(found["small"]) && found["small"].equals(small));
  assert.deepEqual(found["view"], new Uint16Array([2, 3]));
  assert.equal((found["view"] as Uint16Array).buffer.byteLength, 4);
  assert.match(String(found["long"]), /^<Buffer 00 /);
});

test("a line of JSON is the same from here and from the other side", () => {
  const formatter = new JsonFormatter();
  const record = makeLogRecord({
    name: "a",
    levelno: 20,
    levelname: "INFO",
    msg: "x",
    created: 1,
    fields: {
      error: new TypeError("bad", { cause: new Error("why") }),
      buffer: Buffer.from("abc"),
      map: new Map([["k", 1]]),
      set: new Set([1]),
      date: new Date(5),
      url: new URL("http://x/"),
      call() {},
      list: [undefined, null, 1n],
    },
  });
  assert.equal(formatter.format(across(record)), formatter.format(record));
});

test("a message of another kind is none of ours", () => {
  for (const message of [null, "x", 7, {}, { kind: "other" }, { kind: "daybook:record" }]) {
    assert.equal(unpackRecord(message), null);
  }
});
