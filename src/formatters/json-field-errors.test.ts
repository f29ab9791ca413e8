// Errors in fields, as those who come from other libraries give them, in the presets whose
// readers look for an error in one place alone.

import assert from "node:assert/strict";
import { test } from "node:test";

import { failure, lineOf, parsed } from "../../test/kit/json-line.ts";
import type { Data } from "../../test/kit/json-line.ts";
import { LogRecord, makeLogRecord } from "../core/record.ts";

function recordWith(fields: Data, error: unknown = null): LogRecord {
  const record = new LogRecord("app.db", 30, null, 0, "paid", [], error);
  record.fields = fields;
  record.created = 1;
  return record;
}

const PARTS = {
  ecs: (line: Data) => [line["error.type"], line["error.message"], line["error.code"]],
  otel: (line: Data) => {
    const attributes = (line["Attributes"] ?? {}) as Data;
    return [attributes["exception.type"], attributes["exception.message"], "E_MUCH"];
  },
};

test("an error in a field is that of the line, for tools that know no other", () => {
  for (const [preset, parts] of Object.entries(PARTS)) {
    const options = { preset: preset as keyof typeof PARTS };
    for (const name of ["err", "error"]) {
      const line = parsed(options, recordWith({ a: 1, [name]: failure(), b: 2 }));
      assert.deepEqual(parts(line), ["RangeError", "too much", "E_MUCH"]);
      const text = JSON.stringify(line);
      assert.ok(!text.includes(`"${name}":`), text);
      assert.ok(text.includes('"a":1,"b":2,"e'), "the other fields come first");
      assert.equal(text, JSON.stringify(parsed(options, recordWith({ a: 1, b: 2 }, failure()))));
    }
  }
  const both = parsed({ preset: "ecs" }, recordWith({ error: new Error("b"), err: failure() }));
  assert.equal(both["error.message"], "too much");
  assert.equal((both["error_"] as Data)["message"], "b");
  const otel = parsed({ preset: "otel" }, recordWith({ error: new Error("b"), err: failure() }));
  assert.equal(((otel["Attributes"] as Data)["error"] as Data)["message"], "b");
});

test("the error of the call wins over one in a field, and what is no error stays a field", () => {
  for (const [preset, parts] of Object.entries(PARTS)) {
    const options = { preset: preset as keyof typeof PARTS };
    const line = parsed(options, recordWith({ err: new TypeError("other") }, failure()));
    assert.deepEqual(parts(line), ["RangeError", "too much", "E_MUCH"]);
    const holder = (line["Attributes"] ?? line) as Data;
    assert.equal((holder["err"] as Data)["type"], "TypeError");
    for (const value of ["text", { message: "like one" }, null, 0]) {
      const plain = parsed(options, recordWith({ err: value }));
      assert.deepEqual(parts(plain).slice(0, 2), [undefined, undefined]);
      assert.deepEqual(((plain["Attributes"] ?? plain) as Data)["err"], value);
    }
    const told = makeLogRecord({
      msg: "x",
      exc_text: "Error: far away",
      fields: { err: failure() },
    });
    assert.ok(lineOf(options, told).includes('"Error: far away"'));
    assert.equal(parts(parsed(options, told))[0], undefined);
  }
  const ecs = parsed({ preset: "ecs" }, recordWith({ error: { id: 7 } }, failure()));
  assert.deepEqual(ecs["error_"], { id: 7 }, "error.type would be a part of it");
});

test("serializers and masks of an error hold for one in a field, too", () => {
  const error = failure();
  for (const [preset, parts] of Object.entries(PARTS)) {
    const options = { preset: preset as keyof typeof PARTS };
    const serializers = { err: () => ({ type: "T", message: "m", code: "E_MUCH" }) };
    assert.deepEqual(parts(parsed({ ...options, serializers }, recordWith({ err: error }))), [
      "T",
      "m",
      "E_MUCH",
    ]);
    for (const redact of [["err.message"], ["error.message"], { keys: ["message"] }]) {
      const line = lineOf({ ...options, redact }, recordWith({ err: error }));
      assert.ok(!line.includes("too much"), line);
      assert.ok(line.includes("[Redacted]"), line);
    }
    const gone = parsed(
      { ...options, redact: { keys: ["err"], remove: true } },
      recordWith({ err: error, a: 1 }),
    );
    assert.deepEqual(parts(gone).slice(0, 2), [undefined, undefined]);
  }
});
