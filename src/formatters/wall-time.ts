// What the clock on the wall of a zone reads at an instant. strftime asks here.
// Local time and UTC come from Date, other zones from Intl; nothing here reads the
// current time. Callers cache: one call per second of log is what this is made for.

import { ValueError } from "../core/errors.ts";
import { shortRepr } from "../core/value.ts";

/** "local" (the zone of the process), "UTC" (or "utc"), or an IANA name such as "Asia/Tokyo". */
export type FormatterZone = string;

/** A wall clock's reading. */
export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 1 to 366. */
  readonly dayOfYear: number;
  /** Seconds east of UTC. */
  readonly offset: number;
  readonly epochSeconds: number;
  readonly zone: FormatterZone;
}

const DAY = 86_400;

// Names that the zone database has and no English locale of Intl (or, "", the other
// way round), each with the offset that it goes with.
const NAMES: Readonly<Record<string, readonly [seconds: number, name: string]>> = {
  "Asia/Shanghai": [28_800, "CST"],
  "Asia/Taipei": [28_800, "CST"],
  "Asia/Hong_Kong": [28_800, "HKT"],
  "Asia/Manila": [28_800, "PST"],
  "Asia/Tokyo": [32_400, "JST"],
  "Asia/Seoul": [32_400, "KST"],
  "Asia/Jakarta": [25_200, "WIB"],
  "Asia/Karachi": [18_000, "PKT"],
  "Europe/Moscow": [10_800, "MSK"],
  "Australia/Lord_Howe": [37_800, ""],
};

const LOCALES = ["en-US", "en-CA", "en-GB", "en-AU", "en-IN", "en-ZA", "en-NZ"];
const zones = new Map<string, Intl.DateTimeFormat>();
const names = new Map<string, Intl.DateTimeFormat>();

/** @throws ValueError for a zone that Intl doesn't know. */
export function checkZone(zone: FormatterZone): void {
  if (zone !== "local" && !isUtc(zone)) intlZone(zone);
}

/** The reading of `zone`'s clock at `epochSeconds`, which must be whole. */
export function wallTime(epochSeconds: number, zone: FormatterZone): WallTime {
  const offset = offsetAt(epochSeconds, zone);
  const shifted = new Date((epochSeconds + offset) * 1000);
  const year = shifted.getUTCFullYear();
  const newYear = new Date(0).setUTCFullYear(year, 0, 1) / 1000;
  return {
    year,
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    weekday: shifted.getUTCDay(),
    dayOfYear: Math.floor((epochSeconds + offset - newYear) / DAY) + 1,
    offset,
    epochSeconds,
    zone,
  };
}

/**
 * The zone's abbreviation: "GMT" for UTC, else what Intl has in one of the English
 * locales ("CET", "EST", "JST"), else the offset as the zone database writes it
 * for zones without letters ("+03", "-0330").
 */
export function zoneName(time: WallTime): string {
  if (isUtc(time.zone)) return "GMT";
  const date = new Date(time.epochSeconds * 1000);
  // The local zone is asked for by its name of the moment: TZ may have changed.
  const { timeZone } =
    time.zone === "local" ? new Intl.DateTimeFormat().resolvedOptions() : { timeZone: time.zone };
  const known = Object.hasOwn(NAMES, timeZone) ? NAMES[timeZone] : undefined;
  if (known !== undefined && known[0] === time.offset && known[1] !== "") return known[1];
  for (const locale of known?.[1] === "" ? [] : LOCALES) {
    const name = abbreviation(locale, timeZone, date);
    if (name !== undefined && !/^(?:GMT|UTC)[+\u2212-]/.test(name)) return name;
  }
  const digits = offsetText(time.offset);
  return digits.endsWith("00") ? digits.slice(0, 3) : digits;
}

/** An offset as `%z` writes it: "+0100", "-0330". */
export function offsetText(offset: number): string {
  const minutes = Math.trunc(Math.abs(offset) / 60);
  const text = String(Math.trunc(minutes / 60) * 100 + (minutes % 60)).padStart(4, "0");
  return (offset < 0 ? "-" : "+") + text;
}

function offsetAt(epochSeconds: number, zone: FormatterZone): number {
  if (isUtc(zone)) return 0;
  const date = new Date(epochSeconds * 1000);
  if (zone === "local") return localWall(date) - epochSeconds;
  const parts: Record<string, number> = {};
  for (const { type, value } of intlZone(zone).formatToParts(date)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const wall = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  return wall - epochSeconds;
}

// getTimezoneOffset() knows whole minutes only; before standard time came, zones had seconds.
function localWall(date: Date): number {
  const wall = new Date(0);
  wall.setUTCFullYear(date.getFullYear(), date.getMonth(), date.getDate());
  return wall.setUTCHours(date.getHours(), date.getMinutes(), date.getSeconds(), 0) / 1000;
}

function isUtc(zone: FormatterZone): boolean {
  return zone === "UTC" || zone === "utc";
}

function intlZone(zone: string): Intl.DateTimeFormat {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  try {
    const made = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    zones.set(zone, made);
    return made;
  } catch (error) {
    const accepted = "'local', 'UTC' or an IANA name such as 'Europe/Berlin'";
    throw new ValueError(`unknown time zone ${shortRepr(zone)}; accepted: ${accepted}`, {
      value: zone,
      accepted,
      cause: error,
    });
  }
}

function abbreviation(locale: string, timeZone: string, date: Date): string | undefined {
  const key = `${locale} ${timeZone}`;
  let format = names.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "short" });
    names.set(key, format);
  }
  return format.formatToParts(date).find(({ type }) => type === "timeZoneName")?.value;
}
