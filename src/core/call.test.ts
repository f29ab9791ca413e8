import assert from "node:assert/strict";
import { test } from "node:test";

import { readCall } from "./call.ts";

const error = new Error("boom 100%");

function nullObject(value: object): object {
  return Object.assign(Object.create(null), value);
}

test("a message alone stays as it is", () => {
  assert.deepEqual(readCall("100%", []), { msg: "100%", args: [], excInfo: null, fields: null });
});

test("a trailing plain object that no placeholder takes is the fields", () => {
  const call = readCall("user %s", ["ann", { id: 1 }]);
  assert.deepEqual(call.args, ["ann"]);
  assert.deepEqual(call.fields, nullObject({ id: 1 }));
});

test("an object that a placeholder takes is its argument", () => {
  const call = readCall("user %s", [{ id: 1 }]);
  assert.deepEqual(call.args, [{ id: 1 }]);
  assert.equal(call.fields, null);
});

test("with %(key)s the first object is the mapping and a second one the fields", () => {
  const call = readCall("%(id)s paid", [{ id: 1 }, { ip: "::1" }]);
  assert.deepEqual(call.args, [{ id: 1 }]);
  assert.deepEqual(call.fields, nullObject({ ip: "::1" }));
});

test("error and fields may follow in either order", () => {
  for (const rest of [
    [error, { id: 1 }],
    [{ id: 1 }, error],
  ]) {
    const call = readCall("pay %s", ["ann", ...rest]);
    assert.deepEqual(call.args, ["ann"]);
    assert.equal(call.excInfo, error);
    assert.deepEqual(call.fields, nullObject({ id: 1 }));
  }
});

test("an error that a placeholder takes is the call's error too", () => {
  const call = readCall("failed: %s", [error]);
  assert.deepEqual(call.args, [error]);
  assert.equal(call.excInfo, error);
});

test("an error that is left over wins over one that a placeholder takes", () => {
  const other = new Error("other");
  assert.equal(readCall("failed: %s", [other, error]).excInfo, error);
});

test("an error in place of the message brings its own or takes the next string", () => {
  assert.deepEqual(readCall(error, []), {
    msg: "boom 100%",
    args: [],
    excInfo: error,
    fields: null,
  });
  const call = readCall(error, ["could not pay %s", 7, { ip: "::1" }]);
  assert.equal(call.msg, "could not pay %s");
  assert.deepEqual(call.args, [7]);
  assert.equal(call.excInfo, error);
  assert.deepEqual(call.fields, nullObject({ ip: "::1" }));
  assert.equal(readCall(new RangeError(""), []).msg, "RangeError");
  assert.deepEqual(readCall(error, [{ id: 1 }]).fields, nullObject({ id: 1 }));
});

test("a second error is not dropped: it stays an argument", () => {
  const other = new Error("other");
  const call = readCall(error, ["text", other]);
  assert.equal(call.excInfo, error);
  assert.deepEqual(call.args, [other]);
});

test("what can't be placed stays an argument", () => {
  assert.deepEqual(readCall("text", [42]).args, [42]);
  assert.deepEqual(readCall("text", [new Map()]).args, [new Map()]);
  assert.deepEqual(readCall(7, [1]).args, [1]);
});

test("fields named like attributes or like __proto__ stay fields", () => {
  const call = readCall("x", [JSON.parse('{"__proto__": 1, "name": 2, "message": 3, "args": 4}')]);
  assert.deepEqual(Object.keys(call.fields ?? {}), ["__proto__", "name", "message", "args"]);
  assert.equal(call.fields?.["__proto__"], 1);
  assert.equal(Object.getPrototypeOf(call.fields), null);
});

test("fields are a copy, and a getter that throws is shown in place", () => {
  const source = { id: 1 };
  const call = readCall("x", [source]);
  source.id = 2;
  assert.equal(call.fields?.["id"], 1);
  const hostile = {
    get bad(): never {
      throw new Error("no");
    },
  };
  assert.equal(readCall("x", [hostile]).fields?.["bad"], "[bad threw Error: no]");
});

test("several trailing objects are one set of fields, the last one winning", () => {
  const { fields } = readCall("x", [{ a: 1, b: 1 }, { b: 2 }]);
  assert.deepEqual(fields, nullObject({ a: 1, b: 2 }));
});

test("the width that a star takes counts as an argument", () => {
  const call = readCall("%*d", [5, 42, { id: 1 }]);
  assert.deepEqual(call.args, [5, 42]);
  assert.deepEqual(call.fields, nullObject({ id: 1 }));
});

test("a doubled percent sign is one as soon as anything follows the message", () => {
  const error = new Error("90%% of it");
  assert.equal(readCall("100%% full", [{ disk: "sda" }]).msg, "100% full");
  assert.equal(readCall("100%% full", [error]).msg, "100% full");
  assert.equal(readCall(error, ["100%% full", { disk: "sda" }]).msg, "100% full");
  assert.deepEqual(readCall("%s is 100%% full", ["sda", { id: 1 }]).msg, "%s is 100%% full");
  assert.equal(readCall("100%% full", []).msg, "100%% full");
  assert.equal(readCall(error, ["100%% full"]).msg, "100%% full");
  assert.equal(readCall(error, [{ disk: "sda" }]).msg, "90%% of it", "no format, but a text");
});
