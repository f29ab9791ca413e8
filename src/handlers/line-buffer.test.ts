import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { LineBuffer } from "./line-buffer.ts";
import type { TimedBatch } from "./line-buffer.ts";

const tens = (at: number): { start: number; end: number; suffix: string } => {
  const start = Math.floor(at / 10) * 10;
  return { start, end: start + 10, suffix: String(start) };
};

function text({ created, batch }: TimedBatch): [number, string, readonly number[]] {
  return [created, Buffer.from(batch.bytes).toString(), batch.ends];
}

function add(buffer: LineBuffer, created: number, line: string): unknown[] {
  return buffer.add(created, Buffer.from(line)).map(text);
}

describe("LineBuffer", () => {
  it("joins lines and says where each ends", () => {
    const buffer = new LineBuffer(100, tens);
    assert.deepEqual(add(buffer, 1, "ab\n"), []);
    assert.deepEqual(add(buffer, 2, "c\n"), []);
    assert.equal(buffer.records, 2);
    const taken = buffer.take();
    assert.deepEqual(taken && text(taken), [1, "ab\nc\n", [3, 5]]);
    assert.equal(buffer.take(), null);
  });

  it("gives out what it holds when a line of another period comes, or one that doesn't fit", () => {
    const buffer = new LineBuffer(8, tens);
    add(buffer, 9, "old\n");
    assert.deepEqual(add(buffer, 10, "new\n"), [[9, "old\n", [4]]]);
    assert.deepEqual(add(buffer, 10, "12345\n"), [[10, "new\n", [4]]]);
    assert.deepEqual(add(buffer, 11, "0123456789\n"), [
      [10, "12345\n", [6]],
      [11, "0123456789\n", [11]],
    ]);
    assert.equal(buffer.records, 0);
  });

  it("leaves a batch as it is until the next line but one", () => {
    const buffer = new LineBuffer(8, tens);
    add(buffer, 1, "first\n");
    const [batch] = buffer.add(1, Buffer.from("secnd\n"));
    assert.deepEqual(batch && text(batch), [1, "first\n", [6]]);
  });
});
