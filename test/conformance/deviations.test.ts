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

/** A part that answers with what the case's input says. */
const answerer: Part = { name: "answerer", run: ({ ours }) => ours };

function verdictOnOutput(expected: Case, ours: unknown): Verdict {
  const planted = { ...expected, input: { ...expected.input, ours } };
  return judge(planted, answerer, DEVIATIONS);
}

test("impossible dates may be left out of what is deleted, and nothing else", () => {
  const folder: Case = {
    id: "d",
    part: "files_to_delete",
    tags: ["impossible-date"],
    input: { when: "D", backupCount: 1, base: "a", namer: "none", files: [] },
    output: {
      delete: ["a.2024-01-01", "a.2024-01-99"],
      candidates: ["a.2024-01-01", "a.2024-01-99", "a.2024-02-01"],
    },
  };
  const right = { delete: ["a.2024-01-01"], candidates: ["a.2024-01-01", "a.2024-02-01"] };
  const deviation: Verdict = { kind: "deviation", name: "impossible-date" };
  assert.deepEqual(verdictOnOutput(folder, right), deviation);
  assert.equal(verdictOnOutput({ ...folder, tags: [] }, right).kind, "fail");
  for (const wrong of [
    { ...right, delete: [] },
    { ...right, delete: ["a.2024-01-99"] },
    { ...right, candidates: ["a.2024-01-01"] },
    { ...right, delete: ["a.2024-01-01", "a.2024-02-01"] },
  ]) {
    assert.equal(verdictOnOutput(folder, wrong).kind, "fail");
  }
});

test("an empty file may have its own period's name, and nothing else may differ", () => {
  const walk = DEVIATIONS.find(({ name }) => name === "empty-file")?.witness;
  assert.ok(walk);
  const right = { "app.log": ["line 1"], "app.log.2022-04-02": [] };
  const deviation: Verdict = { kind: "deviation", name: "empty-file" };
  assert.deepEqual(verdictOnOutput(walk, right), deviation);
  assert.equal(verdictOnOutput({ ...walk, tags: [] }, right).kind, "fail");
  for (const wrong of [
    { "app.log": ["line 1"] },
    { "app.log": ["line 1"], "app.log.2022-03-31": [] },
    { "app.log": [], "app.log.2022-04-02": ["line 1"] },
    { "app.log": ["line 1"], "app.log.2022-04-02": [], "app.log.2022-04-05": [] },
    { "app.log": ["line 1"], "app.log.2022-04-02": ["line 1"] },
  ]) {
    assert.equal(verdictOnOutput(walk, wrong).kind, "fail");
  }
});
