// Each truth of the protocol on folders made up to break it, and on some that look odd
// and are right: a file under three names, an archive beside its `~`.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  homesOf,
  lineFaults,
  nameFaults,
  removalFaults,
  restFaults,
  seriesFaults,
} from "./invariants.ts";
import type { FoundFile, FoundLog } from "./invariants.ts";
import { makeNaming } from "./naming.ts";

const NAMING = makeNaming({ base: "a.log", kind: "D" });
const NUMBERED = makeNaming({ base: "a.log", kind: null });
const DAY = "2024-03-01";
const NEXT = "2024-03-02";

type Sketch = readonly [
  names: string | readonly string[],
  lines: string,
  more?: Partial<FoundFile>,
];

/** A folder with these files; lines are set apart by blanks. */
function folder(sketches: readonly Sketch[], naming = NAMING): FoundLog {
  const files = sketches.map(([names, lines, more], index): FoundFile => {
    const list = typeof names === "string" ? [names] : names;
    const split = lines === "" ? [] : lines.split(" ");
    return {
      id: `i${index}`,
      names: list,
      lines: split,
      tail: "",
      readable: true,
      inUse: false,
      ...more,
    };
  });
  return { naming, files, names: files.flatMap(({ names }) => names) };
}

const acked = (...lines: readonly string[]): { line: string; suffix: string }[] =>
  lines.map((line) => ({ line, suffix: line.endsWith("2") ? NEXT : DAY }));

describe("invariants: where lines count", () => {
  it("knows a file once, by all its names", () => {
    const log = folder([
      [["a.log", `.daybook/a.log.${DAY}.0.active`, `a.log.${DAY}`], "one1"],
      [`a.log.${NEXT}.3`, "two2"],
    ]);
    assert.deepEqual(
      homesOf(log).map(({ suffix }) => suffix),
      [DAY, NEXT],
    );
    assert.deepEqual(nameFaults(log), []);
    assert.deepEqual(lineFaults(log, acked("one1", "two2")), []);
  });

  it("does not count an archive as long as its `~` is there", () => {
    const both = folder([
      [`a.log.${DAY}~`, "one1"],
      [[`a.log.${DAY}.gz`, `.daybook/a.log.x.tmp`], "one1"],
    ]);
    assert.deepEqual(lineFaults(both, acked("one1")), []);
    const after = folder([[`a.log.${DAY}.gz`, "one1"]]);
    assert.deepEqual(lineFaults(after, acked("one1")), []);
    const other = folder([
      [`a.log.${DAY}~`, "one1"],
      [`a.log.${DAY}.1.gz`, "more1"],
    ]);
    assert.deepEqual(lineFaults(other, acked("one1", "more1")), []);
  });

  it("counts no foreign name: the base alone, a temporary one, another log's, an impossible date", () => {
    const log = folder([
      ["a.log", "one1"],
      [".daybook/a.log.x.tmp", "one1"],
      [`b.log.${DAY}`, "one1"],
      [`.daybook/b.log.${DAY}.0.active`, "one1"],
      ["a.log.2024-02-30", "one1"],
    ]);
    assert.deepEqual(lineFaults(log, acked("one1")), ["one1 is in no file"]);
  });

  it("counts the base and the numbered backups of a log without periods", () => {
    const log = folder(
      [
        ["a.log", "new"],
        ["a.log.1", "old"],
        ["a.log.12", "older"],
        ["a.log.01", "foreign"],
        ["a.log.x", "foreign"],
      ],
      NUMBERED,
    );
    const lines = ["new", "old", "older"].map((line) => ({ line, suffix: "" }));
    assert.deepEqual(lineFaults(log, lines), []);
    assert.equal(homesOf(log).length, 3);
  });
});

describe("invariants: a base that is being handed to a rotator", () => {
  it("counts under its private name, and what is made of it only when that is gone", () => {
    const [pending, made]: [Sketch, Sketch] = [
      [".daybook/a.log.rolling", "one"],
      [["a.log.1", ".daybook/a.log.rolled.tmp"], "one"],
    ];
    const lines = [{ line: "one", suffix: "" }];
    assert.deepEqual(lineFaults(folder([pending, made], NUMBERED), lines), []);
    assert.deepEqual(lineFaults(folder([made], NUMBERED), lines), []);
    assert.equal(restFaults(folder([pending, made], NUMBERED)).length, 2);
  });
});

