// The calling thread's side of the ring: it encodes lines into the segment that is being
// filled, and hands that over when it is full, when a line of another period comes, and
// otherwise about once a millisecond, as long as the thread has nothing else to do. It
// never waits, unless all segments wait for the thread: then `onFull` decides. It knows
// nothing of files and threads.

import { clearTimeout, setTimeout } from "node:timers";

import { NO_ROOM } from "../core/line-encoder.ts";
import type { LineEncoder } from "../core/line-encoder.ts";
import type { LineSink } from "../core/line-sink.ts";
import type { LogRecord } from "../core/record.ts";
import type { Segment } from "../platform/worker-memory.ts";
import { single } from "../rotation/append.ts";
import type { Period } from "../rotation/period.ts";
import { Backlog } from "./backlog.ts";
import { LineBuffer } from "./line-buffer.ts";
import type { OutletSettings } from "./rotating-options.ts";
import { describeClock } from "./worker-clock.ts";
import { SEGMENTS } from "./worker-ring.ts";
import type { WorkerRing } from "./worker-ring.ts";

/** What an intake asks of its owner, and tells it. */
export interface IntakeOwner {
  /** See `OutletOwner.failed`. */
  failed(error: unknown, what: string, dropped: number, record: LogRecord | null): void;
  recovered(): void;
  /** Waits until a segment is free, for so many milliseconds at most; whether one is. */
  makeRoom(ms: number): boolean;
  /** Writes a line that no segment can hold, behind all others. */
  writeLong(created: number, bytes: Uint8Array): void;
}

interface Line {
  readonly created: number;
  readonly bytes: Uint8Array;
  readonly levelno: number;
  /** Null where there was none. */
  readonly record: LogRecord | null;
}

/**
 * A thread that is woken by every turn's end would cost each of them some ten
 * microseconds. Nothing is lost meanwhile: at its end the process flushes.
 */
const HAND_OVER_MS = 1;
/** A ring with few lines is full of small segments, and will be free in no time. */
const SMALL_WAIT_MS = 100;
/** See log-outlet.ts. */
const MOST_ROUNDS = 16;

export class WorkerIntake implements LineSink {
  /** Lines given up because there was no room. */
  dropped = 0;
  readonly #owner: IntakeOwner;
  readonly #ring: WorkerRing;
  readonly #segments: readonly Segment[];
  readonly #buffers: readonly LineBuffer[];
  readonly #settings: OutletSettings;
  readonly #backlog: Backlog | null;
  readonly #aside: Line[] = [];
  /** What is being filled; null if it must be looked whether a segment is free. */
  #current: LineBuffer | null = null;
  #timer: NodeJS.Timeout | null = null;
  #armed = false;
  #busy = false;
  #closed = false;
  /** The last line found no room; a call has waited in vain for some. */
  #failing = false;
  #gaveUp = false;

