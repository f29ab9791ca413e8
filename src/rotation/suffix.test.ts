import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  DAY,
  FIRST_WALL,
  LAST_WALL,
  compareSuffixes,
  parseSuffix,
  suffixKindOf,
  suffixStart,
  suffixText,
  type SuffixKind,
} from "./suffix.ts";

const KINDS: readonly SuffixKind[] = ["S", "M", "H", "D"];
const anyKind = fc.constantFrom(...KINDS);
const anyWall = fc.integer({ min: FIRST_WALL, max: LAST_WALL - 1 });

/** The built-in calendar's word: an ISO text of the years 1 to 9999. */
function isoText(kind: SuffixKind, wall: number): string {
  const [date = "", time = ""] = new Date(wall * 1000).toISOString().split("T");
  const parts = time.slice(0, 8).split(":");
  const count = { S: 3, M: 2, H: 1, D: 0 }[kind];
  return count === 0 ? date : `${date}_${parts.slice(0, count).join("-")}`;
}

test("a suffix is the calendar's date and time, cut to its kind", () => {
  fc.assert(
    fc.property(anyKind, anyWall, (kind, wall) => {
      assert.equal(suffixText(kind, wall), isoText(kind, wall));
    }),
  );
  assert.equal(suffixText("D", FIRST_WALL), "0001-01-01");
  assert.equal(suffixText("S", LAST_WALL - 1), "9999-12-31_23-59-59");
});

test("reading a suffix gives back the start of its second, minute, hour or date", () => {
  fc.assert(
    fc.property(anyKind, anyWall, (kind, wall) => {
      const text = suffixText(kind, wall);
      assert.equal(parseSuffix(kind, text), suffixStart(kind, wall));
      assert.equal(suffixKindOf(text), kind);
    }),
  );
});

test("every day of 1200 years is read back", () => {
  for (let day = -400 * 366; day < 800 * 366; day += 1) {
    assert.equal(parseSuffix("D", suffixText("D", day * DAY)), day * DAY);
  }
});

test("dates and times that do not exist are foreign", () => {
  const foreign: [SuffixKind, string][] = [
    ["D", "2024-02-30"],
    ["D", "2023-02-29"],
    ["D", "1900-02-29"],
    ["D", "2024-04-31"],
    ["D", "2024-00-10"],
    ["D", "2024-13-01"],
    ["D", "2024-01-00"],
    ["D", "2024-01-32"],
    ["D", "0000-01-01"],
    ["H", "2024-01-01_24"],
    ["M", "2024-01-01_10-60"],
    ["S", "2024-01-01_10-00-60"],
  ];
  for (const [kind, text] of foreign) {
    assert.equal(parseSuffix(kind, text), null, text);
    assert.equal(suffixKindOf(text), null, text);
  }
  assert.notEqual(parseSuffix("D", "2000-02-29"), null);
});

test("other digits, signs, spaces and other kinds are foreign", () => {
  for (const text of [
    "",
    "2024-1-1",
    "24-01-01",
    "12024-01-01",
    "2024_01_01",
    "2024-01-01 ",
    "\n2024-01-01",
    "2024-01-01\n",
    "+024-01-01",
    "２０２４-01-01",
    "2024-01-01_10",
    "2024-01-01T10",
  ]) {
    assert.equal(parseSuffix("D", text), null, JSON.stringify(text));
  }
  assert.equal(parseSuffix("H", "2024-01-01"), null);
  assert.equal(suffixKindOf("2024-01-01T10"), null);
});

test("suffixes are ordered as the times they name", () => {
  fc.assert(
    fc.property(anyKind, anyWall, anyWall, (kind, a, b) => {
      const order = compareSuffixes(suffixText(kind, a), suffixText(kind, b));
      assert.equal(Math.sign(order), Math.sign(suffixStart(kind, a) - suffixStart(kind, b)));
    }),
  );
});
