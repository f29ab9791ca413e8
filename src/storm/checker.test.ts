import assert from "node:assert/strict";
import { test } from "node:test";

import {
  DAY_MS,
  NOON,
  PAD,
  DAYS,
  line,
  file,
  packed,
  acks,
  judge,
  faults,
  NONE,
} from "../../test/kit/checked-logs.ts";
import type { CheckInput } from "./checker.ts";
import type { WorkerAcks } from "./acks.ts";
import { formatLine } from "./line.ts";

test("a log with every acked line once, in its day's file, has no fault", () => {
  const verdict = judge(
    [file(DAYS[0], line("w0", 0), line("w1", 0), line("w0", 1)), file(null, line("w2", 0, 1))],
    { w0: acks(2), w1: acks(1), w2: acks(1, false, 1) },
  );
  assert.deepEqual(faults(verdict), NONE);
  assert.deepEqual([verdict.acked, verdict.found], [4, 4]);
  assert.deepEqual(verdict.offences, []);
});

test("an acked line that is nowhere is lost, and the offence says which", () => {
  const verdict = judge([file(DAYS[0], line("w0", 0), line("w0", 2))], { w0: acks(3) });
  assert.deepEqual(faults(verdict), { ...NONE, lost: 1 });
  assert.deepEqual([verdict.acked, verdict.found], [3, 2]);
  assert.match(verdict.offences[0]?.text ?? "", /w0\|1\|.*2019-09-03/);
});

test("a whole log that is gone loses every line", () => {
  assert.equal(judge([], { w0: acks(5), w1: acks(7) }).lost, 12);
});

test("each sighting beyond the first counts as twice, across files too", () => {
  const again = line("w0", 0);
  const verdict = judge([file(DAYS[0], again, again), file(`${DAYS[0]}`, again)], { w0: acks(1) });
  assert.deepEqual(faults(verdict), { ...NONE, twice: 2 });
});

test("a line in another day's file is misfiled, and the offence gives file and offset", () => {
  const first = line("w0", 0);
  const verdict = judge([file(DAYS[0], first, line("w1", 0, 1))], {
    w0: acks(1),
    w1: acks(1, false, 1),
  });
  assert.deepEqual(faults(verdict), { ...NONE, misfiled: 1 });
  const [offence] = verdict.offences;
  assert.equal(offence?.file, "app.log.2019-09-03");
  assert.equal(offence?.offset, Buffer.byteLength(first) + 1);
});

test("a line whose time is not its record's own is misfiled, in whichever day's file", () => {
  // A record of yesterday, dated anew when it was handed over, and one off by a millisecond.
  const redated = line("w0", 0, 1);
  const nudged = formatLine({ worker: "w1", seq: 0, ms: NOON + 1, padLength: PAD });
  const verdict = judge([file(DAYS[1], redated), file(DAYS[0], nudged)], {
    w0: acks(1),
    w1: acks(1),
  });
  assert.deepEqual(faults(verdict), { ...NONE, misfiled: 2 });
  const both = judge([file(DAYS[0], redated)], { w0: acks(1) });
  assert.deepEqual(faults(both), { ...NONE, misfiled: 1 }, "one line, one fault");
});

test("a line with another pad than its call was given is torn, and the acked one is lost", () => {
  for (const padLength of [PAD - 1, PAD + 1, 0]) {
    for (const killed of [false, true]) {
      const verdict = judge([file(DAYS[0], line("w0", 0, 0, padLength))], { w0: acks(1, killed) });
      assert.deepEqual(faults(verdict), { ...NONE, torn: 1, lost: 1 }, `${padLength}`);
    }
  }
  const beside = judge([file(DAYS[0], line("w0", 0), line("w0", 0, 0, 3))], { w0: acks(1) });
  assert.deepEqual(faults(beside), { ...NONE, torn: 1 });
  const unreturned = judge([file(DAYS[0], line("w0", 0, 0, 3))], { w0: acks(0, true) });
  assert.deepEqual(faults(unreturned), { ...NONE, extra: 1 });
});

test("a base file stands for the last day", () => {
  const verdict = judge([file(null, line("w0", 0, 0))], { w0: acks(1) });
  assert.deepEqual(faults(verdict), { ...NONE, misfiled: 1 });
});

test("a line glued to a stump is torn, and the line is lost", () => {
  const glued = line("w0", 0).slice(0, 12) + line("w1", 0);
  const verdict = judge([file(DAYS[0], glued)], { w0: acks(0, true), w1: acks(1) });
  assert.deepEqual(faults(verdict), { ...NONE, torn: 1, lost: 1 });
});

