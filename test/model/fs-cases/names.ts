// Cases of making, moving and removing names.

import assert from "node:assert/strict";

import {
  close,
  fstat,
  handOver,
  imitate,
  link,
  lstat,
  mkdir,
  move,
  open,
  readdir,
  readlink,
  rename,
  symlink,
  unlink,
} from "../../../src/rotation/fs-op.ts";
import { areOne, contentOf, fails, make, textOf } from "./fs-case.ts";
import type { FsCase } from "./fs-case.ts";

export const NAMES: readonly FsCase[] = [
  {
    name: "link: gives a file a second name",
    *run({ at }) {
      yield* make(at("a"), "one");
      yield* link(at("a"), at("b"));
      assert.ok(yield* areOne(at("a"), at("b")));
      assert.equal(yield* contentOf(at("b")), "one");
    },
  },
  {
    name: "link: never replaces a name, not even with its own file",
    *run({ at }) {
      yield* make(at("a"), "a");
      yield* make(at("b"), "b");
      yield* fails(link(at("a"), at("b")), "EEXIST");
      yield* fails(link(at("a"), at("a")), "EEXIST");
      assert.equal(yield* contentOf(at("b")), "b");
    },
  },
  {
    name: "link: never replaces a symbolic link that leads nowhere",
    *run({ at }) {
      yield* make(at("a"));
      yield* symlink("b", at("l"));
      yield* fails(link(at("a"), at("l")), "EEXIST");
    },
  },
  {
    name: "link: fails where nothing is, and into no folder",
    *run({ at }) {
      yield* fails(link(at("a"), at("b")), "ENOENT");
      yield* make(at("a"));
      yield* fails(link(at("a"), at("d/b")), "ENOENT");
    },
  },
  {
    name: "link: what is missing is told before what is taken",
    *run({ at }) {
      yield* make(at("b"));
      yield* fails(link(at("a"), at("b")), "ENOENT");
    },
  },
  {
    name: "link: a folder can't have two names",
    *run({ at }) {
      yield* mkdir(at("d"));
      yield* fails(link(at("d"), at("e")), "EPERM");
    },
  },
  {
    name: "link: a symbolic link itself gets the second name",
    *run({ at }) {
      yield* symlink("a", at("l"));
      yield* link(at("l"), at("m"));
      assert.equal((yield* lstat(at("m"))).kind, "symlink");
      assert.equal((yield* lstat(at("l"))).nlink, 2);
    },
  },
  {
    name: "symlink: never replaces a name",
    *run({ at }) {
      yield* make(at("a"));
      yield* symlink("a", at("l"));
      yield* fails(symlink("b", at("l")), "EEXIST");
      yield* fails(symlink("b", at("a")), "EEXIST");
      yield* fails(symlink("b", at("d/l")), "ENOENT");
      assert.equal(yield* readlink(at("l")), "a");
    },
  },
  {
    name: "unlink: takes one name, the others stay",
    *run({ at }) {
      yield* make(at("a"), "one");
      yield* link(at("a"), at("b"));
      yield* unlink(at("a"));
      yield* fails(lstat(at("a")), "ENOENT");
      assert.equal(yield* contentOf(at("b")), "one");
    },
  },
  {
    name: "unlink: takes a symbolic link, not what it leads to",
    *run({ at }) {
      yield* make(at("a"));
      yield* symlink("a", at("l"));
      yield* unlink(at("l"));
      assert.deepEqual(yield* readdir(at("")), ["a"]);
    },
  },
  {
    name: "unlink: fails where nothing is, and for a folder",
    *run({ at }) {
      yield* mkdir(at("d"));
      yield* fails(unlink(at("a")), "ENOENT");
      yield* fails(unlink(at("d")), "EISDIR");
    },
  },
  {
    name: "rename: moves a name",
    *run({ at }) {
      yield* make(at("a"), "one");
      yield* rename(at("a"), at("b"));
      assert.deepEqual(yield* readdir(at("")), ["b"]);
      assert.equal(yield* contentOf(at("b")), "one");
    },
  },
  {
    name: "rename: replaces a name, and its file is gone",
    *run({ at }) {
      yield* make(at("a"), "a");
      yield* make(at("b"), "b");
      yield* rename(at("a"), at("b"));
      assert.deepEqual(yield* readdir(at("")), ["b"]);
      assert.equal(yield* contentOf(at("b")), "a");
    },
  },
  {
    name: "rename: a replaced file that is open lives on",
    *run({ at }) {
      yield* make(at("a"), "a");
      yield* make(at("b"), "b");
      const fd = yield* open(at("b"), "append");
      yield* rename(at("a"), at("b"));
      assert.equal(yield* textOf(fd), "b");
      assert.equal((yield* fstat(fd)).nlink, 0);
      yield* close(fd);
    },
  },
  {
    name: "rename: does nothing between two names of one file",
    *run({ at }) {
      yield* make(at("a"));
      yield* link(at("a"), at("b"));
      yield* rename(at("a"), at("b"));
      assert.deepEqual((yield* readdir(at(""))).toSorted(), ["a", "b"]);
    },
  },
  {
    name: "rename: moves and replaces symbolic links themselves",
    *run({ at }) {
      yield* make(at("a"), "a");
      yield* symlink("a", at("l"));
      yield* symlink("x", at("m"));
      yield* rename(at("m"), at("l"));
      assert.equal(yield* readlink(at("l")), "x");
      assert.equal(yield* contentOf(at("a")), "a");
    },
  },
  {
    name: "rename: fails where nothing is, and into no folder",
    *run({ at }) {
      yield* fails(rename(at("a"), at("b")), "ENOENT");
      yield* make(at("a"));
      yield* fails(rename(at("a"), at("d/b")), "ENOENT");
      assert.deepEqual(yield* readdir(at("")), ["a"]);
    },
  },
  {
    name: "rename: a file and a folder don't take each other's place",
    *run({ at }) {
      yield* make(at("a"));
      yield* mkdir(at("d"));
      yield* fails(rename(at("a"), at("d")), "EISDIR");
      yield* fails(rename(at("d"), at("a")), "ENOTDIR");
    },
  },
  {
    name: "rename: a folder takes what is in it along",
    *run({ at }) {
      yield* mkdir(at("d"));
      yield* make(at("d/a"), "in it");
      yield* mkdir(at("e"));
      yield* rename(at("d"), at("e"));
      assert.equal(yield* contentOf(at("e/a")), "in it");
      yield* fails(lstat(at("d")), "ENOENT");
    },
  },
  {
    name: "rename: no folder takes the place of one that is not empty, nor goes into itself",
    *run({ at }) {
      yield* mkdir(at("d"));
      yield* mkdir(at("e"));
      yield* make(at("e/a"));
      yield* fails(rename(at("d"), at("e")), "ENOTEMPTY");
      yield* fails(rename(at("d"), at("d/inside")), "EINVAL");
    },
  },
  {
    name: "move: moves a name",
    *run({ at }) {
      yield* make(at("a"), "one");
      yield* move(at("a"), at("b"));
      assert.deepEqual(yield* readdir(at("")), ["b"]);
    },
  },
  {
    name: "move: never replaces a name",
    *run({ at }) {
      yield* make(at("a"), "a");
      yield* make(at("b"), "b");
      yield* fails(move(at("a"), at("b")), "EEXIST");
      assert.equal(yield* contentOf(at("a")), "a");
      assert.equal(yield* contentOf(at("b")), "b");
    },
  },
  {
    name: "move: never replaces a symbolic link that leads nowhere",
    *run({ at }) {
      yield* make(at("a"));
      yield* symlink("x", at("l"));
      yield* fails(move(at("a"), at("l")), "EEXIST");
    },
  },
  {
    name: "move: refuses the other name of the same file, too",
    *run({ at }) {
      yield* make(at("a"));
      yield* link(at("a"), at("b"));
      yield* fails(move(at("a"), at("b")), "EEXIST");
    },
  },
  {
    name: "move: fails where nothing is",
    *run({ at }) {
      yield* fails(move(at("a"), at("b")), "ENOENT");
    },
  },
  {
    name: "mkdir: makes the folders above, too",
    *run({ at }) {
      yield* mkdir(at("d/e/f"));
      assert.deepEqual(yield* readdir(at("d/e")), ["f"]);
    },
  },
  {
    name: "mkdir: leaves a folder that is there as it is",
    *run({ at }) {
      yield* mkdir(at("d"));
      yield* make(at("d/a"));
      yield* mkdir(at("d"));
      assert.deepEqual(yield* readdir(at("d")), ["a"]);
    },
  },
  {
    name: "mkdir: makes none below a file",
    *run({ at }) {
      yield* make(at("a"));
      yield* fails(mkdir(at("a/d")), "ENOTDIR");
    },
  },
  {
    name: "handOver: a rotator like Python's renames",
    *run({ at }) {
      yield* make(at("a"), "one");
      yield* handOver(at("a"), at("b"));
      assert.deepEqual(yield* readdir(at("")), ["b"]);
      yield* fails(handOver(at("a"), at("b")), "ENOENT");
    },
  },
  {
    name: "imitate: changes no content, and wants both files",
    *run({ at }) {
      yield* make(at("a"), "a");
      yield* make(at("b"), "b");
      yield* imitate(at("a"), at("b"));
      assert.equal(yield* contentOf(at("a")), "a");
      yield* fails(imitate(at("a"), at("c")), "ENOENT");
    },
  },
];
