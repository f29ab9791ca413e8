// No data can forge a line or steer a terminal, through any of our formats but the one that
// is exactly Python's. Each nasty text goes into every place of a record that an
// application fills, by both ways of a call.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { setClock } from "../../src/core/clock.ts";
import type { RecordFormatter } from "../../src/core/formatter.ts";
import { LogRecord } from "../../src/core/record.ts";
import { Formatter } from "../../src/formatters/formatter.ts";
import type { FormatterOptions } from "../../src/formatters/formatter.ts";
import { JsonFormatter } from "../../src/formatters/json.ts";
import { LogfmtFormatter } from "../../src/formatters/logfmt.ts";
import { PrettyFormatter } from "../../src/formatters/pretty.ts";
import { sysLogMessages } from "../../src/handlers/network/syslog-message.ts";
import type { SysLogMessageSettings } from "../../src/handlers/network/syslog-message.ts";
import { CALL, compare, recordOf } from "../kit/encoded-lines.ts";
import type { Call, Fields } from "../kit/encoded-lines.ts";
import { NASTY_TEXTS } from "./nasty-texts.ts";

afterEach(() => setClock(null));

/** What no terminal may get: all controls but tab and line feed, and changes of direction. */
// oxlint-disable-next-line no-control-regex
const STEERING = /[\0-\x08\v-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/;
/** The same but for DEL, which terminals ignore, and which would be dear to look for. */
// oxlint-disable-next-line no-control-regex
const STEERING_BUT_DEL = /[\0-\x08\v-\x1f\x80-\x9f\u2028-\u202e\u2066-\u2069]/;

function errorWith(text: string): Error {
  const cause = new TypeError(text);
  const error = new AggregateError([new Error(text)], text, { cause });
  Object.assign(error, { name: text, code: text, [text]: { [text]: text } });
  error.stack = `${text}: ${text}\n    at ${text} (${text}:1:1)`;
  return error;
}

function fieldsWith(text: string): Fields {
  const fields: Fields = Object.create(null);
  fields["user"] = text;
  fields[text] = text;
  fields["deep"] = { [text]: [text, { inner: text }], map: new Map([[text, text]]) };
  fields["list"] = [text];
  fields["speaks"] = { toString: () => text };
  fields["failure"] = errorWith(text);
  return fields;
}

/** The calls that have a text in all their places, and in one of them alone. */
function callsWith(text: string): Call[] {
  const all = { ...CALL, name: text, message: text, fields: fieldsWith(text) };
  return [
    { ...CALL, message: text },
    { ...CALL, name: text },
    { ...CALL, bound: fieldsWith(text) },
    { ...CALL, error: errorWith(text) },
    { ...CALL, error: text },
    { ...all, bound: { [text]: text }, error: errorWith(text) },
  ];
}

/** Records that no call makes, but another process, a filter or an adapter may. */
function recordsWith(text: string): LogRecord[] {
  const records = callsWith(text).map(recordOf);
  const odd = recordOf({ ...CALL, message: text });
  odd.levelname = text;
  odd.stack_info = text;
  odd.exc_text = text;
  Object.defineProperty(odd, `x${text}`, { value: text, enumerable: true, configurable: true });
  return [...records, odd];
}

type Judge = (text: string) => void;

const isOneLine: Judge = (text) => assert.ok(!text.includes("\n"), JSON.stringify(text));
// An empty line says nothing, so it forges nothing.
const isSetIn: Judge = (text) => {
  for (const line of text.split("\n").slice(1)) {
    assert.ok(line.startsWith("    ") || line === "", JSON.stringify({ line, text }));
  }
};
const steersNothing: Judge = (text) => {
  assert.doesNotMatch(text, STEERING, JSON.stringify(text));
};

function judge(formatter: RecordFormatter, ...judges: readonly Judge[]): void {
  for (const text of NASTY_TEXTS) {
    for (const record of recordsWith(text)) {
      const line = formatter.format(record);
      for (const each of judges) each(line);
    }
  }
  assert.equal(({} as Fields)["user"], undefined);
}

function sameByBothWays(formatter: RecordFormatter): void {
  let straight = 0;
  for (const text of NASTY_TEXTS.filter(({ length }) => length < 1000)) {
    for (const call of callsWith(text)) if ((compare(formatter, call) ?? 0) > 0) straight += 1;
  }
  assert.ok(straight > NASTY_TEXTS.length, `only ${straight} went straight`);
}

const FORMATS: readonly (readonly [string, FormatterOptions])[] = [
  ["%(asctime)s %(levelname)-8s %(name)s: %(message)s %(user)s", { style: "%" }],
  ["{asctime} {levelname:<8} {name}: {message} {user} {deep} {failure}", { style: "{" }],
  ["{message} {deep[map]} {levelno:{levelno}d}", { style: "{" }],
  ["$asctime $levelname $name: $message ${deep}\n$user", { style: "$" }],
  ["%(message)s %(fields)s %(msecs)03d", {}],
];
const DEFAULTS = { user: "nobody", deep: {}, failure: "none" };

test("with `escape` a record is one line that steers nothing, but for the format's own lines", () => {
  for (const [format, options] of FORMATS) {
    const formatter = new Formatter(format, {
      ...options,
      defaults: { ...DEFAULTS, deep: { map: 1 } },
      lineBreaks: "escape",
    });
    judge(formatter, format.includes("\n") ? isSetIn : isOneLine, steersNothing);
  }
});

test("with `indent` only the first line of a record begins where lines begin", () => {
  for (const [format, options] of FORMATS) {
    const defaults = { ...DEFAULTS, deep: { map: 1 } };
    judge(
      new Formatter(format, { ...options, defaults, lineBreaks: "indent" }),
      isSetIn,
      steersNothing,
    );
  }
});

test("a logfmt line is one line that steers nothing, with our own keys once and first", () => {
  for (const options of [{}, { nested: "json" }] as const) {
    judge(new LogfmtFormatter(options), isOneLine, steersNothing, (line) => {
      const outside = line.replace(/"(?:[^"\\]|\\.)*"/g, '""').split(" ");
      assert.deepEqual(
        outside.slice(0, 4).map((pair) => pair.slice(0, pair.indexOf("="))),
        ["time", "level", "logger", "msg"],
      );
      for (const key of ["time", "level", "logger", "msg"]) {
        const count = outside.filter((pair) => pair.startsWith(`${key}=`)).length;
        assert.equal(count, 1, line.slice(0, 2000));
      }
      for (const pair of outside) assert.match(pair, /^[^\s="]+=[^\s="]*(?:"")?$/);
    });
  }
});

