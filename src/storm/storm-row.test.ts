import assert from "node:assert/strict";
import { test } from "node:test";
import type { Verdict } from "./checker.ts";
import { isAsItShouldBe, makeRow, skippedRow } from "./storm-row.ts";
import type { Run } from "./storm-row.ts";
import { formatConclusion, formatOffences, formatTable } from "./storm-table.ts";

const RUN: Run = {
  name: "dated",
  kind: "ours",
  durability: "write",
  walk: false,
  processes: 4,
  periods: 3,
  kills: 2,
  seed: 7,
  zone: "UTC",
  seconds: 3,
  sightings: 9,
  limitHolds: true,
  linkFaults: [],
  removalFaults: [],
  restFaults: [],
  archives: 0,
  removed: 0,
  journals: 0,
  orphans: 0,
  midDrain: 0,
  journalFault: null,
  crashes: [],
  complaints: [],
};

const GOOD: Verdict = {
  acked: 10,
  found: 10,
  lost: 0,
  twice: 0,
  torn: 0,
  misfiled: 0,
  fragments: 1,
  extra: 1,
  retired: 0,
  excused: 0,
  oversize: 0,
  overshoot: 0,
  offences: [],
};

test("ours is broken by any fault, by a wrong current name, by a crash, by silence", () => {
  assert.equal(makeRow(RUN, GOOD).outcome, "clean");
  for (const fault of ["lost", "twice", "torn", "misfiled"]) {
    assert.equal(makeRow(RUN, { ...GOOD, [fault]: 1 }).outcome, "broken", fault);
  }
  assert.equal(makeRow({ ...RUN, linkFaults: ["ahead"] }, GOOD).outcome, "broken");
  assert.equal(makeRow({ ...RUN, crashes: ["w1"] }, GOOD).outcome, "broken");
  assert.equal(makeRow({ ...RUN, removalFaults: ["a day"] }, GOOD).outcome, "broken");
  assert.equal(makeRow({ ...RUN, restFaults: ["a ~"] }, GOOD).outcome, "broken");
  assert.equal(makeRow(RUN, { ...GOOD, oversize: 1 }).outcome, "broken");
  assert.equal(makeRow({ ...RUN, limitHolds: false }, { ...GOOD, oversize: 1 }).outcome, "clean");
  assert.equal(makeRow(RUN, { ...GOOD, overshoot: 99 }).outcome, "clean");
  assert.equal(makeRow(RUN, { ...GOOD, excused: 3 }).outcome, "clean");
  const noJournal = makeRow({ ...RUN, journalFault: "no journal was ever seen" }, GOOD);
  assert.equal(noJournal.outcome, "broken");
  assert.deepEqual(noJournal.examples, ["no journal was ever seen"]);
  assert.equal(makeRow(RUN, { ...GOOD, acked: 0, found: 0 }).outcome, "broken");
});

test("a specimen may be lucky in a storm, never in the walk", () => {
  const specimen: Run = { ...RUN, name: "stock handler", kind: "specimen" };
  const lucky = makeRow(specimen, GOOD);
  const missed = makeRow({ ...specimen, walk: true }, GOOD);
  const convicted = makeRow({ ...specimen, walk: true }, { ...GOOD, misfiled: 1 });
  assert.deepEqual([lucky.outcome, missed.outcome], ["lucky", "missed"]);
  const onlyGlued = makeRow({ ...specimen, walk: true }, { ...GOOD, torn: 1, lost: 1 });
  assert.equal(onlyGlued.outcome, "missed");
  assert.equal(convicted.outcome, "convicted");
  assert.deepEqual([lucky, missed, convicted].map(isAsItShouldBe), [true, false, true]);
  // One that is taken for a journal is there for what it loses to a kill.
  const early: Run = { ...specimen, name: "early ack", durability: "journal", walk: true };
  const outcomes = [GOOD, { ...GOOD, misfiled: 1 }, { ...GOOD, lost: 1 }].map(
    (verdict) => makeRow(early, verdict).outcome,
  );
  assert.deepEqual(outcomes, ["missed", "missed", "convicted"]);
});

