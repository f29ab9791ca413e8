// A worker's side file: eight bytes for every log call that has returned, the
// time of its record. Its length tells how many calls returned, so a SIGKILL can
// lose no count; eight aligned bytes never straddle a page, the only place where
// a kill can cut a write. Workers write it, the orchestrator reads it at the end.

import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

const ENTRY_BYTES = 8;

/** Counts the returned calls of one worker. */
export class AckWriter {
  readonly #fd: number;
  readonly #entry = Buffer.alloc(ENTRY_BYTES);
  #count = 0;

  /** @param path - of a file that no other worker uses; made anew. */
  constructor(path: string) {
    this.#fd = openSync(path, "w");
  }

  /** Calls that have returned so far, which is the number of the next call. */
  get count(): number {
    return this.#count;
  }

  /** Notes that the next call, of a record of this time, has returned. */
  ack(ms: number): void {
    this.#entry.writeDoubleLE(ms);
    writeSync(this.#fd, this.#entry, 0, ENTRY_BYTES, this.#count * ENTRY_BYTES);
    this.#count += 1;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** The times of the records whose calls returned, in the order of the calls. */
export function readAcks(path: string): Float64Array {
  const bytes = readFileSync(path);
  const times = new Float64Array(Math.floor(bytes.length / ENTRY_BYTES));
  for (let i = 0; i < times.length; i += 1) times[i] = bytes.readDoubleLE(i * ENTRY_BYTES);
  return times;
}
