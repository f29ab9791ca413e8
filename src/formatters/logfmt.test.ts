import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { CALL, compare, recordOf } from "../../test/kit/encoded-lines.ts";
import type { Fields } from "../../test/kit/encoded-lines.ts";
import { setClock } from "../core/clock.ts";
import { applyExtra, makeLogRecord } from "../core/record.ts";
import { LogfmtFormatter } from "./logfmt.ts";
import type { LogfmtFormatterOptions } from "./logfmt.ts";

const HEAD = "time=2026-11-22T15:07:06.123Z level=info logger=app.db msg=paid";

afterEach(() => setClock(null));

function lineOf(fields: Fields | null, options: LogfmtFormatterOptions = {}): string {
  return new LogfmtFormatter(options).format(recordOf({ ...CALL, fields }));
}

/** What stands behind the head. */
function pairsOf(fields: Fields, options: LogfmtFormatterOptions = {}): string {
  const line = lineOf(fields, options);
  assert.ok(line.startsWith(`${HEAD} `), line);
  return line.slice(HEAD.length + 1);
}

test("a line has time, level, logger and message, then the fields", () => {
  assert.equal(lineOf(null), HEAD);
  assert.equal(
    pairsOf({ user: "ada", cents: 4200, ok: true, none: null, gone: undefined, big: 12n, z: -0 }),
    "user=ada cents=4200 ok=true none=null big=12 z=0",
  );
  const record = recordOf({ ...CALL, name: "my app", level: 25, message: "user paid" });
  assert.equal(
    new LogfmtFormatter().format(record),
    'time=2026-11-22T15:07:06.123Z level="level 25" logger="my app" msg="user paid"',
  );
});

test("values have quotes only where they must, and JSON's escapes inside", () => {
  assert.equal(
    pairsOf({
      a: "C:\\new",
      b: "two words",
      c: 'q"uo',
      d: "x=y",
      e: "",
      f: "null",
      g: "ünï",
      h: "\u{1f600}",
      i: "line\nfeed\r\t\\",
      j: "50%",
    }),
    'a=C:\\new b="two words" c="q\\"uo" d="x=y" e="" f="null" g=ünï h=\u{1f600} ' +
      'i="line\\nfeed\\r\\t\\\\" j=50%',
  );
});

test("what a terminal would obey, or can't be seen, is an escape", () => {
  assert.equal(
    pairsOf({
      a: "\x1b[31m",
      b: "\x9b2J",
      c: "\u2028\u202e\u061c\u200e\u200f\x7f\0",
      d: "\ud800",
      e: "\ufeff",
      f: "\xa0",
    }),
    'a="\\u001b[31m" b="\\u009b2J" c="\\u2028\\u202e\\u061c\\u200e\\u200f\\u007f\\u0000" d="\\ud800" e="\ufeff" f="\xa0"',
  );
});

test("nested values have keys with dots, lists are JSON", () => {
  const fields = {
    user: { name: "ada", address: { city: "Bern" }, tags: ["a", "b c"], none: {} },
    map: new Map([["k", 1]]),
    ids: [1, 2],
    when: new Date(0),
  };
  assert.equal(
    pairsOf(fields),
    'user.name=ada user.address.city=Bern user.tags="[\\"a\\",\\"b c\\"]" user.none={} map.k=1 ' +
      "ids=[1,2] when=1970-01-01T00:00:00.000Z",
  );
  assert.equal(
    pairsOf({ user: { name: "ada", ids: [1] }, id: 7 }, { nested: "json" }),
    'user="{\\"name\\":\\"ada\\",\\"ids\\":[1]}" id=7',
  );
});

test("the limits are those of JSON lines", () => {
  assert.equal(pairsOf({ a: { b: { c: 1 } } }, { maxDepth: 1 }), "a.b=[Object]");
  assert.equal(pairsOf({ a: { b: 1, c: 2 } }, { maxItems: 1 }), 'a.b=1 a....="1 more"');
  assert.equal(pairsOf({ a: "abcdef" }, { maxLength: 2 }), 'a="ab... 4 more characters"');
  const circle: Fields = {};
  circle["self"] = circle;
  assert.equal(pairsOf({ circle }), "circle.self=[Circular]");
});

test("keys are clean, and no key is there twice", () => {
  assert.equal(
    pairsOf({ "a b": 1, 'c="d"': 2, "": 3, "\n\x1b": 4, "ü.x": 5, "\u202e": 6 }),
    "a_b=1 c__d_=2 _=3 __=4 ü.x=5 ___=6",
  );
  assert.equal(
    pairsOf({ level: "fatal", msg: "forged", time: 0, logger: "x", level_: 1 }),
    "level_=fatal msg_=forged time_=0 logger_=x level__=1",
  );
  assert.equal(pairsOf({ "user.name": 1, user: { name: 2 } }), "user.name=1 user.name_=2");
  const fields = JSON.parse('{"__proto__":1,"toString":2}') as Fields;
  assert.equal(pairsOf(fields), "__proto__=1 toString=2");
});

