import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { makeNaming } from "./naming.ts";
import type { Namer } from "./naming.ts";
import type { Compression, DatedName } from "./names.ts";
import { suffixText, type SuffixKind } from "./suffix.ts";

const NAMERS: Readonly<Record<string, Namer>> = {
  first: (name) => `${name.slice("app.log.".length)}.app.log`,
  ext: (name) => `app.${name.slice("app.log.".length)}.log`,
  gz: (name) => `${name}.gz`,
  dash: (name) => name.replace("app.log.", "app-"),
};

const anyName = fc.record({
  suffix: fc
    .tuple(fc.constantFrom<SuffixKind>("S", "M", "H", "D"), fc.integer({ min: 0, max: 4e9 }))
    .map(([kind, wall]) => suffixText(kind, wall)),
  index: fc.integer({ min: 0, max: 99_999 }),
  stage: fc.constantFrom<readonly [boolean, Compression]>(
    [false, ""],
    [true, ""],
    [false, "gz"],
    [false, "zst"],
  ),
});

for (const [what, namer] of Object.entries(NAMERS)) {
  test(`what a namer makes of a name is found by its date, forward (${what})`, () => {
    const naming = makeNaming({ base: "app.log", kind: "D", namer });
    fc.assert(
      fc.property(anyName, ({ suffix, index, stage: [compressing, compression] }) => {
        const name: DatedName = { suffix, index, compressing, compression };
        const found = naming.parse(naming.entry(name));
        // "….gz" may be the namer's own ending or ours: both readings give this entry.
        assert.equal(found && naming.entry(found), naming.entry(name));
        assert.equal(found?.suffix, suffix);
      }),
    );
  });
}

test("a name that no namer of ours made is foreign", () => {
  const naming = makeNaming({ base: "app.log", kind: "D", namer: NAMERS["ext"] ?? null });
  assert.deepEqual(naming.parse("app.2024-01-01.3.log"), {
    suffix: "2024-01-01",
    index: 3,
    compressing: false,
    compression: "",
  });
  for (const entry of [
    "app.log",
    "app.log.2024-01-01",
    "app.2024-01-01.log.bak",
    "app.2024-02-30.log",
    "app.2024-01-01.03.log",
    "2024-01-01",
    "other.2024-01-01.log",
  ]) {
    assert.equal(naming.parse(entry), null, entry);
  }
});

test("where a rotator makes the finished files the namer's names are theirs alone", () => {
  const namer: Namer = (name) => `${name}.xz`;
  const naming = makeNaming({ base: "app.log", kind: "D", namer, rotator: true });
  assert.equal(naming.dated("2024-01-01", 2), "app.log.2024-01-01.2");
  const plain = { suffix: "2024-01-01", index: 2, compressing: false, compression: "" } as const;
  assert.deepEqual(naming.parse("app.log.2024-01-01.2"), plain);
  assert.deepEqual(naming.parse("app.log.2024-01-01.2~"), { ...plain, compressing: true });
  assert.deepEqual(naming.parse("app.log.2024-01-01.2.xz"), { ...plain, compression: "own" });
  assert.equal(naming.entry({ ...plain, compression: "own" }), "app.log.2024-01-01.2.xz");
});

test("a date is found behind one that the log's own name has", () => {
  const namer: Namer = (name) => name.replace("2024-01-01_10.log.", "2024-01-01_10-");
  const naming = makeNaming({ base: "2024-01-01_10.log", kind: "H", namer });
  assert.equal(naming.parse("2024-01-01_10-2024-01-28_07")?.suffix, "2024-01-28_07");
  assert.equal(naming.parse("2024-01-01_10-2024-02-30_07"), null);
});
