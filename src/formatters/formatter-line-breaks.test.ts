import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { CALL, compare, encoderOf, recordOf } from "../../test/kit/encoded-lines.ts";
import type { Call } from "../../test/kit/encoded-lines.ts";
import { setClock } from "../core/clock.ts";
import { Formatter } from "./formatter.ts";
import type { FormatterOptions } from "./formatter.ts";

afterEach(() => setClock(null));

const EVIL = "a\nCRITICAL root\r\x1b[2J";

function line(format: string, options: FormatterOptions, call: Partial<Call> = {}): string {
  return new Formatter(format, options).format(recordOf({ ...CALL, message: EVIL, ...call }));
}

test("by default line breaks and controls stay, as in Python", () => {
  assert.equal(line("%(levelname)s %(message)s", {}), `INFO ${EVIL}`);
  assert.equal(line("%(message)s", { lineBreaks: "keep" }), EVIL);
  assert.equal(new Formatter().lineBreaks, "keep");
});

test("message, names and fields are guarded in all styles, the format's own text is not", () => {
  const call = { name: "n\nm", fields: { user: EVIL } };
  for (const [style, format] of [
    ["%", "\x1b[1m%(name)s\x1b[0m %(message)s %(user)s"],
    ["{", "\x1b[1m{name}\x1b[0m {message} {user}"],
    ["$", "\x1b[1m$name\x1b[0m $message $user"],
  ] as const) {
    const escaped = "a\\nCRITICAL root\\r\\x1b[2J";
    const indented = "a\n    CRITICAL root\\r\\x1b[2J";
    assert.equal(
      line(format, { style, lineBreaks: "escape" }, call),
      `\x1b[1mn\\nm\x1b[0m ${escaped} ${escaped}`,
    );
    assert.equal(
      line(format, { style, lineBreaks: "indent" }, call),
      `\x1b[1mn\n    m\x1b[0m ${indented} ${indented}`,
    );
  }
});

test("an error and a stack are set in, or on the line", () => {
  const error = new Error("boom");
  error.stack = "Error: boom\nCRITICAL forged\x1b[A\n    at f";
  const record = recordOf({ ...CALL, error });
  record.stack_info = "Stack:\n    at g";
  assert.equal(
    new Formatter(null, { lineBreaks: "indent" }).format(record),
    "paid\n    Error: boom\n    CRITICAL forged\\x1b[A\n        at f\n    Stack:\n        at g",
  );
  assert.equal(record.exc_text, error.stack);
  assert.equal(
    new Formatter(null, { lineBreaks: "escape" }).format(record),
    "paid\\nError: boom\\nCRITICAL forged\\x1b[A\\n    at f\\nStack:\\n    at g",
  );
  assert.equal(new Formatter().format(record), `paid\n${error.stack}\nStack:\n    at g`);
});

test("what stands behind a line break of the format is set in", () => {
  const format = "%(levelname)s\n%(message)s";
  assert.equal(line(format, { lineBreaks: "escape" }), "INFO\n    a\\nCRITICAL root\\r\\x1b[2J");
  assert.equal(line(format, { lineBreaks: "indent" }), "INFO\n    a\n    CRITICAL root\\r\\x1b[2J");
});

test("a format that is more than names is guarded as a whole", () => {
  const fields = { user: { name: EVIL } };
  const options = { style: "{", lineBreaks: "escape" } as const;
  assert.equal(
    line("{user.name} {message:>{levelno}}", options, { fields, message: "x\ny" }),
    `a\\nCRITICAL root\\r\\x1b[2J ${" ".repeat(17)}x\\ny`,
  );
  assert.equal(line("100%% %(message)s", { lineBreaks: "escape" }, { message: "\n" }), "100% \\n");
});

test("defaults, and times by any format, come as they should", () => {
  const options = { lineBreaks: "indent", defaults: { user: "no\none" } } as const;
  assert.equal(line("%(message)s %(user)s", options, { message: "m" }), "m no\n    one");
  assert.equal(
    line("%(asctime)s %(message)s", { lineBreaks: "escape", timeZone: "UTC" }, { message: "m" }),
    "2026-11-22 15:07:06,123 m",
  );
  assert.throws(() => line("%(nope)s", { lineBreaks: "escape" }), { name: "ValueError" });
});

test("the way without a record gives the same bytes", () => {
  const error = new Error("boom\nforged");
  for (const lineBreaks of ["indent", "escape"] as const) {
    for (const format of [
      "%(asctime)s %(levelname)s %(name)s: %(message)s",
      "%(message)r %(user)s\n%(msecs)03d",
      "%(message)s",
    ]) {
      const defaults = { user: "nobody\n" };
      const formatter = new Formatter(format, { lineBreaks, defaults, timeZone: "UTC" });
      for (const call of [
        CALL,
        { ...CALL, name: "x\ny", message: EVIL, fields: { user: EVIL } },
        { ...CALL, message: "ends\n", bound: { user: 5 }, error },
        { ...CALL, message: "\u2028\x9b", fields: { user: { a: "\n" } }, error: "\n" },
      ]) {
        assert.ok((compare(formatter, call) ?? 0) > 0, format);
      }
    }
  }
  assert.equal(encoderOf(new Formatter("%(lineno)d", { lineBreaks: "indent" }), CALL), null);
});

test("another word is refused", () => {
  const options = { lineBreaks: "strip" } as unknown as FormatterOptions;
  assert.throws(() => new Formatter(null, options), {
    name: "ValueError",
    message: 'lineBreaks can\'t be \'strip\'; accepted: "keep", "indent" or "escape"',
  });
});
