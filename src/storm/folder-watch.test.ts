import assert from "node:assert/strict";
import { test } from "node:test";
import { FolderWatch } from "./folder-watch.ts";

const [DAY1, DAY2, DAY3] = ["app.log.2019-09-01", "app.log.2019-09-02", "app.log.2019-09-03"];

function watch(backupCount: number, numbered = false): FolderWatch {
  return new FolderWatch({ path: "/logs/app.log", numbered, backupCount });
}

/** Shows a watch the same names until it believes them. */
function show(watched: FolderWatch, today: string, ...names: string[]): void {
  for (let looks = 0; looks < 3; looks += 1) watched.note(names, () => today);
}

test("an old period may go when enough later ones are over, and is counted", () => {
  const watched = watch(1);
  show(watched, "2019-09-03", DAY1, DAY2, DAY3);
  show(watched, "2019-09-03", DAY2, DAY3);
  assert.deepEqual([watched.faults, watched.removed], [[], 1]);
  show(watched, "2019-09-03", DAY2, DAY3);
  assert.equal(watched.removed, 1, "once");
});

test("a live period that goes is noticed, though it would be old enough in the end", () => {
  const watched = watch(1);
  show(watched, "2019-09-02", DAY1, DAY2);
  show(watched, "2019-09-02", DAY1);
  assert.match(
    watched.faults[0] ?? "",
    /2019-09-02\.0 went when 0 later periods were over.*kept: 1/,
  );
  // The day before yesterday is not enough, if two are to be kept.
  const two = watch(2);
  show(two, "2019-09-03", DAY1, DAY2, DAY3);
  show(two, "2019-09-03", DAY2, DAY3);
  assert.match(two.faults[0] ?? "", /2019-09-01\.0 went when 1 later periods were over/);
});

test("one file of a live period that goes is noticed, and any file where all are kept", () => {
  const watched = watch(1);
  show(watched, "2019-09-02", DAY2, `${DAY2}.1`, `${DAY2}.2`);
  show(watched, "2019-09-02", DAY2, `${DAY2}.2`);
  assert.match(watched.faults[0] ?? "", /2019-09-02\.1 went/);
  const all = watch(0);
  show(all, "2019-09-30", DAY1, DAY2, DAY3);
  show(all, "2019-09-30", DAY2, DAY3);
  assert.match(all.faults[0] ?? "", /2019-09-01\.0 went.*kept: all/);
});

test("a file that changes its form stays, its archive is counted once, a blink is no removal", () => {
  const watched = watch(0);
  show(watched, "2019-09-02", DAY1);
  show(watched, "2019-09-02", `${DAY1}~`);
  watched.note([], () => "2019-09-02");
  watched.note([], () => "2019-09-02");
  show(watched, "2019-09-02", `${DAY1}~`, `${DAY1}.gz`);
  show(watched, "2019-09-02", `${DAY1}.gz`);
  assert.deepEqual([watched.faults, watched.packed, watched.removed], [[], 1, 0]);
});

test("of a numbered log only the archives are counted, for its names change hands", () => {
  const watched = watch(2, true);
  show(watched, "2019-09-02", "app.log", "app.log.1", "app.log.2.gz");
  show(watched, "2019-09-02", "app.log");
  assert.deepEqual([watched.faults, watched.packed, watched.removed], [[], 1, 0]);
});
