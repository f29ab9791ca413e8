// Cases of looking at names, files and folders.

import assert from "node:assert/strict";

import {
  close,
  fstat,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  rename,
  stat,
  symlink,
  unlink,
} from "../../../src/rotation/fs-op.ts";
import { fails, make } from "./fs-case.ts";
import type { FsCase } from "./fs-case.ts";

export const LOOKING: readonly FsCase[] = [
  {
    name: "stat: follows a symbolic link, lstat does not",
    *run({ at }) {
      yield* make(at("a"), "four");
      yield* symlink("a", at("l"));
      const [followed, itself] = [yield* stat(at("l")), yield* lstat(at("l"))];
      assert.equal(followed.id, (yield* lstat(at("a"))).id);
      assert.deepEqual([followed.kind, followed.size], ["file", 4]);
      assert.deepEqual([itself.kind, itself.size], ["symlink", 1]);
    },
  },
  {
    name: "stat: knows nothing of a link that leads nowhere",
    *run({ at }) {
      yield* symlink("a", at("l"));
      yield* fails(stat(at("l")), "ENOENT");
      assert.equal((yield* lstat(at("l"))).nlink, 1);
    },
  },
  {
    name: "stat: fails where nothing is",
    *run({ at }) {
      yield* fails(stat(at("a")), "ENOENT");
      yield* fails(lstat(at("a")), "ENOENT");
      yield* fails(lstat(at("d/a")), "ENOENT");
    },
  },
  {
    name: "stat: fails below a file",
    *run({ at }) {
      yield* make(at("a"));
      yield* fails(stat(at("a/b")), "ENOTDIR");
      yield* fails(lstat(at("a/b")), "ENOTDIR");
    },
  },
  {
    name: "stat: tells a folder",
    *run({ at }) {
      yield* mkdir(at("d"));
      assert.equal((yield* stat(at("d"))).kind, "directory");
      assert.equal((yield* lstat(at("d"))).kind, "directory");
    },
  },
  {
    name: "fstat: two descriptors of one file have one id, two files have two",
    *run({ at }) {
      const first = yield* open(at("a"), "create");
      const again = yield* open(at("a"), "overwrite");
      const other = yield* open(at("b"), "create");
      const { id } = yield* fstat(first);
      assert.equal((yield* fstat(again)).id, id);
      assert.notEqual((yield* fstat(other)).id, id);
      for (const fd of [first, again, other]) yield* close(fd);
    },
  },
  {
    name: "fstat: a file that is open keeps its number though its name is gone",
    *run({ at }) {
      const fd = yield* open(at("a"), "create");
      const { id } = yield* fstat(fd);
      yield* unlink(at("a"));
      yield* make(at("a"));
      assert.notEqual((yield* lstat(at("a"))).id, id);
      assert.equal((yield* fstat(fd)).id, id);
      yield* close(fd);
    },
  },
  {
    name: "fstat: counts the names of a file",
    *run({ at }) {
      const fd = yield* open(at("a"), "create");
      yield* link(at("a"), at("b"));
      yield* link(at("b"), at("c"));
      assert.equal((yield* fstat(fd)).nlink, 3);
      yield* unlink(at("a"));
      assert.equal((yield* fstat(fd)).nlink, 2);
      yield* rename(at("b"), at("c2"));
      assert.equal((yield* fstat(fd)).nlink, 2);
      yield* close(fd);
    },
  },
  {
    name: "readdir: gives the names in a folder, and not those below it",
    *run({ at }) {
      yield* make(at("b"));
      yield* mkdir(at("d"));
      yield* make(at("d/c"));
      yield* symlink("nowhere", at("l"));
      assert.deepEqual((yield* readdir(at(""))).toSorted(), ["b", "d", "l"]);
      assert.deepEqual(yield* readdir(at("d")), ["c"]);
    },
  },
  {
    name: "readdir: fails where no folder is",
    *run({ at }) {
      yield* make(at("a"));
      yield* fails(readdir(at("a")), "ENOTDIR");
      yield* fails(readdir(at("d")), "ENOENT");
    },
  },
  {
    name: "readdir: goes through a link to a folder",
    *run({ at }) {
      yield* mkdir(at("d"));
      yield* make(at("d/a"));
      yield* symlink("d", at("l"));
      assert.deepEqual(yield* readdir(at("l")), ["a"]);
    },
  },
  {
    name: "readlink: gives the target as it was written",
    *run({ at }) {
      yield* symlink("../x/./y", at("l"));
      assert.equal(yield* readlink(at("l")), "../x/./y");
    },
  },
  {
    name: "readlink: wants a symbolic link",
    *run({ at }) {
      yield* make(at("a"));
      yield* fails(readlink(at("a")), "EINVAL");
      yield* fails(readlink(at("b")), "ENOENT");
    },
  },
];
