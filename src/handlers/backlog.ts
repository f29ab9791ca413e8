// Records that could not be written, kept in memory until they can: a rotating
// handler of `onFull: "spill"` owns one. First in, first out; beyond its limit the
// oldest go, whole, and are counted. It only keeps: when to try again is decided
// by its owner.

import type { Batch } from "../rotation/append.ts";
import type { Period } from "../rotation/period.ts";
import type { TimedBatch } from "./line-buffer.ts";

interface Kept {
  readonly created: number;
  readonly line: Uint8Array;
}

/** More are not joined into one write. */
const BATCH_BYTES = 65_536;

/** A queue of lines with a limit on their bytes. */
export class Backlog {
  readonly #limit: number;
  readonly #periodAt: (instant: number) => Period;
  readonly #lines: Kept[] = [];
  /** Lines in front of this one are gone; the array is cut now and then. */
  #first = 0;
  #bytes = 0;

  /** @param limit bytes of lines; what one line needs besides (some 100 bytes) isn't counted. */
  constructor(limit: number, periodAt: (instant: number) => Period) {
    this.#limit = limit;
    this.#periodAt = periodAt;
  }

  /** How many records wait. */
  get records(): number {
    return this.#lines.length - this.#first;
  }

  /** Bytes of the records that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps the records of a batch, as copies. Says how many had to go for want of room, the oldest first. */
  add({ created, batch }: TimedBatch): number {
    let start = 0;
    for (const end of batch.ends) {
      // Not slice(): a Buffer's makes no copy.
      this.#lines.push({ created, line: new Uint8Array(batch.bytes.subarray(start, end)) });
      this.#bytes += end - start;
      start = end;
    }
    let dropped = 0;
    while (this.#bytes > this.#limit) {
      this.remove(1);
      dropped += 1;
    }
    return dropped;
  }

  /** The oldest records, as many as may be written together; null if none wait. */
  next(): TimedBatch | null {
    const head = this.#lines[this.#first];
    if (head === undefined) return null;
    const { start, end } = this.#periodAt(head.created);
    const lines: Uint8Array[] = [];
    let size = 0;
    for (let index = this.#first; index < this.#lines.length; index += 1) {
      const kept = this.#lines[index];
      if (kept === undefined || kept.created < start || kept.created >= end) break;
      if (lines.length > 0 && size + kept.line.length > BATCH_BYTES) break;
      lines.push(kept.line);
      size += kept.line.length;
    }
    return { created: head.created, batch: join(lines, size) };
  }

  /** Forgets the oldest `count` records: they are written, or given up. */
  remove(count: number): void {
    const until = Math.min(this.#first + count, this.#lines.length);
    for (; this.#first < until; this.#first += 1) {
      this.#bytes -= this.#lines[this.#first]?.line.length ?? 0;
    }
    // Cut when half of it is gone: each line is moved about once.
    if (this.#first * 2 >= this.#lines.length) {
      this.#lines.splice(0, this.#first);
      this.#first = 0;
    }
  }
}

function join(lines: readonly Uint8Array[], size: number): Batch {
  const bytes = new Uint8Array(size);
  const ends: number[] = [];
  let used = 0;
  for (const line of lines) {
    bytes.set(line, used);
    used += line.length;
    ends.push(used);
  }
  return { bytes, ends };
}
