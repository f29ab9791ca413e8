// What a case of the file systems is, and what many of them do.

import assert from "node:assert/strict";

import {
  append,
  close,
  fstat,
  lstat,
  open,
  readAt,
  tolerate,
} from "../../../src/rotation/fs-op.ts";
import type { Fd, Steps } from "../../../src/rotation/fs-op.ts";

/** What a case is given. */
export interface CaseSurroundings {
  /** The path of an entry of the case's own folder. */
  readonly at: (name: string) => string;
  /** The content of a compressed file; null if it is none, or not a whole one. */
  readonly unpacked: (path: string) => string | null;
}

export interface FsCase {
  /** What is so, as the end of a sentence that begins with the step's name. */
  readonly name: string;
  readonly run: (surroundings: CaseSurroundings) => Steps<void>;
}

const CODES = [
  "ENOENT",
  "EEXIST",
  "ELOOP",
  "EISDIR",
  "ENOTDIR",
  "ENOTEMPTY",
  "EINVAL",
  "EPERM",
  "EBADF",
] as const;

/** The step must fail with this code. */
export function* fails(steps: Steps<unknown>, code: (typeof CODES)[number]): Steps<void> {
  assert.equal(yield* tolerate(steps, ...CODES), code);
}

export function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

/** Makes a file with some content and closes it. */
export function* make(path: string, text = ""): Steps<void> {
  const fd = yield* open(path, "create");
  if (text !== "") yield* append(fd, bytes(text));
  yield* close(fd);
}

export function* contentOf(path: string): Steps<string> {
  const fd = yield* open(path, "append");
  const text = yield* textOf(fd);
  yield* close(fd);
  return text;
}

export function* textOf(fd: Fd): Steps<string> {
  const { size } = yield* fstat(fd);
  return Buffer.from(yield* readAt(fd, 0, size)).toString();
}

/** Whether two names lead to one file. */
export function* areOne(first: string, second: string): Steps<boolean> {
  return (yield* lstat(first)).id === (yield* lstat(second)).id;
}
