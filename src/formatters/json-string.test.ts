import assert from "node:assert/strict";
import { test } from "node:test";

import * as fc from "fast-check";

import { NO_ROOM } from "../core/line-encoder.ts";
import { quoted } from "./json-long-string.ts";
import { KeptKeys, SPECIAL, putQuoted } from "./json-string.ts";

const units = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 127 })))
  .map((codes) => String.fromCharCode(...codes));
// As stacks are: lines of ASCII, and now and then what must be escaped.
const line = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: "grapheme-ascii", maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("\u000b", "\n\u000b", "\u001f", "\u007f", "é", "\ud83d"),
  },
);
const lines = fc
  .tuple(fc.array(line, { maxLength: 20 }), fc.boolean())
  .map(([all, plain]) => (plain ? all.map((each) => each.replace(/["\\]/g, "")) : all).join("\n"));
const steering = fc.array(
  fc.constantFrom(
    "a",
    "\u0085",
    "\u009b",
    "\u2028",
    "\u202e",
    "\u061c",
    "\u200f",
    "\ud800",
    "\n",
    "é",
  ),
);
const text = fc.oneof(
  lines,
  steering.map((each) => each.join("")),
  steering.map((each) => each.join("long enough not to go by the loop of short ones")),
  units,
  units.map((each) => each.repeat(5)),
  fc.string({ unit: "grapheme" }),
);

test("a string is quoted as JSON.stringify quotes it, but for what would steer a terminal", () => {
  const bytes = Buffer.alloc(20_000);
  fc.assert(
    fc.property(text, (each) => {
      const end = putQuoted(bytes, 3, each);
      const made = bytes.toString("utf8", 3, end);
      const expected = JSON.stringify(each).replace(
        /[\u0080-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
        (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
      assert.equal(made, expected);
      assert.equal(quoted(each), expected);
      assert.equal(JSON.parse(made), each);
    }),
    { numRuns: 2000 },
  );
});

test("a string that does not fit writes nothing behind the end", () => {
  const store = Buffer.alloc(1000, 0x55);
  for (const each of ["", "short", 'quo"ted', "é", "\ud83d", "x".repeat(50), "é\n".repeat(30)]) {
    const { length } = Buffer.from(JSON.stringify(each));
    for (let room = 0; room < length; room++) {
      assert.equal(putQuoted(store.subarray(0, 7 + room), 7, each), NO_ROOM);
      assert.ok(store.subarray(7 + room).every((byte) => byte === 0x55));
    }
    assert.equal(putQuoted(store.subarray(0, 7 + length), 7, each), 7 + length);
    store.fill(0x55);
  }
});

test("strings around the longest of each way are quoted right", () => {
  const bytes = Buffer.alloc(200_000);
  for (const length of [40, 41, 42, 43, 44, 16_383, 16_384, 16_385, 70_000]) {
    for (const end of ["", "\n", "é", "\n\n", "\u000b"]) {
      const each = "x".repeat(length - end.length) + end;
      assert.equal(bytes.toString("utf8", 1, putQuoted(bytes, 1, each)), JSON.stringify(each));
    }
  }
  for (const each of ["\n".repeat(512), "\n".repeat(513), "é".repeat(16_384)]) {
    assert.equal(bytes.toString("utf8", 1, putQuoted(bytes, 1, each)), JSON.stringify(each));
  }
});

test("a long string is quoted the same the first time, again, and after another one", () => {
  const texts = ["Error: a\n    at here", "Error: b\n    at here"].map((text) =>
    text.padEnd(99, "."),
  );
  const bytes = Buffer.alloc(300);
  for (const which of [0, 0, 0, 1, 0, 1, 1, 1, 0]) {
    const text = texts[which] ?? "";
    const end = putQuoted(bytes, 1, text);
    assert.equal(bytes.toString("utf8", 1, end), JSON.stringify(text));
    assert.equal(putQuoted(bytes.subarray(0, end - 1), 1, text), NO_ROOM);
  }
});

test("keys come out the same however many there are, and however long", () => {
  const keys = new KeptKeys();
  const bytes = Buffer.alloc(10_000);
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 1500; i++) {
      const key = i % 100 === 0 ? `long "${i}" `.repeat(20) : `k${i}\u00e9"`;
      const end = keys.put(bytes, 0, key);
      assert.equal(bytes.toString("utf8", 0, end), `,${JSON.stringify(key)}:`);
    }
  }
  for (const [key, piece] of [
    ["\u009b31m", ',"\\u009b31m":'],
    ["\u202e", ',"\\u202e":'],
  ] as const) {
    for (let round = 0; round < 2; round++) {
      assert.equal(bytes.toString("utf8", 0, keys.put(bytes, 0, key)), piece);
    }
  }
  assert.equal(keys.put(bytes.subarray(0, 4), 0, "abc"), NO_ROOM);
});

test("a text that comes often comes out the same each time, under each key, in any room", () => {
  const keys = new KeptKeys((key) => key === "special");
  const bytes = Buffer.alloc(1000);
  const texts = [
    "POST",
    'GET "x"',
    "",
    "\u00e9\ud83d\ude00",
    "\ud800",
    "x".repeat(64),
    "x".repeat(65),
  ];
  const pair = fc.tuple(
    fc.constantFrom("method", "path", "", "special"),
    fc.constantFrom(...texts),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(pair, fc.nat(100)), { maxLength: 30 }), (calls) => {
      for (const [[key, value], room] of calls) {
        const expected = `,${JSON.stringify(key)}:${JSON.stringify(value)}`;
        const end = keys.putWithText(bytes, 7, key, value);
        if (key === "special") assert.equal(end, SPECIAL);
        else assert.equal(bytes.toString("utf8", 7, end), expected);
        const tight = keys.putWithText(bytes.subarray(0, room), 0, key, value);
        const fits = Buffer.byteLength(expected) <= room;
        if (key === "special") assert.equal(tight, SPECIAL);
        else if (fits) assert.equal(bytes.toString("utf8", 0, tight), expected);
        else assert.equal(tight, NO_ROOM);
      }
    }),
    { numRuns: 500 },
  );
});

test("marks of direction are escaped, as what embeds and overrides is", () => {
  const bytes = Buffer.alloc(100);
  for (const text of ["\u061ca\u200eb\u200f", "long".repeat(11) + "\u200f"]) {
    const end = putQuoted(bytes, 0, text);
    assert.doesNotMatch(bytes.toString("utf8", 0, end), /[\u061c\u200e\u200f]/);
    assert.equal(JSON.parse(bytes.toString("utf8", 0, end)), text);
  }
});
