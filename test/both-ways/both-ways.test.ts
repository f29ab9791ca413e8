import assert from "node:assert/strict";
import { test } from "node:test";

import { compareBothWays } from "./both-ways.ts";

test("a line is the same to the byte, whether it went straight or by a record", async (t) => {
  const straight = await compareBothWays(1500);
  assert.ok(straight > 1000, `only ${straight} lines went straight`);
  t.diagnostic(`${straight} lines went straight`);
});
