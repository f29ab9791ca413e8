// What the thread of a WorkerQueueListener has done so far, in memory that both sides
// see: so that the side that logs can wait for it while its own event loop stands
// still, at a stop or at the end of the process. Numbers only; they wrap around and are
// compared by their difference.

const HANDLED = 0;
const CLOSED = 1;
const STATE = 2;
const PROGRESS = 3;
const WANTED = 4;
const CELLS = 5;

/** The thread does its work, or is about to. */
export const RUNNING = 0;
/** The thread does nothing any more; it has said why. */
export const FAILED = 1;

/** Counts in shared memory. */
export class QueueTally {
  readonly cells: SharedArrayBuffer;
  readonly #ints: Int32Array;

  constructor(cells: SharedArrayBuffer = new SharedArrayBuffer(CELLS * 4)) {
    this.cells = cells;
    this.#ints = new Int32Array(cells);
  }

  /** Records that the thread has handled. */
  get handled(): number {
    return Atomics.load(this.#ints, HANDLED);
  }

  /** How often the thread has closed its handlers. */
  get closed(): number {
    return Atomics.load(this.#ints, CLOSED);
  }

  get hasFailed(): boolean {
    return Atomics.load(this.#ints, STATE) === FAILED;
  }

  /** For the thread: one more record was handled. */
  addHandled(): void {
    Atomics.add(this.#ints, HANDLED, 1);
    this.#progress();
  }

  /** For the thread: the handlers were closed once more. */
  addClosed(): void {
    Atomics.add(this.#ints, CLOSED, 1);
    this.#progress();
  }

  /** For the thread: it does nothing any more. */
  fail(): void {
    Atomics.store(this.#ints, STATE, FAILED);
    this.#progress();
  }

  /** Asks the thread to say when it has handled something more. */
  wantNews(): void {
    Atomics.store(this.#ints, WANTED, 1);
  }

  /** For the thread: whether that was asked since the last time. */
  takeWish(): boolean {
    return Atomics.exchange(this.#ints, WANTED, 0) === 1;
  }

  /**
   * Waits, with the event loop at a standstill, until `isDone` is true. False if the
   * thread has failed, or did nothing for `patienceMs`.
   */
  wait(isDone: () => boolean, patienceMs: number): boolean {
    for (;;) {
      const seen = Atomics.load(this.#ints, PROGRESS);
      if (isDone()) return true;
      if (this.hasFailed) return false;
      if (Atomics.wait(this.#ints, PROGRESS, seen, patienceMs) === "timed-out") return isDone();
    }
  }

  #progress(): void {
    Atomics.add(this.#ints, PROGRESS, 1);
    Atomics.notify(this.#ints, PROGRESS);
  }
}

/** How many steps a count has made since it was `from`, which may be any number of turns ahead. */
export function stepsBetween(from: number, to: number): number {
  return (to - (from | 0)) | 0;
}
