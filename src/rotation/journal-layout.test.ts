import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  CELL,
  HEAD_BYTES,
  NO_INTENT,
  dataOffset,
  emptyJournal,
  float64,
  int32,
  intentBytes,
  journalBytes,
  readHead,
  readJournal,
} from "./journal-layout.ts";

const SHAPE = { dataBytes: 20, lines: 3 };
const LINES = ["a\n", "bb\n", "ccc\n"];

/** A journal with some lines, as a process stores them. */
function journalOf(
  lines: readonly string[],
  cells: readonly (readonly [number, Uint8Array])[] = [],
) {
  const bytes = emptyJournal(SHAPE);
  let end = 0;
  for (const [at, line] of lines.entries()) {
    bytes.set(Buffer.from(line), dataOffset(SHAPE) + end);
    end += line.length;
    bytes.set(int32(end), HEAD_BYTES + 4 * at);
  }
  bytes.set(int32(lines.length), CELL.count);
  bytes.set(float64(12.5), CELL.created);
  for (const [offset, cell] of cells) bytes.set(cell, offset);
  return bytes;
}

const intent = (from: number, length: number, end = 7): (readonly [number, Uint8Array])[] => [
  [CELL.intent, intentBytes(length, end, "64512:18446744073709551615")],
  [CELL.intentFrom, int32(from)],
];

describe("a journal's bytes", () => {
  it("hold no lines at first, and never change in number", () => {
    const bytes = emptyJournal(SHAPE);
    assert.equal(bytes.length, journalBytes(SHAPE));
    assert.equal(readJournal(bytes), null);
    assert.deepEqual(readHead(bytes), {
      shape: SHAPE,
      count: 0,
      drained: 0,
      created: 0,
      intent: null,
    });
  });

  it("give back the lines and their time", () => {
    const found = readJournal(journalOf(LINES));
    assert.ok(found !== null && typeof found === "object");
    assert.deepEqual(found.ends, [2, 5, 9]);
    assert.equal(Buffer.from(found.data.subarray(0, 9)).toString(), LINES.join(""));
    assert.deepEqual([found.created, found.drained, found.intent], [12.5, 0, null]);
  });

  it("hold nothing where all lines are settled, or more of them than there are", () => {
    for (const drained of [2, 3]) {
      assert.equal(
        readJournal(journalOf(LINES.slice(0, 2), [[CELL.drained, int32(drained)]])),
        null,
      );
    }
  });

  it("give back an intent, with the lines it is about", () => {
    const found = readJournal(journalOf(LINES, [...intent(1, 7), [CELL.drained, int32(1)]]));
    assert.ok(found !== null && typeof found === "object");
    assert.deepEqual(found.intent, { from: 1, to: 3, id: "64512:18446744073709551615", end: 7 });
  });

  it("hold no intent that is about settled lines, about none, or taken back", () => {
    const settled = journalOf(LINES, [...intent(0, 2), [CELL.drained, int32(1)]]);
    const behind = journalOf(LINES.slice(0, 2), intent(2, 4));
    const taken = journalOf(LINES, [...intent(0, 2), [CELL.intentFrom, int32(NO_INTENT)]]);
    for (const bytes of [settled, behind, taken]) {
      const found = readJournal(bytes);
      assert.ok(found !== null && typeof found === "object");
      assert.equal(found.intent, null);
    }
  });

  it("are read wherever they lie in memory", () => {
    const shifted = new Uint8Array(journalBytes(SHAPE) + 3);
    shifted.set(journalOf(LINES), 3);
    assert.deepEqual(readJournal(shifted.subarray(3)), readJournal(journalOf(LINES)));
  });
});

describe("a damaged journal", () => {
  const whole = journalOf(LINES);
  const cases: Readonly<Record<string, Uint8Array>> = {
    "nothing at all": new Uint8Array(0),
    "a piece of the head": whole.subarray(0, 40),
    "another program's file": Buffer.alloc(whole.length, "x"),
    "a file that was cut": whole.subarray(0, -1),
    "a file that has grown": Buffer.concat([whole, Buffer.alloc(1)]),
    "more lines than it has room for": journalOf(LINES, [[CELL.count, int32(4)]]),
    "a negative count": journalOf(LINES, [[CELL.count, int32(-1)]]),
    "a negative number of settled lines": journalOf(LINES, [[CELL.drained, int32(-1)]]),
    "ends that don't rise": journalOf(LINES, [[HEAD_BYTES + 4, int32(2)]]),
    "an end behind the data": journalOf(LINES, [[HEAD_BYTES + 8, int32(21)]]),
    "a time that is none": journalOf(LINES, [[CELL.created, float64(Number.NaN)]]),
    "no room for lines": journalOf([], [[CELL.lines, int32(0)]]),
    "a size beyond all sense": journalOf([], [[CELL.dataBytes, int32(0x7fffffff)]]),
    "an intent that ends within a line": journalOf(LINES, intent(0, 3)),
    "an intent about a file of no size": journalOf(LINES, intent(0, 2, -1)),
    "an intent in the middle of nowhere": journalOf(LINES, [[CELL.intentFrom, int32(-2)]]),
  };
  for (const [what, bytes] of Object.entries(cases)) {
    it(`is seen: ${what}`, () => assert.equal(readJournal(bytes), "damaged"));
  }

  it("is not one of another version", () => {
    assert.equal(readJournal(journalOf(LINES, [[CELL.version, int32(2)]])), "foreign");
  });
});
