// A worker's side file: sixteen bytes for every log call that has returned, the time
// of its record, the length of its pad, and in which turn of the event loop it was.
// Its length tells how many calls returned, so a SIGKILL can lose no count; sixteen
// aligned bytes never straddle a page, the only place where a kill can cut a write. Workers write it, the
// orchestrator reads it at the end. The checker takes nothing that it says from a line.

import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

const ENTRY_BYTES = 16;
const PAD_AT = 8;
const TURN_AT = 12;

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

  /** Notes that the next call, of a record of this time and this pad, has returned in this turn. */
  ack(ms: number, padLength: number, turn: number): void {
    this.#entry.writeDoubleLE(ms);
    this.#entry.writeUInt32LE(padLength, PAD_AT);
    this.#entry.writeUInt32LE(turn, TURN_AT);
    writeSync(this.#fd, this.#entry, 0, ENTRY_BYTES, this.#count * ENTRY_BYTES);
    this.#count += 1;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** What a side file says of the calls that returned, in the order of the calls. */
export interface Acks {
  /** Epoch milliseconds of each call's record. */
  readonly times: Float64Array;
  /** The pad length that each call was given; as many as times. */
  readonly pads: Float64Array;
  /** In which turn of its process's event loop each call was made; as many as times. */
  readonly turns: Float64Array;
}

/** What is known of one worker from outside the log. */
export interface WorkerAcks extends Acks {
  /** Whether a SIGKILL ended it: only then may a stump and an unacked line exist, or a line die. */
  readonly killed: boolean;
}

/** Reads a side file; an entry that is not whole is none. */
export function readAcks(path: string): Acks {
  const bytes = readFileSync(path);
  const count = Math.floor(bytes.length / ENTRY_BYTES);
  const [times, pads] = [new Float64Array(count), new Float64Array(count)];
  const turns = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    times[i] = bytes.readDoubleLE(i * ENTRY_BYTES);
    pads[i] = bytes.readUInt32LE(i * ENTRY_BYTES + PAD_AT);
    turns[i] = bytes.readUInt32LE(i * ENTRY_BYTES + TURN_AT);
  }
  return { times, pads, turns };
}
