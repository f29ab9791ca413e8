import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { restOf } from "./append.ts";

describe("restOf", () => {
  it("cuts off the records that landed", () => {
    const batch = { bytes: Buffer.from("a\nbb\nccc\n"), ends: [2, 5, 9] };
    assert.deepEqual(restOf(batch, 0)?.ends, [2, 5, 9]);
    const rest = restOf(batch, 1);
    assert.deepEqual(
      [Buffer.from(rest?.bytes ?? []).toString(), rest?.ends],
      ["bb\nccc\n", [3, 7]],
    );
    assert.equal(restOf(batch, 3), null);
  });
});
