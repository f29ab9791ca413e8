// The abbreviation of a zone at an instant, "CET" or "+03": what strftime's %Z shows.
// Intl knows most of them, each in one English locale or another; the tables here have
// those in which it differs from the zone database of CPython and the C library. Zones
// by their offset alone need no row.

import { zoneRules } from "../core/zone.ts";
import { isUtc, offsetText } from "./wall-time.ts";
import type { WallTime } from "./wall-time.ts";

const LOCALES = ["en-US", "en-CA", "en-GB", "en-AU", "en-IN", "en-ZA", "en-NZ"];

// Letters that the zone database has and no English locale of Intl, by the hours that
// the clock is ahead of Greenwich.
const LETTERS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  "America/Chihuahua": { [-7]: "MST", [-6]: "MDT" },
  "America/Ciudad_Juarez": { [-7]: "MST", [-6]: "MDT" },
  "America/Dawson": { [-7]: "MST" },
  "America/Havana": { [-5]: "CST", [-4]: "CDT" },
  "America/Hermosillo": { [-7]: "MST" },
  "America/Mazatlan": { [-7]: "MST", [-6]: "MDT" },
  "America/Whitehorse": { [-7]: "MST" },
  "Asia/Hong_Kong": { 8: "HKT" },
  "Asia/Jakarta": { 7: "WIB" },
  "Asia/Jayapura": { 9: "WIT" },
  "Asia/Jerusalem": { 2: "IST", 3: "IDT" },
  "Asia/Karachi": { 5: "PKT" },
  "Asia/Macau": { 8: "CST" },
  "Asia/Makassar": { 8: "WITA" },
  "Asia/Manila": { 8: "PST" },
  "Asia/Pontianak": { 7: "WIB" },
  "Asia/Pyongyang": { 8.5: "KST", 9: "KST" },
  "Asia/Seoul": { 9: "KST" },
  "Asia/Shanghai": { 8: "CST" },
  "Asia/Taipei": { 8: "CST" },
  "Asia/Tokyo": { 9: "JST" },
  "Europe/Dublin": { 1: "IST" },
  "Europe/Guernsey": { 1: "BST" },
  "Europe/Isle_of_Man": { 1: "BST" },
  "Europe/Jersey": { 1: "BST" },
  "Europe/Kirov": { 3: "MSK" },
  "Europe/Moscow": { 3: "MSK" },
  "Europe/Simferopol": { 3: "MSK" },
  "Europe/Volgograd": { 3: "MSK" },
  "Pacific/Guam": { 10: "ChST" },
  "Pacific/Midway": { [-11]: "SST" },
  "Pacific/Pago_Pago": { [-11]: "SST" },
  "Pacific/Saipan": { 10: "ChST" },
};

/** Zones for which Intl has letters and the zone database only the offset. */
const WITHOUT_LETTERS = new Set([
  "Africa/Casablanca",
  "Africa/El_Aaiun",
  "America/Miquelon",
  "Antarctica/Casey",
  "Antarctica/Troll",
  "Asia/Colombo",
  "Asia/Dubai",
  "Asia/Muscat",
  "Australia/Eucla",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
]);

/** Letters of Intl's own. */
const RENAMED: Readonly<Record<string, string>> = { HAST: "HST", HADT: "HDT", WAST: "CAT" };

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The zone's abbreviation: "GMT" for UTC, else its letters ("CET", "EST", "JST"), else
 * the offset as the zone database writes it for zones without letters ("+03", "-0330").
 */
export function zoneName(time: WallTime): string {
  if (isUtc(time.zone)) return "GMT";
  const timeZone = time.zone === "local" ? localZone() : zoneRules(time.zone).name;
  // An offset has no letters, and Node 20 can't be asked for one.
  if (!/^[+-]/.test(timeZone) && !WITHOUT_LETTERS.has(timeZone)) {
    const letters = lettersOf(timeZone, time);
    if (letters !== undefined) return letters;
  }
  const digits = offsetText(time.offset);
  return digits.endsWith("00") ? digits.slice(0, 3) : digits;
}

// By its name of the moment: TZ may have changed. What Intl calls a zone of POSIX's kind
// (`TZ=GMT+3`, three hours west) is no name that it takes; that has its offset here, too.
function localZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return /[+-]\d\d:\d\d$/.exec(timeZone)?.[0] ?? timeZone;
}

function lettersOf(timeZone: string, { epochSeconds, offset }: WallTime): string | undefined {
  const date = new Date(epochSeconds * 1000);
  for (const locale of LOCALES) {
    const name = abbreviation(locale, timeZone, date);
    if (name !== undefined && !/^(?:GMT|UTC)[+\u2212-]/.test(name)) {
      return Object.hasOwn(RENAMED, name) ? RENAMED[name] : name;
    }
  }
  return Object.hasOwn(LETTERS, timeZone) ? LETTERS[timeZone]?.[offset / 3600] : undefined;
}

function abbreviation(locale: string, timeZone: string, date: Date): string | undefined {
  const key = `${locale} ${timeZone}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "short" });
    formats.set(key, format);
  }
  return format.formatToParts(date).find(({ type }) => type === "timeZoneName")?.value;
}
