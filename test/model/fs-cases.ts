// What the steps of the protocol do, case by case: the same cases are run against the
// file system in memory and against a real folder, or the model would prove
// nothing about the real one. Each case is a procedure of the protocol that looks
// at its own results; paths are made by `at`, in a folder that is empty but for `.`.

import type { FsOp } from "../../src/rotation/fs-op.ts";
import { CONTENT } from "./fs-cases/content.ts";
import type { FsCase } from "./fs-cases/fs-case.ts";
import { JOURNALS } from "./fs-cases/journals.ts";
import { LOCKS } from "./fs-cases/locks.ts";
import { LOOKING } from "./fs-cases/looking.ts";
import { NAMES } from "./fs-cases/names.ts";
import { OPENING } from "./fs-cases/opening.ts";

/** All cases. */
export const FS_CASES: readonly FsCase[] = [
  ...OPENING,
  ...CONTENT,
  ...LOOKING,
  ...NAMES,
  ...LOCKS,
  ...JOURNALS,
];

/** The kinds of steps that the cases take: every one there is but the clock's. */
export const COVERED: readonly Exclude<FsOp["op"], "now" | "sleep">[] = [
  "open",
  "close",
  "append",
  "readAt",
  "writeAt",
  "store",
  "size",
  "fstat",
  "stat",
  "lstat",
  "link",
  "rename",
  "move",
  "unlink",
  "symlink",
  "readlink",
  "readdir",
  "mkdir",
  "tryLock",
  "sync",
  "compress",
  "handOver",
  "imitate",
  "syncFolder",
];
