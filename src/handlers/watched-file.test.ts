import assert from "node:assert/strict";
import fs, {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { ValueError } from "../core/errors.ts";
import { makeLogRecord } from "../core/record.ts";
import { kernelLock } from "../platform/locks.ts";
import { FILE_OPTIONS } from "./file.ts";
import { WatchedFileHandler } from "./watched-file.ts";
import type { WatchedFileHandlerOptions } from "./watched-file.ts";

let folder: string;
let path: string;
const stderr = new CapturedStderr();
const { statSync } = fs;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "daybook-watched-"));
  path = join(folder, "a.log");
  stderr.start();
});

afterEach(() => {
  stderr.stop();
  replaceStat(statSync);
  rmSync(folder, { recursive: true, force: true });
});

function log(handler: WatchedFileHandler, ...messages: string[]): void {
  for (const msg of messages) handler.handle(makeLogRecord({ msg }));
}

function files(): Record<string, string> {
  const names = readdirSync(folder).toSorted();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** Lets `action` happen right behind the next look at a path, as a racing process may. */
function afterNextLook(action: () => void): void {
  replaceStat((...args: Parameters<typeof statSync>): unknown => {
    const result = statSync(...args);
    replaceStat(statSync);
    action();
    return result;
  });
}

/** Replaces what modules import as `statSync` from node:fs. */
function replaceStat(replacement: (...args: Parameters<typeof statSync>) => unknown): void {
  Object.assign(fs, { statSync: replacement });
  syncBuiltinESMExports();
}

test("after a rename and a new file in its place, the next record goes to the new one", () => {
  const handler = new WatchedFileHandler(path);
  log(handler, "1", "2");
  renameSync(path, join(folder, "a.log.1"));
  writeFileSync(path, "");
  log(handler, "3");
  handler.close();
  assert.deepEqual(files(), { "a.log": "3\n", "a.log.1": "1\n2\n" });
  assert.equal(stderr.text, "");
});

test("a missing file counts as changed and is made", () => {
  const handler = new WatchedFileHandler(path);
  log(handler, "1");
  renameSync(path, join(folder, "a.log.1"));
  log(handler, "2");
  unlinkSync(path);
  log(handler, "3");
  handler.close();
  assert.deepEqual(files(), { "a.log": "3\n", "a.log.1": "1\n" });
});

test("a file removed between the look and the write has the line written again", () => {
  const handler = new WatchedFileHandler(path);
  log(handler, "1");
  afterNextLook(() => unlinkSync(path));
  log(handler, "2");
  assert.deepEqual(files(), { "a.log": "2\n" });
  log(handler, "3");
  handler.close();
  assert.deepEqual(files(), { "a.log": "2\n3\n" });
});

test("a file renamed between the look and the write has the line, once", () => {
  const handler = new WatchedFileHandler(path);
  afterNextLook(() => renameSync(path, join(folder, "a.log.1")));
  log(handler, "1", "2");
  handler.close();
  assert.deepEqual(files(), { "a.log": "2\n", "a.log.1": "1\n" });
});

test("a file that is replaced while it is being opened is opened again", () => {
  const handler = new WatchedFileHandler(path, { delay: true });
  afterNextLook(() => {
    renameSync(path, join(folder, "a.log.1"));
    writeFileSync(path, "");
  });
  log(handler, "1");
  handler.close();
  assert.deepEqual(files(), { "a.log": "1\n", "a.log.1": "" });
});

test("with an interval the path is looked at no more often", () => {
  const handler = new WatchedFileHandler(path, { checkIntervalMs: 3_600_000 });
  log(handler, "1");
  renameSync(path, join(folder, "a.log.1"));
  log(handler, "2");
  assert.deepEqual(files(), { "a.log.1": "1\n2\n" });
  handler.reopenIfNeeded();
  log(handler, "3");
  handler.close();
  assert.deepEqual(files(), { "a.log": "3\n", "a.log.1": "1\n2\n" });
});

test("when the interval has passed, the path is looked at again", () => {
  const handler = new WatchedFileHandler(path, { checkIntervalMs: 0.001 });
  log(handler, "1");
  renameSync(path, join(folder, "a.log.1"));
  for (const until = performance.now() + 1; performance.now() < until;);
  log(handler, "2");
  handler.close();
  assert.deepEqual(files(), { "a.log": "2\n", "a.log.1": "1\n" });
});

test("mode w empties the file at construction and never again", () => {
  writeFileSync(path, "before\n");
  const handler = new WatchedFileHandler(path, { mode: "w" });
  log(handler, "1");
  renameSync(path, join(folder, "a.log.1"));
  writeFileSync(path, "another process\n");
  log(handler, "2");
  handler.close();
  log(handler, "dropped, as in CPython");
  assert.deepEqual(files(), { "a.log": "another process\n2\n", "a.log.1": "1\n" });
});

test("a file that can't be opened again is reported once per burst and tried again", () => {
  const sub = join(folder, "sub");
  mkdirSync(sub);
  const handler = new WatchedFileHandler(join(sub, "a.log"));
  log(handler, "1");
  renameSync(sub, join(folder, "old"));
  log(handler, "2", "3");
  assert.equal(stderr.text.match(/--- Logging error ---/g)?.length, 1);
  assert.match(stderr.text, /ENOENT/);
  mkdirSync(sub);
  log(handler, "4");
  handler.close();
  assert.equal(readFileSync(join(sub, "a.log"), "utf8"), "4\n");
  assert.match(stderr.text, /\.\.\. 1 more failure of <WatchedFileHandler /);
});

test("after a reopening that failed nothing is written to a descriptor of somebody else", () => {
  const sub = join(folder, "sub");
  mkdirSync(sub);
  const handler = new WatchedFileHandler(join(sub, "a.log"));
  log(handler, "1");
  renameSync(sub, join(folder, "old"));
  assert.throws(() => handler.reopenIfNeeded(), { code: "ENOENT" });
  const others = openSync(join(folder, "other"), "w"); // takes the number that has become free
  renameSync(join(folder, "old"), sub); // and the path leads to the first file again
  log(handler, "2");
  closeSync(others);
  handler.close();
  assert.equal(readFileSync(join(sub, "a.log"), "utf8"), "1\n2\n");
  assert.equal(readFileSync(join(folder, "other"), "utf8"), "");
});

test("a look that fails costs no record", () => {
  const handler = new WatchedFileHandler(path);
  log(handler, "1");
  replaceStat(() => {
    throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
  });
  log(handler, "2");
  handler.close();
  assert.deepEqual(files(), { "a.log": "1\n2\n" });
});

test("the open file bears a shared lock, until it is closed", { skip: !kernelLock() }, () => {
  const handler = new WatchedFileHandler(path);
  const fd = openSync(path, "a");
  const lock = kernelLock();
  assert.equal(lock?.tryLock(fd, "exclusive"), false);
  renameSync(path, join(folder, "a.log.1"));
  log(handler, "1");
  assert.equal(lock?.tryLock(fd, "exclusive"), true);
  closeSync(fd);
  handler.close();
});

test(
  "a file that somebody holds exclusively is waited for a little, then used",
  {
    skip: !kernelLock(),
  },
  () => {
    const fd = openSync(path, "a");
    assert.equal(kernelLock()?.tryLock(fd, "exclusive"), true);
    const handler = new WatchedFileHandler(path);
    log(handler, "1");
    handler.close();
    closeSync(fd);
    assert.deepEqual(files(), { "a.log": "1\n" });
  },
);

test(
  "a device without a name of its own gets each line once",
  {
    skip: !existsSync("/proc/self/fd"),
  },
  () => {
    const fd = openSync(path, "a");
    unlinkSync(path);
    const handler = new WatchedFileHandler(`/proc/self/fd/${fd}`);
    log(handler, "1", "2");
    handler.close();
    assert.equal(readFileSync(`/proc/self/fd/${fd}`, "utf8"), "1\n2\n");
    closeSync(fd);
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
  const handler = new WatchedFileHandler(path);
  for (let i = 0; i < 5; i += 1) {
    log(handler, "x");
    renameSync(path, join(folder, `a.log.${i}`));
  }
  assert.equal(open(), 1);
  log(handler, "x");
  assert.equal(open(), 1);
  handler.close();
  handler.close();
  assert.equal(open(), 0);
});

test("bad options are refused before the file is made", () => {
  for (const checkIntervalMs of [-1, Number.NaN, Infinity, "5" as unknown as number]) {
    assert.throws(
      () => new WatchedFileHandler(path, { checkIntervalMs }),
      (error: unknown) =>
        error instanceof ValueError &&
        Object.is(error.value, checkIntervalMs) &&
        error.accepted === "a number of milliseconds, 0 (before each record) or more",
    );
  }
  assert.throws(() => new WatchedFileHandler(path, { interval: 5 } as WatchedFileHandlerOptions), {
    name: "TypeError",
    message: `unknown option "interval"; accepted: ${FILE_OPTIONS.join(", ")}, checkIntervalMs`,
  });
  assert.throws(() => new WatchedFileHandler(path, { mode: "x" as "a" }), ValueError);
  assert.deepEqual(readdirSync(folder), []);
});
