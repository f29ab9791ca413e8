import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { NEEDS_RECORD, NO_ROOM } from "../core/line-encoder.ts";
import type { LineEncoder } from "../core/line-encoder.ts";
import { heapStore } from "../rotation/line-store.ts";
import { LineBuffer } from "./line-buffer.ts";
import type { TimedBatch } from "./line-buffer.ts";

const tens = (at: number): { start: number; end: number; suffix: string } => {
  const start = Math.floor(at / 10) * 10;
  return { start, end: start + 10, suffix: String(start) };
};

function text(waiting: TimedBatch | null): unknown {
  if (waiting === null) return null;
  const { created, batch } = waiting;
  return [created, Buffer.from(batch.bytes).toString(), batch.ends];
}

describe("LineBuffer", () => {
  it("joins lines and says where each ends", () => {
    const buffer = new LineBuffer(heapStore(100, 10), 100, tens);
    assert.equal(buffer.waiting(), null);
    assert.equal(buffer.refuses(1), false);
    assert.ok(buffer.add(Buffer.from("ab\n")));
    assert.equal(buffer.refuses(2), false);
    assert.ok(buffer.add(Buffer.from("c\n")));
    assert.equal(buffer.records, 2);
    assert.deepEqual(text(buffer.waiting()), [1, "ab\nc\n", [3, 5]]);
    assert.deepEqual(
      text(buffer.waiting()),
      [1, "ab\nc\n", [3, 5]],
      "it stays until it is cleared",
    );
    buffer.clear();
    assert.equal(buffer.waiting(), null);
  });

  it("refuses a line of another period while lines wait, and takes it when none do", () => {
    const buffer = new LineBuffer(heapStore(100, 10), 100, tens);
    buffer.refuses(9);
    buffer.add(Buffer.from("old\n"));
    assert.equal(buffer.refuses(10), true);
    assert.equal(buffer.refuses(9.5), false);
    buffer.clear();
    assert.equal(buffer.refuses(10), false);
    buffer.add(Buffer.from("new\n"));
    assert.deepEqual(text(buffer.waiting()), [10, "new\n", [4]]);
  });

  it("has no room beyond its capacity, its store's bytes, or its store's lines", () => {
    for (const [bytes, lines, capacity] of [
      [8, 10, 100],
      [100, 10, 8],
      [100, 2, 100],
    ] as const) {
      const buffer = new LineBuffer(heapStore(bytes, lines), capacity, tens);
      buffer.refuses(1);
      assert.ok(buffer.add(Buffer.from("one\n")));
      assert.ok(buffer.add(Buffer.from("two\n")));
      assert.ok(!buffer.add(Buffer.from("x\n")));
      assert.deepEqual(text(buffer.waiting()), [1, "one\ntwo\n", [4, 8]]);
    }
  });

  it("counts a line in its store when it is whole, and takes none that its encoder refuses", () => {
    const store = heapStore(16, 2);
    const buffer = new LineBuffer(store, 16, tens);
    buffer.refuses(1);
    const seen: (number | undefined)[] = [];
    const encoder: LineEncoder = {
      encode(bytes, offset, _ms, message) {
        seen.push(store.count[0]);
        if (message === "odd") return NEEDS_RECORD;
        const end = offset + message.length + 1;
        if (end > bytes.length) return NO_ROOM;
        bytes.write(`${message}\n`, offset);
        return end;
      },
    };
    const encode = (message: string): number => {
      const end = buffer.encode(encoder, 1, message, null, null);
      if (end >= 0) buffer.commit(end);
      return end;
    };
    assert.equal(encode("a"), 2);
    assert.equal(encode("odd"), NEEDS_RECORD);
    assert.equal(encode("longer than it"), NO_ROOM);
    assert.equal(encode("b"), 4);
    assert.equal(encode("c"), NO_ROOM, "no line is left");
    assert.deepEqual(seen, [0, 1, 1, 1]);
    assert.deepEqual([store.count[0], [...store.ends]], [2, [2, 4]]);
    assert.deepEqual(text(buffer.waiting()), [1, "a\nb\n", [2, 4]]);
  });
});
