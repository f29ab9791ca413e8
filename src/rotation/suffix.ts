// The date at the end of a rotated file's name, such as 2019-09-03 or
// 2019-09-03_14-30: how it is written, recognised and ordered. period.ts writes
// it, names.ts and retention.ts read it back. Pure calendar arithmetic on wall
// times; it knows no zone and no clock, and must never accept a date that no
// calendar has, since an accepted name may one day be deleted.

/**
 * How exact a suffix is: to the second `%Y-%m-%d_%H-%M-%S`, to the minute
 * `%Y-%m-%d_%H-%M`, to the hour `%Y-%m-%d_%H`, or the date alone `%Y-%m-%d`
 * (days, midnights and weeks). The letters are CPython's `when`.
 */
export type SuffixKind = "S" | "M" | "H" | "D";

/** Seconds in a day of the wall clock. */
export const DAY = 86_400;

/** 0001-01-01 00:00 in seconds since 1970-01-01 00:00: the first time a suffix can name. */
export const FIRST_WALL = -62_135_596_800;

/** 10000-01-01 00:00 in the same seconds: the first time too late for four digits. */
export const LAST_WALL = 253_402_300_800;

/** Seconds that one suffix of the kind stands for. */
const UNIT: Record<SuffixKind, number> = { S: 1, M: 60, H: 3600, D: DAY };

const PATTERN: Record<SuffixKind, RegExp> = {
  S: /^(\d{4})-(\d{2})-(\d{2})_(\d{2})-(\d{2})-(\d{2})$/,
  M: /^(\d{4})-(\d{2})-(\d{2})_(\d{2})-(\d{2})$/,
  H: /^(\d{4})-(\d{2})-(\d{2})_(\d{2})$/,
  D: /^(\d{4})-(\d{2})-(\d{2})$/,
};

const KIND_BY_LENGTH = new Map<number, SuffixKind>([
  [10, "D"],
  [13, "H"],
  [16, "M"],
  [19, "S"],
]);

/**
 * The suffix of a wall time.
 *
 * @param wall - seconds since 1970-01-01 00:00 on the wall clock; must lie in
 *   the years 1 to 9999 (`FIRST_WALL <= wall < LAST_WALL`).
 */
export function suffixText(kind: SuffixKind, wall: number): string {
  const days = Math.floor(wall / DAY);
  const date = dateText(days);
  if (kind === "D") return date;
  const seconds = Math.floor(wall - days * DAY);
  const hour = `${date}_${two(Math.floor(seconds / 3600))}`;
  if (kind === "H") return hour;
  const minute = `${hour}-${two(Math.floor(seconds / 60) % 60)}`;
  return kind === "M" ? minute : `${minute}-${two(seconds % 60)}`;
}

/** The start of the second, minute, hour or date that holds a wall time: equal starts, equal suffixes. */
export function suffixStart(kind: SuffixKind, wall: number): number {
  return Math.floor(wall / UNIT[kind]) * UNIT[kind];
}

/**
 * The wall time (seconds since 1970-01-01 00:00) that a suffix names, or null
 * if the text is not a suffix of this kind: other digits, a date that does not
 * exist (2024-02-30), a time past 23:59:59, the year 0.
 */
export function parseSuffix(kind: SuffixKind, text: string): number | null {
  const found = PATTERN[kind].exec(text);
  if (found === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map(Number);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > monthLength(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  return daysFromDate(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
}

/** The kind of a suffix, or null if the text is none of the four. */
export function suffixKindOf(text: string): SuffixKind | null {
  const kind = KIND_BY_LENGTH.get(text.length);
  return kind !== undefined && parseSuffix(kind, text) !== null ? kind : null;
}

/** The order in time of two suffixes of one kind: negative, zero or positive. */
export function compareSuffixes(a: string, b: string): number {
  // Fixed width, digits only, largest unit first: the order of the text is the order in time.
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function dateText(days: number): string {
  // Years counted from March, so that the leap day ends a year; 400 years are
  // always 146097 days (the civil calendar carried back before its start, as
  // CPython's datetime does).
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

function daysFromDate(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const fromMarch = month > 2 ? month - 3 : month + 9;
  const dayOfYear = Math.floor((153 * fromMarch + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function monthLength(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
