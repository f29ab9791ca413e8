// The frames that wait in an outbox: first in, first out, bounded in number and bytes.
// Those on their way are kept apart and are never dropped for want of room; when they
// come back, they are the oldest again. It only keeps and counts; sending is the
// outbox's.

/** A record made ready to be sent. */
export interface WaitingFrame<Frame> {
  readonly frame: Frame;
  /** What it takes of `maxQueueBytes`. */
  readonly bytes: number;
  /** How often the server has said "not now" to it. */
  refusals: number;
}

/** Frames that wait. */
export class WaitingFrames<Frame> {
  readonly #maxRecords: number;
  readonly #maxBytes: number;
  #frames: WaitingFrame<Frame>[] = [];
  /** Those in front of this one are gone; the array is cut now and then. */
  #first = 0;
  #bytes = 0;
  #away: readonly WaitingFrame<Frame>[] = [];

  constructor(maxRecords: number, maxBytes: number) {
    this.#maxRecords = maxRecords;
    this.#maxBytes = maxBytes;
  }

  /** How many there are, with those on their way. */
  get records(): number {
    return this.#frames.length - this.#first + this.#away.length;
  }

  /** Bytes of these. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds a frame of not more than `maxBytes`. Says how many were dropped for it, the
   * oldest first; if all room is taken by those on their way, it is the frame itself.
   */
  add(frame: Frame, bytes: number): number {
    let dropped = 0;
    while (this.records >= this.#maxRecords || this.#bytes + bytes > this.#maxBytes) {
      dropped += 1;
      const oldest = this.#shift();
      if (oldest === null) return dropped;
      this.#bytes -= oldest.bytes;
    }
    this.#frames.push({ frame, bytes, refusals: 0 });
    this.#bytes += bytes;
    return dropped;
  }

  /** Takes the oldest ones out to be sent; `done`, `giveBack` or `clear` must follow. */
  take(mostFrames: number, mostBytes: number): readonly WaitingFrame<Frame>[] {
    const batch: WaitingFrame<Frame>[] = [];
    let bytes = 0;
    while (batch.length < mostFrames) {
      const next = this.#frames[this.#first];
      if (next === undefined || (batch.length > 0 && bytes + next.bytes > mostBytes)) break;
      bytes += next.bytes;
      batch.push(next);
      this.#shift();
    }
    this.#away = batch;
    return batch;
  }

  /** Those on their way are sent, or given up; says how many bytes they had. */
  done(): number {
    const bytes = this.#away.reduce((sum, each) => sum + each.bytes, 0);
    this.#bytes -= bytes;
    this.#away = [];
    return bytes;
  }

  /** Those on their way must wait again. */
  giveBack(): void {
    this.#frames = [...this.#away, ...this.#frames.slice(this.#first)];
    this.#first = 0;
    this.#away = [];
  }

  /** Forgets all of them; says how many there were. */
  clear(): number {
    const { records } = this;
    this.#frames = [];
    this.#first = 0;
    this.#away = [];
    this.#bytes = 0;
    return records;
  }

  #shift(): WaitingFrame<Frame> | null {
    const oldest = this.#frames[this.#first];
    if (oldest === undefined) return null;
    this.#first += 1;
    // Cut when half of it is gone: each frame is moved about once.
    if (this.#first * 2 >= this.#frames.length) {
      this.#frames.splice(0, this.#first);
      this.#first = 0;
    }
    return oldest;
  }
}
