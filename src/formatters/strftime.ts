// strftime in the C locale, as CPython's time.strftime gives it on Linux: all
// directives of C99, glibc's flags, widths and modifiers (`%-d`, `%10A`, `%Ey`) with
// their quirks, and unknown directives copied through. Formatters call it at most
// once a second each, so it is plain, not clever.

import { offsetText, wallTime } from "./wall-time.ts";
import type { FormatterZone, WallTime } from "./wall-time.ts";
import { zoneName } from "./zone-name.ts";

const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );

/** One directive: its text, or a number with its padding. */
type Directive = (time: WallTime) => string | Padded;

interface Padded {
  readonly value: number;
  readonly width: number;
  readonly pad: "0" | " ";
}

/** What stands between the `%` and the letter. */
interface Field {
  /** The last of the flags `-`, `_` and `0`, or none. */
  readonly pad: string;
  readonly width: number;
  readonly upper: boolean;
  readonly changeCase: boolean;
}

const DIRECTIVES: Readonly<Record<string, Directive>> = {
  a: (t) => DAYS[t.weekday]?.slice(0, 3) ?? "?",
  A: (t) => DAYS[t.weekday] ?? "?",
  b: (t) => MONTHS[t.month - 1]?.slice(0, 3) ?? "?",
  B: (t) => MONTHS[t.month - 1] ?? "?",
  c: composed("%a %b %e %H:%M:%S %Y"),
  C: (t) => number(Math.floor(t.year / 100), 1),
  d: (t) => number(t.day),
  D: composed("%m/%d/%y"),
  e: (t) => number(t.day, 2, " "),
  F: composed("%Y-%m-%d"),
  g: (t) => number(modulo(isoWeek(t).year, 100)),
  G: (t) => number(isoWeek(t).year, 1),
  h: (t) => MONTHS[t.month - 1]?.slice(0, 3) ?? "?",
  H: (t) => number(t.hour),
  I: (t) => number(t.hour % 12 === 0 ? 12 : t.hour % 12),
  j: (t) => number(t.dayOfYear, 3),
  k: (t) => number(t.hour, 2, " "),
  l: (t) => number(t.hour % 12 === 0 ? 12 : t.hour % 12, 2, " "),
  m: (t) => number(t.month),
  M: (t) => number(t.minute),
  n: () => "\n",
  p: (t) => (t.hour < 12 ? "AM" : "PM"),
  P: (t) => (t.hour < 12 ? "am" : "pm"),
  r: composed("%I:%M:%S %p"),
  R: composed("%H:%M"),
  s: (t) => String(t.epochSeconds),
  S: (t) => number(t.second),
  t: () => "\t",
  T: composed("%H:%M:%S"),
  u: (t) => number(t.weekday === 0 ? 7 : t.weekday, 1),
  U: (t) => number(Math.floor((t.dayOfYear + 6 - t.weekday) / 7)),
  V: (t) => number(isoWeek(t).week),
  w: (t) => number(t.weekday, 1),
  W: (t) => number(Math.floor((t.dayOfYear + 6 - ((t.weekday + 6) % 7)) / 7)),
  x: composed("%m/%d/%y"),
  X: composed("%H:%M:%S"),
  y: (t) => number(modulo(t.year, 100)),
  Y: (t) => number(t.year, 1),
  z: (t) => offsetText(t.offset),
  Z: (t) => zoneName(t),
  "%": () => "%",
};

/** The directives that take the modifier `E`, and those that take `O`; in the C locale they do nothing. */
const TAKES: Readonly<Record<string, string>> = {
  E: "cCnpPrRstTxXyYzZ",
  O: "bBhCdegGHIjklmMnpPrRsStTuUVwWyzZ",
};

/** The directives whose case `#` changes. */
const TO_UPPER = "aAbBh";
const TO_LOWER = "pZ";

/** Those of them for which glibc does so before it refuses a modifier. */
const SOON_UPPER = "bh";

/** The directives whose text no flag makes capitals. */
const AS_IS = "nt%P";

/** More than any directive that stands for others gives. */
const SUB_LIMIT = 1000;

