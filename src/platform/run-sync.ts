// Drives a procedure of the rotation protocol to its end, one step after the
// other, each carried out before the next is asked for. Used by the handlers,
// whose records must be in the kernel's hands when their call returns.

import type { Fd, FsOp, Landed, Steps } from "../rotation/fs-op.ts";

/** Appends some bytes; throws what the step `append` throws. */
export type Appender = (fd: Fd, length: number) => Landed;

/** Something that carries out steps: the real file system, or a model of one. */
export interface FileSystem {
  /** Carries out one step; throws an error with an errno's name as `code` when it fails. */
  perform(step: FsOp): unknown;
  /**
   * For who appends from the same memory again and again: the step `append` as a
   * function, of the first `length` bytes. Absent where it would gain nothing.
   *
   * @param bytes must stay where they are
   */
  appender?(bytes: Uint8Array): Appender;
}

/** Runs a procedure and gives its result, or throws what it throws. */
export function runSync<T>(steps: Steps<T>, fs: FileSystem): T {
  let turn = steps.next();
  while (!turn.done) {
    let result: unknown;
    try {
      result = fs.perform(turn.value);
    } catch (error) {
      turn = steps.throw(error);
      continue;
    }
    turn = steps.next(result);
  }
  return turn.value;
}