describe("invariants: faults of lines", () => {
  it("finds a line that is lost, doubled, or in another period's file", () => {
    const log = folder([
      [`a.log.${DAY}`, "twice1 two2"],
      [`a.log.${DAY}.1.gz`, "twice1"],
    ]);
    assert.deepEqual(lineFaults(log, acked("lost1", "twice1", "two2")), [
      "lost1 is in no file",
      `twice1 is there 2 times: in a.log.${DAY}, a.log.${DAY}.1.gz`,
      `two2, of ${NEXT}, is in a.log.${DAY}`,
    ]);
  });

  it("finds a line twice in one file", () => {
    const [fault] = lineFaults(folder([[`a.log.${DAY}`, "one1 one1"]]), acked("one1"));
    assert.match(fault ?? "", /one1 is there 2 times/);
  });

  it("tells a line that is glued to a stump, or lacks its newline", () => {
    const glued = folder([[`a.log.${DAY}`, "stumpone1"]]);
    assert.deepEqual(lineFaults(glued, acked("one1")), [
      "one1 is in no file, but glued: stumpone1",
    ]);
    const cut = folder([[`a.log.${DAY}`, "", { tail: "one1" }]]);
    assert.deepEqual(lineFaults(cut, acked("one1")), [
      "one1 is in no file, but without its newline: one1",
    ]);
  });

  it("lets retention remove the lines of old periods, but not move them", () => {
    const expendable = (suffix: string): boolean => suffix === DAY;
    assert.deepEqual(lineFaults(folder([]), acked("one1"), expendable), []);
    assert.deepEqual(lineFaults(folder([]), acked("two2"), expendable), ["two2 is in no file"]);
    const moved = folder([[`a.log.${NEXT}`, "one1"]]);
    assert.equal(lineFaults(moved, acked("one1"), expendable).length, 1);
  });

  it("finds an archive that can't be read to its end, and a file of two periods", () => {
    const log = folder([
      [`a.log.${DAY}.gz`, "", { readable: false }],
      [[`a.log.${DAY}.1`, `a.log.${NEXT}`], ""],
    ]);
    assert.deepEqual(nameFaults(log), [
      `a.log.${DAY}.gz can't be read to its end`,
      `a.log.${DAY}.1 and a.log.${NEXT}, one file, is of ${DAY} and of ${NEXT}`,
    ]);
  });

  it("lets the last backups be dropped from the oldest end only", () => {
    const log = folder([["a.log", "c d"]], NUMBERED);
    assert.deepEqual(seriesFaults(log, [["a", "b", "c", "d"], []]), []);
    assert.deepEqual(seriesFaults(log, [["a"], ["c", "x", "d"]]), [
      "x is in no file, and c, an older one, is",
    ]);
    const twice = folder([["a.log", "c c"]], NUMBERED);
    assert.deepEqual(seriesFaults(twice, [["c"]]), ["c is there 2 times"]);
  });
});

describe("invariants: what a step destroys", () => {
  const busy = folder([[`a.log.${DAY}`, "", { inUse: true }]]);

  it("finds a file removed while a process has it open, and lets it change names", () => {
    assert.deepEqual(removalFaults(busy, folder([])), [
      `a.log.${DAY} was removed while a process had it open`,
    ]);
    assert.deepEqual(removalFaults(busy, folder([[`a.log.${DAY}~`, "", { inUse: true }]])), []);
    const idle = folder([[`a.log.${DAY}`, "one1"]]);
    assert.deepEqual(removalFaults(idle, folder([])), []);
  });

  it("finds an archive that another one took the place of", () => {
    const before = folder([[`a.log.${DAY}.gz`, "one1"]]);
    const after: FoundLog = folder([[`a.log.${DAY}.gz`, "two1", { id: "other" }]]);
    assert.deepEqual(removalFaults(before, after), [
      `the archive a.log.${DAY}.gz is gone, and with it one1`,
    ]);
    assert.deepEqual(
      removalFaults(before, after, (suffix) => suffix === DAY),
      [],
    );
  });
});

describe("invariants: at rest", () => {
  it("finds temporary names, `~` marks, and names too many, of this log alone", () => {
    const log = folder([
      [".daybook/a.log.base.tmp", ""],
      [".daybook/b.log.base.tmp", ""],
      [".daybook/a.log.lock", ""],
      [`a.log.${DAY}~`, ""],
      [[`a.log.${NEXT}`, `a.log.${NEXT}.1`], ""],
      [[`a.log.${NEXT}.2`, `.daybook/a.log.${NEXT}.0.active`], ""],
    ]);
    assert.deepEqual(restFaults(log), [
      ".daybook/a.log.base.tmp is left over",
      `a.log.${DAY}~ is still marked as being compressed`,
      `a.log.${NEXT} and a.log.${NEXT}.1 are one file`,
      `a.log.${NEXT}.2 still has its hidden name .daybook/a.log.${NEXT}.0.active`,
    ]);
  });

  it("makes the allowances it is asked for", () => {
    const log = folder([
      [".daybook/a.log.base.tmp", ""],
      [[`a.log.${DAY}`, `.daybook/a.log.${DAY}.0.active`], ""],
    ]);
    assert.deepEqual(restFaults(log, { keepsHidden: true, keepsTemporaries: true }), []);
  });

  it("finds retired files that should be compressed by now", () => {
    const log = folder([
      [`a.log.${DAY}`, ""],
      [`a.log.${DAY}.1.gz`, ""],
      [`a.log.${NEXT}`, ""],
    ]);
    assert.deepEqual(restFaults(log, { retired: (suffix) => suffix < NEXT }), [
      `a.log.${DAY} is not compressed`,
    ]);
  });
});
