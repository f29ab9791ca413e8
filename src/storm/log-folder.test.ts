import assert from "node:assert/strict";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { currentSuffix, readLogFolder } from "./log-folder.ts";

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "daybook-log-folder-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, ".daybook"));
  return folder;
}

function contents(
  folder: string,
  numbered = false,
): Record<string, [suffix: string | null, text: string]> {
  const files = readLogFolder(join(folder, "app.log"), numbered);
  return Object.fromEntries(
    files.map(({ label, suffix, read }) => [label, [suffix, read().bytes.toString("utf8")]]),
  );
}

test("dated, indexed, marked and compressed files and a plain base are read, foreign ones not", (t) => {
  const folder = newFolder(t);
  const write = (name: string, text: string | Buffer) => writeFileSync(join(folder, name), text);
  write("app.log", "base");
  write("app.log.2019-09-03", "plain");
  write("app.log.2019-09-03.2", "indexed");
  write("app.log.2019-09-04~", "marked");
  write("app.log.2019-09-05.gz", gzipSync("packed"));
  write("app.log.2019-09-06", gzipSync("packed without saying so"));
  write("app.log.bak", "foreign");
  write("xapp.log.2019-09-03", "foreign");
  write("app.log.2019-09-03.old", "foreign");
  write(".daybook/app.log.lock", "");
  assert.deepEqual(contents(folder), {
    "app.log": [null, "base"],
    "app.log.2019-09-03": ["2019-09-03", "plain"],
    "app.log.2019-09-03.2": ["2019-09-03", "indexed"],
    "app.log.2019-09-04~": ["2019-09-04", "marked"],
    "app.log.2019-09-05.gz": ["2019-09-05", "packed"],
    "app.log.2019-09-06": ["2019-09-06", "packed without saying so"],
  });
});

test("a base that is a symbolic link is not read again, and tells the current period", (t) => {
  const folder = newFolder(t);
  writeFileSync(join(folder, "app.log.2019-09-03"), "x");
  symlinkSync("app.log.2019-09-03", join(folder, "app.log"));
  assert.deepEqual(Object.keys(contents(folder)), ["app.log.2019-09-03"]);
  assert.equal(currentSuffix(join(folder, "app.log")), "2019-09-03");
});

test("an active file is read once, its hidden name tells its period", (t) => {
  const folder = newFolder(t);
  const hidden = join(folder, ".daybook", "app.log.2019-09-03.0.active");
  writeFileSync(join(folder, "app.log"), "x");
  linkSync(join(folder, "app.log"), hidden);
  assert.deepEqual(contents(folder), {
    ".daybook/app.log.2019-09-03.0.active": ["2019-09-03", "x"],
  });
  assert.equal(currentSuffix(join(folder, "app.log")), "2019-09-03");
  // A crash may leave the hidden name alone, or beside the dated one.
  unlinkSync(join(folder, "app.log"));
  assert.equal(Object.keys(contents(folder)).length, 1);
  linkSync(hidden, join(folder, "app.log.2019-09-03"));
  assert.deepEqual(Object.keys(contents(folder)), ["app.log.2019-09-03"]);
  assert.equal(currentSuffix(join(folder, "app.log")), null);
});

test("one file under the names of two periods is read for both, so that its lines count twice", (t) => {
  const folder = newFolder(t);
  writeFileSync(join(folder, "app.log.2019-09-03"), "x");
  linkSync(join(folder, "app.log.2019-09-03"), join(folder, "app.log.2019-09-04"));
  assert.equal(Object.keys(contents(folder)).length, 2);
});

test("a folder that is not there holds no files", () => {
  assert.deepEqual(readLogFolder(join(tmpdir(), "daybook-no-such-folder", "app.log")), []);
  assert.equal(currentSuffix(join(tmpdir(), "daybook-no-such-folder", "app.log")), null);
});

test("an archive beside the marked file that it is made from does not count, and of its index only", (t) => {
  const folder = newFolder(t);
  const write = (name: string, text: string | Buffer) => writeFileSync(join(folder, name), text);
  write("app.log.2019-09-03~", "whole");
  write("app.log.2019-09-03.gz", gzipSync("unfinished"));
  write("app.log.2019-09-03.zst", "unfinished");
  write("app.log.2019-09-03.1.gz", gzipSync("finished"));
  write("app.log.2019-09-04.gz", gzipSync("of another day"));
  assert.deepEqual(contents(folder), {
    "app.log.2019-09-03~": ["2019-09-03", "whole"],
    "app.log.2019-09-03.1.gz": ["2019-09-03", "finished"],
    "app.log.2019-09-04.gz": ["2019-09-04", "of another day"],
  });
  // Marked and plain at once: the compressor died between the two names of one file.
  linkSync(join(folder, "app.log.2019-09-03~"), join(folder, "app.log.2019-09-03"));
  assert.equal(Object.keys(contents(folder)).length, 3);
  unlinkSync(join(folder, "app.log.2019-09-03~"));
  assert.deepEqual(contents(folder)["app.log.2019-09-03.gz"], ["2019-09-03", "unfinished"]);
});

test("a numbered log has a base and numbered files, each inode once, and no dated ones", (t) => {
  const folder = newFolder(t);
  for (const [name, text] of [
    ["app.log", "base"],
    ["app.log.1", "one"],
    ["app.log.2.gz", gzipSync("two")],
    ["app.log.0", "foreign"],
    ["app.log.01", "foreign"],
    ["app.log.2019-09-03", "foreign"],
  ] as const) {
    writeFileSync(join(folder, name), text);
  }
  const expected = {
    "app.log": [null, "base"],
    "app.log.1": [null, "one"],
    "app.log.2.gz": [null, "two"],
  };
  assert.deepEqual(contents(folder, true), expected);
  // A shift by link and unlink that was cut off leaves two names of one file.
  linkSync(join(folder, "app.log.1"), join(folder, "app.log.3"));
  assert.deepEqual(contents(folder, true), expected);
});
