import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  basesOf,
  compareDated,
  damagedName,
  datedName,
  hiddenName,
  journalName,
  lockName,
  parseDatedName,
  parsePrivateName,
  temporaryName,
  type DatedName,
} from "./names.ts";
import { makeNaming } from "./naming.ts";
import { suffixText, type SuffixKind } from "./suffix.ts";

const DAILY = { kind: "D" } as const;

/** Names that look like parts of our own grammar, to be put together into nasty bases. */
const piece = fc.constantFrom(
  "app",
  "log",
  "2024-01-01",
  "2024-01-01_10",
  "1",
  "0",
  "~",
  "gz",
  "lock",
  "active",
  "tmp",
  "-",
  "",
  "a\nb",
  "é",
);
const anyBase = fc
  .oneof(
    fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(".")),
    fc.string({ minLength: 1, maxLength: 12 }),
  )
  .filter((base) => base !== "" && base !== "." && base !== ".." && !/[/\0]/.test(base));

const anySuffix = fc
  .tuple(fc.constantFrom<SuffixKind>("S", "M", "H", "D"), fc.integer({ min: 0, max: 4e9 }))
  .map(([kind, wall]) => suffixText(kind, wall));

const anyDated: fc.Arbitrary<DatedName> = fc.record(
  {
    suffix: anySuffix,
    index: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 999_999_999_999_999 })),
    compressing: fc.boolean(),
    compression: fc.constantFrom("", "gz", "zst"),
  },
  { noNullPrototype: true },
);

function entryOf(base: string, name: DatedName): string {
  return makeNaming({ base, kind: null }).entry(name);
}

test("a period's file is base.suffix, with a number from the second file on", () => {
  assert.equal(datedName("httpsrv.log", "2019-09-03"), "httpsrv.log.2019-09-03");
  assert.equal(datedName("httpsrv.log", "2019-09-03", 0), "httpsrv.log.2019-09-03");
  assert.equal(datedName("httpsrv.log", "2019-09-03", 12), "httpsrv.log.2019-09-03.12");
});

test("every name that we write is read back for every base", () => {
  fc.assert(
    fc.property(anyBase, anyDated, (base, name) => {
      assert.deepEqual(parseDatedName(base, null, entryOf(base, name)), name);
    }),
  );
});

test("a dated file is the data of one base only", () => {
  fc.assert(
    fc.property(anyBase, anyBase, anyDated, (one, other, name) => {
      fc.pre(one !== other);
      assert.equal(parseDatedName(other, null, entryOf(one, name)), null);
    }),
    { numRuns: 2000 },
  );
});

test("what looks almost like ours is foreign", () => {
  for (const entry of [
    "app.log",
    "app.log.",
    "app.log.1",
    "app.log.2024-02-30",
    "app.log.2024-01-01.0",
    "app.log.2024-01-01.01",
    "app.log.2024-01-01.-1",
    "app.log.2024-01-01.1.2",
    "app.log.2024-01-01.1234567890123456",
    "app.log.2024-01-01.gz.1",
    "app.log.2024-01-01.gz~",
    "app.log.2024-01-01~~",
    "app.log.2024-01-01.bz2",
    "app.log.2024-01-01.GZ",
    "app.log.2024-01-01.gz.tmp",
    "app.log.2024-01-01 ",
    "app.log.2024-01-01\n",
    "app.log.2024-01-01_10",
    "app.log.2024-01-011",
    "app-log.2024-01-01",
    "App.log.2024-01-01",
    ".app.log.2024-01-01",
    "app.log2024-01-01",
  ]) {
    assert.equal(parseDatedName("app.log", DAILY, entry), null, JSON.stringify(entry));
  }
});

test("a journal's name is read back for every base, and belongs to no other", () => {
  fc.assert(
    fc.property(anyBase, (base) => {
      const name = journalName(base, "12-0-a1b2");
      assert.deepEqual(parsePrivateName(name), { use: "journal", base, unique: "12-0-a1b2" });
      assert.equal(parsePrivateName(damagedName(base, "12-0-a1b2")), null);
    }),
  );
});

test("a base that ends in a date has files of its own", () => {
  assert.equal(parseDatedName("app", DAILY, "app.2024-01-01.2024-01-02"), null);
  assert.equal(parseDatedName("app.2024-01-01", DAILY, "app.2024-01-01.5"), null);
  assert.deepEqual(
    parseDatedName("app.2024-01-01", DAILY, "app.2024-01-01.2024-01-02")?.suffix,
    "2024-01-02",
  );
});

test("files of one log are ordered by period, then number, then stage", () => {
  const ordered = [
    "app.2024-01-01",
    "app.2024-01-01~",
    "app.2024-01-01.gz",
    "app.2024-01-01.zst",
    "app.2024-01-01.2",
    "app.2024-01-01.2.gz",
    "app.2024-01-01.10",
    "app.2024-01-02",
  ];
  const parsed = ordered.map((entry) => {
    const name = parseDatedName("app", DAILY, entry);
    assert.ok(name !== null, entry);
    return name;
  });
  fc.assert(
    fc.property(fc.shuffledSubarray(parsed, { minLength: parsed.length }), (shuffled) => {
      assert.deepEqual(shuffled.toSorted(compareDated), parsed);
    }),
  );
});

test("a private name tells its use, its base and its fields, for every base", () => {
  fc.assert(
    fc.property(anyBase, anySuffix, fc.nat(), fc.string(), (base, suffix, index, unique) => {
      assert.deepEqual(parsePrivateName(lockName(base)), { use: "lock", base });
      assert.deepEqual(parsePrivateName(hiddenName(base, suffix, index)), {
        use: "active",
        base,
        suffix,
        index,
      });
      const temporary = parsePrivateName(temporaryName(base, unique));
      assert.equal(temporary?.use, "temporary");
      assert.equal(temporary.base, base);
    }),
    { numRuns: 1000 },
  );
});

test("a temporary name stays one path component whatever makes it unique", () => {
  assert.equal(temporaryName("app", "4711-12"), "app.4711-12.tmp");
  assert.equal(temporaryName("app", "../x.y"), "app.---x-y.tmp");
  assert.equal(temporaryName("app", ""), "app.-.tmp");
});

test("what we never write into the private folder is not ours", () => {
  for (const entry of [
    ".lock",
    "lock",
    "app",
    "app.tmp",
    "app.active",
    "app.1.active",
    "app.2024-01-01.active",
    "app.2024-02-30.1.active",
    "app.2024-01-01.01.active",
    "app.x y.tmp",
    "app.lock~",
  ]) {
    assert.equal(parsePrivateName(entry), null, entry);
  }
});

test("the private folder tells which logs live beside it", () => {
  const entries = [
    lockName("b"),
    lockName("a.2024-01-01"),
    hiddenName("b", "2024-01-01"),
    temporaryName("c", "1"),
    "foreign",
  ];
  assert.deepEqual(basesOf(entries), ["a.2024-01-01", "b", "c"]);
});
