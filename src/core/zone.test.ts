import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import * as fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { ValueError } from "./errors.ts";
import { parseSchedule, periodOf, type Period } from "../rotation/period.ts";
import { zoneRules } from "./zone.ts";

const ownZone = process.env["TZ"];
afterEach(() => {
  if (ownZone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = ownZone;
});

const ALL = Intl.supportedValuesOf("timeZone");
/** Zones with a history: half-hour shifts, skipped and repeated dates, midnights that come twice. */
const ODD = [
  "Africa/Casablanca",
  "Africa/Monrovia",
  "America/Havana",
  "America/Juneau",
  "America/Nuuk",
  "America/Sao_Paulo",
  "America/St_Johns",
  "Antarctica/Troll",
  "Asia/Beirut",
  "Asia/Gaza",
  "Asia/Manila",
  "Asia/Tehran",
  "Atlantic/Azores",
  "Australia/Lord_Howe",
  "Europe/Dublin",
  "Pacific/Apia",
  "Pacific/Kwajalein",
];
const anyZone = fc.oneof(fc.constantFrom(...ALL), fc.constantFrom(...ODD));
const anyInstant = fc.integer({
  min: Date.UTC(1840, 0, 1) / 1000,
  max: Date.UTC(2100, 0, 1) / 1000,
});

function zonedAt(timeZone: string, at: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(timeZone);
}

function offsetByTemporal(timeZone: string, at: number): number {
  return zonedAt(timeZone, at).offsetNanoseconds / 1e9;
}

test("offsets are Temporal's, to the second, in every zone from 1840 to 2100", () => {
  fc.assert(
    fc.property(anyZone, anyInstant, (timeZone, at) => {
      assert.equal(zoneRules(timeZone).offsetAt(at), offsetByTemporal(timeZone, at));
    }),
    { numRuns: 3000 },
  );
});

/** The instants of a zone's first changes since a year, by Temporal. */
function changesOf(timeZone: string, year: number, most: number): number[] {
  const found: number[] = [];
  let next: Temporal.ZonedDateTime | null = zonedAt(timeZone, Date.UTC(year, 0, 1) / 1000);
  while (found.length < most) {
    next = next.getTimeZoneTransition("next");
    if (next === null) break;
    found.push(next.epochMilliseconds / 1000);
  }
  return found;
}

test("an offset changes at the very second at which Temporal's does", () => {
  for (const timeZone of ODD) {
    const zone = zoneRules(timeZone);
    for (const change of changesOf(timeZone, 1995, 20)) {
      assert.equal(zone.offsetAt(change), offsetByTemporal(timeZone, change));
      assert.equal(zone.offsetAt(change - 1), offsetByTemporal(timeZone, change - 1));
    }
  }
});

test("local mean times keep their seconds", () => {
  assert.equal(zoneRules("Africa/Monrovia").offsetAt(0), -(44 * 60 + 30));
  assert.equal(zoneRules("Asia/Manila").offsetAt(-5_000_000_000), -(15 * 3600 + 56 * 60 + 8));
});

test("asking again, in any order, gives the same answer", () => {
  const zone = zoneRules("America/New_York");
  const asked = Array.from({ length: 6000 }, (_, i) => i * 100_003);
  const first = asked.map((at) => zone.offsetAt(at));
  const again = asked.toReversed().map((at) => zone.offsetAt(at));
  assert.deepEqual(again.toReversed(), first);
});

test("instants outside the years 1 to 9999 have the offset of the nearest one inside", () => {
  const zone = zoneRules("Europe/Berlin");
  for (const at of [-Infinity, -8.64e12, -62_135_596_800]) assert.equal(zone.offsetAt(at), 3208);
  for (const at of [Infinity, 8.64e12, 253_402_300_799]) assert.equal(zone.offsetAt(at), 3600);
});

/** The first instant of a date, or of the next one if the date was skipped. */
function firstOf(timeZone: string, date: Temporal.PlainDate): number {
  return date.toZonedDateTime(timeZone).epochMilliseconds / 1000;
}

function dayByTemporal(timeZone: string, at: number): Period {
  let date = zonedAt(timeZone, at).toPlainDate();
  // Where the clock goes back across midnight Temporal is on the old date
  // again; the file of a date that has begun stays in use.
  while (firstOf(timeZone, date.add({ days: 1 })) <= at) date = date.add({ days: 1 });
  const start = firstOf(timeZone, date);
  const suffix = zonedAt(timeZone, start).toPlainDate().toString();
  return { start, end: firstOf(timeZone, date.add({ days: 1 })), suffix };
}

test("days begin and end where Temporal's do", () => {
  const schedule = parseSchedule({ when: "midnight" });
  fc.assert(
    fc.property(anyZone, anyInstant, (timeZone, at) => {
      assert.deepEqual(periodOf(schedule, zoneRules(timeZone), at), dayByTemporal(timeZone, at));
    }),
    { numRuns: 1500 },
  );
});

test("days around every change of the odd zones begin and end where Temporal's do", () => {
  const schedule = parseSchedule({ when: "D" });
  for (const timeZone of ODD) {
    for (const change of changesOf(timeZone, 2005, 15)) {
      for (const shift of [-86_400, -3600, -1, 0, 1, 1800, 3600, 86_400]) {
        const at = change + shift;
        assert.deepEqual(periodOf(schedule, zoneRules(timeZone), at), dayByTemporal(timeZone, at));
      }
    }
  }
});

test("UTC and fixed offsets are taken on every Node version", () => {
  assert.equal(zoneRules("UTC").offsetAt(1e9), 0);
  assert.equal(zoneRules("GMT").offsetAt(1e9), 0);
  for (const [text, name, offset] of [
    ["+02:00", "+02:00", 7200],
    ["-0930", "-09:30", -34_200],
    ["+14", "+14:00", 50_400],
    ["-00:00", "-00:00", 0],
  ] as const) {
    const zone = zoneRules(text);
    assert.equal(zone.name, name);
    assert.equal(zone.offsetAt(1e9), offset);
  }
});

test("a zone that is not known is refused, naming it and what is accepted", () => {
  for (const timeZone of [
    "Europe/Atlantis",
    "",
    " UTC",
    "+16:00",
    "+2",
    "-24:00",
    "+01:00:30",
    "Local",
  ]) {
    assert.throws(
      () => zoneRules(timeZone),
      (error) => {
        assert.ok(error instanceof ValueError, String(error));
        assert.ok(error.message.startsWith(`unknown time zone '${timeZone}'; accepted: `));
        assert.equal(error.value, timeZone);
        assert.match(error.accepted ?? "", /Europe\/Berlin.*UTC.*\+02:00/);
        return true;
      },
    );
  }
  assert.throws(() => zoneRules(2 as unknown as string), { name: "TypeError" });
});

test("the names of zones are taken in either case", () => {
  assert.equal(zoneRules("europe/berlin").offsetAt(0), 3600);
});

test("the local zone is the one in force when it was asked for", () => {
  process.env["TZ"] = "Asia/Kathmandu";
  const zone = zoneRules("local");
  assert.equal(zone.offsetAt(1_700_000_000), 20_700);
  process.env["TZ"] = "America/New_York";
  assert.equal(zone.offsetAt(1_720_000_000), 20_700);
  assert.equal(zoneRules("local").offsetAt(1_720_000_000), -14_400);
});

test("the local zone is Date's even where Intl has no name or a wrong name for it", () => {
  for (const tz of ["GMT+3", "/usr/share/zoneinfo/Asia/Tokyo", "nowhere", "", ":Europe/Berlin"]) {
    process.env["TZ"] = tz;
    const zone = zoneRules("local");
    for (const at of [0, 1_700_000_000, 1_720_000_000]) {
      const minutes = 0 - new Date(at * 1000).getTimezoneOffset();
      assert.equal(zone.offsetAt(at), minutes * 60, `TZ=${tz} at ${at}`);
    }
  }
});
