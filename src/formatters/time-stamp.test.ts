import assert from "node:assert/strict";
import { test } from "node:test";

import * as fc from "fast-check";

import { isoTime, TimeStamp } from "./time-stamp.ts";

test("a stamp shows every time as Date does, also after times near and far", () => {
  const bytes = Buffer.alloc(24 + 4, 0x2e);
  const stamp = new TimeStamp(bytes, 2);
  const near = fc.integer({ min: -3000, max: 3000 });
  const far = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 });
  fc.assert(
    fc.property(far, fc.array(near), (first, steps) => {
      for (const step of [0, ...steps]) {
        const ms = Math.min(Math.max(first + step, -62_167_219_200_000), 253_402_300_799_999);
        assert.equal(stamp.show(ms), true);
        assert.equal(bytes.toString("latin1"), `..${new Date(ms).toISOString()}..`);
      }
    }),
  );
});

test("a stamp refuses times of another length, and shows the next one right", () => {
  const bytes = Buffer.alloc(24);
  const stamp = new TimeStamp(bytes, 0);
  for (const ms of [Number.NaN, Infinity, 9e15, 253_402_300_800_000, -62_167_219_200_001]) {
    assert.equal(stamp.show(ms), false);
    assert.equal(stamp.show(1), true);
    assert.equal(bytes.toString("latin1"), "1970-01-01T00:00:00.001Z");
  }
  assert.equal(isoTime(253_402_300_800_000), "+010000-01-01T00:00:00.000Z");
  assert.equal(isoTime(Number.NaN), null);
  assert.equal(isoTime(9e15), null);
});
