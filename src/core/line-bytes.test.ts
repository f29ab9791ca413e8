import assert from "node:assert/strict";
import { test } from "node:test";

import { bytesFrom, putBytes, putNumber, putText } from "./line-bytes.ts";
import { NEEDS_RECORD, NO_ROOM } from "./line-encoder.ts";

const TEXTS = ["", "a", "short", "é", "漢字😀", "x".repeat(40), "x".repeat(41), "é".repeat(300)];

test("text is written as UTF-8 where it fits exactly, and not where it lacks a byte", () => {
  for (const text of TEXTS) {
    const expected = Buffer.from(text);
    for (let room = 0; room <= expected.length; room++) {
      const store = Buffer.alloc(expected.length + 20, 0x55);
      const end = putText(store.subarray(0, 3 + room), 3, text);
      assert.equal(end, room === expected.length ? 3 + room : NO_ROOM);
      if (end > 0) assert.deepEqual(store.subarray(3, end), expected);
      assert.ok(store.subarray(3 + room).every((byte) => byte === 0x55));
    }
  }
});

test("a lone surrogate is left to those who see the whole text", () => {
  for (const text of ["\ud83d", "a\ude00b", `${"x".repeat(60)}\ud83d`]) {
    assert.equal(putText(Buffer.alloc(500), 0, text), NEEDS_RECORD);
  }
});

test("numbers are written as JavaScript prints them", () => {
  const bytes = Buffer.alloc(40);
  const whole = [0, 1, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 99_999, 100_000, 2_147_483_647];
  for (const value of [...whole, ...whole.map((each) => -each), 2 ** 31, 1.5, 1e21, NaN]) {
    const end = putNumber(bytes, 1, value);
    assert.equal(bytes.toString("latin1", 1, end), String(value));
    assert.equal(putNumber(bytes.subarray(0, end - 1), 1, value), NO_ROOM);
  }
});

test("bytes are copied, short and long", () => {
  for (const length of [0, 1, 12, 13, 100]) {
    const bytes = Buffer.alloc(length + 2);
    assert.equal(putBytes(bytes, 1, Buffer.alloc(length, 7)), length + 1);
    assert.deepEqual([...bytes], [0, ...Array.from({ length }, () => 7), 0]);
    assert.equal(putBytes(bytes.subarray(0, length), 1, Buffer.alloc(length)), NO_ROOM);
  }
});

test("a buffer grows until all is in, or is given up", () => {
  const text = "x".repeat(1000);
  assert.equal(bytesFrom(1, (bytes) => putText(bytes, 0, text))?.toString(), text);
  assert.equal(
    bytesFrom(1, (bytes) => putText(bytes, 0, "\ud83d")),
    null,
  );
});
