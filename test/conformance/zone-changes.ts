// What the world decided about its clocks after the zone data of the cases
// (2025b). A Node with newer data answers otherwise, and rightly so. The
// deviation `newer-zone-data` runs a case again with the clocks as they were
// expected to be; nothing but that may make the difference.

import { zoneRules } from "../../src/core/zone.ts";
import type { ZoneRules } from "../../src/rotation/period.ts";

/** A stretch of time for which a zone's offset has been decided anew. */
interface ZoneChange {
  readonly zone: string;
  /** Epoch seconds: the first and the last instant of the stretch, the last not included. */
  readonly from: number;
  readonly to: number;
  /** Seconds east of UTC in zone data 2025b, all through the stretch. */
  readonly formerly: number;
}

/** Release 2026b and later; each stretch ends with the next change that 2025b had foreseen. */
const CHANGES: readonly ZoneChange[] = [
  // Morocco gives up its permanent summer time on 2026-09-20.
  { zone: "Africa/Casablanca", from: 1_789_866_000, to: 1_801_965_600, formerly: 3600 },
  { zone: "Africa/El_Aaiun", from: 1_789_866_000, to: 1_801_965_600, formerly: 3600 },
  // British Columbia and Alberta no longer go back in autumn 2026.
  { zone: "America/Vancouver", from: 1_793_523_600, to: 1_805_018_400, formerly: -28_800 },
  { zone: "America/Edmonton", from: 1_793_520_000, to: 1_805_014_800, formerly: -25_200 },
];

/** Whether this Node's zone data is newer than the cases' for any zone listed. */
export function hasNewerZoneData(): boolean {
  return CHANGES.some(differs);
}

/** The zone as the cases know it, or null where this Node's data is the same. */
export function formerRules(timeZone: string): ZoneRules | null {
  const change = CHANGES.find(({ zone }) => zone === timeZone);
  if (change === undefined || !differs(change)) return null;
  const today = zoneRules(timeZone);
  return {
    offsetAt: (at) => (at >= change.from && at < change.to ? change.formerly : today.offsetAt(at)),
  };
}

function differs({ zone, from, formerly }: ZoneChange): boolean {
  return zoneRules(zone).offsetAt(from + 86_400) !== formerly;
}
