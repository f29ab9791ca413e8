// Cases of what journals need of a file system: a file of one's own that is written in
// place, stores into it that others see, the size of what is open.

import assert from "node:assert/strict";

import {
  append,
  close,
  open,
  readAt,
  size,
  store,
  tryLock,
  writeAt,
} from "../../../src/rotation/fs-op.ts";
import { bytes, contentOf, fails, make, textOf } from "./fs-case.ts";
import type { FsCase } from "./fs-case.ts";

export const JOURNALS: readonly FsCase[] = [
  {
    name: "open private: makes a file that must not be there",
    *run({ at }) {
      yield* make(at("a"), "a");
      yield* fails(open(at("a"), "private"), "EEXIST");
      yield* fails(open(at("none/a"), "private"), "ENOENT");
      yield* close(yield* open(at("b"), "private"));
      assert.equal(yield* contentOf(at("b")), "");
    },
  },
  {
    name: "open private: writes where it is told to, not at the end",
    *run({ at }) {
      const fd = yield* open(at("a"), "private");
      assert.equal(yield* writeAt(fd, 0, bytes("one two")), 7);
      assert.equal(yield* writeAt(fd, 4, bytes("TWO")), 3);
      assert.equal(yield* textOf(fd), "one TWO");
      yield* close(fd);
    },
  },
  {
    name: "store: is seen through any other opening of the file, at once",
    *run({ at }) {
      const fd = yield* open(at("a"), "private");
      yield* writeAt(fd, 0, bytes("........"));
      const other = yield* open(at("a"), "overwrite");
      yield* store(fd, 4, bytes("abcd"));
      assert.equal(Buffer.from(yield* readAt(other, 0, 9)).toString(), "....abcd");
      yield* store(other, 0, bytes("12345"));
      assert.equal(yield* textOf(fd), "12345bcd");
      yield* close(other);
      yield* close(fd);
    },
  },
  {
    name: "size: is that of the open file, whoever has made it longer",
    *run({ at }) {
      yield* make(at("a"), "one\n");
      const [fd, other] = [yield* open(at("a"), "append"), yield* open(at("a"), "append")];
      assert.equal(yield* size(fd), 4);
      yield* append(other, bytes("two\n"));
      assert.equal(yield* size(fd), 8);
      // It moves nothing: the next append ends where the file does.
      assert.equal((yield* append(fd, bytes("three\n"))).end, 14);
      assert.equal((yield* append(other, bytes("four\n"))).end, 19);
      yield* close(fd);
      yield* close(other);
    },
  },
  {
    name: "tryLock: a file of one's own is locked like any other",
    *run({ at }) {
      const fd = yield* open(at("a"), "private");
      assert.equal(yield* tryLock(fd, "exclusive"), true);
      const other = yield* open(at("a"), "overwrite");
      assert.equal(yield* tryLock(other, "exclusive"), false);
      yield* close(fd);
      assert.equal(yield* tryLock(other, "exclusive"), true);
      yield* close(other);
    },
  },
];