/** Flags, width, modifier, and one character: the directive, or whatever stands there. */
const FIELD = /%([-_0^#]*)([0-9]*)([EO]?)(.|$)/gsu;

/** A directive that stands for others. */
function composed(format: string): Directive {
  return (time) => expand(format, time, SUB_LIMIT);
}

/**
 * The instant `epochSeconds` (rounded down to whole seconds) by `format`, on the
 * clock of `zone`: "local", "utc" or an IANA name.
 *
 * @throws ValueError for an unknown zone.
 */
export function strftime(format: string, epochSeconds: number, zone: FormatterZone): string {
  return expand(format, wallTime(Math.floor(epochSeconds), zone), limitFor(format));
}

// CPython doubles its buffer until it is more than 256 times as long as the format,
// and gives an empty text for one that doesn't fit even then.
function limitFor(format: string): number {
  let size = 1024;
  while (size <= 256 * Array.from(format).length) size *= 2;
  return size;
}

function expand(format: string, time: WallTime, limit: number): string {
  let text = "";
  let from = 0;
  for (const match of format.matchAll(FIELD)) {
    text += format.slice(from, match.index) + fieldText(match, time, limit);
    if (text.length >= 2 * limit) return "";
    from = match.index + match[0].length;
  }
  text += format.slice(from);
  return text.length >= limit && Array.from(text).length >= limit ? "" : text;
}

function fieldText(match: RegExpMatchArray, time: WallTime, limit: number): string {
  const [whole, flags = "", width = "", modifier = "", name = ""] = match;
  const field: Field = {
    pad: /[-_0](?=[^-_0]*$)/.exec(flags)?.[0] ?? "",
    width: Math.min(Number(width), limit),
    upper: flags.includes("^"),
    changeCase: flags.includes("#"),
  };
  const directive = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined;
  if (directive === undefined || (modifier !== "" && !TAKES[modifier]?.includes(name))) {
    // A `%` that can't stand there is all that glibc finds of the field.
    const unknown = name === "%" ? name : whole;
    const isUpper = field.upper || (field.changeCase && SOON_UPPER.includes(name));
    return filled(isUpper ? unknown.toUpperCase() : unknown, field);
  }
  const result = directive(time);
  if (typeof result !== "string") return padded(result, field);
  if (name !== "z") return filled(inCase(result, name, field), field);
  const minutes = { value: Number(result.slice(1)), width: 4, pad: "0" } as const;
  return filled(result.slice(0, 1), field) + padded(minutes, field);
}

function inCase(text: string, name: string, { upper, changeCase }: Field): string {
  if (changeCase && TO_LOWER.includes(name)) return text.toLowerCase();
  if (AS_IS.includes(name)) return text;
  return upper || (changeCase && TO_UPPER.includes(name)) ? text.toUpperCase() : text;
}

/** A number with its own width or that of the field, then filled up like any text. */
function padded({ value, width, pad }: Padded, field: Field): string {
  const sign = value < 0 ? "-" : "";
  const digits = String(Math.abs(value));
  const wanted = field.pad === "-" ? 0 : Math.max(width, field.width);
  const blank = field.pad === "_" || (pad === " " && field.pad !== "0");
  const text = blank
    ? (sign + digits).padStart(wanted)
    : sign + digits.padStart(wanted - sign.length, "0");
  return filled(text, field);
}

function filled(text: string, { width, pad }: Field): string {
  const missing = width - Array.from(text).length;
  return missing > 0 ? (pad === "0" ? "0" : " ").repeat(missing) + text : text;
}

function number(value: number, width = 2, pad: "0" | " " = "0"): Padded {
  return { value, width, pad };
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

// ISO 8601: a week belongs to the year that its Thursday is in.
function isoWeek(time: WallTime): { year: number; week: number } {
  const weekday = (time.weekday + 6) % 7;
  const week = Math.floor((time.dayOfYear - 1 - weekday + 10) / 7);
  if (week < 1) return { year: time.year - 1, week: weeksIn(time.year - 1) };
  if (week > weeksIn(time.year)) return { year: time.year + 1, week: 1 };
  return { year: time.year, week };
}

// A year has 53 weeks if it ends on a Thursday, or the year before on a Wednesday.
function weeksIn(year: number): number {
  const lastWeekday = (y: number): number =>
    modulo(y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400), 7);
  return lastWeekday(year) === 4 || lastWeekday(year - 1) === 3 ? 53 : 52;
}
