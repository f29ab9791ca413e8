import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { setClock } from "../core/clock.ts";
import { addLevelName, resetLevelNames } from "../core/level.ts";
import { applyExtra, LogRecord } from "../core/record.ts";
import { PrettyFormatter } from "./pretty.ts";
import type { PrettyFormatterOptions } from "./pretty-options.ts";

const MOMENT = Date.UTC(2026, 10, 22, 12, 34, 56, 789);

afterEach(() => {
  setClock(null);
  resetLevelNames();
});

function record(
  msg: unknown,
  fields: Record<string, unknown> | null = null,
  level = 20,
): LogRecord {
  setClock({ now: () => MOMENT });
  const made = new LogRecord("httpd", level, null, 0, msg, [], null);
  made.fields = fields;
  return made;
}

function lines(made: LogRecord, options: PrettyFormatterOptions = {}): string[] {
  return new PrettyFormatter({ timeZone: "UTC", ...options }).format(made).split("\n");
}

const HEAD = "12:34:56.789 INFO     httpd: ";

test("a line has time, level, logger and message, and short fields behind them", () => {
  const fields = { id: 7, method: "card", ok: true, none: null, big: 10n, note: "two words" };
  assert.deepEqual(lines(record("paid", fields)), [
    `${HEAD}paid  id=7 method=card ok=true none=null big=10 note="two words"`,
  ]);
  assert.deepEqual(lines(record("paid")), [`${HEAD}paid`]);
});

test("levels are as wide as the longest, and one with a longer name keeps it", () => {
  for (const [level, text] of [
    [10, "DEBUG    "],
    [30, "WARNING  "],
    [50, "CRITICAL "],
  ] as const) {
    assert.equal(lines(record("x", null, level))[0], `12:34:56.789 ${text}httpd: x`);
  }
  addLevelName(25, "ANNOUNCEMENT");
  assert.equal(lines(record("x", null, 25))[0], "12:34:56.789 ANNOUNCEMENT httpd: x");
});

test("texts have quotes where one could take them for something else", () => {
  const fields = {
    a: "true",
    b: "7",
    c: "",
    d: "a=b",
    e: "it's",
    f: "/path/to.x?y",
    g: "ünï",
    h: "[x]",
  };
  assert.deepEqual(lines(record("m", fields)), [
    `${HEAD}m  a="true" b="7" c="" d="a=b" e="it's" f=/path/to.x?y g=ünï h="[x]"`,
  ]);
  assert.deepEqual(lines(record("m", { "a b": 1, "": 2, 'q"': 3 })), [
    `${HEAD}m  "a b"=1 ""=2 "q\\""=3`,
  ]);
});

test("a short object stands in the line, a long one below it, set in", () => {
  const order = {
    items: [{ sku: 1, title: "a title that takes its room" }, { sku: 2 }],
    total: 1.5,
  };
  assert.deepEqual(lines(record("m", { user: { id: 1, tags: ["a"] }, order, last: 1 })), [
    `${HEAD}m  user={ id: 1, tags: [ 'a' ] } order={ items: [ { sku: 1, title: 'a title that takes its room' }, { sku: 2 } ], total: 1.5 } last=1`.replace(
      / order=.*(?= last)/,
      "",
    ),
    "    order:",
    "        {",
    "          items: [ { sku: 1, title: 'a title that takes its room' }, { sku: 2 } ],",
    "          total: 1.5",
    "        }",
  ]);
});

test("a text of many lines is shown as such", () => {
  const sql = `select *\nfrom ${"t".repeat(80)}\r\nwhere x`;
  assert.deepEqual(lines(record("m", { sql })), [
    `${HEAD}m`,
    "    sql:",
    "        select *",
    `        from ${"t".repeat(80)}`,
    "        where x",
  ]);
});

