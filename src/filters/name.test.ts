import assert from "node:assert/strict";
import { test } from "node:test";

import { makeLogRecord } from "../core/record.ts";
import { Filter } from "./name.ts";

test("a name lets its logger and those below pass, and the empty name all", () => {
  const passes = (filter: string, name: string): boolean =>
    Boolean(new Filter(filter).filter(makeLogRecord({ name })));
  assert.equal(passes("a.b", "a.b"), true);
  assert.equal(passes("a.b", "a.b.c"), true);
  assert.equal(passes("a.b", "a.bc"), false);
  assert.equal(passes("a.b", "a"), false);
  assert.equal(passes("", "anything"), true);
});
