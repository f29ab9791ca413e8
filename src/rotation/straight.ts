// The way of a record whose file is open, of its period, not full, and needs no look:
// one append and nothing else. It is what `write` (append.ts) comes to in that case, for
// handlers who carry out the append themselves: each step of a generator costs more
// than all that is here. Where it says no, `write` does what is to be done.

import { UNKNOWN_POSITION } from "./fs-op.ts";
import type { Landed } from "./fs-op.ts";
import { noteLanded } from "./append.ts";
import type { Writer } from "./append.ts";
import { isFull } from "./log-site.ts";
import type { OpenFile } from "./log-site.ts";

/**
 * The file that a batch can be appended to at once; null where more is to be done.
 *
 * @param created the time of one of its records, in seconds since the epoch
 * @param length its bytes
 */
export function straightFile(writer: Writer, created: number, length: number): OpenFile | null {
  const { site, strategy } = writer;
  const file = writer.files[0];
  if (file === undefined) return null;
  const { start, end } = file.period;
  if (created < start || created >= end || start !== writer.newest) return null;
  if (!site.locking || strategy.drops === true || isFull(site, file.size, length)) return null;
  if (strategy.lookDue?.() === true) return null;
  return file;
}

/**
 * Notes what such an append did.
 *
 * @param landed how many of the `length` bytes the kernel took, and where they end
 * @returns `done`; or `look`: all of it is in the file, but behind something that isn't
 *   ours, and `mendBefore` must follow; or `short`: nothing counts as written. The next
 *   `write` finds what was left, if the line broke off, and mends it.
 */
export function noteStraight(
  writer: Writer,
  file: OpenFile,
  length: number,
  landed: Landed,
): "done" | "look" | "short" {
  const { written, end } = landed;
  if (written !== length) {
    file.end = UNKNOWN_POSITION;
    return "short";
  }
  if (end === UNKNOWN_POSITION || end - written !== file.end) return "look";
  noteLanded(writer, file, landed);
  return "done";
}