test("a JSON line is one line and one object, which says what was logged", () => {
  judge(new JsonFormatter(), isOneLine, (line) => {
    assert.doesNotMatch(line, STEERING_BUT_DEL);
    const data = JSON.parse(line) as Fields;
    assert.deepEqual(Object.keys(data).slice(0, 5), ["time", "level", "logger", "pid", "msg"]);
    assert.equal(Object.getPrototypeOf(data), Object.prototype);
  });
  for (const text of NASTY_TEXTS) {
    const data = JSON.parse(
      new JsonFormatter().format(recordOf({ ...CALL, message: text, fields: { user: text } })),
    ) as Fields;
    assert.deepEqual([data["level"], data["msg"]], ["INFO", text]);
    assert.ok(text.startsWith(String(data["user"]).slice(0, 60)));
  }
});

test("the lines of the pretty format steer nothing, and all but the first are set in", () => {
  judge(new PrettyFormatter({ colors: false }), isSetIn, steersNothing);
});

test("by both ways of a call the lines are the same", () => {
  sameByBothWays(new LogfmtFormatter());
  sameByBothWays(new JsonFormatter());
  for (const lineBreaks of ["keep", "indent", "escape"] as const) {
    sameByBothWays(
      new Formatter("%(name)s: %(message)s %(user)s", { defaults: DEFAULTS, lineBreaks }),
    );
  }
});

test("the judges condemn Python's own format, which forges and steers", () => {
  const formatter = new Formatter("%(levelname)s %(message)s");
  assert.throws(() => judge(formatter, isOneLine), assert.AssertionError);
  assert.throws(() => judge(formatter, isSetIn), assert.AssertionError);
  assert.throws(() => judge(formatter, steersNothing), assert.AssertionError);
});

test("no text ends a syslog message before its end, however messages are told apart", () => {
  const settings: SysLogMessageSettings = {
    rfc: 5424,
    framing: "octet-counting",
    multiline: "keep",
    bom: null,
    maxMessageBytes: Infinity,
    tooLong: "truncate",
    isStream: true,
    hostname: "host",
    appName: "app",
    msgIdKey: "user",
    sdId: "daybook@32473",
  };
  for (const text of NASTY_TEXTS) {
    for (const record of recordsWith(text)) {
      for (const rfc of [null, 3164, 5424] as const) {
        const counted = sysLogMessages(record, 14, text, false, { ...settings, rfc })[0];
        const frame = Buffer.from(counted?.bytes ?? []);
        const space = frame.indexOf(" ");
        assert.equal(Number(frame.toString("latin1", 0, space)), frame.length - space - 1);
        for (const [framing, end] of [
          ["newline", "\n"],
          ["nul", "\0"],
        ] as const) {
          const multiline = framing === "newline" ? "escape" : "keep";
          const own = { ...settings, rfc, framing, multiline } as const;
          const [message, ...more] = sysLogMessages(record, 14, text, false, own);
          assert.equal(more.length, 0);
          const bytes = Buffer.from(message?.bytes ?? []).toString("utf8");
          assert.equal(bytes.indexOf(end), bytes.length - 1);
          assert.ok(bytes.startsWith("<14>"));
        }
      }
    }
  }
});
