import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { ValueError } from "../core/errors.ts";
import { makeLogRecord } from "../core/record.ts";
import { closeReports } from "../core/self-report.ts";
import { FileHandler } from "./file.ts";
import type { FileHandlerOptions } from "./file.ts";

let folder: string;
const stderr = new CapturedStderr();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "daybook-file-"));
  stderr.start();
});

afterEach(() => {
  stderr.stop();
  rmSync(folder, { recursive: true, force: true });
});

function log(handler: FileHandler, ...messages: string[]): void {
  for (const msg of messages) handler.handle(makeLogRecord({ msg }));
}

function content(name = "a.log"): string {
  return readFileSync(join(folder, name), "utf8");
}

test("a line is in the file when the call returns", () => {
  const handler = new FileHandler(join(folder, "a.log"));
  log(handler, "one");
  assert.equal(content(), "one\n");
  log(handler, "two");
  assert.equal(content(), "one\ntwo\n");
  handler.close();
});

test("mode a goes on at the end, mode w starts anew", () => {
  writeFileSync(join(folder, "a.log"), "before\n");
  const append = new FileHandler(join(folder, "a.log"), { mode: "a" });
  log(append, "x");
  append.close();
  assert.equal(content(), "before\nx\n");
  const anew = new FileHandler(join(folder, "a.log"), { mode: "w" });
  assert.equal(content(), "");
  anew.close();
});

test("two handlers of one file don't write over each other", () => {
  const first = new FileHandler(join(folder, "a.log"), { mode: "w" });
  const second = new FileHandler(join(folder, "a.log"));
  log(first, "1");
  log(second, "2");
  log(first, "3");
  assert.equal(content(), "1\n2\n3\n");
  first.close();
  second.close();
});

test("after close a record opens the file again in mode a, and is dropped in mode w", () => {
  const append = new FileHandler(join(folder, "a.log"));
  log(append, "1");
  append.close();
  log(append, "2");
  append.close();
  assert.equal(content(), "1\n2\n");
  const anew = new FileHandler(join(folder, "w.log"), { mode: "w" });
  log(anew, "1");
  anew.close();
  log(anew, "2");
  assert.equal(content("w.log"), "1\n");
});

test("with delay the file appears with the first record", () => {
  const handler = new FileHandler(join(folder, "a.log"), { delay: true });
  assert.equal(existsSync(join(folder, "a.log")), false);
  log(handler, "x");
  assert.equal(content(), "x\n");
  handler.close();
});

test("the path is made absolute at construction, and may be a file URL", () => {
  const cwd = process.cwd();
  process.chdir(folder);
  const relative = new FileHandler("rel.log", { delay: true });
  process.chdir(cwd);
  log(relative, "x");
  assert.equal(content("rel.log"), "x\n");
  assert.equal(
    relative.baseFilename,
    join(process.platform === "darwin" ? process.cwd() : folder, "rel.log"),
  );
  const url = new FileHandler(pathToFileURL(join(folder, "é url.log")));
  log(url, "y");
  assert.equal(content("é url.log"), "y\n");
  relative.close();
  url.close();
});

test("text that the encoding can't hold is escaped, not lost", () => {
  const handler = new FileHandler(join(folder, "a.log"), { encoding: "ascii" });
  log(handler, "é€😀\ud800");
  assert.equal(content(), "\\xe9\\u20ac\\U0001f600\\ud800\n");
  handler.close();
});

test("bad options throw, naming the value and what is accepted", () => {
  const path = join(folder, "a.log");
  const cases: readonly (readonly [unknown, FileHandlerOptions, unknown])[] = [
    [folder, {}, folder],
    [path, { mode: "r+" as "a" }, "r+"],
    [path, { encoding: "ebcdic" }, "ebcdic"],
    [path, { errors: "strict" as "ignore" }, "strict"],
  ];
  for (const [given, options, value] of cases) {
    assert.throws(
      () => new FileHandler(given as string, options),
      (error: unknown) =>
        error instanceof ValueError && error.value === value && error.accepted !== undefined,
    );
  }
  assert.throws(() => new FileHandler(""), ValueError);
  assert.throws(() => new FileHandler(undefined as unknown as string), TypeError);
  assert.throws(() => new FileHandler(join(folder, "no", "a.log")), { code: "ENOENT" });
  assert.deepEqual(readdirSync(folder), []);
});

test("options that don't exist, and options that are no object, are refused before the file is made", () => {
  const path = join(folder, "a.log");
  const accepted =
    "mode, encoding, delay, errors, durability, flushIntervalMs, flushLevel, bufferBytes, fsyncLevel, fsyncIntervalMs, onFull, blockTimeoutMs, spillBytes";
  const cases: readonly (readonly [unknown, string])[] = [
    [{ filemode: "w" }, `unknown option "filemode"; accepted: ${accepted}`],
    ["w", `options must be an object, not "w"; accepted: ${accepted}`],
    [null, `options must be an object, not null; accepted: ${accepted}`],
  ];
  for (const [options, message] of cases) {
    assert.throws(() => new FileHandler(path, options as FileHandlerOptions), {
      name: "TypeError",
      message,
      accepted,
    });
  }
  assert.deepEqual(readdirSync(folder), []);
});

test("a file that can't be opened is reported once per burst and tried again", () => {
  const path = join(folder, "sub", "a.log");
  const handler = new FileHandler(path, { delay: true });
  log(handler, "1", "2", "3");
  assert.equal(stderr.text.match(/--- Logging error ---/g)?.length, 1);
  assert.match(stderr.text, /ENOENT/);
  mkdirSync(join(folder, "sub"));
  log(handler, "4", "5");
  assert.equal(content("sub/a.log"), "4\n5\n");
  assert.match(stderr.text, /\.\.\. 2 more failures of <FileHandler .*a\.log/);
  handler.close();
});

test("mode w doesn't empty the file again after a failure", () => {
  const handler = new FileHandler(join(folder, "a.log"), { mode: "w" });
  log(handler, "1");
  const stream = handler.stream;
  assert.ok(stream);
  stream.write = () => {
    throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
  };
  log(handler, "lost");
  log(handler, "2");
  assert.equal(content(), "1\n2\n");
  assert.match(stderr.text, /no space left/);
  handler.close();
});

test(
  "a full disk is reported once, the rest is counted",
  { skip: !existsSync("/dev/full") },
  () => {
    const handler = new FileHandler("/dev/full");
    log(handler, "1", "2");
    assert.match(stderr.text, /ENOSPC/);
    assert.equal(stderr.text.match(/--- Logging error ---/g)?.length, 1);
    handler.close();
    closeReports();
    assert.match(stderr.text, /\.\.\. 1 more failure of <FileHandler \/dev\/full/);
  },
);

test("descriptors are closed", { skip: !existsSync("/proc/self/fd") }, () => {
  const open = (): number =>
    readdirSync("/proc/self/fd").filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
      } catch {
        return false;
      }
    }).length;
  const handler = new FileHandler(join(folder, "a.log"));
  assert.equal(open(), 1);
  handler.close();
  assert.equal(open(), 0);
  handler.close();
});
