import assert from "node:assert/strict";
import { test } from "node:test";

import * as fc from "fast-check";

import { LogRecord, makeLogRecord } from "../../core/record.ts";
import { sysLogMessages } from "./syslog-message.ts";
import type { SysLogMessageSettings } from "./syslog-message.ts";

process.env["TZ"] = "Asia/Tokyo";

const SETTINGS: SysLogMessageSettings = {
  rfc: null,
  framing: "none",
  multiline: "keep",
  bom: null,
  maxMessageBytes: Infinity,
  tooLong: "truncate",
  isStream: false,
  hostname: "host.example.org",
  appName: "app",
  msgIdKey: null,
  sdId: "me@32473",
};

// 2026-11-01T15:07:06.120Z, which is the 2nd in Tokyo.
const CREATED = 1_793_545_626.12;

function recordOf(attributes: Record<string, unknown> = {}): LogRecord {
  return makeLogRecord({ name: "a.b", created: CREATED, process: 42, ...attributes });
}

function bytesOf(
  text: string,
  settings: Partial<SysLogMessageSettings> = {},
  record: LogRecord = recordOf(),
  appendNul: boolean = false,
): Buffer[] {
  const made = sysLogMessages(record, 11, text, appendNul, { ...SETTINGS, ...settings });
  return made.map(({ bytes }) => Buffer.from(bytes));
}

function textOf(...args: Parameters<typeof bytesOf>): string {
  const all = bytesOf(...args);
  assert.equal(all.length, 1);
  return String(all[0]);
}

test("CPython's form is the priority and the text, and a NUL if there is to be one", () => {
  assert.equal(textOf("spä\nm"), "<11>spä\nm");
  assert.equal(textOf("m", {}, recordOf(), true), "<11>m\0");
  assert.equal(textOf("\ud800", {}), "<11>\\ud800");
});

test("RFC 3164 puts local time, the host without its domain, and the tag before the text", () => {
  assert.equal(textOf("m", { rfc: 3164 }), "<11>Nov  2 00:07:06 host app[42]: m");
  const odd = { rfc: 3164, hostname: "10.1.2.3", appName: `my:app[1] ${"x".repeat(40)}` } as const;
  assert.equal(textOf("m", odd), `<11>Nov  2 00:07:06 10.1.2.3 my_app_1__${"x".repeat(22)}[42]: m`);
  assert.match(textOf("m", { rfc: 3164 }, recordOf({ created: Number.NaN })), /^<11>[A-Z]/);
});

test("RFC 5424 puts version, UTC time, host, application, process and nothing else before it", () => {
  assert.equal(
    textOf("m", { rfc: 5424 }),
    "<11>1 2026-11-01T15:07:06.120Z host.example.org app 42 - - m",
  );
  const odd = recordOf({ created: Infinity, process: "a b\n" });
  assert.equal(textOf("m", { rfc: 5424 }, odd), "<11>1 - host.example.org app a_b_ - - m");
});

test("RFC 5424's MSGID is what the record has under the key that was named", () => {
  const settings = { rfc: 5424, msgIdKey: "name" } as const;
  assert.match(textOf("m", settings), / 42 a\.b - m$/);
  assert.match(
    textOf("m", settings, recordOf({ name: "ä b".repeat(20) })),
    / 42 (?:__b){10}__ - m$/,
  );
  assert.match(textOf("m", { ...settings, msgIdKey: "nope" }), / 42 - - m$/);
  assert.match(
    textOf("m", { ...settings, msgIdKey: "id" }, recordOf({ fields: { id: 7 } })),
    / 42 7 \[me@32473 id="7"\] m$/,
  );
});

