import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { setClock } from "../core/clock.ts";
import { ValueError } from "../core/errors.ts";
import { LogRecord } from "../core/record.ts";
import { Formatter } from "./formatter.ts";
import type { FormatterOptions } from "./formatter.ts";

const MOMENT = Date.UTC(2024, 0, 2, 3, 4, 5, 67);

afterEach(() => setClock(null));

function record(msg: unknown, ...args: unknown[]): LogRecord {
  setClock({ now: () => MOMENT });
  return new LogRecord("a.b", 30, "/srv/main.ts", 7, msg, args, null, "run");
}

function line(format: string | null, options: FormatterOptions = {}, made = record("hi")): string {
  return new Formatter(format, { timeZone: "UTC", ...options }).format(made);
}

test("without a format the line is the message", () => {
  assert.equal(line(null), "hi");
  assert.equal(line(""), "hi");
});

test("a dollar that stands for nothing is placed by Python's lines", () => {
  const options = { style: "$", validate: false } as const;
  const message = "Invalid placeholder in string: line 3, col 1";
  assert.throws(() => line("a\x1cb\x85$ x", options), { name: "ValueError", message });
});

test("the three styles give the same line", () => {
  const expected = "2024-01-02 03:04:05,067 WARNING  a.b:7 hi";
  assert.equal(line("%(asctime)s %(levelname)-8s %(name)s:%(lineno)d %(message)s"), expected);
  assert.equal(
    line("{asctime} {levelname:<8} {name}:{lineno} {message}", { style: "{" }),
    expected,
  );
  assert.equal(line("$asctime ${levelname}  $name:$lineno $message", { style: "$" }), expected);
});

test("fields are found behind the attributes, and defaults behind both", () => {
  const made = record("hi");
  made.fields = Object.assign(Object.create(null), { id: 7, name: "field" });
  const defaults = { id: 0, app: "svc", name: "default" };
  assert.equal(line("%(name)s %(id)03d %(app)s", { defaults }, made), "a.b 007 svc");
  assert.equal(line("%(message)s %(fields)s", {}, made), "hi { id: 7, name: 'field' }");
});

test("the time follows datefmt, zone and the two default formats", () => {
  assert.equal(
    line("%(asctime)s", { datefmt: "%d/%b/%Y:%H:%M:%S %z" }),
    "02/Jan/2024:03:04:05 +0000",
  );
  assert.equal(line("%(asctime)s", { timeZone: "Asia/Tokyo" }), "2024-01-02 12:04:05,067");
  assert.equal(
    line("%(asctime)s", { timeZone: "America/St_Johns", datefmt: "%H:%M %z" }),
    "23:34 -0330",
  );
  const formatter = new Formatter("%(asctime)s", { timeZone: "UTC" });
  formatter.defaultMsecFormat = "%s.%03d";
  assert.equal(formatter.format(record("x")), "2024-01-02 03:04:05.067");
  formatter.defaultMsecFormat = "%s %% %s";
  assert.equal(formatter.format(record("x")), "2024-01-02 03:04:05 % 67.0");
  formatter.defaultMsecFormat = "%s %5r";
  assert.equal(formatter.format(record("x")), "2024-01-02 03:04:05  67.0");
  formatter.defaultMsecFormat = null;
  formatter.defaultTimeFormat = "%H:%M:%S";
  assert.equal(formatter.format(record("x")), "03:04:05");
});

test("an empty datefmt is kept as it is, and is none", () => {
  const made = new Formatter("%(asctime)s", { timeZone: "UTC", datefmt: "" });
  assert.equal(made.datefmt, "");
  assert.equal(made.format(record("hi")), "2024-01-02 03:04:05,067");
});

test("the time that was made for a second is not used for another", () => {
  const formatter = new Formatter("%(asctime)s", { timeZone: "UTC" });
  const made = record("x");
  assert.equal(formatter.format(made), "2024-01-02 03:04:05,067");
  made.created += 1;
  assert.equal(formatter.format(made), "2024-01-02 03:04:06,067");
  formatter.converter = "Asia/Tokyo";
  assert.equal(formatter.format(made), "2024-01-02 12:04:06,067");
});

test("errors and stacks follow on their own lines, the error's text made once", () => {
  const made = record("failed");
  made.exc_info = new Error("boom");
  made.stack_info = "Stack (most recent call last):\n    at x";
  const [first, second] = line(null, {}, made).split("\n");
  assert.equal(first, "failed");
  assert.equal(second, "Error: boom");
  made.exc_text = "kept text";
  made.msg = "ends\n";
  assert.equal(line(null, {}, made), "ends\nkept text\nStack (most recent call last):\n    at x");
});