test("the terminated stump of a killed worker's unreturned call is a fragment, cut anywhere", () => {
  // Call 7 is padded with characters of four bytes.
  const whole = Buffer.from(line("w0", 7));
  for (let length = 1; length < whole.length; length += 1) {
    const stump = Buffer.concat([whole.subarray(0, length), Buffer.from("\n")]);
    const lines = Array.from({ length: 7 }, (_, seq) => line("w0", seq));
    const verdict = judge([file(DAYS[0], ...lines, stump, line("w1", 0))], {
      w0: acks(7, true),
      w1: acks(1),
    });
    assert.deepEqual(faults(verdict), { ...NONE, fragments: 1 }, `cut after ${length} bytes`);
  }
});

test("an unterminated stump at the end of a file is a fragment, whole or not", () => {
  const whole = Buffer.from(line("w0", 0));
  for (const tail of [whole.subarray(0, 20), whole.subarray(0, whole.length - 1), whole]) {
    const verdict = judge([file(DAYS[0], tail)], { w0: acks(0, true) });
    assert.deepEqual(faults(verdict), { ...NONE, fragments: 1 });
    const alive = judge([file(DAYS[0], tail)], { w0: acks(0) });
    assert.deepEqual(faults(alive), { ...NONE, torn: 1 });
  }
});

test("a whole text that lacked its newline is legal before another's line, once it is ended", () => {
  const workers = { w0: acks(0, true), w1: acks(1) };
  const [text, next] = [line("w0", 0), line("w1", 0)];
  // In place, at the cost of its last byte, by the next writer; or at its end, by an opener.
  const inPlace = judge([file(DAYS[0], text.slice(0, -1), next)], workers);
  assert.deepEqual(faults(inPlace), { ...NONE, fragments: 1 });
  const atItsEnd = judge([file(DAYS[0], text, next)], workers);
  assert.deepEqual(faults(atItsEnd), { ...NONE, extra: 1 });
  const glued = judge([file(DAYS[0], text + next)], workers);
  assert.deepEqual(faults(glued), { ...NONE, torn: 1, lost: 1 });
});

test("two killed workers may leave one fragment, when the second died before it could part them", () => {
  const [one, two] = [line("w0", 0), line("w1", 0)];
  for (const first of [one.slice(0, 12), one]) {
    for (const second of [two.slice(0, 9), two]) {
      for (const end of ["", "\n"]) {
        const glued = [file(DAYS[0], Buffer.from(first + second + end))];
        const both = judge(glued, { w0: acks(0, true), w1: acks(0, true) });
        assert.deepEqual(faults(both), { ...NONE, fragments: 1 });
        const acked = judge(glued, { w0: acks(0, true), w1: acks(1, true) });
        assert.deepEqual(faults(acked), { ...NONE, torn: 1, lost: 1 });
        const alive = judge(glued, { w0: acks(0, true), w1: acks(0) });
        assert.equal(alive.torn, 1);
      }
    }
  }
});

test("a stump is torn if its worker was not killed, had acked the call, or left one already", () => {
  const stump = line("w0", 1).slice(0, 15);
  const found = file(DAYS[0], line("w0", 0));
  assert.equal(judge([found, file(DAYS[0], stump)], { w0: acks(1, false) }).torn, 1);
  const acked = judge([found, file(DAYS[0], stump)], { w0: acks(2, true) });
  assert.deepEqual([acked.torn, acked.lost], [1, 1]);
  const two = judge([found, file(DAYS[0], stump, stump)], { w0: acks(1, true) });
  assert.deepEqual([two.torn, two.fragments], [1, 1]);
});

test("a stump of a call whose whole line is there as well is torn", () => {
  const whole = line("w0", 0);
  const verdict = judge([file(DAYS[0], whole, whole.slice(0, 20))], { w0: acks(0, true) });
  assert.deepEqual(faults(verdict), { ...NONE, torn: 1, extra: 1 });
});

test("short stumps that several dead workers could have left are shared out among them", () => {
  const verdict = judge([file(DAYS[0], "L|w", "L|w1|0|15", "L|")], {
    w0: acks(0, true),
    w1: acks(0, true),
  });
  assert.deepEqual(faults(verdict), { ...NONE, fragments: 2, torn: 1 });
});

test("a whole line of a killed worker's unreturned call is extra and legal", () => {
  const verdict = judge([file(DAYS[0], line("w0", 0), line("w0", 1))], { w0: acks(1, true) });
  assert.deepEqual(faults(verdict), { ...NONE, extra: 1 });
});

