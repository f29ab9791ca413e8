import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Backlog } from "./backlog.ts";

const tens = (at: number): { start: number; end: number; suffix: string } => {
  const start = Math.floor(at / 10) * 10;
  return { start, end: start + 10, suffix: String(start) };
};

function add(backlog: Backlog, created: number, ...lines: string[]): number {
  let size = 0;
  const ends = lines.map((line) => (size += line.length));
  return backlog.add({ created, batch: { bytes: Buffer.from(lines.join("")), ends } });
}

function next(backlog: Backlog): unknown {
  const timed = backlog.next();
  if (timed === null) return null;
  return [timed.created, Buffer.from(timed.batch.bytes).toString(), timed.batch.ends];
}

describe("Backlog", () => {
  it("gives back the records of a period together, in order, until they are removed", () => {
    const backlog = new Backlog(1000, tens);
    assert.equal(next(backlog), null);
    add(backlog, 1, "a\n", "bb\n");
    add(backlog, 5, "c\n");
    add(backlog, 12, "d\n");
    add(backlog, 3, "e\n");
    assert.deepEqual(next(backlog), [1, "a\nbb\nc\n", [2, 5, 7]]);
    backlog.remove(1);
    assert.deepEqual(next(backlog), [1, "bb\nc\n", [3, 5]]);
    backlog.remove(2);
    assert.deepEqual(next(backlog), [12, "d\n", [2]]);
    backlog.remove(1);
    assert.deepEqual(next(backlog), [3, "e\n", [2]]);
    backlog.remove(9);
    assert.deepEqual([backlog.records, backlog.bytes, next(backlog)], [0, 0, null]);
  });

  it("drops the oldest beyond its limit and says how many", () => {
    const backlog = new Backlog(10, tens);
    assert.equal(add(backlog, 1, "1234\n", "5678\n"), 0);
    assert.equal(add(backlog, 1, "9abc\n"), 1);
    assert.equal(add(backlog, 1, "far too long\n"), 3);
    assert.deepEqual([backlog.records, backlog.bytes], [0, 0]);
  });

  it("keeps copies: the bytes it was given may change", () => {
    const backlog = new Backlog(100, tens);
    const bytes = Buffer.from("one\n");
    backlog.add({ created: 1, batch: { bytes, ends: [4] } });
    bytes.fill("x");
    assert.deepEqual(next(backlog), [1, "one\n", [4]]);
  });

  it("forgets in step with what it is asked for, however much there is", () => {
    const backlog = new Backlog(10_000_000, tens);
    for (let line = 0; line < 50_000; line += 1) add(backlog, 1, `${line}\n`);
    let seen = 0;
    for (let batch = backlog.next(); batch !== null; batch = backlog.next()) {
      assert.ok(batch.batch.bytes.length <= 65_536);
      assert.equal(Buffer.from(batch.batch.bytes).toString().split("\n")[0], String(seen));
      seen += batch.batch.ends.length;
      backlog.remove(batch.batch.ends.length);
    }
    assert.equal(seen, 50_000);
  });
});