test("subclasses may format time, errors and stacks in their own way", () => {
  class Mine extends Formatter {
    override formatTime(): string {
      return "noon";
    }
    override formatException(): string {
      return "E!";
    }
  }
  const made = record("x");
  made.exc_info = new Error("boom");
  assert.equal(new Mine("%(asctime)s %(message)s").format(made), "noon x\nE!");
});

test("bad formats are refused at construction with CPython's text", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["%", "no field", "Invalid format 'no field' for '%' style"],
    ["{", "no field", "invalid format: no fields"],
    ["{", "{message", "invalid format: expected '}' before end of string"],
    ["{", "{message}}", "invalid format: Single '}' encountered in format string"],
    ["{", "{message!x}", "invalid format: invalid conversion: 'x'"],
    ["{", "{message:bad spec}", "invalid format: bad specifier: 'bad spec'"],
    ["{", "{a b}", "invalid format: invalid field name/expression: 'a b'"],
    ["$", "no field", "invalid format: no fields"],
    ["$", "$", "invalid format: bare '$' not allowed"],
    ["?", "%(message)s", "Style must be one of: %,{,$"],
  ];
  for (const [style, format, message] of cases) {
    const options = { style } as FormatterOptions;
    assert.throws(
      () => new Formatter(format, options),
      (error: unknown) =>
        error instanceof ValueError &&
        error.message === message &&
        error.value !== undefined &&
        error.accepted !== undefined,
      message,
    );
  }
  assert.equal(line("no field", { validate: false }), "no field");
});

test("a bad zone, format or option is refused with its value and what is accepted", () => {
  const zones =
    "an IANA name such as 'Europe/Berlin', 'UTC', an offset below 16 hours such as '+02:00', or 'local'";
  const names = "datefmt, style, validate, defaults, timeZone, lineBreaks";
  const cases: readonly (readonly [unknown, unknown, string, string])[] = [
    [
      null,
      { timeZone: "Mars/Base" },
      "ValueError",
      `unknown time zone 'Mars/Base'; accepted: ${zones}`,
    ],
    [null, { timeZone: 5 }, "TypeError", `timeZone can't be 5; accepted: ${zones}`],
    [null, { datefomt: "%H" }, "TypeError", `unknown option "datefomt"; accepted: ${names}`],
    [null, { converter: "UTC" }, "TypeError", `unknown option "converter"; accepted: ${names}`],
    [null, "%H", "TypeError", `options must be an object, not "%H"; accepted: ${names}`],
    [null, null, "TypeError", `options must be an object, not null; accepted: ${names}`],
    [
      { style: "{" },
      undefined,
      "TypeError",
      "a format can't be { style: '{' }; accepted: a string, null, or undefined",
    ],
  ];
  for (const [format, options, name, message] of cases) {
    assert.throws(() => new Formatter(format as string, options as FormatterOptions), {
      name,
      message,
    });
  }
});

test("UTC in either spelling is Python's gmtime, as option and as attribute", () => {
  const options = { datefmt: "%H %Z %z" };
  assert.equal(line("%(asctime)s", { ...options, timeZone: "UTC" }), "03 GMT +0000");
  assert.equal(line("%(asctime)s", { ...options, timeZone: "utc" }), "03 GMT +0000");
  const formatter = new Formatter("%(asctime)s", { ...options, timeZone: "Asia/Tokyo" });
  assert.equal(formatter.converter, "Asia/Tokyo");
  formatter.converter = "UTC";
  assert.equal(formatter.format(record("x")), "03 GMT +0000");
});

test("a field that is nowhere is a ValueError in all styles", () => {
  for (const [style, format] of [
    ["%", "%(nope)s"],
    ["{", "{nope}"],
    ["$", "$nope"],
  ] as const) {
    assert.throws(() => line(format, { style }), {
      name: "ValueError",
      message: "Formatting field not found in record: 'nope'",
    });
  }
});

