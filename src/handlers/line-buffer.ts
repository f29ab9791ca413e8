// Lines on their way to a file, joined so that many need one write. A rotating
// handler of durability `buffered` owns one; it holds lines of one period only,
// and the handler decides when they go. It is memory: what it holds dies with the
// process, so nothing may stay in it longer than its owner promises.

import { single } from "../rotation/append.ts";
import type { Batch } from "../rotation/append.ts";
import type { Period } from "../rotation/period.ts";

/** A batch and the time of its first record. */
export interface TimedBatch {
  /** Seconds since the epoch; all records of the batch belong to its period. */
  readonly created: number;
  readonly batch: Batch;
}

/** Joins lines of one period until there are `capacity` bytes of them. */
export class LineBuffer {
  readonly #capacity: number;
  readonly #periodAt: (instant: number) => Period;
  /** Two in turn: the one that was handed out stays as it is while the other is filled. */
  #bytes: Uint8Array = new Uint8Array(0);
  #other: Uint8Array = new Uint8Array(0);
  #used = 0;
  #ends: number[] = [];
  #created = 0;
  #start = 0;
  #end = 0;

  /** @param capacity bytes, at least 1. */
  constructor(capacity: number, periodAt: (instant: number) => Period) {
    this.#capacity = capacity;
    this.#periodAt = periodAt;
  }

  /** How many records wait. */
  get records(): number {
    return this.#ends.length;
  }

  /**
   * Takes a line in. The batches that must be written first, or now because they
   * are full, come back in order; usually there are none. The bytes of a batch
   * stay as they are until the next `add`.
   */
  add(created: number, line: Uint8Array): TimedBatch[] {
    const ready: TimedBatch[] = [];
    const other = this.records > 0 && (created < this.#start || created >= this.#end);
    if (other || this.#used + line.length > this.#capacity) this.#take(ready);
    if (line.length >= this.#capacity) return [...ready, { created, batch: single(line) }];
    if (this.records === 0) this.#begin(created);
    if (ready.length > 0) [this.#bytes, this.#other] = [this.#other, this.#bytes];
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.#capacity);
    this.#bytes.set(line, this.#used);
    this.#used += line.length;
    this.#ends.push(this.#used);
    return ready;
  }

  /** Hands out what waits, and is empty; null if nothing waits. */
  take(): TimedBatch | null {
    const ready: TimedBatch[] = [];
    this.#take(ready);
    return ready[0] ?? null;
  }

  #begin(created: number): void {
    const { start, end } = this.#periodAt(created);
    this.#created = created;
    this.#start = start;
    this.#end = end;
  }

  #take(ready: TimedBatch[]): void {
    if (this.records === 0) return;
    const bytes = this.#bytes.subarray(0, this.#used);
    ready.push({ created: this.#created, batch: { bytes, ends: this.#ends } });
    this.#used = 0;
    this.#ends = [];
  }
}