test("no data begins a line, and none reaches the terminal as a code", () => {
  const evil = "\x1b[2J\x1b]0;x\x07\r\n12:00:00.000 INFO httpd: forged\u2028\u202e\x9b31m\0";
  class Evil {
    get [Symbol.toStringTag](): string {
      return evil;
    }
    [Symbol.for("nodejs.util.inspect.custom")](): string {
      return evil;
    }
  }
  Object.defineProperty(Evil, "name", { value: evil });
  const error = new Error(evil, { cause: evil });
  error.name = evil;
  error.stack = `${evil}\n    at ${evil} (/a.js:1:1)\n${evil}`;
  Object.assign(error, { [evil]: evil });
  const fields = {
    [evil]: evil,
    long: evil.repeat(20),
    object: { [evil]: evil, list: [new Evil(), Symbol(evil), Object.create(Evil.prototype)] },
    map: new Map([[evil, new Set([evil])]]),
    custom: new Evil(),
    symbol: Symbol(evil),
    fn: Object.defineProperty(() => 0, "name", { value: evil }),
    error,
  };
  const made = record(evil, fields);
  made.name = evil;
  made.levelname = evil;
  made.exc_info = new AggregateError([error, evil, new Evil()], evil);
  made.stack_info = evil;
  applyExtra(made, { [`extra ${evil}`]: evil });
  const sent = record("m");
  sent.exc_text = evil;
  for (const text of [...lines(made), ...lines(made, { timeFormat: null })]) {
    // oxlint-disable-next-line no-control-regex
    assert.doesNotMatch(text, /[\0-\x08\n-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/);
  }
  const [first, ...more] = lines(made);
  assert.match(first ?? "", /^12:34:56\.789 /);
  for (const text of [...more, ...lines(sent).slice(1)]) assert.match(text, /^ {4}|^$/);
  // With colours there are codes, but ours alone.
  const colored = new PrettyFormatter({ timeZone: "UTC", colors: true }).format(made);
  // oxlint-disable-next-line no-control-regex
  assert.doesNotMatch(colored.replaceAll(/\x1b\[\d+m/g, ""), /[\x1b\x07\r\x9b\0]/);
});

test("values that throw, cycle or have no end are shown all the same", () => {
  const ring: Record<string, unknown> = { a: 1 };
  ring["ring"] = ring;
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const fields = {
    ring,
    proxy,
    getter: {
      get x(): never {
        throw new Error("no");
      },
    },
    inspect: {
      [Symbol.for("nodejs.util.inspect.custom")](): never {
        throw new Error("no");
      },
    },
    long: "x".repeat(1_000_000),
    many: Array.from({ length: 100_000 }, (_, i) => i),
    deep: JSON.parse(`${'{"a":'.repeat(500)}1${"}".repeat(500)}`) as unknown,
    text: `${"line\n".repeat(10_000)}`,
    bytes: Buffer.alloc(100_000),
    lone: "\ud800",
    __proto__: null,
  };
  const shown = lines(record("m", fields));
  assert.ok(shown.length < 400, String(shown.length));
  assert.ok(shown.every((line) => line.length < 4000));
  assert.match(
    shown[0] ?? "",
    /proxy=<Revoked Proxy> .*inspect=\[unprintable object\].*lone="\\ud800"/,
  );
  assert.match(shown.join("\n"), /\[Circular \*1\]/);
});

test("extras come behind the fields, undefined ones not at all", () => {
  const made = record("m", { a: 1, gone: undefined });
  applyExtra(made, { ip: "::1" });
  assert.deepEqual(lines(made), [`${HEAD}m  a=1 ip=::1`]);
});

test("further lines of a message are set in", () => {
  assert.deepEqual(lines(record("one\ntwo\r\nthree", { a: 1 })), [
    `${HEAD}one`,
    "    two",
    "    three  a=1",
  ]);
});

test("the time is by timeFormat and timeZone, or left out", () => {
  assert.deepEqual(lines(record("m"), { timeZone: "Asia/Tokyo" }), [
    "21:34:56.789 INFO     httpd: m",
  ]);
  assert.deepEqual(lines(record("m"), { timeFormat: "%Y-%m-%d %H:%M" }), [
    "2026-11-22 12:34 INFO     httpd: m",
  ]);
  assert.deepEqual(lines(record("m"), { timeFormat: null }), ["INFO     httpd: m"]);
});

test("fields can be chosen, or left out", () => {
  const made = record("m", { a: 1, b: 2, c: 3 });
  assert.deepEqual(lines(made, { fields: ["c", "a", "x"] }), [`${HEAD}m  c=3 a=1`]);
  assert.deepEqual(lines(made, { fields: false }), [`${HEAD}m`]);
});

test("what redact names is masked, in fields, extras and errors", () => {
  const made = record("m", { user: { name: "ann", password: "x1" }, token: "x2" });
  applyExtra(made, { secret: "x3" });
  made.exc_info = Object.assign(new Error("e"), { password: "x4" });
  const text = lines(made, {
    codeFrame: false,
    redact: { keys: ["password", "token", "secret"] },
  }).join("\n");
  assert.doesNotMatch(text, /x[1-4]/);
  assert.match(text, /user=\{ name: 'ann', password: '\[Redacted\]' \} token="\[Redacted\]"/);
});

test("colours are those of the level, and can be told otherwise", () => {
  const opens = (level: number, options: PrettyFormatterOptions = {}): string =>
    // oxlint-disable-next-line no-control-regex
    /((?:\x1b\[\d+m)*)[A-Z]+\x1b/.exec(
      lines(record("m", null, level), { colors: true, ...options })[0] ?? "",
    )?.[1] ?? "";
  assert.deepEqual(
    [10, 20, 30, 40, 50].map((level) => opens(level)),
    ["\x1b[34m", "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[1m\x1b[37m\x1b[41m"],
  );
  const levelColors = { INFO: "magenta", ERROR: ["bold", "cyan"] } as const;
  assert.equal(opens(20, { levelColors }), "\x1b[35m");
  assert.equal(opens(40, { levelColors }), "\x1b[1m\x1b[36m");
  assert.equal(opens(30, { levelColors }), "\x1b[33m");
});

test("every colour that is opened is closed, and without colours there is no code", () => {
  const made = record("m", { a: 1, o: { b: 2 } }, 50);
  made.exc_info = new Error("e", { cause: new TypeError("f") });
  const text = lines(made, { colors: true }).join("\n");
  const closes: Record<string, string> = { 1: "22", 2: "22", 41: "49" };
  // oxlint-disable-next-line no-control-regex
  const codes = [...text.matchAll(/\x1b\[(\d+)m/g)].map(([, code]) => code ?? "");
  const open = new Set<string>();
  for (const code of codes) {
    if (["22", "39", "49"].includes(code)) open.delete(code);
    else open.add(closes[code] ?? "39");
  }
  assert.equal(open.size, 0);
  assert.ok(codes.length > 10);
  assert.equal(lines(made).join("\n").includes("\x1b"), false);
});

test("options that can't be are refused, naming value and what is accepted", () => {
  for (const [options, message] of [
    [{ colours: true }, /^unknown option "colours"; accepted: colors, levelColors, /],
    [{ colors: "yes" }, /^colors can't be 'yes'; accepted: true or false$/],
    [{ codeFrame: 1 }, /^codeFrame can't be 1; accepted: true or false$/],
    [{ timeFormat: 5 }, /^timeFormat can't be 5; accepted: a format for strftime, or null/],
    [{ timeZone: "Mars" }, /^unknown time zone 'Mars'/],
    [{ fields: [1] }, /^fields can't be \[ 1 \]; accepted: true, false, or an array of names$/],
    [{ levelColors: [] }, /^levelColors can't be \[\]; accepted: an object of styles/],
    [
      { levelColors: { INFO: "pinkish" } },
      /^the colour of level 'INFO' can't be 'pinkish'; accepted: .*red/,
    ],
    [{ levelColors: { INFO: "__proto__" } }, /^the colour of level 'INFO' can't be '__proto__'/],
    [{ redact: {} }, /redact/],
    [7, /^options must be an object, not 7/],
  ] as const) {
    assert.throws(() => new PrettyFormatter(options as never), { message });
  }
});

test("a message and arguments that don't fit throw, as with every formatter", () => {
  const made = record("%d");
  made.args = ["x"];
  assert.throws(() => new PrettyFormatter().format(made), TypeError);
});
