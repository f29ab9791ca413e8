// What the clock on the wall of a zone reads at an instant. strftime asks here.
// Local time is Date's, of the zone that the process is in at that moment; other zones
// are those of core/zone.ts, as handlers have them. Nothing here reads the current time.

import { localOffset, zoneRules } from "../core/zone.ts";

/**
 * "local" (the zone of the process), "UTC" (or "utc"), an IANA name such as "Asia/Tokyo",
 * or an offset such as "+02:00".
 */
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
const names = new Map<string, Intl.DateTimeFormat>();

/** @throws as zoneRules */
export function checkZone(zone: FormatterZone): void {
  if (zone !== "local" && !isUtc(zone)) zoneRules(zone);
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
  // An offset has no letters, and Node 20 can't be asked for one.
  const isNameless = known?.[1] === "" || /^[+-]/.test(timeZone);
  for (const locale of isNameless ? [] : LOCALES) {
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
  return zone === "local" ? localOffset(epochSeconds) : zoneRules(zone).offsetAt(epochSeconds);
}

function isUtc(zone: FormatterZone): boolean {
  return zone === "UTC" || zone === "utc";
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
