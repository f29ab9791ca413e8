import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  parseSchedule,
  periodOf,
  type Period,
  type ScheduleOptions,
  type ZoneRules,
} from "./period.ts";

const DAY = 86_400;
const UTC: ZoneRules = { offsetAt: () => 0 };

/** A made-up zone: the offset from each instant on; the first counts from the beginning. */
type Stretches = readonly (readonly [from: number, offset: number])[];

function madeUp(stretches: Stretches): ZoneRules {
  return {
    offsetAt(instant) {
      assert.ok(Number.isInteger(instant), `asked for ${instant}`);
      let offset = stretches[0]?.[1] ?? 0;
      for (const [from, next] of stretches) if (instant >= from) offset = next;
      return offset;
    },
  };
}

function seconds(text: string): number {
  return Date.parse(text) / 1000;
}

function period(options: ScheduleOptions, zone: ZoneRules, at: number): Period {
  return periodOf(parseSchedule(options), zone, at);
}

test("a day in UTC runs from midnight to midnight", () => {
  assert.deepEqual(period({ when: "midnight" }, UTC, seconds("2019-09-03T14:30:00.250Z")), {
    start: seconds("2019-09-03T00:00:00Z"),
    end: seconds("2019-09-04T00:00:00Z"),
    suffix: "2019-09-03",
  });
});

test("a boundary belongs to the period that it begins", () => {
  const midnight = seconds("2019-09-04T00:00:00Z");
  assert.equal(period({ when: "D" }, UTC, midnight).suffix, "2019-09-04");
  assert.equal(period({ when: "D" }, UTC, midnight - 0.001).suffix, "2019-09-03");
});

test("instants before 1970 and with fractions below zero have their period", () => {
  assert.deepEqual(period({ when: "S" }, UTC, -0.5), {
    start: -1,
    end: 0,
    suffix: "1969-12-31_23-59-59",
  });
  assert.deepEqual(period({ when: "D" }, UTC, -0), { start: 0, end: DAY, suffix: "1970-01-01" });
});

test("the repeated hour belongs to the period of its first run", () => {
  // Central Europe: back from 03:00 to 02:00 at 01:00 UTC on 2024-10-27.
  const change = seconds("2024-10-27T01:00:00Z");
  const zone = madeUp([
    [-Infinity, 7200],
    [change, 3600],
  ]);
  const hours = period({ when: "H" }, zone, change + 1800);
  assert.deepEqual(hours, { start: change - 3600, end: change + 3600, suffix: "2024-10-27_02" });
  const minutes = period({ when: "M" }, zone, change + 1800);
  assert.deepEqual(minutes, { start: change - 60, end: change + 3600, suffix: "2024-10-27_02-59" });
});

test("a boundary inside a gap happens when the gap ends", () => {
  // Forward from 00:00 to 01:00, as in Sao Paulo until 2018: the date has no midnight.
  const change = seconds("2018-11-04T03:00:00Z");
  const zone = madeUp([
    [-Infinity, -3 * 3600],
    [change, -2 * 3600],
  ]);
  assert.deepEqual(period({ when: "midnight" }, zone, change), {
    start: change,
    end: change + 23 * 3600,
    suffix: "2018-11-04",
  });
  assert.equal(period({ when: "midnight" }, zone, change - 1).end, change);
});

test("a skipped date has no period, even for periods of a second", () => {
  // Apia left out 2011-12-30.
  const change = seconds("2011-12-30T10:00:00Z");
  const zone = madeUp([
    [-Infinity, -10 * 3600],
    [change, 14 * 3600],
  ]);
  for (const when of ["D", "H", "M", "S"]) {
    const before = period({ when }, zone, change - 1);
    const after = period({ when }, zone, change);
    assert.equal(before.end, change, when);
    assert.equal(before.suffix.slice(0, 10), "2011-12-29", when);
    assert.equal(after.start, change, when);
    assert.equal(after.suffix.slice(0, 10), "2011-12-31", when);
  }
});

test("a boundary that a gap moves onto the next date is dropped", () => {
  // Nuuk, 2025-03-29: from 22:00 to 23:00 is usual; here the gap takes 23:30 on.
  const change = seconds("2025-03-30T01:00:00Z");
  const zone = madeUp([
    [-Infinity, -2 * 3600],
    [change, -1 * 3600],
  ]);
  const options = { when: "midnight", atTime: "23:30" };
  const long = period(options, zone, change);
  assert.deepEqual(long, {
    start: seconds("2025-03-29T01:30:00Z"),
    end: seconds("2025-03-31T00:30:00Z"),
    suffix: "2025-03-28",
  });
  assert.deepEqual(period(options, zone, change - 1), long);
  assert.deepEqual(period(options, zone, long.start), long);
});

test("a day that was lived twice stays in the file of the date that was reached", () => {
  // Alaska, 1867: a whole day back.
  const change = seconds("1867-10-18T15:30:00Z");
  const zone = madeUp([
    [-Infinity, 15 * 3600],
    [change, -9 * 3600],
  ]);
  const held = period({ when: "D" }, zone, change + 20 * 3600);
  assert.equal(held.suffix, "1867-10-19");
  assert.equal(held.end, seconds("1867-10-20T09:00:00Z"));
  assert.deepEqual(period({ when: "D" }, zone, change - 1), held);
});

