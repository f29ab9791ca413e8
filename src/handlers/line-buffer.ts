// Lines on their way to a file, joined so that many need one write. A log outlet
// owns one; it holds lines of one period only, and the outlet decides when they go.
// Whether they survive the process is the store's matter (rotation/line-store.ts).

import { NEEDS_RECORD, NO_ROOM } from "../core/line-encoder.ts";
import type { LineEncoder } from "../core/line-encoder.ts";
import type { Batch } from "../rotation/append.ts";
import type { Journal } from "../rotation/journal.ts";
import type { LineStore } from "../rotation/line-store.ts";
import type { Period } from "../rotation/period.ts";

/** A batch and the time of one of its records. */
export interface TimedBatch {
  /** Seconds since the epoch; all records of the batch belong to its period. */
  readonly created: number;
  readonly batch: Batch;
}

/** Joins lines of one period until its store is full. */
export class LineBuffer {
  /** How many lines wait. */
  records = 0;
  /** Whether a line is being encoded: its values may run the application's code, which may log. */
  isEncoding = false;
  readonly #store: LineStore;
  readonly #bytes: Buffer;
  readonly #most: number;
  readonly #periodAt: (instant: number) => Period;
  #used = 0;
  /** The period of the lines. */
  #start = Infinity;
  #end = -Infinity;

  /** @param capacity bytes of lines, at most those of the store. */
  constructor(store: LineStore, capacity: number, periodAt: (instant: number) => Period) {
    const { buffer, byteOffset } = store.bytes;
    this.#store = store;
    this.#bytes = Buffer.from(buffer, byteOffset, Math.min(capacity, store.bytes.length));
    this.#most = store.ends.length;
    this.#periodAt = periodAt;
  }

  /** Bytes of lines that it can hold. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** Whether lines wait that a line of this time can't join: it is of another period. */
  refuses(created: number): boolean {
    if (created >= this.#start && created < this.#end) return false;
    if (this.records > 0) return true;
    const { start, end } = this.#periodAt(created);
    this.#start = start;
    this.#end = end;
    this.#store.created[0] = created;
    return false;
  }

  /**
   * Writes a line straight from a call whose time it does not refuse, behind those that
   * wait. It joins them by `join`. Never throws, unless the stack is full.
   *
   * @returns what the encoder does: where the line ends, or a negative number.
   */
  encode(
    encoder: LineEncoder,
    ms: number,
    message: string,
    fields: Readonly<Record<string, unknown>> | null,
    error: unknown,
  ): number {
    if (this.records === this.#most) return NO_ROOM;
    this.isEncoding = true;
    try {
      return encoder.encode(this.#bytes, this.#used, ms, message, fields, error);
    } catch {
      return NEEDS_RECORD; // the stack is full
    } finally {
      this.isEncoding = false;
    }
  }

  /** Where the next line begins. */
  get used(): number {
    return this.#used;
  }

  /**
   * Lets a line that was encoded at `from` join those that wait. Since it was begun, these
   * may have been written and the buffer cleared; then it moves.
   */
  join(from: number, end: number): void {
    if (from !== this.#used) this.#bytes.copyWithin(this.#used, from, end);
    this.commit(this.#used + end - from);
  }

  /** Lets a line join that ends here. The count comes last: from then on it is there. */
  commit(end: number): void {
    this.#store.ends[this.records] = end;
    this.records += 1;
    this.#used = end;
    this.#store.count[0] = this.records;
  }

  /** Takes a line of a time that it does not refuse; false if there is no room. */
  add(line: Uint8Array): boolean {
    const end = this.#used + line.length;
    if (end > this.#bytes.length || this.records === this.#most) return false;
    this.#bytes.set(line, this.#used);
    this.commit(end);
    return true;
  }

  /**
   * What waits; it stays where it is until `clear`. Null if nothing waits.
   *
   * @param journal the one whose memory the store is; null for none
   */
  waiting(journal: Journal | null = null): TimedBatch | null {
    if (this.records === 0) return null;
    const { ends, created } = this.#store;
    const bytes = this.#bytes.subarray(0, this.#used);
    // Array.from would go through an iterator, for ten times the price.
    const copy: number[] = [];
    for (let line = 0; line < this.records; line += 1) copy.push(ends[line] ?? 0);
    const batch = { bytes, ends: copy, journal: journal && { journal, from: 0 } };
    return { created: created[0] ?? Number.NaN, batch };
  }

  /** Forgets what waited, once it is dealt with. */
  clear(): void {
    this.#store.count[0] = 0;
    this.records = 0;
    this.#used = 0;
    // The next line's own time goes with the next batch: who adopts a journal may have
    // other periods than we.
    this.#start = Infinity;
    this.#end = -Infinity;
  }
}