test("braces reach into values, nest in specs and convert", () => {
  const made = record("hi");
  made.fields = Object.assign(Object.create(null), {
    ctx: { user: "ann", list: ["x", "y"] },
    width: 6,
    n: 1_234_567,
    ratio: 0.25,
  });
  const show = (format: string): string => line(format, { style: "{", validate: false }, made);
  assert.equal(show("{ctx.user} {ctx[user]} {ctx[list][1]} {name[0]}"), "ann ann y a");
  assert.equal(show("{message:>{width}}|{message:^6}|{message:*<6}"), "    hi|  hi  |hi****");
  assert.equal(
    show("{n:,} {n:_} {n:010,} {n:x} {n:#X}"),
    "1,234,567 1_234_567 01,234,567 12d687 0X12D687",
  );
  assert.equal(
    show("{n:+} {n:e} {ratio:.1f} {ratio:%} {ratio:08.3f}"),
    "+1234567 1.234567e+06 0.2 25.000000% 0000.250",
  );
  assert.equal(show("{message!r:>6} {{}}"), "  'hi' {}");
  assert.throws(() => show("{}"), { name: "IndexError" });
  assert.throws(() => show("{ctx.nope}"), { name: "AttributeError" });
  assert.throws(() => show("{message:d}"), /Unknown format code 'd' for object of type 'str'/);
  assert.throws(() => show("{n:.2d}"), /Precision not allowed in integer format specifier/);
  assert.throws(() => show("{n:,x}"), /Cannot specify ',' with 'x'\./);
});

test("a path into a value that doesn't go is refused with CPython's text", () => {
  const given = record("hi");
  Object.assign(given, { ctx: { list: [1, 2] }, none: null });
  const cases: readonly [format: string, error: object][] = [
    ["{name[x]}", { name: "TypeError", message: "string indices must be integers, not 'str'" }],
    ["{name[-1]}", { name: "TypeError" }],
    ["{name[99]}", { name: "IndexError", message: "string index out of range" }],
    ["{ctx[list][x]}", { message: "list indices must be integers or slices, not str" }],
    ["{lineno[0]}", { name: "TypeError", message: "'int' object is not subscriptable" }],
    ["{none[0]}", { name: "TypeError", message: "'NoneType' object is not subscriptable" }],
    ["{name.upper}", { message: "'str' object has no attribute 'upper'" }],
    ["{name[99999999999999999999]}", { message: "Too many decimal digits in format string" }],
    ["{message!\u00e9}", { message: "Unknown conversion specifier \\xe9" }],
  ];
  for (const [format, error] of cases) {
    assert.throws(() => line(format, { style: "{", validate: false }, given), error, format);
  }
});

test("a specifier that doesn't go is refused with CPython's text", () => {
  const cases: Readonly<Record<string, string>> = {
    "{lineno:,,}": "Cannot specify ',' with ','.",
    "{lineno:_,}": "Cannot specify both ',' and '_'.",
    "{lineno:,_}": "Cannot specify both ',' and '_'.",
    "{lineno:_.2,}": "Cannot specify '_' with ','.",
    "{lineno:\u00e9}": "Unknown format code '\\xe9' for object of type 'int'",
    "{lineno:_\u0001}": "Cannot specify '_' with '\\x1'.",
    "{lineno:99999999999999999999}": "Too many decimal digits in format string",
    "{lineno:.99999999999999999999f}": "Too many decimal digits in format string",
    "{lineno:.9223372036854775807f}": "precision too big",
  };
  for (const [format, message] of Object.entries(cases)) {
    const options = { style: "{", validate: false } as const;
    assert.throws(() => line(format, options), { name: "ValueError", message }, format);
  }
});

test("to validate(), as to Python, a last newline in a field is no obstacle", () => {
  const message = /not found in record: 'message\\n'/;
  assert.throws(() => line("{message\n}", { style: "{" }), { name: "ValueError", message });
});

test("milliseconds are a float to the format that shows them, as in Python", () => {
  const made = new Formatter("%(asctime)s", { timeZone: "UTC" });
  made.defaultMsecFormat = "%s|%s";
  assert.equal(made.format(record("hi")), "2024-01-02 03:04:05|67.0");
  made.defaultMsecFormat = "%s|%x";
  assert.throws(() => made.format(record("hi")), {
    name: "TypeError",
    message: "%x format: an integer is required, not float",
  });
});

test("a record is copied whole through a formatter that asks for every attribute", () => {
  const format =
    "%(name)s %(levelno)s %(levelname)s %(pathname)s %(filename)s %(module)s %(lineno)d " +
    "%(funcName)s %(created)f %(msecs)03d %(process)d %(processName)s %(thread)d %(threadName)s " +
    "%(taskName)s %(message)s";
  assert.equal(
    line(format),
    `a.b 30 WARNING /srv/main.ts main.ts main 7 run 1704164645.067000 067 ${process.pid} ` +
      "MainProcess 0 MainThread null hi",
  );
});
