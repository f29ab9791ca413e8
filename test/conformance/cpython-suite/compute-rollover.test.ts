import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { zoneRules } from "../../../src/core/zone.ts";
import { parseSchedule, periodOf } from "../../../src/rotation/period.ts";
import type { ScheduleOptions } from "../../../src/rotation/period.ts";

const DAY = 86_400;

/** CPython's computeRollover(): when the period of an instant ends. All in epoch seconds. */
function rollover(options: ScheduleOptions, at: number, timeZone = "UTC"): number {
  return periodOf(parseSchedule(options), zoneRules(timeZone), at).end;
}

// In 2012 New York's clocks go forward on March 11 at 2:00, back on November 4 at 2:00.
const ZONE = "America/New_York";

/** An instant as New York's clock shows it; what it shows twice needs "EST" or "EDT". */
function newYork(text: string): number {
  const [, date = "", time = "", name] = /^(\S+) (\S+)(?: (E.T))?$/.exec(text) ?? [];
  const zone = zoneRules(ZONE);
  const candidates = [-4, -5]
    .filter((hours) => name === undefined || (name === "EDT") === (hours === -4))
    .map((hours) => [Date.parse(`${date}T${time}Z`) / 1000 - hours * 3600, hours * 3600] as const)
    .filter(([at, offset]) => zone.offsetAt(at) === offset);
  assert.equal(candidates.length, 1, `${text} is not one instant`);
  return candidates[0]?.[0] ?? Number.NaN;
}

/** Checks pairs of an instant and the end of its period, both as New York shows them. */
function check(options: ScheduleOptions, pairs: readonly (readonly [string, string])[]): void {
  for (const [at, expected] of pairs) {
    const off = rollover(options, newYork(at), ZONE) - newYork(expected);
    assert.equal(off, 0, `${JSON.stringify(options)}: ${at} ends ${off} s after ${expected}`);
  }
}

