// Cases of opening and closing files.

import assert from "node:assert/strict";

import {
  append,
  close,
  fstat,
  lstat,
  mkdir,
  open,
  readdir,
  stat,
  symlink,
} from "../../../src/rotation/fs-op.ts";
import { bytes, contentOf, fails, make } from "./fs-case.ts";
import type { FsCase } from "./fs-case.ts";

export const OPENING: readonly FsCase[] = [
  {
    name: "open: 'append' and 'overwrite' want a file that is there",
    *run({ at }) {
      yield* fails(open(at("a"), "append"), "ENOENT");
      yield* fails(open(at("a"), "overwrite"), "ENOENT");
      assert.deepEqual(yield* readdir(at("")), []);
    },
  },
  {
    name: "open: 'create' makes an empty file",
    *run({ at }) {
      const fd = yield* open(at("a"), "create");
      const { kind, size, nlink } = yield* fstat(fd);
      assert.deepEqual({ kind, size, nlink }, { kind: "file", size: 0, nlink: 1 });
      yield* close(fd);
    },
  },
  {
    name: "open: 'create' refuses a file that is there",
    *run({ at }) {
      yield* make(at("a"), "kept");
      yield* fails(open(at("a"), "create"), "EEXIST");
      assert.equal(yield* contentOf(at("a")), "kept");
    },
  },
  {
    name: "open: 'create' refuses a symbolic link, whether it leads anywhere or not",
    *run({ at }) {
      yield* make(at("a"));
      yield* symlink("a", at("there"));
      yield* symlink("b", at("nowhere"));
      yield* fails(open(at("there"), "create"), "EEXIST");
      yield* fails(open(at("nowhere"), "create"), "EEXIST");
      assert.equal((yield* readdir(at(""))).length, 3);
    },
  },
  {
    name: "open: 'create' refuses a folder",
    *run({ at }) {
      yield* mkdir(at("d"));
      yield* fails(open(at("d"), "create"), "EEXIST");
    },
  },
  {
    name: "open: data files are not opened through a symbolic link",
    *run({ at }) {
      yield* make(at("a"));
      yield* symlink("a", at("l"));
      yield* fails(open(at("l"), "append"), "ELOOP");
      yield* fails(open(at("l"), "overwrite"), "ELOOP");
    },
  },
  {
    name: "open: a folder can't be opened for writing",
    *run({ at }) {
      yield* mkdir(at("d"));
      yield* fails(open(at("d"), "append"), "EISDIR");
      yield* fails(open(at("d"), "overwrite"), "EISDIR");
      yield* fails(open(at("d"), "lock"), "EISDIR");
    },
  },
  {
    name: "open: 'lock' makes the file, and takes one that is there",
    *run({ at }) {
      const first = yield* open(at("l"), "lock");
      yield* append(first, bytes("x"));
      const second = yield* open(at("l"), "lock");
      assert.equal((yield* fstat(first)).id, (yield* fstat(second)).id);
      assert.equal((yield* fstat(second)).size, 1);
      yield* close(first);
      yield* close(second);
    },
  },
  {
    name: "open: 'lock' follows a symbolic link and makes what it leads to",
    *run({ at }) {
      yield* symlink("target", at("l"));
      yield* close(yield* open(at("l"), "lock"));
      assert.equal((yield* lstat(at("target"))).kind, "file");
      assert.equal((yield* lstat(at("l"))).kind, "symlink");
    },
  },
  {
    name: "open: no file is made in a folder that is not there",
    *run({ at }) {
      yield* fails(open(at("d/a"), "create"), "ENOENT");
      yield* fails(open(at("d/a"), "lock"), "ENOENT");
    },
  },
  {
    name: "open: a file is no folder",
    *run({ at }) {
      yield* make(at("a"));
      yield* fails(open(at("a/b"), "create"), "ENOTDIR");
      yield* fails(open(at("a/b"), "append"), "ENOTDIR");
    },
  },
  {
    name: "open: a folder may be a symbolic link",
    *run({ at }) {
      yield* mkdir(at("d"));
      yield* symlink("d", at("l"));
      yield* make(at("l/a"), "here");
      assert.equal(yield* contentOf(at("d/a")), "here");
    },
  },
  {
    name: "open: a name with a slash behind it that is a link to itself leads nowhere",
    *run({ at }) {
      yield* symlink("l", at("l"));
      yield* fails(stat(at("l")), "ELOOP");
      yield* fails(open(at("l"), "lock"), "ELOOP");
      yield* fails(open(at("l/a"), "create"), "ELOOP");
      assert.equal((yield* lstat(at("l"))).kind, "symlink");
    },
  },
  {
    name: "close: a closed descriptor is of no use",
    *run({ at }) {
      const fd = yield* open(at("a"), "create");
      yield* close(fd);
      yield* fails(fstat(fd), "EBADF");
      yield* fails(close(fd), "EBADF");
    },
  },
];
