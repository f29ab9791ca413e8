// When lines that wait are written: at the end of the turn of the event loop, or after
// an interval. The end of the turn keeps the process alive, for an idle one would not
// come to it otherwise. An interval doesn't: at the process's end everything is flushed.

import { clearImmediate, clearTimeout, setImmediate, setTimeout } from "node:timers";

/** Calls `flush` once for each time that it is armed. */
export class FlushTimer {
  readonly #intervalMs: number | null;
  readonly #flush: () => void;
  #timer: NodeJS.Immediate | NodeJS.Timeout | null = null;

  /** @param intervalMs null: at the end of the turn. */
  constructor(intervalMs: number | null, flush: () => void) {
    this.#intervalMs = intervalMs;
    this.#flush = flush;
  }

  arm(): void {
    if (this.#timer !== null) return;
    this.#timer =
      this.#intervalMs === null
        ? setImmediate(this.#flush)
        : setTimeout(this.#flush, this.#intervalMs).unref();
  }

  disarm(): void {
    const timer = this.#timer;
    this.#timer = null;
    if (timer === null) return;
    if (this.#intervalMs === null) clearImmediate(timer as NodeJS.Immediate);
    else clearTimeout(timer as NodeJS.Timeout);
  }
}
