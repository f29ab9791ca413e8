// When a log's period starts and ends: the one place that maps an instant to a
// file. Handlers, retention, the reader and the storm all ask periodOf, so that
// processes which never talk agree on every file name. It knows a zone only
// through the offsets it is given, and must never read a clock.
//
// The rule. A nominal boundary (schedule.ts) happens at the first instant at
// which the wall clock reads its time or later. So a time inside a gap happens
// when the gap ends, and one that occurs twice happens the first time only: an
// instant belongs to the period of the highest wall time read so far.

import { nominalAfter, nominalAtOrBefore, type Schedule } from "./schedule.ts";
import { DAY, FIRST_WALL, LAST_WALL, suffixStart, suffixText } from "./suffix.ts";

export { parseSchedule, ScheduleError } from "./schedule.ts";
export type { Schedule, ScheduleOptions } from "./schedule.ts";
export { compareSuffixes, parseSuffix, suffixKindOf } from "./suffix.ts";
export type { SuffixKind } from "./suffix.ts";

/** What a zone's clock shows. */
export interface ZoneRules {
  /**
   * Seconds east of UTC at an instant, a whole number below 16 hours either way.
   * Two changes of it must lie more than two days apart (the closest two in the
   * tz database are 95 hours apart).
   *
   * @param epochSeconds - a whole number of seconds since the epoch, years 1 to 9999.
   */
  offsetAt(epochSeconds: number): number;
}

/** A stretch of time whose records share a file: `start <= created < end`. */
export interface Period {
  /** Epoch seconds; -Infinity for what lies before the year 1. */
  readonly start: number;
  /** Epoch seconds; Infinity for what lies after the year 9999. */
  readonly end: number;
  /** What the file's name ends with: the local time of `start`. */
  readonly suffix: string;
}

/** A boundary that really happens: its nominal wall time and its instant. */
interface Boundary {
  readonly wall: number;
  readonly at: number;
}

// Offsets stay within 16 hours, so at instants two days inside the years 1 to
// 9999 every reading is a day and more inside them, and every year has four
// digits. Earlier and later instants belong to the first and the last period.
const FIRST_INSTANT = FIRST_WALL + 2 * DAY;
const LAST_INSTANT = LAST_WALL - 2 * DAY;

/** More than any offset from UTC: local mean times reach 15:56:08 (Manila). */
const MAX_OFFSET = 16 * 3600;

/**
 * The period of an instant.
 *
 * Every number but NaN has one, and `start <= at < end` holds for it: what lies
 * before the year 1 belongs to the first period (suffix `0001-01-01...`), what
 * lies after 9999 to the last. Two periods of a schedule never share a suffix,
 * and suffixes grow with time.
 *
 * @param at - epoch seconds, fractions allowed, as LogRecord.created.
 * @throws RangeError if `at` is NaN: no file would be right.
 */
export function periodOf(schedule: Schedule, zone: ZoneRules, at: number): Period {
  if (Number.isNaN(at)) throw new RangeError("NaN is not a time: no period holds it");
  const instant = Math.min(Math.max(Math.floor(at), FIRST_INSTANT), LAST_INSTANT);
  let first = boundaryAt(schedule, zone, instant);
  let next = boundaryAfter(schedule, zone, first);
  // A boundary is dropped when the next one would bear the same suffix: a gap
  // that swallows a date from atTime on moves its boundary onto the next date,
  // which has its own. The period before it runs on.
  while (sharesSuffix(schedule, zone, first, next)) {
    first = boundaryAt(schedule, zone, first.at - 1);
    next = boundaryAfter(schedule, zone, first);
  }
  let following = boundaryAfter(schedule, zone, next);
  while (sharesSuffix(schedule, zone, next, following)) {
    next = following;
    following = boundaryAfter(schedule, zone, next);
  }
  const start = first.at > FIRST_INSTANT ? first.at : -Infinity;
  const wall = start === -Infinity ? FIRST_WALL : start + zone.offsetAt(start);
  const end = next.at > LAST_INSTANT ? Infinity : next.at;
  return { start, end, suffix: suffixText(schedule.kind, wall) };
}

/** The boundary in force at an instant, rule 3 (dropped boundaries) aside. */
function boundaryAt(schedule: Schedule, zone: ZoneRules, instant: number): Boundary {
  const wall = nominalAtOrBefore(schedule, highestReading(zone, instant));
  return { wall, at: firstInstantAt(zone, wall) };
}

/** The first boundary that happens later than `boundary`. */
function boundaryAfter(schedule: Schedule, zone: ZoneRules, boundary: Boundary): Boundary {
  if (boundary.at === Infinity) return boundary;
  const wall = nominalAfter(schedule, boundary.wall);
  const at = firstInstantAt(zone, wall);
  if (at === Infinity) return { wall, at };
  // Several nominal boundaries inside one gap happen together: the last counts.
  return { wall: nominalAtOrBefore(schedule, at + zone.offsetAt(at)), at };
}

function sharesSuffix(
  schedule: Schedule,
  zone: ZoneRules,
  boundary: Boundary,
  next: Boundary,
): boolean {
  if (!Number.isFinite(boundary.at) || !Number.isFinite(next.at)) return false;
  const here = boundary.at + zone.offsetAt(boundary.at);
  const there = next.at + zone.offsetAt(next.at);
  return suffixStart(schedule.kind, here) === suffixStart(schedule.kind, there);
}

/** The highest wall time that the zone's clock has read up to and at an instant. */
function highestReading(zone: ZoneRules, instant: number): number {
  // No clock ever went back by more than a day (Alaska, 1867): two days hold all.
  const from = instant - 2 * DAY;
  const before = zone.offsetAt(from);
  const now = zone.offsetAt(instant);
  const reading = instant + now;
  if (before <= now) return reading;
  const change = changeBetween(zone, from, instant, before);
  return Math.max(reading, change - 1 + before);
}

/** The first instant at which the clock reads `wall` or later. */
function firstInstantAt(zone: ZoneRules, wall: number): number {
  if (wall < FIRST_WALL + DAY) return -Infinity;
  if (wall >= LAST_WALL - DAY) return Infinity;
  const from = wall - MAX_OFFSET;
  const to = wall + MAX_OFFSET;
  const before = zone.offsetAt(from);
  const after = zone.offsetAt(to);
  if (before === after) return wall - before;
  const change = changeBetween(zone, from, to, before);
  return wall - before < change ? wall - before : Math.max(change, wall - after);
}

/** The one instant in (from, to] at which the offset stops being `before`. */
function changeBetween(zone: ZoneRules, from: number, to: number, before: number): number {
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}
