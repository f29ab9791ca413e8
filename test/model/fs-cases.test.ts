// The cases of fs-cases.ts against the file system in memory, and against a real
// folder through the driver that production uses.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";

import { kernelLock } from "../../src/platform/locks.ts";
import { nodeFs } from "../../src/platform/node-fs.ts";
import { runSync } from "../../src/platform/run-sync.ts";
import type { FileSystem } from "../../src/platform/run-sync.ts";
import { MemoryFs, unpacked } from "../../src/testing/memory-fs.ts";
import { COVERED, FS_CASES } from "./fs-cases.ts";
import type { FsCase } from "./fs-cases/fs-case.ts";

const taken = new Set<string>();

/** Notes which steps are taken. */
function noting(fs: FileSystem): FileSystem {
  return {
    perform(step) {
      taken.add(step.op);
      return fs.perform(step);
    },
  };
}

function inMemory({ run }: FsCase): void {
  const fs = new MemoryFs("/log");
  const text = (path: string): string =>
    [...fs.entries()].find(([other]) => other === path)?.[2].text ?? "";
  runSync(
    run({
      at: (name) => (name === "" ? "/log" : `/log/${name}`),
      unpacked: (path) => unpacked(text(path)),
    }),
    noting({ perform: (step) => fs.perform(1, step) }),
  );
  assert.deepEqual([...fs.openFiles()], [], "a case closes what it opens");
}

function inRealFolder({ run }: FsCase): void {
  const folder = mkdtempSync(join(tmpdir(), "daybook-cases-"));
  const rotator = (): typeof renameSync => renameSync;
  const fs = nodeFs({ lock: kernelLock(), now: () => 0, rotator });
  try {
    runSync(
      run({
        at: (name) => join(folder, name),
        unpacked: (path) => gunzipSync(readFileSync(path)).toString(),
      }),
      noting(fs),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const [where, run] of [
  ["in memory", inMemory],
  ["in a real folder", inRealFolder],
] as const) {
  describe(`file systems: steps of the protocol, ${where}`, () => {
    taken.clear();
    after(() => assert.deepEqual([...taken].toSorted(), [...COVERED].toSorted()));
    for (const each of FS_CASES) it(each.name, () => run(each));
  });
}

describe("the file system in memory", () => {
  const perform = (fs: MemoryFs, owner = 1): FileSystem => ({
    perform: (step) => fs.perform(owner, step),
  });
  const code = (act: () => unknown): unknown => {
    try {
      return act();
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };

  it("gives the lowest inode number that is free, as ext4 does", () => {
    const fs = new MemoryFs();
    const make = (path: string): number =>
      perform(fs).perform({ op: "open", path, mode: "create" }) as number;
    const idOf = (path: string): string =>
      (perform(fs).perform({ op: "lstat", path }) as { id: string }).id;
    const first = make("/log/a");
    make("/log/b");
    const id = idOf("/log/a");
    fs.perform(1, { op: "unlink", path: "/log/a" });
    make("/log/c");
    assert.notEqual(idOf("/log/c"), id, "still open");
    fs.perform(1, { op: "close", fd: first });
    make("/log/d");
    assert.equal(idOf("/log/d"), id);
  });

  it("writes as much as fits a disk that fills up, then says ENOSPC", () => {
    const fs = new MemoryFs();
    const fd = fs.perform(1, { op: "open", path: "/log/a", mode: "create" }) as number;
    const bytes = Buffer.from("12345");
    fs.limit({ space: 7 });
    const append = (): unknown => fs.perform(1, { op: "append", fd, bytes });
    assert.deepEqual(append(), { written: 5, end: 5 });
    assert.deepEqual(append(), { written: 2, end: 7 });
    assert.equal(code(append), "ENOSPC");
    fs.limit({ space: Infinity });
    assert.deepEqual(append(), { written: 5, end: 12 });
  });

  it("counts each process's descriptors for itself, and denies paths", () => {
    const fs = new MemoryFs();
    fs.limit({ descriptors: 1, denied: ["/log/secret"] });
    const open = (owner: number, path: string): unknown =>
      code(() => fs.perform(owner, { op: "open", path, mode: "lock" }));
    assert.equal(typeof open(1, "/log/a"), "number");
    assert.equal(open(1, "/log/b"), "EMFILE");
    assert.equal(typeof open(2, "/log/b"), "number");
    assert.equal(open(3, "/log/secret"), "EACCES");
    assert.equal(
      code(() => fs.perform(3, { op: "lstat", path: "/log/secret/x" })),
      "EACCES",
    );
  });

  it("closes a process's files and frees its locks when it ends", () => {
    const fs = new MemoryFs();
    const mine = fs.perform(1, { op: "open", path: "/log/a", mode: "create" }) as number;
    const other = fs.perform(2, { op: "open", path: "/log/a", mode: "append" }) as number;
    fs.perform(1, { op: "tryLock", fd: mine, mode: "exclusive" });
    assert.equal(fs.perform(2, { op: "tryLock", fd: other, mode: "shared" }), false);
    fs.endProcess(1);
    assert.equal(fs.perform(2, { op: "tryLock", fd: other, mode: "shared" }), true);
    assert.equal(fs.freedLock, true);
  });

  it("has one key for equal worlds, however they came about, and copies that go their own way", () => {
    const make = (names: readonly string[]): MemoryFs => {
      const fs = new MemoryFs();
      for (const name of names) {
        const path = `/log/${name}`;
        const fd = fs.perform(1, { op: "open", path, mode: "create" }) as number;
        fs.perform(1, { op: "close", fd });
      }
      return fs;
    };
    const [one, other] = [make(["a", "b"]), make(["a", "x", "b"])];
    assert.notEqual(one.key(), other.key());
    other.perform(1, { op: "unlink", path: "/log/x" });
    other.perform(1, { op: "unlink", path: "/log/b" });
    other.perform(1, { op: "link", from: "/log/a", to: "/log/b" });
    assert.notEqual(one.key(), other.key());
    const copy = new MemoryFs(one);
    assert.equal(copy.key(), one.key());
    copy.perform(1, { op: "unlink", path: "/log/b" });
    assert.notEqual(copy.key(), one.key());
    assert.equal(one.key(), make(["a", "b"]).key());
  });
});
