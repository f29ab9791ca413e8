import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { CELL, emptyJournal, int32, intentBytes } from "../rotation/journal-layout.ts";
import { JournalWatch } from "./journal-watch.ts";

const SHAPE = { dataBytes: 256, lines: 8 };

function newLog(t: TestContext): { path: string; put: (name: string, bytes: Uint8Array) => void } {
  const folder = mkdtempSync(join(tmpdir(), "daybook-journals-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, ".daybook"));
  return {
    path: join(folder, "app.log"),
    put: (name, bytes) => writeFileSync(join(folder, ".daybook", name), bytes),
  };
}

/** A journal of so many lines, some of them settled, and an intent about the others or none. */
function journal(count: number, drained: number, intends: boolean): Uint8Array {
  const bytes = emptyJournal(SHAPE);
  bytes.set(int32(count), CELL.count);
  bytes.set(int32(drained), CELL.drained);
  if (intends) {
    bytes.set(intentBytes(40, 7, "1:2"), CELL.intent);
    bytes.set(int32(drained), CELL.intentFrom);
  }
  return bytes;
}

test("each journal of the log counts once, and none of another log", (t) => {
  const { path, put } = newLog(t);
  const watch = new JournalWatch(path);
  watch.look();
  assert.equal(watch.journals, 0);
  put("app.log.7-0-ab12.journal", journal(0, 0, false));
  put("app.log.8-0-ab12.journal", journal(0, 0, false));
  for (const name of ["app.log.lock", "other.log.7-0-ab12.journal", "app.log.7-0-ab12-journal.tmp"])
    put(name, journal(0, 0, false));
  watch.look();
  watch.look();
  assert.equal(watch.journals, 2);
});

test("of the dead, those count who left lines, and apart those who were writing them", (t) => {
  const { path, put } = newLog(t);
  for (const [pid, content] of [
    [1, journal(0, 0, false)],
    [2, journal(5, 5, false)],
    [3, journal(5, 2, false)],
    [4, journal(5, 2, true)],
    [5, new Uint8Array(9)],
  ] as const) {
    put(`app.log.${pid}-0-ab12.journal`, content);
  }
  const watch = new JournalWatch(path);
  const seen = [1, 2, 3, 4, 5, 6].map((pid) => {
    watch.noteDeath(pid);
    return [watch.orphans, watch.midDrain];
  });
  assert.deepEqual(seen, [
    [0, 0],
    [0, 0],
    [1, 0],
    [2, 1],
    [2, 1],
    [2, 1],
  ]);
  assert.equal(watch.journals, 5, "an orphan is a journal, too");
});
