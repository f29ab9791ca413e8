import assert from "node:assert/strict";
import { test } from "node:test";

import {
  PAD,
  DAYS,
  line,
  file,
  acks,
  judge,
  faults,
  NONE,
  BUFFERED,
  JOURNAL,
} from "../../test/kit/checked-logs.ts";
import type { CheckInput } from "./checker.ts";
import type { WorkerAcks } from "./acks.ts";

test("buffered excuses the last lines of a killed worker, of its last turn, and no others", () => {
  const turns = (count: number, killed: boolean, ...of: number[]): WorkerAcks => {
    return { ...acks(count, killed), turns: Float64Array.from(of) };
  };
  const first = [file(DAYS[0], line("w0", 0), line("w0", 1))];
  const judged = (worker: WorkerAcks, files = first, law = BUFFERED) => {
    const { lost, excused } = judge(files, { w0: worker }, 0, DAYS[1], law);
    return [lost, excused];
  };
  assert.deepEqual(judged(turns(4, true, 1, 1, 2, 2)), [0, 2]);
  assert.deepEqual(judged(turns(4, true, 1, 1, 1, 1)), [0, 2], "a part of a turn was written");
  assert.deepEqual(judged(turns(4, true, 1, 1, 2, 3)), [1, 1], "the turn before was over");
  assert.deepEqual(judged(turns(4, false, 1, 1, 2, 2)), [2, 0], "it was not killed");
  for (const durability of ["journal", "write", "fsync"] as const) {
    assert.deepEqual(judged(turns(4, true, 1, 1, 2, 2), first, { durability }), [2, 0], durability);
  }
  const holed = [file(DAYS[0], line("w0", 0), line("w0", 3))];
  assert.deepEqual(judged(turns(5, true, 1, 2, 2, 2, 2), holed), [2, 1], "a hole is no tail");
  assert.deepEqual(judged(turns(2, true, 1, 1), []), [0, 2], "its only turn");
});

test("buffered excuses no more of a process than one batch, its late lines included", () => {
  const pads = new Float64Array(3).fill(30_000);
  const tail = { times: acks(3).times, pads, turns: new Float64Array(3), killed: true };
  const { lost, excused } = judge([], { w0: tail }, 0, DAYS[1], BUFFERED);
  assert.deepEqual([lost, excused], [2, 1], "calls 1 and 2 are padded by 60,000 and 30,000 bytes");
  const both = { w0: tail, "w0-late": { ...acks(9, true), pads: new Float64Array(9).fill(9000) } };
  const together = judge([], both, 0, DAYS[1], BUFFERED);
  assert.ok(together.excused < 6, `${together.excused} excused`);
  const earlier = {
    w0: { ...acks(2, true), turns: Float64Array.of(6, 7) },
    "w0-late": acks(1, true),
  };
  const verdict = judge([file(DAYS[0], line("w0", 0))], earlier, 0, DAYS[1], BUFFERED);
  assert.deepEqual([verdict.lost, verdict.excused], [1, 1], "one turn, of whichever of its logs");
});

test("a kill may cut a batch in any line, which a journal gives back and memory does not", () => {
  const whole = Buffer.from(line("w0", 1));
  for (let length = 1; length < whole.length; length += 1) {
    const stump = Buffer.concat([whole.subarray(0, length), Buffer.from("\n")]);
    const head = [line("w0", 0), stump, line("w1", 0)];
    const workers = { w0: acks(3, true), w1: acks(1) };
    const adopted = file(DAYS[0], line("w0", 1), line("w0", 2));
    const kept = judge([file(DAYS[0], ...head), adopted], workers, 0, DAYS[1], JOURNAL);
    assert.deepEqual(faults(kept), { ...NONE, fragments: 1 }, `cut after ${length} bytes`);
    const gone = judge([file(DAYS[0], ...head)], workers, 0, DAYS[1], BUFFERED);
    assert.deepEqual([faults(gone), gone.excused], [{ ...NONE, fragments: 1 }, 2]);
    const lost = judge([file(DAYS[0], ...head)], workers, 0, DAYS[1], JOURNAL);
    assert.deepEqual(faults(lost), { ...NONE, fragments: 1, lost: 2 });
    if (length < "L|w0|1|".length) continue;
    const written = judge([file(DAYS[0], ...head), adopted], workers);
    assert.equal(written.torn, 1, "with one write for each line, the call had returned");
  }
});

