// The offsets of a time zone, from the zone data that Node carries (Intl). Formatters
// ask here, and handlers, which hand a zone to rotation/, where zones are known only
// through `offsetAt`. Nothing here reads the clock; a name is checked here and nowhere
// else, so that all Node versions accept the same ones.

import { ValueError } from "./errors.ts";
import { typeRefusal } from "./refusal.ts";

/** A zone's clock; fits `ZoneRules` of rotation/period.ts. */
export interface Zone {
  /** The zone's name as Intl writes it, an offset such as `+02:00`, or `local`. */
  readonly name: string;
  /** Seconds east of UTC at an instant, given in whole seconds since the epoch. */
  offsetAt(epochSeconds: number): number;
}

const ACCEPTED =
  "an IANA name such as 'Europe/Berlin', 'UTC', an offset below 16 hours such as '+02:00', or 'local'";

// Closer changes than this do not exist in the tz database (the closest two are
// 95 hours apart), so a block holds one change at most.
const BLOCK = 131_072;

/** Blocks kept per zone; a year has 241 of them. */
const MOST_BLOCKS = 2048;

// Intl formats dates of the years 1 to 9999 and far beyond; offsets outside are
// those of the nearest of these two instants.
const FIRST_INSTANT = -62_135_596_800;
const LAST_INSTANT = 253_402_300_799;

/** One block of time: the offset is `before` until `change` and `after` from there on. */
interface Block {
  readonly before: number;
  readonly change: number;
  readonly after: number;
}

type RawOffset = (epochSeconds: number) => number;

const named = new Map<string, Zone>();

/**
 * The clock of a zone.
 *
 * `"local"` is the zone that the process is in now: a later change of
 * `process.env.TZ` does not move a log that is already open. A fixed offset is
 * taken on every Node version, although Intl knows them only from Node 22 on.
 *
 * @throws ValueError for a name that the zone data does not hold, naming it and
 *   what is accepted; TypeError for what is not a string.
 */
export function zoneRules(timeZone: string): Zone {
  if (typeof timeZone !== "string") {
    throw typeRefusal("timeZone", timeZone, ACCEPTED);
  }
  if (timeZone === "local") return localZone();
  const known = named.get(timeZone);
  if (known !== undefined) return known;
  const zone = fixedZone(timeZone) ?? intlZone(timeZone);
  named.set(timeZone, zone);
  return zone;
}

function localZone(): Zone {
  const name: string | undefined = new Intl.DateTimeFormat("en-US").resolvedOptions().timeZone;
  // What Intl calls the local zone is not always a zone that it can open (a TZ
  // that holds a path has no name), nor always the zone that Date is in (TZ=GMT+3
  // is three hours west of UTC, but Node 26 calls it +03:00). Date is right then.
  if (name !== undefined && name !== "Etc/Unknown") {
    try {
      const zone = zoneRules(name);
      if (PROBES.every((probe) => zone.offsetAt(probe) === localOffset(probe))) return zone;
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
    }
  }
  return cachedZone("local", localOffset);
}

/** Both halves of some years: enough to tell the zones of the world from one another by error. */
const PROBES = [0, 15_552_000, 946_684_800, 962_409_600, 1_704_067_200, 1_719_792_000];

function fixedZone(text: string): Zone | null {
  if (text === "UTC") return { name: "UTC", offsetAt: () => 0 };
  const found = /^([+-])(0\d|1[0-5])(?::?([0-5]\d))?$/.exec(text);
  if (found === null) return null;
  const minutes = Number(found[2]) * 60 + Number(found[3] ?? 0);
  const seconds = found[1] === "-" && minutes !== 0 ? -minutes * 60 : minutes * 60;
  const name = `${found[1]}${found[2]}:${found[3] ?? "00"}`;
  return { name, offsetAt: () => seconds };
}

function intlZone(timeZone: string): Zone {
  const refused = (cause?: unknown): ValueError =>
    new ValueError(`unknown time zone '${timeZone}'; accepted: ${ACCEPTED}`, {
      value: timeZone,
      accepted: ACCEPTED,
      ...(cause === undefined ? {} : { cause }),
    });
  // Node 22 and later would take any offset here, also those that no zone ever had.
  if (/^[+-]/.test(timeZone)) throw refused();
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hour: "numeric",
      timeZoneName: "longOffset",
    });
  } catch (error) {
    throw refused(error);
  }
  const name = format.resolvedOptions().timeZone;
  if (name === "UTC") return { name, offsetAt: () => 0 };
  return cachedZone(name, (epochSeconds) => parseOffset(format.format(epochSeconds * 1000)));
}

/** `8 AM GMT-04:00`, `12 PM GMT`, `1 AM GMT-00:44:30`: the seconds east of UTC. */
function parseOffset(text: string): number {
  const found = /GMT(?:([+\-\u2212])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (found === null) throw new Error(`Intl wrote an offset that can't be read: '${text}'`);
  const seconds = Number(found[2] ?? 0) * 3600 + Number(found[3] ?? 0) * 60 + Number(found[4] ?? 0);
  return found[1] === undefined || found[1] === "+" ? seconds : 0 - seconds;
}

/** The offset of the zone that the process is in at this moment: seconds east of UTC, as Date knows them. */
export function localOffset(epochSeconds: number): number {
  const date = new Date(epochSeconds * 1000);
  // getTimezoneOffset drops the seconds of local mean times. Date.UTC would take
  // the years 0 to 99 for 1900 to 1999.
  const reading = new Date(0);
  reading.setUTCFullYear(date.getFullYear(), date.getMonth(), date.getDate());
  reading.setUTCHours(date.getHours(), date.getMinutes(), date.getSeconds());
  return reading.getTime() / 1000 - epochSeconds;
}

/**
 * Asks `raw` for the edges of a block of time only, and for the change inside it
 * where they differ, once. Asking again costs a look into a map.
 */
function cachedZone(name: string, raw: RawOffset): Zone {
  const edges = new Map<number, number>();
  const blocks = new Map<number, Block>();
  const edge = (index: number): number => {
    const known = edges.get(index);
    if (known !== undefined) return known;
    const offset = raw(index * BLOCK);
    edges.set(index, offset);
    return offset;
  };
  const load = (index: number): Block => {
    if (blocks.size >= MOST_BLOCKS) {
      blocks.clear();
      edges.clear();
    }
    const before = edge(index);
    const after = edge(index + 1);
    const change =
      before === after ? Infinity : changeBetween(raw, index * BLOCK, (index + 1) * BLOCK, before);
    const block = { before, change, after };
    blocks.set(index, block);
    return block;
  };
  return {
    name,
    offsetAt(epochSeconds) {
      const instant = Math.min(Math.max(epochSeconds, FIRST_INSTANT), LAST_INSTANT);
      const index = Math.floor(instant / BLOCK);
      const block = blocks.get(index) ?? load(index);
      return instant < block.change ? block.before : block.after;
    },
  };
}

/** The one whole second in (from, to] at which the offset stops being `before`. */
function changeBetween(raw: RawOffset, from: number, to: number, before: number): number {
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (raw(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}