test("a row that did not run says why and breaks nothing", () => {
  const row = skippedRow({ ...RUN, name: "fix 1", kind: "specimen" }, "no lock here");
  assert.equal(row.skipped, "no lock here");
  assert.ok(isAsItShouldBe(row));
  assert.match(formatTable([row]), /^fix 1 .* not run$/m);
  assert.match(formatConclusion({ ok: true, seed: 7, rows: [row] }), /fix 1 was not run: no lock/);
});

test("the table is aligned and gives each row its verdict", () => {
  const broken = makeRow(RUN, { ...GOOD, acked: 1234567, lost: 3 });
  const lines = formatTable([makeRow(RUN, GOOD), broken]).split("\n");
  assert.equal(lines.length, 4);
  const at = lines[0]?.indexOf("verdict") ?? -1;
  assert.equal(lines[2]?.slice(at), "ok");
  assert.equal(lines[3]?.slice(at), "BROKEN");
  assert.doesNotMatch(lines[0] ?? "", /seed/);
  const several = formatTable([makeRow(RUN, GOOD), makeRow({ ...RUN, seed: 12 }, GOOD)]);
  assert.match(several, /^seed {2}handler.*\n-+\n {3}7 {2}dated.*\n {2}12 {2}dated/);
});

test("durability, orphans and what memory lost have their columns where there are any", () => {
  const run: Run = { ...RUN, name: "dated, journal", durability: "journal" };
  const journal = makeRow({ ...run, journals: 9, orphans: 4, midDrain: 1 }, GOOD);
  const memory: Run = { ...RUN, name: "dated, buffered", durability: "buffered" };
  const rows = [journal, makeRow(memory, { ...GOOD, excused: 60 })];
  const [titles = "", , first = "", second = ""] = formatTable(rows).split("\n");
  assert.match(
    titles,
    /^handler +durability +kills .* fragments +excused +orphans +mid-drain +ver/,
  );
  assert.match(first, /^dated, journal +journal +2 .* 1 +0 +4 +1 +ok$/);
  assert.match(second, /^dated, buffered +buffered +2 .* 1 +60 +0 +0 +ok$/);
  const conclusion = formatConclusion({ ok: true, seed: 7, rows });
  assert.match(conclusion, /4 journals of killed processes had lines in them, 1 was cut off/);
  assert.match(conclusion, /60 lines died in the memory of killed processes/);
  assert.doesNotMatch(formatTable([makeRow(RUN, GOOD)]), /durability|excused|orphans/);
});

test("a broken row is shown with its folder, its first offence, file and offset", () => {
  const offences = [
    { fault: "misfiled", file: "app.log.2019-09-03", offset: 42, text: '"L|w0"' },
  ] as const;
  const row = { ...makeRow(RUN, { ...GOOD, misfiled: 1, offences }), folder: "kept/here" };
  const text = formatOffences([row]);
  assert.match(text, /seed 7/);
  assert.match(text, /kept\/here/);
  assert.match(text, /misfiled: app\.log\.2019-09-03 at 42: "L\|w0"/);
  assert.match(formatConclusion({ ok: false, seed: 7, rows: [row] }), /FAILED/);
});

test("rows of many seeds are added up by handler, the walks below their storms", () => {
  const seeds = [1, 2, 3, 4, 5];
  const rows = seeds.flatMap((seed) => [
    makeRow(
      { ...RUN, seed, archives: 2 },
      { ...GOOD, overshoot: 10 * seed, lost: seed === 3 ? 1 : 0 },
    ),
    makeRow({ ...RUN, seed, name: "dated (idle walk)", walk: true }, GOOD),
  ]);
  const [titles, , storm, walk, ...rest] = formatTable(rows).split("\n");
  assert.deepEqual(rest, []);
  assert.match(titles ?? "", /^handler +seeds +kills +acked .* archives +overshoot +verdict$/);
  assert.match(storm ?? "", /^dated +5 +10 +50 +1 +0 .* 10 +50 +BROKEN \(with 1 of 5 seeds\)$/);
  assert.match(walk ?? "", /^ {2}idle walk +5 +10 +50 +0 .* ok$/);
  const conclusion = formatConclusion({ ok: false, seed: 1, rows });
  assert.match(conclusion, /100 lines acknowledged over 5 seeds, 20 kills, 1 lines at fault/);
  assert.match(conclusion, /10 archives made, 0 files and 0 lines removed/);
  assert.match(conclusion, /worst overshoot of a size limit: 50 bytes/);
});
