// The ring between the callers of a log and its worker thread: segments of lines that
// are filled in order and drained in order, and the few numbers that both threads look
// at. The caller's side is worker-intake.ts, the thread's worker-main.ts. A segment is
// the caller's from the moment that it is free until it is handed over, and then the
// drainer's until it counts as done; usually that is the thread, but either side may
// drain, one at a time. Nobody waits in here.

import type { SegmentGift } from "../platform/worker-memory.ts";

/** How many segments; a power of two, for they are numbered on and on. */
export const SEGMENTS = 4;

/** Who drains. */
export const NOBODY = 0;
export const THREAD = 1;
export const CALLER = 2;

/** How far the thread is. */
export const STARTING = 0;
/** It loads what it needs, and must be let: ended within the making of native calls, it ends the process. */
export const PREPARING = 1;
export const RUNNING = 2;
/** Called off before it prepared anything. */
export const CANCELLED = 3;
/** It has ended in order. */
export const ENDED = 4;

/** What the thread is told to do besides, while the caller waits for it. */
export const FLUSH = 1;
export const REOPEN = 2;
export const CLOSE = 3;
export type Command = typeof FLUSH | typeof REOPEN | typeof CLOSE;

const HANDED = 0;
const DONE = 1;
const DRAINER = 2;
const STATE = 3;
const COMMAND = 4;
const ASKED = 5;
const ANSWERED = 6;
/** Changes whenever there is something for the thread to do. */
const WAKE = 7;
/** Changes whenever the thread has done something. */
const PROGRESS = 8;
const CELLS = 16;

/** Clock milliseconds, and the real ones at which they were read; then how fast the clock runs. */
const CLOCK_CELLS = 3;

/** What the thread counts, in the order of its cells. */
export const COUNTED = [
  "written",
  "dropped",
  "late",
  "rolled",
  "reopened",
  "mended",
  "removed",
  "archived",
  "bytes",
  "errors",
  "spilled",
  "filesDropped",
  "filesArchived",
] as const;
export type Counted = Readonly<Record<(typeof COUNTED)[number], number>>;

/** What makes a ring, for the other thread; it can be cloned. */
export interface RingGift {
  readonly cells: SharedArrayBuffer;
  readonly segments: readonly SegmentGift[];
}

export class WorkerRing {
  readonly cells: SharedArrayBuffer;
  readonly #ints: Int32Array;
  readonly #clock: Float64Array;
  readonly #counts: Float64Array;

  constructor(
    cells: SharedArrayBuffer = new SharedArrayBuffer(
      4 * CELLS + 8 * (CLOCK_CELLS + COUNTED.length),
    ),
  ) {
    this.cells = cells;
    this.#ints = new Int32Array(cells, 0, CELLS);
    this.#clock = new Float64Array(cells, 4 * CELLS, CLOCK_CELLS);
    this.#counts = new Float64Array(cells, 4 * CELLS + 8 * CLOCK_CELLS, COUNTED.length);
  }

  /** How many segments are handed over and not done. */
  get pending(): number {
    return (Atomics.load(this.#ints, HANDED) - Atomics.load(this.#ints, DONE)) | 0;
  }

  /** The index of the segment that is filled, or will be once one is free. */
  get filling(): number {
    return Atomics.load(this.#ints, HANDED) & (SEGMENTS - 1);
  }

  /** The index of the oldest segment that is not done. */
  get oldest(): number {
    return Atomics.load(this.#ints, DONE) & (SEGMENTS - 1);
  }

  get state(): number {
    return Atomics.load(this.#ints, STATE);
  }

  /** Changes the state, if it is still `from`. */
  changeState(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#ints, STATE, from, to) === from;
  }

  /** Hands over the segment that is filled, and wakes the thread. */
  handOver(): void {
    Atomics.add(this.#ints, HANDED, 1);
    this.#wake();
  }

  /** Becomes the one who drains; false if another one does. */
  claim(who: number): boolean {
    return Atomics.compareExchange(this.#ints, DRAINER, NOBODY, who) === NOBODY;
  }

  /** Lets others drain, and wakes who waits. */
  release(): void {
    Atomics.store(this.#ints, DRAINER, NOBODY);
    this.progress();
  }

  /** Whether the thread was draining; asked when it is over. */
  get drainedByThread(): boolean {
    return Atomics.load(this.#ints, DRAINER) === THREAD;
  }

  /** The oldest segment is done and empty, and free from here on. */
  done(): void {
    Atomics.add(this.#ints, DONE, 1);
    this.progress();
  }

  /** Wakes a caller who waits. */
  progress(): void {
    Atomics.add(this.#ints, PROGRESS, 1);
    Atomics.notify(this.#ints, PROGRESS);
  }

  /** To be read before looking whether there is a reason to wait. */
  get progressed(): number {
    return Atomics.load(this.#ints, PROGRESS);
  }

  /** Waits until something is done after `seen` was read, or for so many milliseconds; false then. */
  waitForProgress(seen: number, ms: number): boolean {
    return Atomics.wait(this.#ints, PROGRESS, seen, ms) !== "timed-out";
  }

  /** Has the thread do something besides; `isAnswered` says when it is done. */
  command(command: Command): void {
    Atomics.store(this.#ints, COMMAND, command);
    Atomics.add(this.#ints, ASKED, 1);
    this.#wake();
  }

  get isAnswered(): boolean {
    return Atomics.load(this.#ints, ASKED) === Atomics.load(this.#ints, ANSWERED);
  }

  /** The command that waits for an answer; null if none does. */
  get asked(): number | null {
    return this.isAnswered ? null : Atomics.load(this.#ints, COMMAND);
  }

  answer(): void {
    Atomics.store(this.#ints, ANSWERED, Atomics.load(this.#ints, ASKED));
    this.progress();
  }

  /** To be read before looking whether there is something to do. */
  get woken(): number {
    return Atomics.load(this.#ints, WAKE);
  }

  /** Resolves when there may be something to do that was not there when `seen` was read. */
  async sleep(seen: number): Promise<void> {
    const waiting = waitAsync(this.#ints, WAKE, seen);
    if (waiting.async) await waiting.value;
  }

  /** Tells the thread of the caller's clock: see worker-clock.ts. */
  setClock(clockMs: number, realMs: number, rate: number): void {
    this.#clock[0] = clockMs;
    this.#clock[1] = realMs;
    this.#clock[2] = rate;
  }

  get clock(): { readonly clockMs: number; readonly realMs: number; readonly rate: number } {
    const [clockMs = 0, realMs = 0, rate = 0] = this.#clock;
    return { clockMs, realMs, rate };
  }

  /** What the thread has counted; exact after it has answered. */
  get counts(): Counted {
    const entries = COUNTED.map((name, at) => [name, this.#counts[at] ?? 0] as const);
    return Object.fromEntries(entries) as Counted;
  }
  set counts(counts: Counted) {
    for (const [at, name] of COUNTED.entries()) this.#counts[at] = counts[name];
  }

  #wake(): void {
    Atomics.add(this.#ints, WAKE, 1);
    Atomics.notify(this.#ints, WAKE);
  }
}

type WaitAsync = (
  cells: Int32Array,
  index: number,
  value: number,
) => { readonly async: boolean; readonly value: unknown };

/** In ECMAScript 2024, and in V8 for longer. */
const { waitAsync } = Atomics as unknown as { readonly waitAsync: WaitAsync };
