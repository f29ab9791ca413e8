import assert from "node:assert/strict";
import { test } from "node:test";
import { formatLine, isStump, padCharacter, parseLine } from "./line.ts";

const bytesOf = (text: string) => Buffer.from(text, "utf8");

test("a line is read back as it was written, whatever its pad character", () => {
  for (let seq = 0; seq < 40; seq += 1) {
    const line = { worker: "w3-late", seq, ms: 1_567_468_799_999, padLength: seq * 3 };
    assert.deepEqual(parseLine(bytesOf(formatLine(line))), line);
  }
});

test("a line with any single byte removed, doubled or changed is no line", () => {
  const whole = bytesOf(formatLine({ worker: "w1", seq: 3, ms: 1_567_468_799_999, padLength: 4 }));
  for (let at = 0; at < whole.length; at += 1) {
    const removed = Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)]);
    const doubled = Buffer.concat([whole.subarray(0, at + 1), whole.subarray(at)]);
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0x80;
    // A digit less or more still makes a number, of another line; the checker counts lines.
    for (const broken of [removed, doubled, changed]) {
      const parsed = parseLine(broken);
      if (parsed === null) continue;
      assert.equal(formatLine(parsed), broken.toString("utf8"));
      assert.notEqual(broken.toString("utf8"), whole.toString("utf8"));
    }
    assert.equal(parseLine(changed), null);
  }
});

test("two lines glued together, and a stump before a line, are no lines", () => {
  const one = formatLine({ worker: "w1", seq: 3, ms: 5, padLength: 2 });
  const two = formatLine({ worker: "w2", seq: 8, ms: 6, padLength: 2 });
  assert.equal(parseLine(bytesOf(one + two)), null);
  assert.equal(parseLine(bytesOf(one.slice(0, 9) + two)), null);
});

test("every proper prefix of the unreturned call's line is a stump, even inside a character", () => {
  const seq = 7;
  assert.equal(bytesOf(padCharacter(seq)).length, 4);
  const whole = bytesOf(formatLine({ worker: "w12", seq, ms: 1_567_468_799_999, padLength: 11 }));
  for (let length = 1; length < whole.length; length += 1) {
    assert.ok(isStump(whole.subarray(0, length), "w12", seq), `length ${length}`);
  }
  assert.ok(!isStump(whole, "w12", seq));
});

test("a stump is not one of another worker, of another call, or with a foreign byte", () => {
  const stump = "L|w12|7|1567468799999|11|😀😀";
  assert.ok(isStump(bytesOf(stump), "w12", 7));
  assert.ok(!isStump(bytesOf(stump), "w1", 7));
  assert.ok(!isStump(bytesOf(stump), "w12", 8));
  assert.ok(!isStump(bytesOf(stump), "w12", 70));
  assert.ok(!isStump(bytesOf(`${stump}x`), "w12", 7));
  assert.ok(!isStump(bytesOf("L|w12|7|15x"), "w12", 7));
  assert.ok(!isStump(bytesOf("L|w12|7||11|"), "w12", 7));
  assert.ok(!isStump(bytesOf("L|w12|7|1567468799999|999999|aa"), "w12", 7));
});