test("the error has keys of its own, which no field takes", () => {
  const error = Object.assign(new TypeError("no\nway", { cause: "why" }), { code: "E" });
  error.stack = "TypeError: no\nway\n    at f (x.js:1:1)";
  const record = recordOf({ ...CALL, fields: { "error.type": "x", id: 1 }, error });
  record.stack_info = "Stack:\n    at x";
  assert.equal(
    new LogfmtFormatter().format(record).slice(HEAD.length + 1),
    'error.type_=x id=1 error.type=TypeError error.message="no\\nway" ' +
      'error.stack="TypeError: no\\nway\\n    at f (x.js:1:1)" error.code=E error.cause=why ' +
      'stackInfo="Stack:\\n    at x"',
  );
  const sent = makeLogRecord({
    name: "a",
    levelname: "INFO",
    msg: "m",
    created: 0,
    exc_text: "E: x",
  });
  assert.equal(
    new LogfmtFormatter().format(sent),
    'time=1970-01-01T00:00:00.000Z level=info logger=a msg=m error.stack="E: x"',
  );
});

test("extras come behind the fields, and the base's fields before the message", () => {
  const record = recordOf({ ...CALL, fields: { ip: 1 } });
  applyExtra(record, { ip: 2, user: "ada" });
  const formatter = new LogfmtFormatter({ base: { service: "shop", v: { a: 1 }, level: 0 } });
  assert.equal(
    formatter.format(record),
    "time=2026-11-22T15:07:06.123Z level=info logger=app.db service=shop v.a=1 level_=0 " +
      "msg=paid ip=1 ip_=2 user=ada",
  );
});

test("secrets are masked in fields, extras, base and errors", () => {
  const error = Object.assign(new Error("boom"), { config: { token: "t" } });
  error.stack = "Error: boom";
  const record = recordOf({ ...CALL, bound: { token: 1 }, fields: { a: [{ token: 2 }] }, error });
  applyExtra(record, { token_: { token: 3 } });
  const formatter = new LogfmtFormatter({ redact: { keys: ["token"] }, base: { token: 0 } });
  assert.equal(
    formatter.format(record),
    "time=2026-11-22T15:07:06.123Z level=info logger=app.db token=[Redacted] msg=paid " +
      'token_=[Redacted] a="[{\\"token\\":\\"[Redacted]\\"}]" token_.token=[Redacted] ' +
      'error.type=Error error.message=boom error.stack="Error: boom" error.config.token=[Redacted]',
  );
});

test("the way without a record gives the same bytes", () => {
  const error = Object.assign(new Error("boom"), { code: "E", token: 1 });
  const hostile = {
    get bad(): never {
      throw new Error("getter");
    },
  };
  for (const options of [{}, { nested: "json" }, { redact: ["id", "user.token"] }] as const) {
    const formatter = new LogfmtFormatter({ ...options, base: { service: "shop" } });
    for (const call of [
      CALL,
      { ...CALL, message: "two words\n\ud800", fields: { id: 7, user: { token: 1, n: [1] } } },
      { ...CALL, bound: { id: 1, request: "r" }, fields: { id: 2, msg: "x" }, error },
      { ...CALL, bound: { service: "other" }, error: "text" },
      { ...CALL, fields: hostile },
      { ...CALL, ms: 8.64e15 + 1, level: 25, name: "my app" },
    ]) {
      assert.ok((compare(formatter, call) ?? 0) > 0);
    }
  }
});

test("a replaced `format` has no encoders", () => {
  class Mine extends LogfmtFormatter {
    override format(): string {
      return "mine";
    }
  }
  assert.equal(new Mine().lineEncoders(), null);
});

test("options that mean nothing are refused with what is accepted", () => {
  const cases: readonly (readonly [unknown, string, RegExp])[] = [
    [{ nest: 1 }, "TypeError", /^unknown option "nest"; accepted: nested, base, redact, maxDepth/],
    [{ nested: "no" }, "ValueError", /^nested can't be 'no'; accepted: "dotted" or "json"$/],
    [{ base: [] }, "TypeError", /^base can't be \[\]; accepted: a plain object such as/],
    [{ maxDepth: 0 }, "ValueError", /^maxDepth can't be 0; accepted: a whole number from 1$/],
    [{ redact: "a" }, "TypeError", /^options must be an object, not "a"/],
    [{ redact: ["a["] }, "ValueError", /^a redact path can't be 'a\['/],
  ];
  for (const [options, name, message] of cases) {
    assert.throws(() => new LogfmtFormatter(options as LogfmtFormatterOptions), { name, message });
  }
});
