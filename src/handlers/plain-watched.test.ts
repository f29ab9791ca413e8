// WatchedFileHandler with `durability`: its look before each write, whether that is of
// one record or of all that waited.

import assert from "node:assert/strict";
import fs, {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { afterEach, describe, it } from "node:test";

import {
  closedAfter,
  DURABILITIES,
  folder,
  hasJournal,
  log,
  path,
  stderr,
  usePlainLogs,
} from "../../test/kit/plain-logs.ts";
import { WatchedFileHandler } from "./watched-file.ts";
import type { WatchedFileHandlerOptions } from "./watched-file.ts";

const { statSync } = fs;

afterEach(() => replaceStat(statSync));
usePlainLogs();

function make(options: WatchedFileHandlerOptions, at: string = path): WatchedFileHandler {
  return closedAfter(new WatchedFileHandler(at, options));
}

/** The files with what they hold, the library's own folder aside. */
function files(): Record<string, string> {
  const names = readdirSync(folder).filter((name) => name !== ".daybook");
  return Object.fromEntries(
    names.toSorted().map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

/** Lets `action` happen right behind the next look at the log's path, as a racing process may. */
function afterNextLook(action: () => void): void {
  replaceStat((...args: Parameters<typeof statSync>): unknown => {
    const result = statSync(...args);
    if (args[0] !== path) return result;
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

for (const durability of DURABILITIES) {
  describe(`a WatchedFileHandler with durability ${durability}`, () => {
    it("writes to the new file after a rename, what waits in memory included", () => {
      const handler = make({ durability });
      log(handler, "1");
      handler.flush();
      renameSync(path, join(folder, "a.log.1"));
      writeFileSync(path, "another process\n");
      log(handler, "2", "3");
      handler.flush();
      assert.deepEqual(files(), { "a.log": "another process\n2\n3\n", "a.log.1": "1\n" });
      assert.equal(handler.stats().reopened, 1);
      assert.equal(stderr.text, "");
    });

    it("makes a file that is missing, each time", () => {
      const handler = make({ durability });
      for (const msg of ["1", "2", "3"]) {
        log(handler, msg);
        handler.flush();
        renameSync(path, join(folder, `a.log.${msg}`));
      }
      log(handler, "4");
      handler.flush();
      assert.deepEqual(files(), {
        "a.log": "4\n",
        "a.log.1": "1\n",
        "a.log.2": "2\n",
        "a.log.3": "3\n",
      });
    });

    it("has lines once in a file that is renamed between the look and the write", () => {
      const handler = make({ durability });
      mkdirSync(join(folder, ".daybook"), { recursive: true });
      log(handler, "1");
      handler.flush();
      // Not even in the log's folder any more.
      afterNextLook(() => renameSync(path, join(folder, ".daybook", "gone")));
      log(handler, "2");
      handler.flush();
      log(handler, "3");
      handler.flush();
      assert.deepEqual(files(), { "a.log": "3\n" });
      assert.equal(readFileSync(join(folder, ".daybook", "gone"), "utf8"), "1\n2\n");
    });

    it("writes lines again if their file is removed between the look and the write", () => {
      const handler = make({ durability });
      log(handler, "1");
      handler.flush();
      afterNextLook(() => unlinkSync(path));
      log(handler, "2");
      handler.flush();
      assert.deepEqual(files(), { "a.log": "2\n" });
    });

    it("looks no more often than it is told, and when it is asked", () => {
      const handler = make({ durability, checkIntervalMs: 3_600_000 });
      log(handler, "1");
      handler.flush();
      renameSync(path, join(folder, "a.log.1"));
      for (const msg of ["2", "3"]) {
        log(handler, msg);
        handler.flush();
      }
      assert.deepEqual(files(), { "a.log.1": "1\n2\n3\n" });
      handler.reopenIfNeeded();
      log(handler, "4");
      handler.flush();
      assert.deepEqual(files(), { "a.log": "4\n", "a.log.1": "1\n2\n3\n" });
    });

    it("reports a file that can't be opened again, and goes on when it can", () => {
      const sub = join(folder, "sub");
      mkdirSync(sub);
      const handler = make({ durability, onFull: "spill" }, join(sub, "a.log"));
      log(handler, "1");
      handler.flush();
      renameSync(sub, join(folder, "old"));
      log(handler, "2");
      handler.flush();
      assert.match(stderr.text, /ENOENT/);
      mkdirSync(sub);
      log(handler, "3");
      handler.flush();
      assert.equal(readFileSync(join(sub, "a.log"), "utf8"), "2\n3\n");
      assert.equal(readFileSync(join(folder, "old", "a.log"), "utf8"), "1\n");
      rmSync(sub, { recursive: true });
      rmSync(join(folder, "old"), { recursive: true });
    });
  });
}

describe("a WatchedFileHandler whose name is a symbolic link", () => {
  it("goes where the link leads now, at the next write", () => {
    symlinkSync("1", path);
    const handler = make({ durability: "buffered" });
    log(handler, "one");
    handler.flush();
    unlinkSync(path);
    symlinkSync("2", path);
    log(handler, "two");
    handler.flush();
    assert.equal(readFileSync(join(folder, "1"), "utf8"), "one\n");
    assert.equal(readFileSync(join(folder, "2"), "utf8"), "two\n");
    assert.equal(existsSync(join(folder, ".daybook")), false);
  });

  it("stays where it led first, with a journal", { skip: !hasJournal }, () => {
    symlinkSync("1", path);
    const handler = make({ durability: "journal" });
    log(handler, "one");
    handler.flush();
    unlinkSync(path);
    symlinkSync("2", path);
    log(handler, "two");
    handler.flush();
    log(handler, "three");
    handler.close();
    assert.equal(readFileSync(join(folder, "1"), "utf8"), "one\ntwo\nthree\n");
    assert.equal(existsSync(join(folder, "2")), false);
    assert.equal(handler.stats().reopened, 0);
  });
});
