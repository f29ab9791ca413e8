import assert from "node:assert/strict";
import { test } from "node:test";

import { compareBothWays } from "./both-ways.ts";

test("a line is the same to the byte, whether it went straight or by a record", async (t) => {
  const straight = await compareBothWays(600);
  assert.ok(straight > 400, `only ${straight} lines went straight`);
  t.diagnostic(`${straight} lines went straight`);
});
