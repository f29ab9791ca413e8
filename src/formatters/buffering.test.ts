import assert from "node:assert/strict";
import { test } from "node:test";

import { makeLogRecord } from "../core/record.ts";
import type { LogRecord } from "../core/record.ts";
import { BufferingFormatter } from "./buffering.ts";
import { Formatter } from "./formatter.ts";

const records = [makeLogRecord({ msg: "one" }), makeLogRecord({ msg: "%s", args: ["two"] })];

test("the texts of all records follow each other with nothing between them", () => {
  assert.equal(new BufferingFormatter().format(records), "onetwo");
  assert.equal(
    new BufferingFormatter(new Formatter("<%(message)s>")).format(records),
    "<one><two>",
  );
});

test("header and footer are told of the records, and left out where there are none", () => {
  class Framed extends BufferingFormatter {
    override formatHeader(all: readonly LogRecord[]): string {
      return `[${all.length}: `;
    }
    override formatFooter(all: readonly LogRecord[]): string {
      return ` :${all.length}]`;
    }
  }
  assert.equal(new Framed().format(records), "[2: onetwo :2]");
  assert.equal(new Framed().format([]), "");
});

test("a record that can't be formatted is the caller's to deal with", () => {
  const bad = makeLogRecord({ msg: "%d", args: ["x"] });
  assert.throws(() => new BufferingFormatter().format([bad]), TypeError);
});

test("what has no format method is refused", () => {
  assert.throws(() => new BufferingFormatter("%(message)s" as unknown as Formatter), {
    name: "TypeError",
    message: /^a formatter can't be '%\(message\)s'; accepted: /,
  });
});
