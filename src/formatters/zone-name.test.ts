import assert from "node:assert/strict";
import { test } from "node:test";

import { wallTime } from "./wall-time.ts";
import { zoneName } from "./zone-name.ts";

const WINTER = Date.UTC(2024, 0, 15) / 1000;
const SUMMER = Date.UTC(2024, 6, 15) / 1000;

function namesOf(zone: string): string[] {
  return [WINTER, SUMMER].map((at) => zoneName(wallTime(at, zone)));
}

test("a zone has the letters of the zone database, in winter and in summer", () => {
  assert.deepEqual(namesOf("Asia/Jerusalem"), ["IST", "IDT"]);
  assert.deepEqual(namesOf("America/Havana"), ["CST", "CDT"]);
  assert.deepEqual(namesOf("America/Chihuahua"), ["CST", "CST"]);
  assert.deepEqual(namesOf("America/Ciudad_Juarez"), ["MST", "MDT"]);
  assert.deepEqual(namesOf("America/Adak"), ["HST", "HDT"]);
  assert.deepEqual(namesOf("Europe/Dublin"), ["GMT", "IST"]);
  assert.deepEqual(namesOf("Europe/Jersey"), ["GMT", "BST"]);
  assert.deepEqual(namesOf("Europe/Berlin"), ["CET", "CEST"]);
  assert.deepEqual(namesOf("Asia/Tokyo"), ["JST", "JST"]);
  assert.deepEqual(namesOf("Asia/Kolkata"), ["IST", "IST"]);
});

test("a zone of which the database has only the offset is named by it", () => {
  assert.deepEqual(namesOf("Pacific/Chatham"), ["+1345", "+1245"]);
  assert.deepEqual(namesOf("Africa/Casablanca"), ["+01", "+01"]);
  assert.deepEqual(namesOf("America/Miquelon"), ["-03", "-02"]);
  assert.deepEqual(namesOf("Asia/Kathmandu"), ["+0545", "+0545"]);
  assert.deepEqual(namesOf("Australia/Lord_Howe"), ["+11", "+1030"]);
});

test("a zone by another of its names is named the same", () => {
  assert.deepEqual(namesOf("NZ-CHAT"), ["+1345", "+1245"]);
  assert.deepEqual(namesOf("Israel"), ["IST", "IDT"]);
  assert.deepEqual(namesOf("Cuba"), ["CST", "CDT"]);
});

test("UTC is GMT to strftime", () => {
  assert.deepEqual(namesOf("utc"), ["GMT", "GMT"]);
});

test("the local zone is named by its offset where TZ is of POSIX's kind", () => {
  const before = process.env["TZ"];
  try {
    for (const [zone = "", name] of [
      ["GMT+3", "-03"],
      ["Etc/GMT-3", "+03"],
    ]) {
      process.env["TZ"] = zone;
      assert.equal(zoneName(wallTime(WINTER, "local")), name, zone);
    }
  } finally {
    if (before === undefined) delete process.env["TZ"];
    else process.env["TZ"] = before;
  }
});
