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

/** Whether the zone is UTC by that name. */
export function isUtc(zone: FormatterZone): boolean {
  return zone === "UTC" || zone === "utc";
}
