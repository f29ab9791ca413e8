import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { lineOf } from "../../test/kit/json-line.ts";
import { paidRecord } from "../../test/kit/paid-record.ts";
import { setClock } from "../core/clock.ts";
import { applyExtra, LogRecord, makeLogRecord } from "../core/record.ts";
import { JsonFormatter } from "./json.ts";
import type { JsonFormatterOptions } from "./json.ts";

type Data = Record<string, unknown>;

afterEach(() => setClock(null));

function parsed(fields: Data | null, error: unknown = null): Data {
  return JSON.parse(lineOf({}, paidRecord(fields, error))) as Data;
}

test("a line has our keys in their order, then the fields, then the error", () => {
  assert.equal(
    lineOf({}, paidRecord({ id: 7, ok: true })),
    `{"time":"2026-11-22T15:07:06.123Z","level":"INFO","logger":"app","pid":${process.pid},` +
      `"msg":"paid","id":7,"ok":true}`,
  );
  const record = paidRecord({ id: 7 }, new Error("boom"));
  applyExtra(record, { ip: "::1", user: "ann" });
  record.stack_info = "Stack (most recent call last):\n    at x";
  const line = JSON.parse(lineOf({}, record)) as Data;
  assert.deepEqual(Object.keys(line).slice(5), ["id", "ip", "user", "error", "stackInfo"]);
  assert.equal(line["stackInfo"], record.stack_info);
});

test("a field that has the name of one of our keys gets a _ until it is free", () => {
  const names = ["time", "level", "logger", "pid", "msg", "stackInfo"];
  const line = parsed(Object.fromEntries(names.map((name) => [name, `field ${name}`])));
  for (const name of names) assert.equal(line[`${name}_`], `field ${name}`);
  assert.equal(line["msg"], "paid");
  const crowded = parsed({ msg_: 1, msg: 2, msg__: 3 });
  assert.deepEqual([crowded["msg_"], crowded["msg___"], crowded["msg__"]], [1, 2, 3]);
});

test("a field is called error where the call has no error besides", () => {
  const [field, call] = [new TypeError("of the field"), new RangeError("of the call")];
  const messages = (record: LogRecord): unknown => {
    const line = JSON.parse(lineOf({}, record)) as Record<string, { message?: string } | undefined>;
    return [line["error"]?.message, line["error_"]?.message];
  };
  const record = paidRecord({ error: field });
  assert.deepEqual(messages(record), ["of the field", undefined]);
  record.exc_info = call;
  assert.deepEqual(messages(record), ["of the call", "of the field"]);
});

test("an extra gives way to a field of its name", () => {
  const record = paidRecord({ id: 1, level: 2 });
  applyExtra(record, { id: 3, level_: 4, id_: 5, error: 6 });
  const line = JSON.parse(lineOf({}, record)) as Data;
  const { id, id_, id__, level_, level__, error_ } = line;
  assert.deepEqual(
    { id, id_, id__, level_, level__, error_ },
    {
      id: 1,
      id_: 5,
      id__: 3,
      level_: 2,
      level__: 4,
      error_: 6,
    },
  );
});

test("the time is that of the record, to the millisecond, and null where there is none", () => {
  const time = (created: number): unknown => {
    const record = paidRecord(null);
    record.created = created;
    return (JSON.parse(lineOf({}, record)) as Data)["time"];
  };
  assert.equal(time(0), "1970-01-01T00:00:00.000Z");
  assert.equal(time(-0.001), "1969-12-31T23:59:59.999Z");
  assert.equal(time(1.9996), "1970-01-01T00:00:02.000Z");
  assert.equal(time(253_402_300_800), "+010000-01-01T00:00:00.000Z");
  assert.equal(time(8.7e12), null);
  assert.equal(time(Number.NaN), null);
});

test("a record from elsewhere may lack anything", () => {
  const bare = JSON.parse(lineOf({}, makeLogRecord({ msg: "x" }))) as Data;
  assert.deepEqual([bare["logger"], bare["msg"]], [null, "x"]);
  const told = makeLogRecord({ msg: "x", exc_text: "Error: far away\n    at x", process: 7 });
  const line = JSON.parse(lineOf({}, told)) as Data;
  assert.deepEqual(line["error"], { stack: "Error: far away\n    at x" });
  assert.equal(line["pid"], 7);
});

test("arguments are put into the message, which is kept on the record and never cut", () => {
  const record = new LogRecord("app", 20, null, 0, "%s of %d", ["7", 9], null);
  assert.equal((JSON.parse(lineOf({}, record)) as Data)["msg"], "7 of 9");
  assert.equal(record.message, "7 of 9");
  const long = new LogRecord("app", 20, null, 0, "é".repeat(200_000), [], null);
  assert.equal((JSON.parse(lineOf({}, long)) as Data)["msg"], "é".repeat(200_000));
  assert.throws(() => lineOf({}, new LogRecord("app", 20, null, 0, "%d", ["x"], null)), TypeError);
});

test("an error is its type, message, stack, what else it has, and its cause", () => {
  class PayError extends Error {
    code = "E_PAY";
    type = "card";
  }
  const error = new PayError("boom", { cause: new TypeError("why", { cause: "text" }) });
  const told = parsed({ inner: error }, error);
  assert.deepEqual(told["inner"], told["error"]);
  const { stack, cause, ...rest } = told["error"] as Data;
  assert.deepEqual(rest, { type: "PayError", message: "boom", code: "E_PAY", type_: "card" });
  assert.equal(stack, error.stack);
  assert.equal((cause as Data)["type"], "TypeError");
  assert.equal((cause as Data)["cause"], "text");
});

test("errors may be members, cycles, and anything an application made of them", () => {
  const error = new AggregateError([new RangeError("one"), "two"], "all");
  error.cause = error;
  const told = parsed(null, error)["error"] as Data;
  assert.equal((told["errors"] as Data[])[0]?.["type"], "RangeError");
  assert.equal((told["errors"] as unknown[])[1], "two");
  assert.equal(told["cause"], "[Circular]");
  const hostile = new Error("x");
  Object.defineProperty(hostile, "stack", {
    get() {
      throw new Error("no");
    },
  });
  Object.defineProperty(hostile, "message", { value: { toString: () => "made" } });
  const shownHostile = parsed(null, hostile)["error"] as Data;
  assert.equal(shownHostile["stack"], "[stack threw Error: no]");
  assert.equal(typeof shownHostile["message"], "string");
  const named = Object.assign(new Error("x"), { name: "Named", cause: null });
  assert.equal((parsed(null, named)["error"] as Data)["type"], "Named");
});

test("whatever else was thrown has the shape of an error", () => {
  assert.deepEqual(parsed(null, "text")["error"], { type: "string", value: "text" });
  assert.deepEqual(parsed(null, { a: 1 })["error"], { type: "object", value: { a: 1 } });
  assert.deepEqual(parsed(null, 0)["error"], { type: "number", value: 0 });
  assert.ok(!("error" in parsed(null, false)));
  assert.ok(!("error" in parsed(null, undefined)));
});

test("options that don't exist and limits that are none are refused", () => {
  assert.throws(() => new JsonFormatter({ maxdepth: 3 } as JsonFormatterOptions), {
    message:
      'unknown option "maxdepth"; accepted: preset, keys, timeFormat, levelFormat, base, ' +
      "caller, serializers, redact, maxDepth, maxItems, maxLength",
  });
  for (const maxDepth of [0, -1, 1.5, Infinity, "8" as unknown as number]) {
    assert.throws(() => new JsonFormatter({ maxDepth }), /^ValueError: maxDepth can't be/);
  }
});
