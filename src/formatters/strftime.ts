// strftime in the C locale, as CPython's time.strftime gives it on Linux: all
// directives of C99, glibc's flags (`%-d`), and unknown ones copied through.
// Formatters call it at most once a second each, so it is plain, not clever.

import { offsetText, wallTime, zoneName } from "./wall-time.ts";
import type { FormatterZone, WallTime } from "./wall-time.ts";

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

const DIRECTIVES: Readonly<Record<string, Directive>> = {
  a: (t) => DAYS[t.weekday]?.slice(0, 3) ?? "?",
  A: (t) => DAYS[t.weekday] ?? "?",
  b: (t) => MONTHS[t.month - 1]?.slice(0, 3) ?? "?",
  B: (t) => MONTHS[t.month - 1] ?? "?",
  c: (t) => expand("%a %b %e %H:%M:%S %Y", t),
  C: (t) => number(Math.floor(t.year / 100)),
  d: (t) => number(t.day),
  D: (t) => expand("%m/%d/%y", t),
  e: (t) => number(t.day, 2, " "),
  F: (t) => expand("%Y-%m-%d", t),
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
  r: (t) => expand("%I:%M:%S %p", t),
  R: (t) => expand("%H:%M", t),
  s: (t) => String(t.epochSeconds),
  S: (t) => number(t.second),
  t: () => "\t",
  T: (t) => expand("%H:%M:%S", t),
  u: (t) => number(t.weekday === 0 ? 7 : t.weekday, 1),
  U: (t) => number(Math.floor((t.dayOfYear + 6 - t.weekday) / 7)),
  V: (t) => number(isoWeek(t).week),
  w: (t) => number(t.weekday, 1),
  W: (t) => number(Math.floor((t.dayOfYear + 6 - ((t.weekday + 6) % 7)) / 7)),
  x: (t) => expand("%m/%d/%y", t),
  X: (t) => expand("%H:%M:%S", t),
  y: (t) => number(modulo(t.year, 100)),
  Y: (t) => number(t.year, 1),
  z: (t) => offsetText(t.offset),
  Z: (t) => zoneName(t),
  "%": () => "%",
};

/**
 * The instant `epochSeconds` (rounded down to whole seconds) by `format`, on the
 * clock of `zone`: "local", "utc" or an IANA name.
 *
 * @throws ValueError for an unknown zone.
 */
export function strftime(format: string, epochSeconds: number, zone: FormatterZone): string {
  return expand(format, wallTime(Math.floor(epochSeconds), zone));
}

function expand(format: string, time: WallTime): string {
  // Flags, width, the E and O modifiers (nothing in the C locale), the directive.
  return format.replace(
    /%([-_0^#]*)([0-9]*)[EO]?([a-zA-Z%])/g,
    (whole: string, flags: string, width: string, name: string) => {
      const directive = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined;
      return directive === undefined ? whole : padded(directive(time), flags, Number(width));
    },
  );
}

function padded(result: string | Padded, flags: string, wanted: number): string {
  const numeric = typeof result !== "string";
  let text = numeric ? String(result.value) : result;
  let pad = numeric ? result.pad : " ";
  let width = numeric ? result.width : 0;
  for (const flag of flags) {
    if (flag === "-") [width, pad] = [0, " "];
    else if (flag === "_") pad = " ";
    else if (flag === "0") pad = "0";
    else text = flag === "#" && /[A-Z]/.test(text) ? text.toLowerCase() : text.toUpperCase();
  }
  // A width that the format names holds under every flag, as in glibc.
  return text.padStart(Math.min(Math.max(width, wanted), 1000), pad);
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
