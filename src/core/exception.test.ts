import assert from "node:assert/strict";
import { test } from "node:test";

import { errorChain, exceptionText } from "./exception.ts";
import { MessageFormatter } from "./formatter.ts";
import { makeLogRecord } from "./record.ts";

function withoutFrames(thrown: unknown): string[] {
  return exceptionText(thrown)
    .split("\n")
    .filter((line) => !/^ +at /.test(line));
}

test("a chain of causes is told from the error to what began it, with all stacks", () => {
  const began = Object.assign(new RangeError("low"), { code: "E_LOW" });
  const error = new TypeError("high", { cause: new Error("middle", { cause: began }) });
  assert.deepEqual(withoutFrames(error), [
    "TypeError: high",
    "Caused by: Error: middle",
    "Caused by: RangeError: low",
    "    { code: 'E_LOW' }",
  ]);
  assert.equal(exceptionText(error).match(/exception\.test/g)?.length, 3 * frames(error));
});

function frames(error: Error): number {
  return error.stack?.match(/exception\.test/g)?.length ?? 0;
}

test("a chain that is too long says so, and one that is a ring ends", () => {
  let error = new Error("0");
  for (let i = 1; i < 30; i += 1) error = new Error(String(i), { cause: error });
  const lines = withoutFrames(error);
  assert.equal(lines.length, 21);
  assert.equal(lines.at(-1), "Caused by: Error: 9 [too many errors to show]");

  const ring = new Error("ring");
  ring.cause = ring;
  assert.deepEqual(withoutFrames(ring), ["Error: ring", "Caused by: Error: ring [shown above]"]);
});

test("the members of an AggregateError are told, and how many are left out", () => {
  const members = Array.from({ length: 25 }, (_, i) => `m${i}`);
  const lines = withoutFrames(new AggregateError(members, "all", { cause: "why" }));
  assert.equal(lines[0], "AggregateError: all");
  assert.equal(lines[1], "One of: 'm0'");
  assert.equal(lines[20], "One of: 'm19'");
  assert.deepEqual(lines.slice(21), ["One of: ... 5 more", "Caused by: 'why'"]);
});

test("a SuppressedError tells both of its errors", () => {
  const error = new Error("two at once");
  Object.defineProperty(error, "name", { value: "SuppressedError" });
  Object.defineProperty(error, "error", { value: new Error("at the end") });
  Object.defineProperty(error, "suppressed", { value: new Error("before") });
  assert.deepEqual(withoutFrames(error).slice(-2), [
    "Thrown: Error: at the end",
    "Suppressed: Error: before",
  ]);
});

test("what isn't an error is one line", () => {
  assert.deepEqual(
    ["text", 7, null, undefined, { a: 1 }].map((thrown) => exceptionText(thrown)),
    ["'text'", "7", "null", "undefined", "{ a: 1 }"],
  );
});

test("a formatter with words of its own for errors isn't given another's, in either order", () => {
  class Short extends MessageFormatter {
    override formatException(): string {
      return "short";
    }
  }
  const make = (): ReturnType<typeof makeLogRecord> =>
    makeLogRecord({ msg: "x", exc_info: new Error("long") });
  const [one, other] = [make(), make()];
  const [short, long] = [new Short(), new MessageFormatter()];
  assert.equal(short.format(one), "x\nshort");
  assert.match(long.format(one), /^x\nError: long\n/);
  assert.match(long.format(other), /^x\nError: long\n/);
  assert.equal(short.format(other), "x\nshort");
});

test("an error's text is made once for formatters that would make the same", () => {
  let made = 0;
  class Counting extends MessageFormatter {
    override formatException(): string {
      made += 1;
      return "counted";
    }
  }
  const record = makeLogRecord({ msg: "x", exc_info: new Error("e") });
  assert.equal(new Counting().format(record), new Counting().format(record));
  assert.equal(made, 1);
  // What somebody has put there is left there, as in CPython.
  const own = makeLogRecord({ msg: "x", exc_info: new Error("e"), exc_text: "by hand" });
  assert.equal(new Counting().format(own), "x\nby hand");
});

test("the chain says how deep each error is: members are in others, causes beside them", () => {
  const member = new Error("member", { cause: new Error("of the member") });
  const error = new AggregateError([member, 7], "all", { cause: member });
  assert.deepEqual(
    errorChain(error).map(({ prefix, depth, error: link, text }) => [
      prefix,
      depth,
      link?.message ?? text,
    ]),
    [
      ["", 0, "all"],
      ["One of: ", 1, "member"],
      ["Caused by: ", 1, "of the member"],
      ["One of: ", 1, "7"],
      ["Caused by: ", 0, "Error: member [shown above]"],
    ],
  );
});