test("a line that nobody can have written is torn: an unknown worker, a call never made", () => {
  const stranger = judge([file(DAYS[0], line("w9", 0))], { w0: acks(0) });
  assert.deepEqual(faults(stranger), { ...NONE, torn: 1 });
  const never = judge([file(DAYS[0], line("w0", 0))], { w0: acks(0, false) });
  assert.deepEqual(faults(never), { ...NONE, torn: 1 });
  const tooFar = judge([file(DAYS[0], line("w0", 1))], { w0: acks(0, true) });
  assert.equal(tooFar.torn, 1);
});

test("arbitrary bytes are torn, and blank lines are nothing", () => {
  const verdict = judge([file(DAYS[0], "", Buffer.from([0xff, 0x00, 0x0a, 0x0a]), line("w0", 0))], {
    w0: acks(1),
  });
  assert.deepEqual(faults(verdict), { ...NONE, torn: 1 });
});

test("retention excuses a missing line only of a period with enough later ones kept", () => {
  const workers = { w0: acks(2, false, 0), w1: acks(1, false, 1), w2: acks(1, false, 2) };
  const later = [file(DAYS[1], line("w1", 0, 1)), file(DAYS[2], line("w2", 0, 2))];
  const gone = judge(later, workers, 1, DAYS[2]);
  assert.deepEqual([gone.retired, gone.lost], [2, 0]);
  // A late record may have begun the file of the removed day anew.
  const anew = judge([file(DAYS[0], line("w0", 1)), ...later], workers, 1, DAYS[2]);
  assert.deepEqual([anew.retired, anew.lost], [1, 0]);
  for (const backupCount of [0, 2]) {
    assert.equal(judge(later, workers, backupCount, DAYS[2]).lost, 2, `keep ${backupCount}`);
  }
  // The day that must be kept is missing, or is not over yet.
  assert.equal(judge(later.slice(1), workers, 1, DAYS[2]).lost, 3);
  assert.equal(judge(later.slice(0, 1), { w0: acks(2) }, 1, DAYS[1]).lost, 2);
});

test("an archive counts like the file that it was, and a line in both of them counts twice", () => {
  const plain = file(DAYS[0], line("w0", 0), line("w0", 1));
  assert.deepEqual(faults(judge([packed(plain)], { w0: acks(2) })), NONE);
  const both = judge([packed(plain), file(DAYS[0], line("w0", 1))], { w0: acks(2) });
  assert.deepEqual(faults(both), { ...NONE, twice: 1 });
});

test("an archive that lost its tail is torn itself, and what it can't give back is lost", () => {
  // Pads that don't pack well, or the whole file would be in the last few bytes.
  const lines = Array.from({ length: 200 }, (_, seq) => line("w0", seq, 0, PAD));
  const archive = packed(file(DAYS[0], ...lines), (whole) =>
    whole.subarray(0, Math.floor(whole.length / 2)),
  );
  const verdict = judge([archive], { w0: acks(200) });
  assert.ok(verdict.lost > 20 && verdict.lost < 200, `lost ${verdict.lost}`);
  assert.ok(verdict.torn >= 1);
  assert.match(verdict.offences[0]?.text ?? "", /archive: unexpected end of file/);
  assert.equal(verdict.offences[0]?.file, "app.log.2019-09-03.gz");
  // Its last byte is part of the length at its end: every line is there, but who knows.
  const almost = packed(file(DAYS[0], ...lines), (whole) => whole.subarray(0, -1));
  assert.deepEqual(faults(judge([almost], { w0: acks(200) })), { ...NONE, torn: 1 });
});

test("an archive whose content was changed is torn, whatever can be read of it", () => {
  const spoil = (archive: Buffer) => {
    const spoilt = Buffer.from(archive);
    spoilt[spoilt.length - 6] = (spoilt[spoilt.length - 6] ?? 0) ^ 0xff;
    return spoilt;
  };
  const verdict = judge([packed(file(DAYS[0], line("w0", 0)), spoil)], { w0: acks(1) });
  assert.ok(verdict.torn >= 1);
});

