import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { makeWriter, write } from "../rotation/append.ts";
import { readJournal } from "../rotation/journal-layout.ts";
import type { JournalContent } from "../rotation/journal-layout.ts";
import { empty, intend, settle, withdraw } from "../rotation/journal.ts";
import type { LogSite, OpenFile } from "../rotation/log-site.ts";
import { makeNaming } from "../rotation/naming.ts";
import { ALWAYS, numbered } from "../rotation/strategies/numbered.ts";
import { kernelLock } from "./locks.ts";
import { openJournal } from "./mapped-journal.ts";
import type { MappedJournal } from "./mapped-journal.ts";
import { nativeCalls } from "./native.ts";
import { nodeFs } from "./node-fs.ts";
import type { FileSystem } from "./run-sync.ts";
import { runSync } from "./run-sync.ts";

const SHAPE = { dataBytes: 1024, lines: 16 };

let directory: string;
let driver: FileSystem;
beforeEach(() => {
  directory = fs.mkdtempSync(join(tmpdir(), "daybook-journal-"));
  driver = nodeFs({ lock: kernelLock(), now: () => 0 });
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

function siteOf(changes: Partial<LogSite> = {}): LogSite {
  return {
    directory,
    base: "app.log",
    naming: makeNaming({ base: "app.log", kind: null }),
    periodAt: () => ALWAYS,
    maxBytes: 0,
    keep: { count: 0, ageSeconds: 0, totalBytes: 0 },
    compression: "",
    rotator: false,
    locking: true,
    lockState: { lost: false },
    notice: () => {},
    ...changes,
  };
}

function made(): MappedJournal {
  const journal = openJournal(driver, siteOf(), SHAPE);
  if (typeof journal === "string") throw new Error(journal);
  return journal;
}

/** As a handler does it. */
function keep({ store }: MappedJournal, line: string): void {
  const count = store.count[0] as number;
  const start = store.ends[count - 1] ?? 0;
  store.bytes.set(Buffer.from(line), start);
  store.ends[count] = start + line.length;
  store.created[0] = 5;
  store.count[0] = count + 1;
}

function contentOf({ journal }: MappedJournal): JournalContent {
  const content = readJournal(fs.readFileSync(journal.path));
  assert.ok(content !== null && typeof content === "object");
  return content;
}

const hasMemory = (nativeCalls()?.memory ?? null) !== null;
const here = hasMemory ? "" : "files can't be mapped here";

describe("a mapped journal", { skip: here === "" ? false : here }, () => {
  it("is a file of its owner's alone, locked, with every byte in its place", () => {
    const journal = made();
    const { path } = journal.journal;
    assert.match(path, /\.daybook\/app\.log\.\d+-\d+-[0-9a-f]+\.journal$/);
    const stat = fs.statSync(path);
    assert.equal(stat.mode & 0o777, 0o600);
    assert.ok(stat.blocks * 512 >= stat.size || stat.size < 4096, "it has holes");
    const other = fs.openSync(path, "r+");
    assert.equal(kernelLock()?.tryLock(other, "exclusive"), false);
    fs.closeSync(other);
    journal.close();
  });

  it("shows others what was stored, at once and without a system call", () => {
    const journal = made();
    keep(journal, "one\n");
    keep(journal, "two\n");
    const { ends, data, created } = contentOf(journal);
    assert.deepEqual([ends, created], [[4, 8], 5]);
    assert.equal(Buffer.from(data.subarray(0, 8)).toString(), "one\ntwo\n");
    journal.empty();
    assert.equal(readJournal(fs.readFileSync(journal.journal.path)), null);
    journal.close();
  });

  it("is marked alike by steps and without them", () => {
    const file = { fd: 0, id: "12:345" } as OpenFile;
    const other: FileSystem = {
      perform: (step) => (step.op === "size" ? 77 : driver.perform(step)),
    };
    const [one, two] = [made(), made()];
    for (const each of [one, two]) for (const line of ["a\n", "b\n", "c\n"]) keep(each, line);
    const { journal } = one;
    const pairs: readonly (readonly [() => void, () => void])[] = [
      [
        () => runSync(intend({ journal, from: 0 }, 4, file), other),
        () => two.marks.intend(0, 4, 77, "12:345"),
      ],
      [() => runSync(settle(journal, 2), driver), () => two.marks.settle(2)],
      [
        () => runSync(intend({ journal, from: 2 }, 2, { ...file, id: "1:9" }), other),
        () => two.marks.intend(2, 2, 77, "1:9"),
      ],
      [() => runSync(withdraw({ journal, from: 2 }), driver), () => two.marks.withdraw(2)],
      [() => runSync(settle(journal, 3), driver), () => two.marks.settle(3)],
      [() => runSync(empty(journal), driver), () => two.empty()],
    ];
    for (const [bySteps, atOnce] of pairs) {
      bySteps();
      atOnce();
      const [first, second] = [one, two].map((each) => fs.readFileSync(each.journal.path));
      assert.deepEqual(first, second);
    }
    one.close();
    two.close();
  });

  it("names the right file after a mark that was made by a step", () => {
    const journal = made();
    keep(journal, "a\n");
    journal.marks.intend(0, 2, 0, "1:1");
    const step = intend({ journal: journal.journal, from: 0 }, 2, { fd: 0, id: "2:2" } as OpenFile);
    runSync(step, { perform: (step) => (step.op === "size" ? 0 : driver.perform(step)) });
    journal.marks.withdraw(0);
    journal.marks.intend(0, 2, 0, "1:1");
    assert.equal(contentOf(journal).intent?.id, "1:1");
    journal.close();
  });

  it("is drained by the protocol, and is then gone with its owner", () => {
    const journal = made();
    for (const line of ["one\n", "two\n", "three\n"]) keep(journal, line);
    const writer = makeWriter(siteOf(), numbered);
    const bytes = journal.store.bytes.subarray(0, 14);
    const batch = { bytes, ends: [4, 8, 14], journal: { journal: journal.journal, from: 0 } };
    runSync(write(writer, 5, batch, true), driver);
    assert.equal(fs.readFileSync(join(directory, "app.log"), "utf8"), "one\ntwo\nthree\n");
    assert.equal(journal.marks.settled, 3);
    journal.empty();
    journal.close();
    assert.deepEqual(fs.readdirSync(join(directory, ".daybook")), ["app.log.lock"]);
  });

  it("stays if it has lines, without its lock, and what is stored later harms nobody", () => {
    const journal = made();
    keep(journal, "one\n");
    journal.close();
    journal.close();
    keep(journal, "late\n");
    assert.equal(contentOf(journal).ends.length, 1);
    const other = fs.openSync(journal.journal.path, "r+");
    assert.equal(kernelLock()?.tryLock(other, "exclusive"), true);
    fs.closeSync(other);
  });

  it("survives the SIGKILL of its owner, all but the line that was not counted", () => {
    const program = fileURLToPath(new URL("mapped-journal.test.js", import.meta.url));
    const child = spawnSync(process.execPath, [program], {
      env: { ...process.env, DAYBOOK_JOURNAL_VICTIM: directory, NODE_TEST_CONTEXT: "" },
    });
    assert.equal(child.signal, "SIGKILL", String(child.stderr));
    const [name] = fs.readdirSync(join(directory, ".daybook"));
    const content = readJournal(fs.readFileSync(join(directory, ".daybook", name ?? "")));
    assert.ok(content !== null && typeof content === "object");
    const { data, ends } = content;
    assert.equal(Buffer.from(data.subarray(0, ends.at(-1))).toString(), "one\ntwo\n");
  });
});

describe("a journal that can't be had", () => {
  it("is a reason, and leaves nothing behind", () => {
    assert.match(String(openJournal(driver, siteOf({ locking: false }), SHAPE)), /lock|koffi/);
    fs.mkdirSync(join(directory, ".daybook"));
    const full: FileSystem = {
      perform: (step) => (step.op === "writeAt" ? 0 : driver.perform(step)),
    };
    const reason = openJournal(full, siteOf(), SHAPE);
    assert.match(String(reason), hasMemory ? /ENOSPC/ : /koffi/);
    assert.deepEqual(fs.readdirSync(join(directory, ".daybook")), []);
  });

  it(
    "is one on a file system where a store may fail",
    { skip: !fs.existsSync("/proc/self") || !hasMemory },
    () => {
      // /proc is none that anybody would log to, but it is one of another type.
      const site = siteOf({ directory: "/proc/self" });
      const reason = openJournal({ perform: () => undefined }, site, SHAPE);
      assert.match(String(reason), /the file system \(type 0x9fa0\)/);
    },
  );

  it("says so where the mapping is refused", { skip: !hasMemory }, () => {
    const memory = nativeCalls()?.memory;
    assert.throws(() => memory?.map(-1, 4096), { code: "EBADF" });
  });
});

const victimOf = process.env["DAYBOOK_JOURNAL_VICTIM"];
if (victimOf !== undefined && victimOf !== "") {
  directory = victimOf;
  driver = nodeFs({ lock: kernelLock(), now: () => 0 });
  const journal = made();
  keep(journal, "one\n");
  keep(journal, "two\n");
  journal.store.bytes.set(Buffer.from("three\n"), 8);
  process.kill(process.pid, "SIGKILL");
}
