// What a user writes as `when`, `interval` and `atTime`, checked and turned into
// the nominal boundaries of a log's periods: wall-clock times that depend on the
// calendar alone. handlers/ call parseSchedule once, at construction; period.ts
// walks the boundaries. It must never look at a clock or a zone: every process
// that shares the log has to arrive at the same boundaries without talking.

import { DAY, type SuffixKind } from "./suffix.ts";

/** The options of a timed handler that say when its periods begin. */
export interface ScheduleOptions {
  /** `S`, `M`, `H`, `D`, `midnight` or `W0` (Monday) to `W6`, in either case. */
  readonly when: string;
  /** How many seconds, minutes, hours, days or weeks a period lasts. Default 1. */
  readonly interval?: number | undefined;
  /** `"HH:MM"` or `"HH:MM:SS"`, for `midnight` and `W0`..`W6` only. */
  readonly atTime?: string | null | undefined;
}

/** The nominal boundaries of a log, as wall times in seconds since 1970-01-01 00:00. */
export interface Schedule {
  /** `when` in upper case, as CPython keeps it. */
  readonly when: string;
  readonly interval: number;
  /** Which suffix the files of this schedule bear. */
  readonly kind: SuffixKind;
  /** Seconds from one boundary to the next within a day; 0: boundaries are days apart. */
  readonly step: number;
  /** Days from one boundary to the next; 0: `step` counts. */
  readonly everyDays: number;
  /** The day number (days since 1970-01-01) of one date that bears a boundary. */
  readonly firstDay: number;
  /** The time of day of a boundary, in seconds, where boundaries are days apart. */
  readonly atSeconds: number;
}

/**
 * A bad `when`, `interval` or `atTime`. This room imports nothing, so it has an
 * error class of its own; handlers/ turn it into the library's ValueError.
 * `message` is CPython 3.13's text where CPython raises too.
 */
export class ScheduleError extends Error {
  override name = "ScheduleError";
  /** The offending value, as it was given. */
  readonly value: unknown;
  /** What would have been accepted, in words. */
  readonly accepted: string;

  constructor(message: string, value: unknown, accepted: string) {
    super(message);
    this.value = value;
    this.accepted = accepted;
  }
}

const UNIT_SECONDS = new Map<string, number>([
  ["S", 1],
  ["M", 60],
  ["H", 3600],
]);

/** More days than the years 1 to 9999 hold: a longer interval has no other boundary in them. */
const MOST_DAYS = 4_000_000;

const ACCEPTED_WHEN =
  "'S', 'M', 'H', 'D', 'midnight' or 'W0' (Monday) to 'W6' (Sunday), in either case";

/**
 * Checks the options and derives the boundaries.
 *
 * @throws ScheduleError for an unknown `when` (with CPython's message), an
 *   interval that is not a whole number of at least 1, an `atTime` that is not a
 *   time of day or that this `when` has no use for.
 */
export function parseSchedule(options: ScheduleOptions): Schedule {
  const when = parseWhen(options.when);
  const interval = parseInterval(options.interval ?? 1);
  const atSeconds = parseAtTime(options.atTime ?? null, when);
  const unit = UNIT_SECONDS.get(when);
  if (unit !== undefined) {
    // A period of a day or more is one day: counting restarts at midnight.
    const step = interval >= DAY / unit ? DAY : interval * unit;
    const kind = when as "S" | "M" | "H";
    return { when, interval, kind, step, everyDays: 0, firstDay: 0, atSeconds: 0 };
  }
  const daily = { when, interval, kind: "D", step: 0, atSeconds: atSeconds ?? 0 } as const;
  if (!when.startsWith("W")) {
    return { ...daily, everyDays: Math.min(interval, MOST_DAYS), firstDay: 0 };
  }
  // Without atTime a week ends with its day, so the boundary is the day after.
  // Weeks count from Monday 1970-01-05, which is day 4.
  const weekday = Number(when[1]);
  const boundaryDay = atSeconds === null ? (weekday + 1) % 7 : weekday;
  return { ...daily, everyDays: Math.min(7 * interval, MOST_DAYS), firstDay: 4 + boundaryDay };
}

/** The last nominal boundary at or before a wall time. */
export function nominalAtOrBefore(schedule: Schedule, wall: number): number {
  if (schedule.step > 0) return wall - (modulo(wall, DAY) % schedule.step);
  const day = Math.floor((wall - schedule.atSeconds) / DAY);
  const boundary = day - modulo(day - schedule.firstDay, schedule.everyDays);
  return boundary * DAY + schedule.atSeconds;
}

/** The nominal boundary after the nominal boundary `wall`. */
export function nominalAfter(schedule: Schedule, wall: number): number {
  if (schedule.step === 0) return wall + schedule.everyDays * DAY;
  // The last period of a day may be short: the next midnight is a boundary always.
  return Math.min(wall + schedule.step, wall - modulo(wall, DAY) + DAY);
}

function parseWhen(given: string): string {
  if (typeof given !== "string") {
    throw new ScheduleError(
      `Invalid rollover interval specified: ${shown(given)}`,
      given,
      ACCEPTED_WHEN,
    );
  }
  const when = given.toUpperCase();
  if (UNIT_SECONDS.has(when) || when === "D" || when === "MIDNIGHT") return when;
  if (!when.startsWith("W")) {
    throw new ScheduleError(`Invalid rollover interval specified: ${when}`, given, ACCEPTED_WHEN);
  }
  // Python counts code points, JavaScript UTF-16 units.
  if ([...when].length !== 2) {
    throw new ScheduleError(
      `You must specify a day for weekly rollover from 0 to 6 (0 is Monday): ${when}`,
      given,
      ACCEPTED_WHEN,
    );
  }
  if (!/^W[0-6]$/.test(when)) {
    throw new ScheduleError(
      `Invalid day specified for weekly rollover: ${when}`,
      given,
      ACCEPTED_WHEN,
    );
  }
  return when;
}

function parseInterval(interval: number): number {
  if (Number.isSafeInteger(interval) && interval >= 1) return interval;
  throw new ScheduleError(
    `Invalid interval: ${shown(interval)}`,
    interval,
    "a whole number of at least 1",
  );
}

function parseAtTime(atTime: string | null, when: string): number | null {
  if (atTime === null) return null;
  if (when !== "MIDNIGHT" && !when.startsWith("W")) {
    throw new ScheduleError(
      `atTime ${shown(atTime)} has no meaning for when '${when}'`,
      atTime,
      "atTime with 'midnight' or 'W0' to 'W6' only",
    );
  }
  const found =
    typeof atTime === "string" ? /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(atTime) : null;
  if (found === null) {
    throw new ScheduleError(
      `Invalid atTime: ${shown(atTime)}`,
      atTime,
      "'HH:MM' or 'HH:MM:SS' from '00:00' to '23:59:59'",
    );
  }
  return Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3] ?? 0);
}

function shown(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : String(value);
}

/** The remainder with the sign of the divisor, as Python's `%`. */
function modulo(value: number, divisor: number): number {
  const rest = value % divisor;
  return rest < 0 ? rest + divisor : rest + 0;
}
