import assert from "node:assert/strict";
import { test } from "node:test";
import { readHiddenName, readJournalName, readName, slotOf } from "./folder-names.ts";

test("a dated name says its period, its index, its mark and its packing", () => {
  const cases = [
    ["app.log", null, 0, false, ""],
    ["app.log.2019-09-03", "2019-09-03", 0, false, ""],
    ["app.log.2019-09-03.12", "2019-09-03", 12, false, ""],
    ["app.log.2019-09-03.12~", "2019-09-03", 12, true, ""],
    ["app.log.2019-09-03.gz", "2019-09-03", 0, false, "gz"],
    ["app.log.2019-09-03.1.zst", "2019-09-03", 1, false, "zst"],
  ] as const;
  for (const [name, suffix, index, marked, packing] of cases) {
    const read = { name, suffix, index, marked, packing };
    assert.deepEqual(readName("app.log", name, false), read);
  }
});

test("foreign names are none of the log's, numbers in a dated log and dates in a numbered one too", () => {
  const foreign =
    "app.log.bak xapp.log.2019-09-03 app.log.2019-9-3 app.log.2019-09-03.gz.1 app_log.2019-09-03";
  for (const name of [...foreign.split(" "), "app.log.1", "app.log2019-09-03"]) {
    assert.equal(readName("app.log", name, false), null, name);
  }
  for (const name of ["app.log.0", "app.log.2019-09-03", "app.log.1.2", "app.log.1x"]) {
    assert.equal(readName("app.log", name, true), null, name);
  }
  const numbered = readName("app.log", "app.log.10.gz", true);
  assert.deepEqual([numbered?.suffix, numbered?.index, numbered?.packing], [null, 10, "gz"]);
});

test("a hidden name says period and index, and a file in all its forms is one slot", () => {
  const hidden = readHiddenName("app.log", "app.log.2019-09-03.2.active");
  assert.ok(hidden);
  for (const name of ["app.log.2019-09-03.2", "app.log.2019-09-03.2~", "app.log.2019-09-03.2.gz"]) {
    const read = readName("app.log", name, false);
    assert.ok(read);
    assert.equal(slotOf(read), slotOf(hidden));
  }
  assert.equal(readHiddenName("app.log", "app.log.2019-09-03.active"), null);
  assert.equal(readHiddenName("app.log", "xapp.log.2019-09-03.0.active"), null);
});

test("a journal's name says whose it is", () => {
  assert.equal(readJournalName("app.log", "app.log.4711-0-a1b2c3.journal"), 4711);
  const foreign =
    "app.log.lock app.log.4711.journal xapp.log.4711-0-a1.journal app.log.x-0-a1.journal";
  for (const name of [...foreign.split(" "), "app.log.4711-0-a1-journal.tmp"]) {
    assert.equal(readJournalName("app.log", name), null, name);
  }
});