  constructor(
    owner: IntakeOwner,
    ring: WorkerRing,
    segments: readonly Segment[],
    settings: OutletSettings,
    periodAt: (instant: number) => Period,
  ) {
    this.#owner = owner;
    this.#ring = ring;
    this.#segments = segments;
    this.#settings = settings;
    this.#buffers = segments.map(
      ({ store }) => new LineBuffer(store, store.bytes.length, periodAt),
    );
    const { onFull, spillBytes } = settings;
    this.#backlog = onFull === "spill" ? new Backlog(spillBytes, periodAt) : null;
  }

  /** Lines in the ring, in either thread's hands. */
  get buffered(): number {
    return this.#segments.reduce((sum, { store }) => sum + (store.count[0] ?? 0), 0);
  }

  /** Lines kept in memory beside the ring. */
  get spilled(): number {
    return this.#backlog?.records ?? 0;
  }

  /** See `LineSink`. */
  put(
    encoder: LineEncoder,
    ms: number,
    levelno: number,
    message: string,
    fields: Readonly<Record<string, unknown>> | null,
    error: unknown,
  ): boolean {
    if (this.#busy || this.#closed || this.#current?.isEncoding === true) return false;
    if (this.#backlog !== null && this.#backlog.records > 0) return false;
    const buffer = this.#bufferFor(ms / 1000);
    if (buffer === null) return false;
    const from = buffer.used;
    const end = buffer.encode(encoder, ms, message, fields, error);
    // What was encoded may have closed the log, or handed over the segment.
    if (this.#closed || this.#current !== buffer || buffer.used !== from) return false;
    if (end === NO_ROOM && buffer.records > 0) {
      this.#handOver();
      return this.put(encoder, ms, levelno, message, fields, error);
    }
    if (end < 0) return false;
    // The line joins last of all, see log-outlet.ts.
    if (!this.#armed) this.#arm();
    buffer.join(from, end);
    try {
      this.#waits(levelno);
    } catch {
      // The stack is full; the timer is armed.
    }
    return true;
  }

  #bufferFor(created: number): LineBuffer | null {
    let buffer = this.#current ?? this.#next();
    if (buffer?.refuses(created) !== true) return buffer;
    this.#handOver();
    buffer = this.#next();
    return buffer?.refuses(created) === false ? buffer : null;
  }

  /** Takes one line; see `LogEngine.take`. */
  take(created: number, bytes: Uint8Array, record: LogRecord): void {
    const line = { created, bytes, levelno: record.levelno, record };
    if (this.#busy) this.#aside.push(line);
    // Within the values of another line, which is half encoded where this one would go.
    else if (this.#current?.isEncoding === true) {
      this.#exclusively(() => {
        if ((this.#current?.records ?? 0) > 0) this.#handOver();
        this.#owner.writeLong(created, bytes);
      });
    } else this.#exclusively(() => this.#take(line));
  }

  /**
   * Hands over all there is, also what is kept beside the ring as far as there is room.
   * False if a line is being taken right now, in a call around this one.
   */
  handOverAll(): boolean {
    if (this.#busy) return false;
    this.#exclusively(() => {
      this.#refill();
      if ((this.#current?.records ?? 0) > 0) this.#handOver();
    });
    return true;
  }

  /** From now on nothing is taken; what was taken is in the ring, or `leftovers`. */
  close(): void {
    this.#closed = true;
    if ((this.#current?.records ?? 0) > 0) this.#handOver();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** What is kept beside the ring, in order, to be written otherwise. */
  *leftovers(): Generator<{ readonly created: number; readonly bytes: Uint8Array }> {
    const backlog = this.#backlog;
    for (let next = backlog?.next() ?? null; next !== null; next = backlog?.next() ?? null) {
      let start = 0;
      for (const end of next.batch.ends) {
        yield { created: next.created, bytes: next.batch.bytes.subarray(start, end) };
        start = end;
      }
      backlog?.remove(next.batch.ends.length);
    }
  }

  /** See log-outlet.ts. */
  #exclusively(action: () => void): void {
    if (this.#busy) return;
    this.#busy = true;
    try {
      action();
      for (let round = 1; this.#aside.length > 0; round += 1) {
        const lines = this.#aside.splice(0);
        if (round > MOST_ROUNDS) {
          const error = new Error("what logs to the handler is logged by it, again and again");
          this.#drop(error, "records were dropped", lines.length, null);
          break;
        }
        for (const line of lines) this.#take(line);
      }
    } finally {
      this.#busy = false;
    }
  }

  #take({ created, bytes, levelno, record }: Line): void {
    if (!this.#refill()) {
      this.#keep(created, bytes);
      return;
    }
    let result = this.#add(created, bytes);
    if (result === "full" && this.#waitForRoom()) result = this.#add(created, bytes);
    if (result === "full") this.#full(created, bytes, record);
    else if (result === "long") this.#owner.writeLong(created, bytes);
    else this.#waits(levelno);
  }

  #add(created: number, bytes: Uint8Array): "taken" | "full" | "long" {
    for (;;) {
      const buffer = this.#current ?? this.#next();
      if (buffer === null) return "full";
      if (!buffer.refuses(created) && buffer.add(bytes)) return "taken";
      if (buffer.records === 0) return "long";
      this.#handOver();
    }
  }

  /** The next segment, if it is free. */
  #next(): LineBuffer | null {
    if (this.#ring.pending >= SEGMENTS) return null;
    const buffer = this.#buffers[this.#ring.filling] ?? null;
    // Half a line is in there, whose values log more than the whole ring holds.
    if (buffer?.isEncoding === true) return null;
    buffer?.clear();
    this.#current = buffer;
    this.#gaveUp = false;
    if (this.#failing) {
      this.#failing = false;
      this.#owner.recovered();
    }
    return buffer;
  }

  #handOver(): void {
    this.#current = null;
    describeClock(this.#ring);
    this.#ring.handOver();
  }

  /** A line was put into a segment. */
  #waits(levelno: number): void {
    if (levelno >= this.#settings.flushLevel && this.#ring.pending === 0) this.#handOver();
    else if (!this.#armed) this.#arm();
  }

  // It doesn't keep the process alive: at the end everything is flushed.
  #arm(): void {
    if (this.#closed) return;
    this.#armed = true;
    if (this.#timer !== null) {
      this.#timer.refresh();
      return;
    }
    const { flushIntervalMs } = this.#settings;
    this.#timer = setTimeout(() => this.#due(), flushIntervalMs ?? HAND_OVER_MS).unref();
  }

  /** A thread that has something to do is left to it: more lines at a time are cheaper. */
  #due(): void {
    this.#armed = false;
    if (this.#ring.pending === 0) this.handOverAll();
    if (this.spilled > 0 || (this.#current?.records ?? 0) > 0) this.#arm();
  }

  /** All segments wait for the thread. */
  #waitForRoom(): boolean {
    const isSmall = this.#waitingBytes() * 2 < this.#segmentBytes() * SEGMENTS;
    if (this.#owner.makeRoom(isSmall ? SMALL_WAIT_MS : 0)) return true;
    const { onFull, blockTimeoutMs } = this.#settings;
    if (onFull !== "block" || this.#gaveUp) return false;
    this.#gaveUp = !this.#owner.makeRoom(blockTimeoutMs);
    return !this.#gaveUp;
  }

  #full(created: number, bytes: Uint8Array, record: LogRecord | null): void {
    const size = this.#segmentBytes() * SEGMENTS;
    const error = new Error(`${size} bytes of lines wait for the log's worker thread`);
    const isFirst = !this.#failing;
    this.#failing = true;
    if (this.#backlog === null) {
      this.#drop(error, "there is no room for more", 1, record);
      return;
    }
    if (isFirst)
      this.#owner.failed(error, "records are kept in memory until there is room", 0, null);
    this.#keep(created, bytes);
  }

  #keep(created: number, bytes: Uint8Array): void {
    const dropped = this.#backlog?.add({ created, batch: single(bytes) }) ?? 0;
    if (dropped > 0) {
      const error = new Error(`more than ${this.#settings.spillBytes} bytes wait to be written`);
      this.#drop(error, "the oldest records kept in memory were dropped", dropped, null);
    }
    if (!this.#armed) this.#arm();
  }

  #drop(error: unknown, what: string, dropped: number, record: LogRecord | null): void {
    this.dropped += dropped;
    this.#owner.failed(error, what, dropped, record);
  }

  /** Moves what is kept into the ring; whether all of it is there. */
  #refill(): boolean {
    const backlog = this.#backlog;
    if (backlog === null || backlog.records === 0) return true;
    for (let next = backlog.next(); next !== null; next = backlog.next()) {
      let [start, taken] = [0, 0];
      for (const end of next.batch.ends) {
        const bytes = next.batch.bytes.subarray(start, end);
        const result = this.#add(next.created, bytes);
        if (result === "full") break;
        if (result === "long") this.#owner.writeLong(next.created, bytes);
        start = end;
        taken += 1;
      }
      backlog.remove(taken);
      if (taken < next.batch.ends.length) return false;
    }
    return true;
  }

  #waitingBytes(): number {
    return this.#segments.reduce((sum, { store }) => {
      const lines = store.count[0] ?? 0;
      return sum + (lines === 0 ? 0 : (store.ends[lines - 1] ?? 0));
    }, 0);
  }

  #segmentBytes(): number {
    return this.#segments[0]?.store.bytes.length ?? 0;
  }
}