test("retention that takes the live period, or one that must be kept, loses its lines", () => {
  const workers = { w0: acks(2, false, 0), w1: acks(1, false, 1), w2: acks(1, false, 2) };
  const [old, kept, live] = [
    file(DAYS[0], line("w0", 0), line("w0", 1)),
    file(DAYS[1], line("w1", 0, 1)),
    file(DAYS[2], line("w2", 0, 2)),
  ];
  assert.deepEqual(faults(judge([kept, live], workers, 1, DAYS[2])), NONE);
  assert.deepEqual(faults(judge([kept], workers, 1, DAYS[2])), { ...NONE, lost: 1 });
  assert.deepEqual(faults(judge([old, live], workers, 1, DAYS[2])), { ...NONE, lost: 1 });
  // One line of a kept period is enough.
  const half = file(DAYS[0], line("w0", 1));
  assert.deepEqual(faults(judge([half, kept, live], workers, 2, DAYS[2])), { ...NONE, lost: 1 });
});

test("in a numbered log no line is misfiled, and lines may only go from the oldest end", () => {
  const numbered = { numbered: true };
  const kept = [file(null, line("w0", 3, 1)), file(null, line("w0", 2), line("w1", 0))];
  const times = Float64Array.of(NOON, NOON + 1, NOON + 2, NOON + DAY_MS + 3);
  const w0: WorkerAcks = { ...acks(4), times };
  const workers = { w0, w1: acks(1), w2: acks(2) };
  const verdict = judge(kept, workers, 2, DAYS[1], numbered);
  assert.deepEqual(faults(verdict), NONE);
  assert.deepEqual([verdict.found, verdict.retired], [3, 4]);
  // Nothing may go where everything is kept, and never one behind a line that is there.
  assert.equal(judge(kept, workers, 0, DAYS[1], numbered).lost, 4);
  const holed = [file(null, line("w0", 3, 1)), file(null, line("w0", 0), line("w1", 0))];
  assert.equal(judge(holed, workers, 2, DAYS[1], numbered).lost, 2);
  const redated = judge([file(null, line("w1", 0, 1))], { w1: acks(1) }, 2, DAYS[1], numbered);
  assert.deepEqual(faults(redated), { ...NONE, misfiled: 1 });
});

test("a full file may get one more line of each process, late ones among them, and no second", () => {
  const lineBytes = Buffer.byteLength(line("w0", 0)) + 1;
  const lines = [line("w0", 0), line("w1", 0), line("w2", 0), line("w3-late", 0)];
  const workers = { w0: acks(2), w1: acks(1), w2: acks(1), "w3-late": acks(1), w3: acks(1) };
  const limit = { maxBytes: lineBytes };
  const others = [file(DAYS[0], line("w3", 0)), file(DAYS[0], line("w0", 1))];
  const lawful = judge([file(DAYS[0], ...lines), ...others], workers, 0, DAYS[1], limit);
  assert.deepEqual(faults(lawful), NONE);
  assert.deepEqual([lawful.oversize, lawful.overshoot], [0, 3 * lineBytes + "-late".length]);
  for (const second of [line("w3", 0), line("w0", 1)]) {
    const rest = others.filter((each) => each.read().bytes.toString() !== `${second}\n`);
    const full = file(DAYS[0], ...lines.slice(1), lines[0] ?? "", second);
    const verdict = judge([full, ...rest], workers, 0, DAYS[1], limit);
    assert.deepEqual([faults(verdict), verdict.oversize], [NONE, 1], second);
    assert.equal(verdict.offences[0]?.fault, "oversize");
  }
  const unlimited = judge([file(DAYS[0], ...lines), ...others], workers);
  assert.deepEqual([unlimited.oversize, unlimited.overshoot], [0, 0]);
});

test("where all dropped files are known, a line may only be missing if it was in one to be read", () => {
  const kept = [file(null, line("w0", 3))];
  const before = Buffer.from(`${line("w0", 0)}\n`);
  const after = Buffer.from(`${line("w0", 1)}\n${line("w0", 3)}\n${line("w1", 0).slice(0, 9)}`);
  const content = Buffer.concat([before, after]);
  const judged = (dropped: CheckInput["dropped"]) => {
    return judge(kept, { w0: acks(4) }, 1, DAYS[1], { numbered: true, dropped });
  };
  // Call 1 was written when the file had no name any more, call 2 went nowhere; 3 was
  // written again, as it must be.
  const all = judged([{ label: "dropped", size: before.length, content }]);
  assert.deepEqual([faults(all), all.retired], [{ ...NONE, lost: 2 }, 1]);
  const inTime = judged([{ label: "dropped", size: content.length, content }]);
  assert.deepEqual([faults(inTime), inTime.retired], [{ ...NONE, lost: 1 }, 2]);
  const unknown = judged(undefined);
  assert.deepEqual([faults(unknown), unknown.retired], [NONE, 3]);
});