test("extras and fields are structured data, with three characters escaped", () => {
  const record = recordOf({
    user: 'a"b\\c]d',
    fields: { n: 1, list: [1, { a: "x" }], 'k=]" ä': null, big: 1n, "": true },
  });
  assert.equal(
    textOf("m", { rfc: 5424 }, record).split(" - ")[1],
    '[me@32473 user="a\\"b\\\\c\\]d" n="1" list="[1,{\\"a\\":\\"x\\"}\\]" k_____="null" big="1" _="true"] m',
  );
  assert.match(textOf("m", { rfc: 5424, sdId: null }, record), / - - m$/);
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  assert.match(textOf("m", { rfc: 5424 }, recordOf({ cycle })), /cycle="<ref \*1> \{ self/);
});

test("a byte order mark stands before text that is not ASCII, or as was asked for", () => {
  const header = "<11>1 2026-11-01T15:07:06.120Z host.example.org app 42 - - ";
  assert.equal(textOf("ä", { rfc: 5424 }), `${header}\ufeffä`);
  assert.equal(textOf("ä", { rfc: 5424, bom: false }), `${header}ä`);
  assert.equal(textOf("a", { rfc: 5424, bom: true }), `${header}\ufeffa`);
  assert.equal(textOf("ä", { rfc: 3164 }).includes("\ufeff"), false);
});

test("framing tells the messages of a stream apart, and no text can forge an end", () => {
  const stream = { isStream: true } as const;
  const evil = "a\n<0>b\r\n\0<0>c";
  assert.equal(textOf("ä", { ...stream, framing: "octet-counting" }), "6 <11>ä");
  assert.equal(
    textOf(evil, { ...stream, framing: "octet-counting" }),
    `${evil.length + 4} <11>${evil}`,
  );
  const newline = { ...stream, framing: "newline", multiline: "escape" } as const;
  assert.equal(textOf(evil, newline), "<11>a#012<0>b#015#012\0<0>c\n");
  assert.equal(textOf(evil, { ...stream, framing: "nul" }), "<11>a\n<0>b\r\n#000<0>c\0");
  assert.equal(textOf("a\0b", stream, recordOf(), true), "<11>a#000b\0");
  assert.equal(textOf("a\0b", {}, recordOf(), true), "<11>a\0b\0", "a datagram ends by itself");
  const data = recordOf({ fields: { a: "x\ny" } });
  assert.match(textOf("m", { ...newline, rfc: 5424 }, data), /a="x#012y"\] m\n$/);
});

test("a text of several lines is kept, escaped, joined or split", () => {
  const text = "a\r\nb\n\n c\n";
  assert.equal(textOf(text, { multiline: "keep" }), `<11>${text}`);
  assert.equal(textOf(text, { multiline: "escape" }), "<11>a#015#012b#012#012 c#012");
  assert.equal(textOf(text, { multiline: "space" }), "<11>a b  c");
  const split = bytesOf(text, { multiline: "split" }, recordOf(), true).map(String);
  assert.deepEqual(split, ["<11>a\0", "<11>b\0", "<11> c\0"]);
  assert.deepEqual(bytesOf("\n", { multiline: "split" }).map(String), ["<11>"]);
});

test("what is too long is cut at a whole character, its NUL stays", () => {
  const [made] = sysLogMessages(recordOf(), 11, "€€€", true, { ...SETTINGS, maxMessageBytes: 12 });
  assert.equal(String(Buffer.from(made?.bytes ?? [])), "<11>€€\0");
  assert.equal(made?.truncated, true);
  const whole = { ...SETTINGS, maxMessageBytes: 14 };
  const [fits] = sysLogMessages(recordOf(), 11, "€€€", true, whole);
  assert.deepEqual([fits?.truncated, fits?.bytes.length], [false, 14]);
});

test("what is not to be cut says so by its length", () => {
  const settings = { ...SETTINGS, maxMessageBytes: 10, tooLong: "drop" } as const;
  const [made] = sysLogMessages(recordOf(), 11, "0123456", false, {
    ...settings,
    isStream: true,
    framing: "octet-counting",
  });
  assert.deepEqual([made?.truncated, made?.bytes.length, made?.mostBytes], [false, 14, 13]);
});

test("structured data that leaves no room goes whole, before the text is cut", () => {
  const record = recordOf({ fields: { a: "x".repeat(600) } });
  const settings = { rfc: 5424, maxMessageBytes: 480 } as const;
  const text = textOf("m".repeat(1000), settings, record);
  assert.equal(text.length, 480);
  assert.match(text, / 42 - - m+$/);
});

test("any texts, values and limits give whole UTF-8 within the limit", () => {
  const unicode = fc.string({ unit: "binary", maxLength: 300 });
  const property = fc.property(
    unicode,
    fc.dictionary(unicode, fc.anything()),
    fc.integer({ min: 480, max: 600 }),
    fc.constantFrom(null, 3164, 5424),
    fc.boolean(),
    (text, fields, maxMessageBytes, rfc, appendNul) => {
      const [made] = sysLogMessages(recordOf({ fields }), 191, text, appendNul, {
        ...SETTINGS,
        rfc,
        maxMessageBytes,
      });
      const bytes = Buffer.from(made?.bytes ?? []);
      assert.ok(bytes.length <= maxMessageBytes);
      new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      assert.equal(bytes.at(-1) === 0 || !appendNul, true);
      if (rfc === 5424) assert.match(bytes.toString(), SYSLOG_5424);
    },
  );
  fc.assert(property, { numRuns: 300 });
});

// RFC 5424's grammar, as far as these settings reach.
const SYSLOG_5424 =
  /^<191>1 2026-11-01T15:07:06\.120Z host\.example\.org app 42 - (?:-|\[me@32473(?: [!-<>-\\^-~]{1,32}="(?:[^"\\\]]|\\["\\\]])*")+\]) /s;