describe("TimedRotatingFileHandlerTest", () => {
  it("compute_rollover_daily_attime", () => {
    for (const [atTime, hour] of [
      [null, 0],
      ["12:00", 12],
    ] as const) {
      const options = { when: "MIDNIGHT", atTime };
      const first = hour * 3600;
      for (const [at, expected] of [
        [first - 1, first],
        [first, first + DAY],
        [first + 3600, first + DAY],
        [first + DAY - 1, first + DAY],
        [first + DAY, first + 2 * DAY],
      ] as const) {
        assert.equal(rollover(options, at), expected, `${String(atTime)} ${at}`);
      }
    }
  });

  it("compute_rollover_weekly_attime", () => {
    const today = 19_783 * DAY; // 2024-03-01
    const weekday = 4; // which is a Friday
    for (let day = 0; day < 7; day += 1) {
      const options = { when: `W${day}`, atTime: "12:00" };
      const next = today + ((day - weekday + 7) % 7) * DAY + DAY / 2;
      assert.equal(rollover(options, today), next);
      assert.equal(rollover(options, today + DAY / 2 - 1), next);
      const after = day === weekday ? next + 7 * DAY : next;
      assert.equal(rollover(options, today + DAY / 2), after);
      assert.equal(rollover(options, today + DAY / 2 + 3600), after);
    }
  });

  it("compute_rollover_MIDNIGHT_local", () => {
    check({ when: "MIDNIGHT" }, [
      ["2012-03-10 23:59:59", "2012-03-11 00:00:00"],
      ["2012-03-11 00:00:00", "2012-03-12 00:00:00"],
      ["2012-03-11 01:00:00", "2012-03-12 00:00:00"],
      ["2012-11-03 23:59:59", "2012-11-04 00:00:00"],
      ["2012-11-04 00:00:00", "2012-11-05 00:00:00"],
      ["2012-11-04 01:00:00 EST", "2012-11-05 00:00:00"],
    ]);
    check({ when: "MIDNIGHT", atTime: "12:00" }, [
      ["2012-03-10 11:59:59", "2012-03-10 12:00:00"],
      ["2012-03-10 12:00:00", "2012-03-11 12:00:00"],
      ["2012-11-03 11:59:59", "2012-11-03 12:00:00"],
      ["2012-11-03 13:00:00", "2012-11-04 12:00:00"],
    ]);
    check({ when: "MIDNIGHT", atTime: "02:00" }, [
      ["2012-03-10 01:59:59", "2012-03-10 02:00:00"],
      ["2012-03-10 03:00:00", "2012-03-11 03:00:00"],
      ["2012-03-11 01:59:59", "2012-03-11 03:00:00"],
      ["2012-03-11 03:00:00", "2012-03-12 02:00:00"],
      ["2012-11-04 01:59:59 EDT", "2012-11-04 02:00:00"],
      ["2012-11-04 01:59:59 EST", "2012-11-04 02:00:00"],
      ["2012-11-04 02:00:00", "2012-11-05 02:00:00"],
    ]);
    // A time that the clock leaves out happens when the gap ends. CPython has it happen
    // as late after the gap as it was in it, at 3:30.
    check({ when: "MIDNIGHT", atTime: "02:30" }, [
      ["2012-03-10 02:29:59", "2012-03-10 02:30:00"],
      ["2012-03-10 02:30:00", "2012-03-11 03:00:00"],
      ["2012-03-11 01:59:59", "2012-03-11 03:00:00"],
      ["2012-03-11 03:00:00", "2012-03-12 02:30:00"],
      ["2012-11-03 02:30:00", "2012-11-04 02:30:00"],
    ]);
    // A time that the clock shows twice happens the first time only. CPython goes back
    // to it a second time, whose file would then have the first one's name.
    check({ when: "MIDNIGHT", atTime: "01:30" }, [
      ["2012-03-11 01:29:59", "2012-03-11 01:30:00"],
      ["2012-03-11 03:00:00", "2012-03-12 01:30:00"],
      ["2012-11-04 01:29:59 EDT", "2012-11-04 01:30:00 EDT"],
      ["2012-11-04 01:30:00 EDT", "2012-11-05 01:30:00"],
      ["2012-11-04 01:00:00 EST", "2012-11-05 01:30:00"],
      ["2012-11-04 01:29:59 EST", "2012-11-05 01:30:00"],
      ["2012-11-04 01:30:00 EST", "2012-11-05 01:30:00"],
      ["2012-11-04 02:30:00", "2012-11-05 01:30:00"],
    ]);
  });

  it("compute_rollover_W6_local", () => {
    check({ when: "W6" }, [
      ["2012-03-04 23:59:59", "2012-03-05 00:00:00"],
      ["2012-03-05 00:00:00", "2012-03-12 00:00:00"],
      ["2012-10-28 23:59:59", "2012-10-29 00:00:00"],
      ["2012-10-29 01:00:00", "2012-11-05 00:00:00"],
    ]);
    check({ when: "W6", atTime: "00:00" }, [
      ["2012-03-10 23:59:59", "2012-03-11 00:00:00"],
      ["2012-03-11 00:00:00", "2012-03-18 00:00:00"],
      ["2012-11-03 23:59:59", "2012-11-04 00:00:00"],
      ["2012-11-04 01:00:00 EDT", "2012-11-11 00:00:00"],
    ]);
    check({ when: "W6", atTime: "12:00" }, [
      ["2012-03-04 11:59:59", "2012-03-04 12:00:00"],
      ["2012-03-04 12:00:00", "2012-03-11 12:00:00"],
      ["2012-10-28 13:00:00", "2012-11-04 12:00:00"],
    ]);
    check({ when: "W6", atTime: "02:00" }, [
      ["2012-03-04 02:00:00", "2012-03-11 03:00:00"],
      ["2012-03-11 01:59:59", "2012-03-11 03:00:00"],
      ["2012-03-11 03:00:00", "2012-03-18 02:00:00"],
      ["2012-11-04 01:59:59 EST", "2012-11-04 02:00:00"],
      ["2012-11-04 02:00:00", "2012-11-11 02:00:00"],
    ]);
    // As for the day: when the gap ends, and the first time only.
    check({ when: "W6", atTime: "02:30" }, [
      ["2012-03-04 02:30:00", "2012-03-11 03:00:00"],
      ["2012-03-11 03:00:00", "2012-03-18 02:30:00"],
    ]);
    check({ when: "W6", atTime: "01:30" }, [
      ["2012-11-04 01:29:59 EDT", "2012-11-04 01:30:00 EDT"],
      ["2012-11-04 01:30:00 EDT", "2012-11-11 01:30:00"],
      ["2012-11-04 01:00:00 EST", "2012-11-11 01:30:00"],
    ]);
  });

  // CPython counts several days or weeks from where it looks, so that two processes
  // disagree. Here they are counted from the start of 1970: all agree.
  it("compute_rollover_MIDNIGHT_local_interval", () => {
    const threeDays = { when: "MIDNIGHT", interval: 3 };
    check(threeDays, [
      ["2012-03-08 23:59:59", "2012-03-09 00:00:00"],
      ["2012-03-09 00:00:00", "2012-03-12 00:00:00"],
      ["2012-03-11 03:00:00", "2012-03-12 00:00:00"],
      ["2012-03-12 00:00:00", "2012-03-15 00:00:00"],
      ["2012-11-03 23:59:59", "2012-11-04 00:00:00"],
      ["2012-11-04 01:00:00 EST", "2012-11-07 00:00:00"],
    ]);
    check({ ...threeDays, atTime: "12:00" }, [
      ["2012-03-09 11:59:59", "2012-03-09 12:00:00"],
      ["2012-03-09 12:00:00", "2012-03-12 12:00:00"],
      ["2012-11-04 11:59:59", "2012-11-04 12:00:00"],
      ["2012-11-04 12:00:00", "2012-11-07 12:00:00"],
    ]);
  });

  it("compute_rollover_W6_local_interval", () => {
    const threeWeeks = { when: "W6", interval: 3 };
    check(threeWeeks, [
      ["2012-02-26 23:59:59", "2012-02-27 00:00:00"],
      ["2012-02-27 00:00:00", "2012-03-19 00:00:00"],
      ["2012-10-14 23:59:59", "2012-10-15 00:00:00"],
      ["2012-10-15 00:00:00", "2012-11-05 00:00:00"],
      ["2012-11-04 01:00:00 EST", "2012-11-05 00:00:00"],
    ]);
    check({ ...threeWeeks, atTime: "12:00" }, [
      ["2012-03-04 11:59:59", "2012-03-04 12:00:00"],
      ["2012-03-04 12:00:00", "2012-03-25 12:00:00"],
    ]);
  });

  /** From the epoch's start, a Thursday, to the end of its period. */
  function fromEpoch(when: string, interval = 1): number {
    return rollover({ when, interval }, 0);
  }

  it("compute_rollover_S", () => {
    assert.equal(fromEpoch("S"), 1);
  });

  it("compute_rollover_M", () => {
    assert.equal(fromEpoch("M"), 60);
  });

  it("compute_rollover_H", () => {
    assert.equal(fromEpoch("H"), 3600);
  });

  it("compute_rollover_D", () => {
    assert.equal(fromEpoch("D"), DAY);
  });

  it("compute_rollover_MIDNIGHT", () => {
    assert.equal(fromEpoch("MIDNIGHT"), DAY);
  });

  it("compute_rollover_W0", () => {
    assert.equal(fromEpoch("W0"), 5 * DAY);
  });

  it("compute_rollover_S_interval", () => {
    assert.equal(fromEpoch("S", 3), 3);
  });

  it("compute_rollover_M_interval", () => {
    assert.equal(fromEpoch("M", 3), 3 * 60);
  });

  it("compute_rollover_H_interval", () => {
    assert.equal(fromEpoch("H", 3), 3 * 3600);
  });

  it("compute_rollover_D_interval", () => {
    assert.equal(fromEpoch("D", 3), 3 * DAY);
  });

  it("compute_rollover_MIDNIGHT_interval", () => {
    assert.equal(fromEpoch("MIDNIGHT", 3), 3 * DAY);
  });

  // The boundary of all weeks is 1970-01-06, whatever the interval: see above.
  it("compute_rollover_W0_interval", () => {
    assert.equal(fromEpoch("W0", 3), 5 * DAY);
    assert.equal(rollover({ when: "W0", interval: 3 }, 5 * DAY), (5 + 21) * DAY);
  });
});
