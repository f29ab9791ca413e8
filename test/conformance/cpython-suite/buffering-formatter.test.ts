import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Formatter, makeLogRecord } from "../../../src/index.ts";
import type { LogRecord } from "../../../src/index.ts";
import { BufferingFormatter } from "../../../src/formatters/buffering.ts";

/** With the number of records at both ends. */
class CountingFormatter extends BufferingFormatter {
  override formatHeader(records: readonly LogRecord[]): string {
    return `<${records.length}|`;
  }

  override formatFooter(records: readonly LogRecord[]): string {
    return `|${records.length}>`;
  }
}

describe("BufferingFormatterTest", () => {
  const records = ["to", "get", "her"].map((msg) => makeLogRecord({ msg }));

  it("default", () => {
    assert.equal(new BufferingFormatter().format([]), "");
    assert.equal(new BufferingFormatter().format(records), "together");
  });

  it("custom", () => {
    assert.equal(new CountingFormatter().format(records), "<3|together|3>");
    const line = new Formatter("[%(message)s]");
    assert.equal(new CountingFormatter(line).format(records), "<3|[to][get][her]|3>");
    assert.equal(new CountingFormatter(line).format([]), "", "nothing at all for no record");
  });
});
