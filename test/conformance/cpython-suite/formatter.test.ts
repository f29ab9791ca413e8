import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";

import { Formatter, makeLogRecord, setClock } from "../../../src/index.ts";
import type { LogRecord, StyleName } from "../../../src/index.ts";
import { REFUSED, TAKEN } from "./format-strings.ts";

const MESSAGE = "Take 3 apples";

function record(more: Record<string, unknown> = {}): LogRecord {
  return makeLogRecord({
    name: "formatter.suite",
    levelno: 10,
    pathname: "some/folder/file.ext",
    lineno: 42,
    msg: "Take %d %s",
    args: [3, "apples"],
    ...more,
  });
}

/** What a format makes of the record. */
function formatted(format: string, style: StyleName = "%"): string {
  return new Formatter(format, { style }).format(record());
}

function usesTime(format: string, style: StyleName = "%"): boolean {
  return new Formatter(format, { style }).usesTime();
}

const NOT_FOUND = {
  name: "ValueError",
  message: "Formatting field not found in record: 'unheard'",
};

describe("FormatterTest", () => {
  afterEach(() => {
    setClock(null);
  });

  it("percent", () => {
    assert.equal(formatted("${%(message)s}"), `\${${MESSAGE}}`);
    assert.throws(() => formatted("%(unheard)s"), NOT_FOUND);
    assert.ok(!usesTime("%(unheard)s"));
    for (const format of ["%(asctime)s", "%(asctime)-20s", "%(asctime)#20s"]) {
      assert.ok(usesTime(format), format);
    }
  });

  it("braces", () => {
    assert.equal(formatted("$%{message}%$", "{"), `$%${MESSAGE}%$`);
    assert.throws(() => formatted("{unheard}", "{"), NOT_FOUND);
    assert.ok(!usesTime("{message}", "{"));
    for (const format of ["{asctime}", "{asctime!s:20}", "{asctime:20}"]) {
      assert.ok(usesTime(format, "{"), format);
    }
  });

  it("dollars", () => {
    assert.equal(formatted("${message}", "$"), MESSAGE);
    assert.equal(formatted("$message", "$"), MESSAGE);
    assert.equal(formatted("$$%${message}%$$", "$"), `$%${MESSAGE}%$`);
    assert.throws(() => formatted("${unheard}", "$"), NOT_FOUND);
    assert.ok(!usesTime("${unheard}", "$"));
    assert.ok(!usesTime("${message}", "$"));
    for (const format of ["${asctime}", "$asctime", "${asctime}--"]) {
      assert.ok(usesTime(format, "$"), format);
    }
  });

  it("format_validate", () => {
    for (const [style, formats] of TAKEN) {
      for (const format of formats) assert.equal(new Formatter(format, { style }).fmt, format);
    }
    for (const [style, formats] of REFUSED) {
      for (const [format, message] of formats) {
        const expected = { name: "ValueError", ...(message === null ? {} : { message }) };
        assert.throws(() => new Formatter(format, { style }), expected, `${style} ${format}`);
      }
    }
  });

  it("defaults_parameter", () => {
    for (const [style, format] of [
      ["%", "%(guest)s %(message)s"],
      ["{", "{guest} {message}"],
      ["$", "$guest $message"],
    ] as const) {
      const formatter = new Formatter(format, { style, defaults: { guest: "nobody" } });
      assert.equal(formatter.format(record()), `nobody ${MESSAGE}`);
      assert.equal(formatter.format(record({ guest: 7 })), `7 ${MESSAGE}`);
      assert.throws(() => new Formatter(format, { style }).format(record()), {
        name: "ValueError",
      });
      const other = new Formatter(format, { style, defaults: { stranger: "x" } });
      assert.equal(other.format(record({ guest: 7 })), `7 ${MESSAGE}`);
    }
  });

  it("invalid_style", () => {
    assert.throws(() => new Formatter(null, { style: "x" as StyleName }), {
      name: "ValueError",
      message: "Style must be one of: %,{,$",
    });
  });

  it("time", () => {
    const then = record({ created: Date.UTC(1999, 11, 31, 23, 4, 5) / 1000, msecs: 67 });
    const formatter = new Formatter("%(asctime)s %(message)s");
    formatter.converter = "UTC";
    assert.equal(formatter.formatTime(then), "1999-12-31 23:04:05,067");
    assert.equal(formatter.formatTime(then, "%d.%Y"), "31.1999");
    assert.equal(formatter.format(then), `1999-12-31 23:04:05,067 ${MESSAGE}`);
    assert.equal(then.asctime, "1999-12-31 23:04:05,067");
  });

  it("default_msec_format_none", () => {
    class Bare extends Formatter {
      override defaultMsecFormat = null;
      override defaultTimeFormat = "%H:%M:%S, %d.%m.%Y";
    }
    const then = record({ created: Date.UTC(1999, 11, 31, 23, 4, 5) / 1000, msecs: 67 });
    assert.equal(new Bare(null, { timeZone: "UTC" }).formatTime(then), "23:04:05, 31.12.1999");
  });

  // CPython waits between its 2500 records; the clock of this test only says so.
  it("issue_89047", () => {
    let ms = Date.UTC(2024, 0, 1) + 0.123;
    setClock({ now: () => ms });
    const formatter = new Formatter("{asctime}.{msecs:03.0f} {message}", {
      style: "{",
      datefmt: "%H:%M:%S",
      timeZone: "UTC",
    });
    for (let count = 0; count < 2500; count += 1) {
      ms += 0.4;
      const [, text] =
        /\.(\d+) again$/.exec(formatter.format(makeLogRecord({ msg: "again" }))) ?? [];
      assert.equal(Number(text), Math.floor(ms) % 1000, String(ms));
      assert.equal(text?.length, 3);
    }
  });

  // Node's clock has no nanoseconds; these are its milliseconds, with fractions.
  it("msecs_has_no_floating_point_precision_loss", () => {
    for (const [ms, expected] of [
      [1_677_902_297_100, 100], // exactly
      [1_677_903_920_999.9985, 999], // cut off, not rounded
      [1_677_903_920_000.9985, 0],
      // The last there is before a second: unlike CPython's nanoseconds it is not rounded
      // up to the next second when it becomes `created`.
      [1_677_903_921_000 - 2 ** -12, 999],
    ] as const) {
      setClock({ now: () => ms });
      const { msecs, created } = makeLogRecord({ msg: "now" });
      assert.equal(msecs, expected, String(ms));
      assert.equal(created, ms / 1000);
      assert.ok(Math.abs(created - Math.trunc(created) - msecs / 1000) < 0.001, String(ms));
    }
  });

  // CPython counts from the import in nanoseconds; a number of milliseconds of our age
  // has steps of a quarter of a microsecond.
  it("relativeCreated_has_higher_precision", () => {
    const start = 1_677_903_920_000;
    setClock({ now: () => start });
    const first = makeLogRecord({}).relativeCreated;
    for (const offset of [0.25, 0.5, 12.375, 99.75, 1_677_903_456_999.125]) {
      setClock({ now: () => start + offset });
      const { relativeCreated, created } = makeLogRecord({});
      assert.equal(relativeCreated - first, offset);
      assert.ok(Math.abs(created - (start + offset) / 1000) < 1e-6);
    }
  });
});
