import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { hiddenName, lockName, type Compression } from "./names.ts";
import { makeNaming } from "./naming.ts";
import { namesToDelete } from "./retention.ts";
import { suffixText } from "./suffix.ts";

const naming = makeNaming({ base: "app", kind: "D" });
const ANY = { naming, count: 0, oldest: null, totalBytes: 0, current: "2024-01-05" };

const FOLDER = [
  ".daybook",
  "app",
  "app.2024-01-03",
  "app.2024-01-01.gz",
  "app.2024-01-02.1",
  "app.2024-01-02",
  "app.2024-01-02.2.zst",
  "app.2024-01-02.3~",
  "app.2024-01-04",
  "app.2024-01-05",
  "app.2024-01-05.1",
  "app.2024-01-06",
  "app.2023-02-30",
  "app.2023-12-31_10",
  "app.2023-12-31.bak",
  "app.log.2023-12-31",
  "notes.txt",
];

test("the newest retired periods stay and a period goes with all its files", () => {
  const ask = (count: number): string[] => namesToDelete({ ...ANY, count, entries: FOLDER });
  assert.deepEqual(ask(4), []);
  assert.deepEqual(ask(3), ["app.2024-01-01.gz"]);
  assert.deepEqual(ask(2), [
    "app.2024-01-01.gz",
    "app.2024-01-02",
    "app.2024-01-02.1",
    "app.2024-01-02.2.zst",
    "app.2024-01-02.3~",
  ]);
  assert.equal(ask(1).at(-1), "app.2024-01-03");
  assert.ok(!ask(1).includes("app.2024-01-04"));
});

test("without a limit nothing is deleted", () => {
  for (const count of [0, -1, Number.NaN, Infinity]) {
    assert.deepEqual(namesToDelete({ ...ANY, count, entries: FOLDER }), []);
  }
});

test("by age a period goes as a whole, and the current one never", () => {
  const ask = (oldest: string): string[] => namesToDelete({ ...ANY, oldest, entries: FOLDER });
  assert.deepEqual(ask("2024-01-01"), []);
  assert.deepEqual(ask("2024-01-02"), ["app.2024-01-01.gz"]);
  assert.deepEqual(ask("2024-01-03").length, 5);
  assert.ok(!ask("2025-01-01").some((entry) => entry >= "app.2024-01-05"));
});

test("by total size the oldest retired files go one by one until the rest fits", () => {
  const sizes = new Map(FOLDER.map((entry) => [entry, 10]));
  const ask = (totalBytes: number): string[] =>
    namesToDelete({ ...ANY, totalBytes, sizes, entries: FOLDER });
  // Ten files are ours, of ten bytes each; three of them may not go.
  assert.deepEqual(ask(100), []);
  assert.deepEqual(ask(99), ["app.2024-01-01.gz"]);
  assert.deepEqual(ask(71), ["app.2024-01-01.gz", "app.2024-01-02", "app.2024-01-02.1"]);
  assert.deepEqual(ask(1).length, 7);
  assert.deepEqual(
    namesToDelete({ ...ANY, count: 2, totalBytes: 50, sizes, entries: FOLDER }).at(-1),
    "app.2024-01-02.3~",
  );
});

test("files that a namer has named are found, and go by their dates", () => {
  const first = makeNaming({
    base: "app",
    kind: "D",
    namer: (name) => `${name.slice("app.".length)}.app`,
  });
  const entries = ["2024-01-03.app", "2024-01-02.app", "2024-01-01.app", "app.2023-12-31", "z.app"];
  const question = { ...ANY, naming: first, count: 1, entries };
  assert.deepEqual(namesToDelete(question), ["2024-01-01.app", "2024-01-02.app"]);
});

test("a log of its own that looks like an old file of ours stays", () => {
  const question = {
    ...ANY,
    count: 1,
    entries: ["app.2024-01-01", "app.2024-01-02", "app.2024-01-03", "app.2024-01-01.2023-01-01"],
  };
  assert.deepEqual(namesToDelete(question), ["app.2024-01-01", "app.2024-01-02"]);
  assert.deepEqual(namesToDelete({ ...question, privateEntries: [lockName("app.2024-01-01")] }), [
    "app.2024-01-02",
  ]);
  const hidden = hiddenName("app.2024-01-02", "2024-01-05");
  assert.deepEqual(namesToDelete({ ...question, privateEntries: [lockName("app"), hidden] }), [
    "app.2024-01-01",
  ]);
});

test("in any folder only whole periods older than the kept ones are named", () => {
  const anyFile = fc.record({
    day: fc.integer({ min: 0, max: 20 }),
    index: fc.integer({ min: 0, max: 3 }),
    compressing: fc.boolean(),
    compression: fc.constantFrom<Compression>("", "gz", "zst"),
  });
  const foreign = fc.constantFrom(...FOLDER.slice(-5), "app", "app.1", "xapp.1970-01-01");
  fc.assert(
    fc.property(
      fc.array(anyFile),
      fc.array(foreign),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 0, max: 20 }),
      (files, foreigners, backupCount, today) => {
        const ours = new Map(
          files.map((file) => [
            naming.entry({ ...file, suffix: suffixText("D", file.day * 86_400) }),
            file.day,
          ]),
        );
        const deleted = namesToDelete({
          ...ANY,
          count: backupCount,
          current: suffixText("D", today * 86_400),
          entries: [...foreigners, ...ours.keys()],
        });
        const retired = [...new Set(ours.values())].filter((day) => day < today);
        const kept = new Set(retired.toSorted((a, b) => b - a).slice(0, backupCount));
        for (const [name, day] of ours) {
          assert.equal(deleted.includes(name), day < today && !kept.has(day), name);
        }
        assert.ok(deleted.every((name) => ours.has(name)));
        assert.equal(new Set(deleted).size, deleted.length);
      },
    ),
  );
});
