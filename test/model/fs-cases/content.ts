// Cases of writing, reading, syncing and compressing.

import assert from "node:assert/strict";

import {
  append,
  close,
  compress,
  fstat,
  open,
  readAt,
  readdir,
  rename,
  sync,
  syncFolder,
  unlink,
  writeAt,
} from "../../../src/rotation/fs-op.ts";
import { bytes, contentOf, fails, make, textOf } from "./fs-case.ts";
import type { FsCase } from "./fs-case.ts";

export const CONTENT: readonly FsCase[] = [
  {
    name: "append: says how much it wrote, and where it ended",
    *run({ at }) {
      const fd = yield* open(at("a"), "create");
      assert.deepEqual({ ...(yield* append(fd, bytes("one\n"))) }, { written: 4, end: 4 });
      assert.deepEqual({ ...(yield* append(fd, bytes("two\n"))) }, { written: 4, end: 8 });
      yield* close(fd);
    },
  },
  {
    name: "append: goes to the end, wherever others have written",
    *run({ at }) {
      const first = yield* open(at("a"), "create");
      const second = yield* open(at("a"), "append");
      yield* append(first, bytes("one\n"));
      assert.equal((yield* append(second, bytes("two\n"))).end, 8);
      assert.equal((yield* append(first, bytes("three\n"))).end, 14);
      assert.equal(yield* textOf(second), "one\ntwo\nthree\n");
      yield* close(first);
      yield* close(second);
    },
  },
  {
    name: "append: keeps every byte as it is",
    *run({ at }) {
      const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const fd = yield* open(at("a"), "create");
      yield* append(fd, all);
      assert.deepEqual([...(yield* readAt(fd, 0, 300))], [...all]);
      yield* close(fd);
    },
  },
  {
    name: "append: a file goes on to be written after it was opened anew",
    *run({ at }) {
      yield* make(at("a"), "one\n");
      const fd = yield* open(at("a"), "append");
      assert.equal((yield* append(fd, bytes("two\n"))).end, 8);
      yield* close(fd);
      assert.equal(yield* contentOf(at("a")), "one\ntwo\n");
    },
  },
  {
    name: "append: a descriptor stays with its file when the name goes to another place",
    *run({ at }) {
      const fd = yield* open(at("a"), "create");
      yield* rename(at("a"), at("b"));
      yield* make(at("a"), "new");
      yield* append(fd, bytes("old"));
      assert.equal(yield* contentOf(at("b")), "old");
      assert.equal(yield* contentOf(at("a")), "new");
      yield* close(fd);
    },
  },
  {
    name: "append: a file without a name is written to all the same",
    *run({ at }) {
      const fd = yield* open(at("a"), "create");
      yield* unlink(at("a"));
      yield* append(fd, bytes("lost"));
      assert.equal(yield* textOf(fd), "lost");
      assert.equal((yield* fstat(fd)).nlink, 0);
      yield* close(fd);
      assert.deepEqual(yield* readdir(at("")), []);
    },
  },
  {
    name: "readAt: gives less at the end, and nothing beyond it",
    *run({ at }) {
      yield* make(at("a"), "0123");
      const fd = yield* open(at("a"), "append");
      assert.equal(Buffer.from(yield* readAt(fd, 1, 2)).toString(), "12");
      assert.equal(Buffer.from(yield* readAt(fd, 2, 9)).toString(), "23");
      assert.equal((yield* readAt(fd, 4, 1)).length, 0);
      assert.equal((yield* readAt(fd, 9, 1)).length, 0);
      yield* close(fd);
    },
  },
  {
    name: "readAt: does not move the place where an append goes",
    *run({ at }) {
      yield* make(at("a"), "0123");
      const fd = yield* open(at("a"), "append");
      yield* readAt(fd, 0, 1);
      assert.equal((yield* append(fd, bytes("4"))).end, 5);
      yield* close(fd);
    },
  },
  {
    name: "writeAt: overwrites in place",
    *run({ at }) {
      yield* make(at("a"), "0123");
      const fd = yield* open(at("a"), "overwrite");
      yield* writeAt(fd, 1, bytes("xy"));
      yield* close(fd);
      assert.equal(yield* contentOf(at("a")), "0xy3");
    },
  },
  {
    name: "writeAt: at the end makes the file longer, beyond it fills up with zeros",
    *run({ at }) {
      yield* make(at("a"), "01");
      const fd = yield* open(at("a"), "overwrite");
      yield* writeAt(fd, 2, bytes("2"));
      yield* writeAt(fd, 5, bytes("5"));
      yield* close(fd);
      assert.equal(yield* contentOf(at("a")), "012\0\u00005");
    },
  },
  {
    name: "writeAt: through an appending descriptor appends, as POSIX would not have it",
    *run({ at }) {
      yield* make(at("a"), "0123");
      const fd = yield* open(at("a"), "append");
      yield* writeAt(fd, 0, bytes("x"));
      assert.equal(yield* textOf(fd), "0123x");
      yield* close(fd);
    },
  },
  {
    name: "sync: is possible on every open file",
    *run({ at }) {
      const fd = yield* open(at("a"), "create");
      yield* append(fd, bytes("kept"));
      yield* sync(fd);
      yield* close(fd);
      yield* fails(sync(fd), "EBADF");
    },
  },
  {
    name: "syncFolder: is possible on a folder that is there",
    *run({ at }) {
      yield* syncFolder(at(""));
      yield* fails(syncFolder(at("d")), "ENOENT");
    },
  },
  {
    name: "compress: the archive holds the whole content, and the file stays as it is",
    *run({ at, unpacked }) {
      yield* make(at("a"), "one\ntwo\n");
      const from = yield* open(at("a"), "append");
      const to = yield* open(at("a.gz"), "create");
      yield* compress(from, to, "gz");
      yield* close(from);
      yield* close(to);
      assert.equal(unpacked(at("a.gz")), "one\ntwo\n");
      assert.equal(yield* contentOf(at("a")), "one\ntwo\n");
    },
  },
  {
    name: "compress: an empty file has an archive, too",
    *run({ at, unpacked }) {
      const from = yield* open(at("a"), "create");
      const to = yield* open(at("a.gz"), "create");
      yield* compress(from, to, "gz");
      yield* close(from);
      yield* close(to);
      assert.equal(unpacked(at("a.gz")), "");
    },
  },
  {
    name: "compress: reads what was appended through another descriptor",
    *run({ at, unpacked }) {
      const writer = yield* open(at("a"), "create");
      const from = yield* open(at("a"), "append");
      const to = yield* open(at("a.gz"), "create");
      yield* append(writer, bytes("late\n"));
      yield* compress(from, to, "gz");
      for (const fd of [writer, from, to]) yield* close(fd);
      assert.equal(unpacked(at("a.gz")), "late\n");
    },
  },
];
