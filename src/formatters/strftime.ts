// strftime in the C locale, as CPython's time.strftime gives it on Linux: all
// directives of C99, glibc's flags and widths (`%-d`, `%10z`), and unknown ones copied through.
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

// Flags, width, a modifier, the directive; at the end of a format it may be missing.
const PARTS = /%([-_0^#]*)([0-9]*)([EO]?)(.?)/gsu;

// What glibc refuses in the C locale. The other modifiers mean nothing there.
const NO_E = "abdeghjklmwABDFGHIMSUVW";
const NO_O = "acxADFXY";

/** Texts that the flag `#` turns into capitals, and into small letters. */
const TO_CAPITALS = "abhAB";
const TO_SMALL = "pZ";

function expand(format: string, time: WallTime): string {
  return format.replace(
    PARTS,
    (whole: string, flags: string, width: string, modifier: string, name: string) => {
      const spec = readSpec(flags, width);
      const directive = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined;
      const isRefused =
        directive === undefined ||
        (modifier === "E" && NO_E.includes(name)) ||
        (modifier === "O" && NO_O.includes(name));
      // As it is written, but with its own width and flags.
      if (isRefused) {
        const isUpper = flags.includes("^") || (flags.includes("#") && /[bh]/.test(name));
        return padded(isUpper ? whole.toUpperCase() : whole, spec);
      }
      if (name === "z") return offset(time, spec);
      const result = directive(time);
      return typeof result === "string"
        ? padded(cased(result, name, flags), spec)
        : numeric(result, spec);
    },
  );
}

/** How a directive is filled up. */
interface Spec {
  readonly width: number;
  /** The last of the flags `-`, `_` and `0`; undefined for none. */
  readonly fill: string | undefined;
}

// A width without end must not fill the memory.
function readSpec(flags: string, width: string): Spec {
  return { width: Math.min(Number(width), 1000), fill: flags.replace(/[#^]/g, "").at(-1) };
}

function padded(text: string, { width, fill }: Spec): string {
  return text.padStart(width, fill === "0" ? "0" : " ");
}

function cased(text: string, name: string, flags: string): string {
  if (flags.includes("#") && TO_SMALL.includes(name)) return text.toLowerCase();
  const isUpper = flags.includes("^") || (flags.includes("#") && TO_CAPITALS.includes(name));
  return isUpper && name !== "P" ? text.toUpperCase() : text;
}

function numeric({ value, width, pad }: Padded, spec: Spec): string {
  const fill = spec.fill ?? (pad === " " ? "_" : "0");
  if (fill === "-") return padded(String(value), spec);
  const all = Math.max(width, spec.width);
  if (fill === "_") return String(value).padStart(all, " ");
  return value < 0 ? `-${String(-value).padStart(all - 1, "0")}` : String(value).padStart(all, "0");
}

// glibc fills up the sign by itself, and then the digits.
function offset(time: WallTime, spec: Spec): string {
  const text = offsetText(time.offset);
  const digits = numeric(number(Number(text.slice(1)), 4), spec);
  return padded(text.slice(0, 1), spec) + digits;
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
