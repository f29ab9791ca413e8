import assert from "node:assert/strict";
import { test } from "node:test";
import { dateInZone, isZone, nextMidnight } from "./zone-days.ts";

test("the date is the zone's own, whatever the machine's zone is", () => {
  const evening = Date.UTC(2019, 8, 3, 22, 30);
  assert.equal(dateInZone(evening, "UTC"), "2019-09-03");
  assert.equal(dateInZone(evening, "Europe/Berlin"), "2019-09-04");
  assert.equal(dateInZone(evening, "America/New_York"), "2019-09-03");
});

test("midnight is the first millisecond of the next date", () => {
  const berlin = nextMidnight(Date.UTC(2019, 9, 26, 12), "Europe/Berlin");
  assert.equal(berlin, Date.UTC(2019, 9, 26, 22));
  // The day that follows has 25 hours.
  assert.equal(nextMidnight(berlin, "Europe/Berlin"), Date.UTC(2019, 9, 27, 23));
});

test("a day may begin at one o'clock, and a date may never be", () => {
  const saoPaulo = nextMidnight(Date.UTC(2018, 10, 3, 15), "America/Sao_Paulo");
  assert.equal(saoPaulo, Date.UTC(2018, 10, 4, 3));
  const apia = nextMidnight(Date.UTC(2011, 11, 29, 20), "Pacific/Apia");
  assert.equal(dateInZone(apia - 1, "Pacific/Apia"), "2011-12-29");
  assert.equal(dateInZone(apia, "Pacific/Apia"), "2011-12-31");
});

test("a zone is known or not", () => {
  assert.ok(isZone("Asia/Kolkata"));
  assert.ok(!isZone("Mars/Olympus"));
});
