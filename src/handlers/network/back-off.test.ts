import assert from "node:assert/strict";
import { test } from "node:test";

import { BackOff } from "./back-off.ts";

const numbers = { retryStartMs: 100, retryMaxMs: 700, retryFactor: 2, retryJitter: 0 };

test("each wait is longer than the one before by the factor, up to the limit", () => {
  const backOff = new BackOff(numbers);
  assert.deepEqual(
    Array.from({ length: 5 }, () => backOff.next()),
    [100, 200, 400, 700, 700],
  );
});

test("after a success the waits begin anew", () => {
  const backOff = new BackOff(numbers);
  backOff.next();
  backOff.next();
  backOff.reset();
  assert.equal(backOff.next(), 100);
});

test("chance takes no more than its part, and doesn't add up", () => {
  const backOff = new BackOff({ ...numbers, retryJitter: 0.5 }, () => 1);
  assert.deepEqual(
    Array.from({ length: 4 }, () => backOff.next()),
    [50, 100, 200, 350],
  );
});
