// Adoption where nothing goes wrong in time: damaged journals, other versions', other
// users', and where lines go. Deaths and races are the explorer's (test/model).

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

import { runSync } from "../platform/run-sync.ts";
import { MemoryFs } from "../testing/memory-fs.ts";
import { adoptIntoDated, adoptOrphans } from "./adopt.ts";
import type { Adopted } from "./adopt.ts";
import { makeWriter, single, write } from "./append.ts";
import { store } from "./fs-op.ts";
import type { Steps } from "./fs-op.ts";
import { CELL, HEAD_BYTES, dataOffset, float64, int32 } from "./journal-layout.ts";
import { intend, makeJournal } from "./journal.ts";
import type { Journal } from "./journal.ts";
import type { LogSite } from "./log-site.ts";
import { maintain } from "./maintain.ts";
import { makeNaming } from "./naming.ts";
import { parseSchedule, periodOf } from "./period.ts";
import { dated } from "./strategies/dated.ts";

const DAY = 86_400;
const SHAPE = { dataBytes: 64, lines: 8 };
const OWNER = 1;
const ADOPTER = 2;

let fs: MemoryFs;
let notices: string[];
beforeEach(() => {
  fs = new MemoryFs("/log");
  fs.clock = DAY + 10;
  notices = [];
});

function siteOf(changes: Partial<LogSite> = {}): LogSite {
  const schedule = parseSchedule({ when: "midnight" });
  return {
    directory: "/log",
    base: "a",
    naming: makeNaming({ base: "a", kind: "D" }),
    periodAt: (instant) => periodOf(schedule, { offsetAt: () => 0 }, instant),
    maxBytes: 0,
    keep: { count: 0, ageSeconds: 0, totalBytes: 0 },
    compression: "",
    rotator: false,
    locking: true,
    lockState: { lost: false },
    notice: (text) => void notices.push(text),
    ...changes,
  };
}

function run<T>(steps: Steps<T>, owner: number = ADOPTER): T {
  return runSync(steps, { perform: (step) => fs.perform(owner, step) });
}

/** A journal of a process that is still there. */
function* journalOf(unique: string, lines: readonly string[], created: number): Steps<Journal> {
  const journal = yield* makeJournal(siteOf(), unique, SHAPE);
  const { fd } = journal;
  let end = 0;
  for (const [at, line] of lines.entries()) {
    yield* store(fd, dataOffset(SHAPE) + end, Buffer.from(line));
    end += line.length;
    yield* store(fd, HEAD_BYTES + 4 * at, int32(end));
  }
  yield* store(fd, CELL.created, float64(created));
  yield* store(fd, CELL.count, int32(lines.length));
  return journal;
}

function adopt(site: LogSite = siteOf()): Adopted {
  return run(adoptOrphans(makeWriter(site, dated)));
}

function textOf(name: string): string | undefined {
  return [...fs.entries()].find(([path]) => path === `/log/${name}`)?.[2].text;
}

function journalsLeft(): string[] {
  return [...fs.entries()].map(([path]) => path).filter((path) => /journal|damaged/.test(path));
}

