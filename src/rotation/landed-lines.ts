// How many of a dead process's lines are in the file that it was writing to. Known is
// the file's size before that write, and what it was to write; behind that size may
// stand what others have written meanwhile, before and after it. Called by
// settle-intent.ts. It looks and judges; it changes nothing.

import { readAt, size } from "./fs-op.ts";
import type { Fd, Steps } from "./fs-op.ts";
import { NEWLINE } from "./tail.ts";

/** Lines that were to be written in one piece. */
export interface Intended {
  readonly bytes: Uint8Array;
  /** The offset just behind each, rising; the last is the length of `bytes`. */
  readonly ends: readonly number[];
}

/** What became of them. */
export interface Found {
  /** Where the first one begins in the file. */
  readonly at: number;
  /** How many are there, each whole. */
  readonly records: number;
  /** Whether the one behind those is there but for its newline, and the file ends in it. */
  readonly lacksNewline: boolean;
}

/** How much is read at a time, besides the length of what is looked for. */
const STRIDE = 256 * 1024;

const LINE_END = NEWLINE[0] as number;

/** A piece of a file. */
interface Piece {
  readonly bytes: Uint8Array;
  /** Where in the file it begins. */
  readonly at: number;
}

/**
 * Looks for lines behind a position. If they are not there in one piece, then maybe the
 * first ones are: SIGKILL stops a write between two pages. So a part counts only if it
 * ends where a page does; the next writer may have made a newline of its last byte.
 *
 * @param from the file's size before the write
 * @param pageBytes what a write that is cut off ends at a multiple of
 */
export function* findLanded(
  fd: Fd,
  lines: Intended,
  from: number,
  pageBytes: number,
): Steps<Found | null> {
  const limit = yield* size(fd);
  let best: Found | null = null;
  for (let start = from; start < limit; start += STRIDE) {
    const at = Math.max(0, start - 1);
    const length = Math.min(limit, start + STRIDE + lines.bytes.length) - at;
    const piece = { bytes: yield* readAt(fd, at, length), at };
    const stop = Math.min(limit, start + STRIDE);
    let place = start === from ? from : nextPlace(piece, start - 1, pageBytes);
    for (; place < stop; place = nextPlace(piece, place, pageBytes)) {
      const found = foundAt(piece, place, lines, limit, pageBytes);
      if (found !== null && isMore(found, best)) best = found;
      if (found?.records === lines.ends.length) return found;
    }
  }
  return best;
}

/**
 * Where a write can have begun next: behind a newline, or behind another write that was
 * cut off. (It can also have begun where the file ended, which is the first place.)
 */
function nextPlace({ bytes, at }: Piece, place: number, pageBytes: number): number {
  const newline = bytes.indexOf(LINE_END, place - at);
  const behind = newline === -1 ? Infinity : at + newline + 1;
  const page = (Math.floor(place / pageBytes) + 1) * pageBytes;
  return Math.min(behind, page);
}

function foundAt(
  { bytes, at }: Piece,
  place: number,
  lines: Intended,
  limit: number,
  pageBytes: number,
): Found | null {
  const alike = alikeFrom(bytes, place - at, lines.bytes);
  const stop = place + alike;
  // A newline in the place of another byte, the last of its page, ends a stump.
  const isEnded = bytes[stop - at] === LINE_END && (stop + 1) % pageBytes === 0;
  const isWhole = alike === lines.bytes.length;
  const sure = isWhole || isEnded ? alike : sureOf(lines, alike, place, pageBytes);
  const behind = lines.ends.findIndex((end) => end > sure);
  const records = behind === -1 ? lines.ends.length : behind;
  const lacksNewline =
    stop === limit && stop % pageBytes === 0 && lines.ends[records] === alike + 1;
  return records > 0 || lacksNewline ? { at: place, records, lacksNewline } : null;
}

/**
 * How much of what is alike is the dead process's own. Beyond the end of a page it may be
 * another write's first bytes; but a newline there that ends a line of ours makes it
 * whole, whoever wrote it: an opener seals a stump so.
 */
function sureOf({ ends }: Intended, alike: number, place: number, pageBytes: number): number {
  const page = Math.floor((place + alike) / pageBytes) * pageBytes - place;
  return alike > page && ends.includes(page + 1) ? page + 1 : page;
}

/** How many bytes are the same. */
function alikeFrom(bytes: Uint8Array, offset: number, wanted: Uint8Array): number {
  const most = Math.min(wanted.length, bytes.length - offset);
  let alike = 0;
  while (alike < most && bytes[offset + alike] === wanted[alike]) alike += 1;
  return alike;
}

function isMore(found: Found, best: Found | null): boolean {
  if (best === null || found.records > best.records) return true;
  return found.records === best.records && found.lacksNewline && !best.lacksNewline;
}
