import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ScheduleError,
  nominalAfter,
  nominalAtOrBefore,
  parseSchedule,
  type ScheduleOptions,
} from "./schedule.ts";

function refusal(options: unknown): ScheduleError {
  try {
    parseSchedule(options as ScheduleOptions);
  } catch (error) {
    assert.ok(error instanceof ScheduleError);
    return error;
  }
  return assert.fail(`accepted ${JSON.stringify(options)}`);
}

/** A wall time written as a UTC text. */
function wall(text: string): number {
  return Date.parse(`${text}Z`) / 1000;
}

test("a bad when is refused with CPython's words, in upper case", () => {
  const messages: [string, string][] = [
    ["fortnight", "Invalid rollover interval specified: FORTNIGHT"],
    ["", "Invalid rollover interval specified: "],
    ["day", "Invalid rollover interval specified: DAY"],
    ["w", "You must specify a day for weekly rollover from 0 to 6 (0 is Monday): W"],
    ["W10", "You must specify a day for weekly rollover from 0 to 6 (0 is Monday): W10"],
    ["W7", "Invalid day specified for weekly rollover: W7"],
    ["wx", "Invalid day specified for weekly rollover: WX"],
    ["w\u{1F600}", "Invalid day specified for weekly rollover: W\u{1F600}"],
  ];
  for (const [when, message] of messages) {
    const error = refusal({ when });
    assert.equal(error.message, message);
    assert.equal(error.value, when);
    assert.match(error.accepted, /'midnight'.*'W6'/);
  }
});

test("a when that is not text is refused and named", () => {
  for (const when of [undefined, null, 7, {}]) {
    assert.deepEqual(refusal({ when }).value, when);
  }
});

test("an interval must be a whole number of at least 1", () => {
  for (const interval of [0, -1, 1.5, Number.NaN, Infinity, 2 ** 53, "2"]) {
    const error = refusal({ when: "H", interval });
    assert.equal(error.value, interval);
    assert.match(error.accepted, /whole number of at least 1/);
    assert.ok(error.message.includes(String(interval)), error.message);
  }
  assert.equal(parseSchedule({ when: "H" }).interval, 1);
});

test("atTime must be a time of day", () => {
  for (const atTime of ["24:00", "7:30", "07:60", "07:30:60", "0730", "", "noon", 730]) {
    const error = refusal({ when: "midnight", atTime });
    assert.equal(error.value, atTime);
    assert.match(error.accepted, /HH:MM/);
  }
  assert.equal(parseSchedule({ when: "midnight", atTime: "07:30" }).atSeconds, 27_000);
  assert.equal(parseSchedule({ when: "W3", atTime: "23:59:59" }).atSeconds, 86_399);
});

test("atTime without a midnight or a weekday is refused", () => {
  for (const when of ["S", "M", "H", "D"]) {
    const error = refusal({ when, atTime: "07:30" });
    assert.equal(error.value, "07:30");
    assert.match(error.accepted, /midnight/);
  }
  assert.equal(parseSchedule({ when: "H", atTime: null }).when, "H");
});

test("boundaries within a day restart at each midnight", () => {
  const schedule = parseSchedule({ when: "h", interval: 5 });
  assert.equal(nominalAtOrBefore(schedule, wall("2024-05-01T23:59:59")), wall("2024-05-01T20:00"));
  assert.equal(nominalAfter(schedule, wall("2024-05-01T20:00")), wall("2024-05-02T00:00"));
  assert.equal(nominalAfter(schedule, wall("2024-05-01T15:00")), wall("2024-05-01T20:00"));
});

test("a within-day interval of a day or more is one period a day", () => {
  for (const interval of [1440, 5000, Number.MAX_SAFE_INTEGER]) {
    const schedule = parseSchedule({ when: "M", interval });
    const midnight = wall("2024-05-01T00:00");
    assert.equal(nominalAtOrBefore(schedule, midnight + 86_399), midnight);
    assert.equal(nominalAfter(schedule, midnight), midnight + 86_400);
  }
});

test("days count from 1970-01-01", () => {
  const schedule = parseSchedule({ when: "D", interval: 3 });
  assert.equal(nominalAtOrBefore(schedule, wall("1970-01-03T23:00")), wall("1970-01-01T00:00"));
  assert.equal(nominalAtOrBefore(schedule, wall("1969-12-31T23:00")), wall("1969-12-29T00:00"));
  assert.equal(nominalAfter(schedule, wall("1970-01-01T00:00")), wall("1970-01-04T00:00"));
});

test("a week ends with its day, or on it at atTime", () => {
  // 2024-05-01 is a Wednesday.
  const at = wall("2024-05-01T12:00");
  const monday = parseSchedule({ when: "W0" });
  assert.equal(nominalAtOrBefore(monday, at), wall("2024-04-30T00:00"));
  const sunday = parseSchedule({ when: "W6" });
  assert.equal(nominalAtOrBefore(sunday, at), wall("2024-04-29T00:00"));
  const mondayAt = parseSchedule({ when: "W0", atTime: "00:00:00" });
  assert.equal(nominalAtOrBefore(mondayAt, at), wall("2024-04-29T00:00"));
  const wednesdayAt = parseSchedule({ when: "W2", atTime: "13:00" });
  assert.equal(nominalAtOrBefore(wednesdayAt, at), wall("2024-04-24T13:00"));
});

test("an interval longer than the calendar has one boundary in it", () => {
  for (const when of ["D", "midnight", "W3"]) {
    const schedule = parseSchedule({ when, interval: Number.MAX_SAFE_INTEGER });
    const boundary = nominalAtOrBefore(schedule, wall("2024-05-01T12:00"));
    assert.equal(nominalAtOrBefore(schedule, wall("9999-12-31T12:00")), boundary);
    assert.ok(boundary >= 0 && boundary <= 12 * 86_400);
    assert.ok(nominalAtOrBefore(schedule, boundary - 1) < wall("0001-01-01T00:00"));
  }
});
