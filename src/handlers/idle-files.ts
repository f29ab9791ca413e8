// Lets go of the files of past periods in a process that logs nothing any more:
// nobody can remove or compress what it has open. A rotating handler owns one.

import { clearTimeout, setTimeout } from "node:timers";

import { now, toRealMs } from "../core/clock.ts";
import type { OpenFile } from "../rotation/log-site.ts";

/** No timer sleeps longer, so that a clock that jumps (suspend, NTP) is noticed. */
const LONGEST_TIMER_MS = 60_000;

/** Calls `close` when one of the open files' periods has been over for long enough. */
export class IdleFiles {
  readonly #files: readonly OpenFile[];
  readonly #graceMs: number;
  readonly #close: () => void;
  #timer: NodeJS.Timeout | null = null;

  /** @param graceMs how long a file stays open for late records, in clock milliseconds. */
  constructor(files: readonly OpenFile[], graceMs: number, close: () => void) {
    this.#files = files;
    this.#graceMs = graceMs;
    this.#close = close;
  }

  arm(): void {
    if (this.#timer !== null) return;
    const end = Math.min(...this.#files.map(({ period }) => period.end));
    if (end === Infinity) return;
    const due = toRealMs(end * 1000 + this.#graceMs - now());
    const delay = Math.min(Math.max(due, 1), LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#close();
    }, delay).unref();
  }

  disarm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
