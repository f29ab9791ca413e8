// Lines that a killed writer left unfinished. SIGKILL stops a write(2) between
// two pages, so a file may end in a stump without its newline, and whoever
// writes next would glue a whole line to it. Here the stump is given its
// newline, by the next writer after its own write or by the next opener when
// nobody else has the file open. Called by append.ts and the strategies.

import { append, fstat, readAt, writeAt } from "./fs-op.ts";
import type { Fd, Steps } from "./fs-op.ts";
import { proveUnused } from "./log-lock.ts";

/** What every line ends with, as a buffer. */
export const NEWLINE: Uint8Array = Uint8Array.of(0x0a);

/**
 * Terminates the stump in front of a line that has just been written, by
 * turning the stump's last byte into a newline. The kernel lets one append
 * follow the other, so what precedes a landed line can't grow any more: a live
 * writer's line is whole by then, and only a dead one's lacks its newline.
 *
 * @param repairFd the file, open in mode `overwrite`: a positioned write to an
 *   O_APPEND descriptor would append (POSIX leaves no choice, pwrite(2) BUGS).
 * @param start where the line begins; above 0.
 * @returns whether there was a stump.
 */
export function* terminateBefore(repairFd: Fd, start: number): Steps<boolean> {
  const before = yield* readAt(repairFd, start - 1, 1);
  if (before.length === 0 || before[0] === NEWLINE[0]) return false;
  yield* writeAt(repairFd, start - 1, NEWLINE);
  return true;
}

/**
 * Ends a file that stops in mid-line with a newline, if the kernel says that
 * nobody has it open for writing. This keeps every byte, which matters when the
 * file is another program's. With a live writer about, the tail may only look
 * unfinished; then nothing is done, and whoever writes next sees to it.
 * The exclusive lock stays with `fd` afterwards, to be converted by the caller.
 */
export function* sealTail(fd: Fd): Steps<void> {
  if (!(yield* endsInMidLine(fd))) return;
  if (!(yield* proveUnused(fd))) return;
  if (yield* endsInMidLine(fd)) yield* append(fd, NEWLINE);
}

function* endsInMidLine(fd: Fd): Steps<boolean> {
  const { size } = yield* fstat(fd);
  if (size === 0) return false;
  const last = yield* readAt(fd, size - 1, 1);
  return last.length === 1 && last[0] !== NEWLINE[0];
}
