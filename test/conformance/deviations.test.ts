import assert from "node:assert/strict";
import { test } from "node:test";

import { DEVIATIONS } from "./deviations.ts";
import { judge, type Verdict } from "./judge.ts";
import type { Case, ExpectedError, Part } from "./part.ts";

/** A part that throws what the case's input says, as an error of daybook would be. */
const thrower: Part = {
  name: "thrower",
  run({ error }) {
    throw build(error as ExpectedError);
  },
};

function build({ type, message, cause }: ExpectedError): Error {
  const error = new Error(message, cause === undefined ? {} : { cause: build(cause) });
  error.name = type;
  return error;
}

function verdictOn(expected: ExpectedError, ours: ExpectedError, tags: string[]): Verdict {
  const planted: Case = { id: "e", part: "thrower", input: { error: ours }, error: expected, tags };
  return judge(planted, thrower, DEVIATIONS);
}

const outer = { type: "ValueError", message: "Unable to configure handler 'rot'" };
const inner = { type: "TypeError", message: "%d format: a real number is required, not str" };

test("a message that names Python's types may differ where the case is tagged so", () => {
  const expected = { ...outer, cause: inner };
  const ours = { ...outer, cause: { ...inner, message: "a number is required" } };
  const tagged = verdictOn(expected, ours, ["python-message"]);
  assert.deepEqual(tagged, { kind: "deviation", name: "python-message" });
  assert.equal(verdictOn(expected, ours, []).kind, "fail");
  assert.equal(verdictOn(expected, ours, ["tie"]).kind, "fail");
});

test("beside such a message nothing may differ", () => {
  const expected = { ...outer, cause: inner };
  for (const ours of [
    { ...outer, message: "other", cause: inner },
    { ...outer, cause: { ...inner, type: "ValueError" } },
    outer,
  ]) {
    assert.equal(verdictOn(expected, ours, ["python-message"]).kind, "fail");
  }
  const plain = { type: "TypeError", message: "not enough arguments for format string" };
  const reworded = { ...plain, message: "too few" };
  assert.equal(verdictOn(plain, reworded, ["python-message"]).kind, "fail");
});

test("the operating system's message may differ, its kind of error may not", () => {
  const expected = { type: "FileNotFoundError", message: "[Errno 2] No such file: '<dir>/x'" };
  const ours = { type: "FileNotFoundError", message: "ENOENT: no such file, open 'x'" };
  assert.equal(verdictOn(expected, ours, ["os-error"]).kind, "deviation");
  assert.equal(verdictOn(expected, { ...ours, type: "ValueError" }, ["os-error"]).kind, "fail");
  assert.equal(verdictOn(expected, ours, []).kind, "fail");
});

test("causes that Python does not record are no difference", () => {
  assert.equal(verdictOn(outer, { ...outer, cause: inner }, []).kind, "pass");
  assert.equal(verdictOn({ ...outer, cause: inner }, outer, []).kind, "fail");
});