test("a cut line of a batch must be, byte for byte, what its call had to say", () => {
  const workers = { w0: acks(2, true) };
  const there = file(DAYS[0], line("w0", 0), line("w0", 1));
  const judged = (stump: string) =>
    judge([there, file(DAYS[0], stump)], workers, 0, DAYS[1], JOURNAL);
  assert.equal(judged(line("w0", 1).slice(0, -3)).fragments, 1);
  assert.equal(judged(line("w0", 1, 1).slice(0, -3)).torn, 1, "another time");
  assert.equal(judged(line("w0", 1, 0, PAD + 1).slice(0, -4)).torn, 1, "another pad");
  assert.equal(judged(line("w0", 3).slice(0, -3)).torn, 1, "a call never made");
  assert.equal(judged(line("w1", 1).slice(0, -3)).torn, 1, "an unknown worker");
  assert.equal(
    judge([there, file(DAYS[0], "L|w0|1|")], { w0: acks(2) }, 0, DAYS[1], JOURNAL).torn,
    1,
  );
});

test("each kill cuts one line: as many fragments of a journal as there were kills, whoever died", () => {
  const workers = { w0: acks(2, true), w1: acks(1) };
  const there = file(DAYS[0], line("w0", 0), line("w0", 1), line("w1", 0));
  // The second is of a process that was killed while it wrote the lines of the first.
  const stumps = [0, 1].map((seq) => line("w0", seq).slice(0, 30));
  for (const [kills, torn, fragments] of [
    [1, 1, 1],
    [2, 0, 2],
  ] as const) {
    const more = { ...JOURNAL, kills };
    const verdict = judge([there, file(DAYS[0], ...stumps)], workers, 0, DAYS[1], more);
    assert.deepEqual(faults(verdict), { ...NONE, torn, fragments });
    const glued = judge([there, file(DAYS[0], stumps.join(""))], workers, 0, DAYS[1], more);
    assert.deepEqual(faults(glued), { ...NONE, torn, fragments: fragments - 1 });
    const buffered = judge([there, file(DAYS[0], ...stumps)], workers, 0, DAYS[1], {
      ...BUFFERED,
      kills,
    });
    assert.equal(buffered.torn, 2, "both lines are there whole, and nobody adopts");
  }
});

test("a batch's first line may be glued to a stump if its own process died as well", () => {
  const glued = line("w0", 0).slice(0, 20) + line("w1", 0);
  const files = [file(DAYS[0], glued, line("w1", 1))];
  const dead = { w0: acks(0, true), w1: acks(2, true) };
  const buffered = judge(files, dead, 0, DAYS[1], BUFFERED);
  assert.deepEqual([faults(buffered), buffered.excused], [{ ...NONE, fragments: 1 }, 1]);
  const alive = judge(files, { ...dead, w1: acks(2) }, 0, DAYS[1], BUFFERED);
  assert.deepEqual(faults(alive), { ...NONE, torn: 1, lost: 1 });
  // A journal's line must be there once more.
  assert.deepEqual(faults(judge(files, dead, 0, DAYS[1], JOURNAL)), {
    ...NONE,
    fragments: 1,
    lost: 1,
  });
  const again = [...files, file(DAYS[0], line("w1", 0))];
  assert.deepEqual(faults(judge(again, dead, 0, DAYS[1], JOURNAL)), { ...NONE, fragments: 1 });
});

test("a full file may get one more batch of each process, in one piece and no longer than one", () => {
  const [a, b] = [
    [line("w0", 0), line("w0", 1)],
    [line("w0", 2), line("w0", 3)],
  ];
  const others = [line("w1", 0), line("w1", 1)];
  const bytes = (lines: string[]) => Buffer.byteLength(`${lines.join("\n")}\n`);
  const judged = (law: Partial<CheckInput>, lines: string[], killed = false) => {
    const workers = { w0: acks(4, killed), w1: acks(2) };
    return judge([file(DAYS[0], ...lines)], workers, 0, DAYS[1], law).oversize;
  };
  const limit = { ...BUFFERED, maxBytes: bytes(b) };
  assert.equal(judged(limit, [...b, ...a, ...others]), 0);
  assert.equal(judged({ ...limit, durability: "write" }, [...b, ...a, ...others]), 2);
  const apart = [...b, ...a.slice(0, 1), ...others, ...a.slice(1)];
  assert.equal(judged(limit, apart), 1, "two batches of w0");
  assert.equal(judged(limit, apart, true), 0, "what a kill cut off comes later");
  const low = { ...BUFFERED, maxBytes: bytes(a) };
  assert.equal(judged(low, [...a, ...others, ...b]), 1, "longer than the limit");
});