test("every instant up to infinity has a period that holds it, and NaN has none", () => {
  const zone = madeUp([[-Infinity, -3 * 3600 - 7]]);
  for (const when of ["S", "M", "H", "D", "midnight", "W2"]) {
    for (const interval of [1, 7, 100_000, Number.MAX_SAFE_INTEGER]) {
      for (const at of [-Infinity, -8.64e12, -7e10, -62_135_000_000, 2.534e11, 8.64e12, Infinity]) {
        for (const rules of [UTC, zone]) {
          const found = period({ when, interval }, rules, at);
          assert.ok(
            found.start <= at && (at < found.end || found.end === Infinity),
            `${when} ${at}`,
          );
          assert.match(found.suffix, /^\d{4}-\d{2}-\d{2}(_\d\d(-\d\d){0,2})?$/);
        }
      }
    }
  }
  assert.throws(() => period({ when: "D" }, UTC, Number.NaN), {
    name: "RangeError",
    message: /NaN/,
  });
});

// The rule again, straight from its words and without any cleverness: walk every
// minute of some days, keep the highest reading, and note when it passes each
// nominal boundary.

interface Happening {
  readonly at: number;
  readonly suffix: string;
}

function nominals(options: ScheduleOptions, from: number, to: number): number[] {
  const interval = options.interval ?? 1;
  const [hours = 0, minutes = 0] = (options.atTime ?? "00:00").split(":").map(Number);
  const found: number[] = [];
  for (let day = Math.floor(from / DAY); day * DAY < to; day += 1) {
    const unit = options.when === "M" ? 60 : 3600;
    const weekday = (day + 3) % 7; // Day 0 was a Thursday.
    const week = Math.floor((day - 4) / 7);
    if (options.when === "M" || options.when === "H") {
      for (let s = 0; s < DAY; s += unit * interval) found.push(day * DAY + s);
    } else if (options.when.startsWith("W")) {
      const on = Number(options.when[1]) + (options.atTime == null ? 1 : 0);
      if (weekday === on % 7 && week % interval === 0) {
        found.push(day * DAY + hours * 3600 + minutes * 60);
      }
    } else if (day % interval === 0) {
      found.push(day * DAY + hours * 3600 + minutes * 60);
    }
  }
  return found;
}

function happenings(
  options: ScheduleOptions,
  zone: ZoneRules,
  from: number,
  to: number,
): Happening[] {
  const length = { M: 16, H: 13 }[options.when] ?? 10;
  const pending = nominals(options, from - 2 * DAY, to + 2 * DAY);
  const seen: Happening[] = [];
  let highest = -Infinity;
  for (let at = from; at < to; at += 60) {
    const reading = at + zone.offsetAt(at);
    highest = Math.max(highest, reading);
    while (pending[0] !== undefined && pending[0] <= highest) {
      pending.shift();
      const text = new Date(reading * 1000).toISOString().slice(0, length);
      seen.push({ at, suffix: text.replace("T", "_").replace(":", "-") });
    }
  }
  return seen.filter(({ suffix }, i) => seen[i + 1]?.suffix !== suffix);
}

const anyOptions = fc.oneof(
  fc.record({ when: fc.constant("M"), interval: fc.constantFrom(1, 7, 30, 90, 1440) }),
  fc.record({ when: fc.constant("H"), interval: fc.constantFrom(1, 2, 5, 24) }),
  fc.record({ when: fc.constant("D"), interval: fc.constantFrom(1, 2, 3) }),
  fc.record({
    when: fc.constant("MIDNIGHT"),
    interval: fc.constantFrom(1, 2),
    atTime: fc.constantFrom(null, "00:00", "00:30", "12:00", "23:30", "23:59"),
  }),
  fc.record({
    when: fc.constantFrom("W0", "W3", "W6"),
    interval: fc.constantFrom(1, 2),
    atTime: fc.constantFrom(null, "00:00", "23:30"),
  }),
);

test("in any zone periods are what the rule says, word for word", () => {
  const start = seconds("2024-03-01T00:00:00Z");
  // 31 days with two changes of whole minutes in them, more than two days apart.
  const days = 31;
  const minute = (low: number, high: number): fc.Arbitrary<number> =>
    fc.integer({ min: low, max: high }).map((m) => m * 60);
  const offset = fc.oneof(minute(-59, 59), fc.constantFrom(-43_200, -10_800, 0, 3600, 50_400));
  fc.assert(
    fc.property(
      anyOptions,
      fc.tuple(offset, offset, offset),
      minute(18 * 1440, 20 * 1440),
      minute(2 * 1440 + 1, 4 * 1440),
      fc.array(minute(-1440, 5 * 1440), { minLength: 1, maxLength: 12 }),
      (options, offsets, change, gap, instants) => {
        const zone = madeUp([
          [-Infinity, offsets[0]],
          [start + change, offsets[1]],
          [start + change + gap, offsets[2]],
        ]);
        const expected = happenings(options, zone, start, start + days * DAY);
        for (const shift of instants) {
          const at = start + change + shift + 0.5;
          const i = expected.findLastIndex((each) => each.at <= at);
          const here = expected[i];
          const next = expected[i + 1];
          if (here === undefined || next === undefined || i === 0) continue;
          assert.deepEqual(period(options, zone, at), {
            start: here.at,
            end: next.at,
            suffix: here.suffix,
          });
        }
      },
    ),
    { numRuns: 150 },
  );
});

test("periods follow one another without a hole and their suffixes grow", () => {
  const change = seconds("2011-11-06T02:31:00Z");
  const zone = madeUp([
    [-Infinity, -9000],
    [change, -12_600],
  ]);
  for (const options of [
    { when: "M", interval: 7 },
    { when: "H" },
    { when: "midnight", atTime: "23:30" },
  ]) {
    let current = period(options, zone, change - 3 * DAY);
    while (current.end < change + 3 * DAY) {
      const next = period(options, zone, current.end);
      assert.equal(next.start, current.end);
      assert.ok(next.suffix > current.suffix, `${current.suffix} then ${next.suffix}`);
      current = next;
    }
  }
});
