import assert from "node:assert/strict";
import { test } from "node:test";

import { extraNames, makeLogRecord } from "../../core/record.ts";
import { flatRecordDict, recordDict } from "./record-dict.ts";

test("fields are attributes where their name is free, and all are under fields", () => {
  const fields = { user: "ada", name: "other", message: "m", getMessage: 1, tenant: "field" };
  const dict = recordDict(makeLogRecord({ name: "app", msg: "x", tenant: "extra", fields }));
  assert.deepEqual({ ...dict, fields: { ...(dict["fields"] as object) } }, { ...dict, fields });
  assert.deepEqual([dict["user"], dict["name"], dict["tenant"]], ["ada", "app", "extra"]);
  assert.equal("getMessage" in dict || "message" in dict, false);
});

test("a flat dictionary has fields only where a name was not free", () => {
  const flat = flatRecordDict(makeLogRecord({ msg: "x", fields: { user: "ada" } }));
  assert.deepEqual([flat["user"], "fields" in flat], ["ada", false]);
  assert.equal("fields" in flatRecordDict(makeLogRecord({ msg: "x" })), false);
  const taken = flatRecordDict(makeLogRecord({ msg: "x", fields: { user: "ada", name: "n" } }));
  assert.deepEqual({ ...(taken["fields"] as object) }, { user: "ada", name: "n" });
});

test("a record made of what was sent has each field once, and extras of its own", () => {
  const first = makeLogRecord({ msg: "x", tenant: "extra", fields: { a: [1], tenant: "field" } });
  const second = makeLogRecord(JSON.parse(JSON.stringify(recordDict(first))));
  assert.deepEqual(extraNames(second), ["tenant"]);
  assert.deepEqual({ ...second.fields }, { a: [1], tenant: "field" });
  assert.equal(Reflect.get(second, "tenant"), "extra");
});