describe("adopting", () => {
  it("writes the lines of each orphan to the file of their own period, and removes it", () => {
    run(journalOf("one", ["a\n", "b\n"], 20), OWNER);
    run(journalOf("two", ["c\n"], DAY + 20), OWNER);
    fs.endProcess(OWNER);
    assert.deepEqual(adopt(), { records: 3, waiting: 0 });
    assert.deepEqual([textOf("a.1970-01-01"), textOf("a.1970-01-02")], ["a\nb\n", "c\n"]);
    assert.deepEqual(journalsLeft(), []);
    assert.deepEqual(adopt(), { records: 0, waiting: 0 });
  });

  it("leaves the journals of the living, and of other logs", () => {
    run(journalOf("one", ["a\n"], 20), OWNER);
    assert.deepEqual(adopt(), { records: 0, waiting: 0 });
    fs.endProcess(OWNER);
    const other = makeNaming({ base: "b", kind: "D" });
    assert.deepEqual(adopt(siteOf({ base: "b", naming: other })), { records: 0, waiting: 0 });
    assert.deepEqual(journalsLeft(), ["/log/.daybook/a.one.journal"]);
  });

  it("removes journals without lines, and what is left of one that was being made", () => {
    run(journalOf("one", [], 20), OWNER);
    const path = "/log/.daybook/a.two-journal.tmp";
    const fd = fs.perform(OWNER, { op: "open", path, mode: "private" }) as number;
    fs.perform(OWNER, { op: "tryLock", fd, mode: "exclusive" });
    assert.equal(adopt().waiting, 0);
    assert.equal(journalsLeft().length, 2);
    fs.endProcess(OWNER);
    assert.equal(adopt().waiting, 0);
    assert.deepEqual(journalsLeft(), []);
  });

  it("keeps a damaged journal under another name, and says so once", () => {
    const { fd } = run(journalOf("one", ["a\n"], 20), OWNER);
    fs.perform(OWNER, { op: "store", fd, position: CELL.count, bytes: int32(99) });
    fs.endProcess(OWNER);
    assert.deepEqual(adopt(), { records: 0, waiting: 0 });
    assert.deepEqual(adopt(), { records: 0, waiting: 0 });
    assert.deepEqual(journalsLeft(), ["/log/.daybook/a.one.damaged"]);
    assert.deepEqual(notices, [
      "/log/.daybook/a.one.journal is no journal that can be read; it is kept as /log/.daybook/a.one.damaged",
    ]);
  });

  it("leaves a journal of another version to that", () => {
    const { fd } = run(journalOf("one", ["a\n"], 20), OWNER);
    fs.perform(OWNER, { op: "store", fd, position: CELL.version, bytes: int32(2) });
    fs.endProcess(OWNER);
    assert.deepEqual(adopt(), { records: 0, waiting: 1 });
    assert.deepEqual(journalsLeft(), ["/log/.daybook/a.one.journal"]);
    assert.match(notices[0] ?? "", /another version of daybook/);
  });

  it("leaves a journal that it may not open, and what can't be written now", () => {
    run(journalOf("one", ["a\n"], 20), OWNER);
    run(journalOf("two", ["b\n"], 20), OWNER);
    fs.endProcess(OWNER);
    fs.limit({ denied: ["/log/.daybook/a.one.journal"], space: 0 });
    assert.deepEqual(adopt(), { records: 0, waiting: 2 });
    assert.match(notices[0] ?? "", /a\.two\.journal for now: .*ENOSPC/);
    fs.limit({ denied: [], space: Infinity });
    assert.deepEqual(adopt(), { records: 2, waiting: 0 });
    assert.equal(textOf("a.1970-01-01"), "a\nb\n");
  });

  it("does nothing without a lock, which alone tells the dead", () => {
    run(journalOf("one", ["a\n"], 20), OWNER);
    fs.endProcess(OWNER);
    assert.deepEqual(adopt(siteOf({ locking: false })), { records: 0, waiting: 0 });
    assert.equal(journalsLeft().length, 1);
  });

  it("takes no file of a new inode for one that is gone", () => {
    // What stands behind the old file's end in the new one are not the batch's lines.
    const lines = ["a\n", "b\n"];
    run(writeAndDie(lines), OWNER);
    fs.perform(0, { op: "unlink", path: "/log/a.1970-01-01" });
    fs.endProcess(OWNER);
    run(write(makeWriter(siteOf(), dated), 20, single(Buffer.from("other\nlines\n")), false), 3);
    assert.equal(adopt().records, 2);
    assert.equal(textOf("a.1970-01-01"), "other\nlines\na\nb\n");
  });
});

/** A process that is killed when its write has landed and is not settled. */
function* writeAndDie(lines: readonly string[]): Steps<void> {
  const journal = yield* journalOf("one", lines, 20);
  const writer = makeWriter(siteOf(), dated);
  yield* write(writer, 20, single(Buffer.from("first\n")), false);
  const [file] = writer.files;
  assert.ok(file !== undefined);
  const bytes = Buffer.from(lines.join(""));
  yield* intend({ journal, from: 0 }, bytes.length, file);
  yield { op: "append", fd: file.fd, bytes };
}

describe("maintenance", () => {
  it("writes orphans' lines before it compresses their file", () => {
    run(writeAndDie(["a\n"]), OWNER);
    run(journalOf("two", ["b\n"], 20), OWNER);
    run(write(makeWriter(siteOf(), dated), DAY + 20, single(Buffer.from("now\n")), false), OWNER);
    fs.endProcess(OWNER);
    const done = run(maintain(siteOf({ compression: "gz" })));
    assert.deepEqual(done, { removed: 0, archived: 1, waiting: 0 });
    assert.equal(textOf("a.1970-01-01.gz"), "gz:first\na\nb\n\u0004");
  });

  it("leaves a file alone that an orphan speaks of which can't be settled now", () => {
    run(writeAndDie(["a\n"]), OWNER);
    run(write(makeWriter(siteOf(), dated), DAY + 20, single(Buffer.from("now\n")), false), OWNER);
    fs.endProcess(OWNER);
    fs.limit({ denied: ["/log/.daybook/a.one.journal"] });
    const site = siteOf({ compression: "gz", keep: { count: 1, ageSeconds: 1, totalBytes: 0 } });
    assert.deepEqual(run(maintain(site)), { removed: 0, archived: 0, waiting: 3 });
    assert.equal(textOf("a.1970-01-01"), "first\na\n");
    fs.limit({ denied: [] });
    assert.equal(run(maintain(site)).removed, 1);
  });

  it("lets go of every file that it opened for that", () => {
    run(journalOf("one", ["a\n"], 20), OWNER);
    fs.endProcess(OWNER);
    assert.deepEqual(run(adoptIntoDated(siteOf())), { records: 1, waiting: 0 });
    assert.deepEqual([...fs.openFiles()], []);
  });
});
