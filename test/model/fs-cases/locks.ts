// Cases of locks: flock(2), never waiting.

import assert from "node:assert/strict";

import { close, fstat, link, open, rename, tryLock, unlink } from "../../../src/rotation/fs-op.ts";
import type { Fd, Steps } from "../../../src/rotation/fs-op.ts";
import type { FsCase } from "./fs-case.ts";

/** Takes locks one after the other and compares what each attempt gave. */
function* locking(
  fds: readonly Fd[],
  attempts: readonly (readonly [at: number, mode: "shared" | "exclusive", got: boolean])[],
): Steps<void> {
  for (const [number, [at, mode, got]] of attempts.entries()) {
    const is = yield* tryLock(fds[at] as Fd, mode);
    assert.equal(is, got, `attempt ${number + 1}: ${mode} on descriptor ${at + 1}`);
  }
}

function* openThree(path: string): Steps<Fd[]> {
  return [yield* open(path, "create"), yield* open(path, "append"), yield* open(path, "overwrite")];
}

function* closeThese(fds: readonly Fd[]): Steps<void> {
  for (const fd of fds) yield* close(fd);
}

export const LOCKS: readonly FsCase[] = [
  {
    name: "tryLock: many may share",
    *run({ at }) {
      const fds = yield* openThree(at("a"));
      yield* locking(fds, [
        [0, "shared", true],
        [1, "shared", true],
        [2, "shared", true],
      ]);
      yield* closeThese(fds);
    },
  },
  {
    name: "tryLock: exclusive excludes both kinds",
    *run({ at }) {
      const fds = yield* openThree(at("a"));
      yield* locking(fds, [
        [0, "exclusive", true],
        [1, "exclusive", false],
        [1, "shared", false],
        [0, "exclusive", true],
      ]);
      yield* closeThese(fds);
    },
  },
  {
    name: "tryLock: shared excludes exclusive",
    *run({ at }) {
      const fds = yield* openThree(at("a"));
      yield* locking(fds, [
        [0, "shared", true],
        [1, "exclusive", false],
        [2, "shared", true],
      ]);
      yield* closeThese(fds);
    },
  },
  {
    name: "tryLock: the only sharer may go over to exclusive, and back",
    *run({ at }) {
      const fds = yield* openThree(at("a"));
      yield* locking(fds, [
        [0, "shared", true],
        [0, "exclusive", true],
        [1, "shared", false],
        [0, "shared", true],
        [1, "shared", true],
      ]);
      yield* closeThese(fds);
    },
  },
  {
    name: "tryLock: who asks for more and is refused has lost what it had",
    *run({ at }) {
      const fds = yield* openThree(at("a"));
      yield* locking(fds, [
        [0, "shared", true],
        [1, "shared", true],
        [0, "exclusive", false],
        [1, "exclusive", true],
      ]);
      yield* closeThese(fds);
    },
  },
  {
    name: "tryLock: closing the descriptor frees it",
    *run({ at }) {
      const [first, second, third] = (yield* openThree(at("a"))) as [Fd, Fd, Fd];
      yield* locking(
        [first, second],
        [
          [0, "exclusive", true],
          [1, "shared", false],
        ],
      );
      yield* close(first);
      yield* locking([second], [[0, "exclusive", true]]);
      yield* closeThese([second, third]);
    },
  },
  {
    name: "tryLock: closing another descriptor of the same file frees nothing",
    *run({ at }) {
      const [first, second, third] = (yield* openThree(at("a"))) as [Fd, Fd, Fd];
      yield* locking([first], [[0, "exclusive", true]]);
      yield* close(second);
      yield* locking([third], [[0, "shared", false]]);
      yield* closeThese([first, third]);
    },
  },
  {
    name: "tryLock: is on the file, not on the name",
    *run({ at }) {
      const first = yield* open(at("a"), "create");
      yield* locking([first], [[0, "exclusive", true]]);
      yield* rename(at("a"), at("b"));
      const moved = yield* open(at("b"), "append");
      yield* locking([moved], [[0, "shared", false]]);
      const anew = yield* open(at("a"), "create");
      yield* locking([anew], [[0, "exclusive", true]]);
      yield* closeThese([first, moved, anew]);
    },
  },
  {
    name: "tryLock: a file that lost its name stays locked, the new one of that name is free",
    *run({ at }) {
      const first = yield* open(at("l"), "lock");
      yield* locking([first], [[0, "exclusive", true]]);
      yield* unlink(at("l"));
      const second = yield* open(at("l"), "lock");
      yield* locking([second], [[0, "exclusive", true]]);
      assert.notEqual((yield* fstat(first)).id, (yield* fstat(second)).id);
      yield* closeThese([first, second]);
    },
  },
  {
    name: "tryLock: two names of one file are one lock",
    *run({ at }) {
      const first = yield* open(at("a"), "create");
      yield* link(at("a"), at("b"));
      const second = yield* open(at("b"), "append");
      yield* locking(
        [first, second],
        [
          [0, "shared", true],
          [1, "exclusive", false],
        ],
      );
      yield* closeThese([first, second]);
    },
  },
];
