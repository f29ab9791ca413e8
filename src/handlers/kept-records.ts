// The last so many records, in order: a ring, so that a full one costs no more than one
// that is filling up. Fingers-crossed handlers keep what they hold back in these. It
// says what had to go; what becomes of that is its owner's affair.

import type { LogRecord } from "../core/record.ts";

/** Keeps the last `capacity` records. */
export class KeptRecords {
  readonly #capacity: number;
  #records: LogRecord[] = [];
  /** Where the oldest is, once the ring is full. */
  #start = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#records.length;
  }

  /** Adds a record. Returns the one that had to go, or null. */
  add(record: LogRecord): LogRecord | null {
    const records = this.#records;
    if (records.length < this.#capacity) {
      records.push(record);
      return null;
    }
    const oldest = records[this.#start] ?? null;
    records[this.#start] = record;
    this.#start = (this.#start + 1) % this.#capacity;
    return oldest;
  }

  /** All records, the oldest first; afterwards there are none. */
  takeAll(): LogRecord[] {
    const taken = [...this.#records.slice(this.#start), ...this.#records.slice(0, this.#start)];
    this.#records = [];
    this.#start = 0;
    return taken;
  }
}
