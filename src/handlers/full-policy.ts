// What becomes of lines that can't be written: the option `onFull`. A log outlet
// gives its batches to one of these. Each line of them is in the end in a file, or
// kept to be tried again, or counted as dropped; what went wrong is told the outlet,
// which reports it.

import { clearTimeout, setTimeout } from "node:timers";

import type { LogRecord } from "../core/record.ts";
import { Backlog } from "./backlog.ts";
import type { BatchWriter } from "./batch-writer.ts";
import type { TimedBatch } from "./line-buffer.ts";
import type { OutletSettings } from "./rotating-options.ts";
import type { Period } from "../rotation/period.ts";

/** Whom a policy works for. */
export interface PolicyOwner {
  /** Something failed; see `OutletOwner.failed`. */
  failed(error: unknown, what: string, dropped: number, record: LogRecord | null): void;
  /** Calls `retry` as soon as no procedure is under way. */
  whenFree(retry: () => void): void;
}

/** How often kept lines are tried again: by later calls, and by a timer. */
const RETRY_MS = 100;
const RETRY_TIMER_MS = 500;

/** Writes batches, and does as `onFull` says where that fails. */
export class FullPolicy {
  readonly #owner: PolicyOwner;
  readonly #batches: BatchWriter;
  readonly #settings: OutletSettings;
  readonly #backlog: Backlog | null;
  #closed = false;
  #retryAt = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    owner: PolicyOwner,
    batches: BatchWriter,
    settings: OutletSettings,
    periodAt: (instant: number) => Period,
  ) {
    this.#owner = owner;
    this.#batches = batches;
    this.#settings = settings;
    const { onFull, spillBytes } = settings;
    this.#backlog = onFull === "spill" ? new Backlog(spillBytes, periodAt) : null;
  }

  /** Records that are kept in memory. */
  get kept(): number {
    return this.#backlog?.records ?? 0;
  }

  /**
   * Writes a batch, behind those that are kept.
   *
   * @param record the one record that it is about, if it is about one
   */
  deliver(timed: TimedBatch, record: LogRecord | null): void {
    const backlog = this.#backlog;
    if (backlog !== null && backlog.records > 0) {
      if (performance.now() >= this.#retryAt) this.retry();
      if (backlog.records > 0) {
        this.#keep(backlog, timed);
        return;
      }
    }
    const failure = this.#batches.attempt(timed);
    if (failure === null) return;
    const { error, rest } = failure;
    if (rest === null) {
      this.#owner.failed(error, "after a record was written", 0, null);
    } else if (backlog !== null && !this.#closed) {
      this.#owner.failed(error, "records are kept in memory until they can be written", 0, null);
      this.#keep(backlog, rest);
    } else {
      const waits = this.#settings.onFull === "block";
      this.#giveUp(error, waits ? this.#batches.block(rest) : rest, record);
    }
  }

  /** Writes what is kept, as far as it goes. */
  retry(): void {
    const backlog = this.#backlog;
    if (backlog === null) return;
    for (let next = backlog.next(); next !== null; next = backlog.next()) {
      const failure = this.#batches.attempt(next);
      const left = failure === null ? 0 : (failure.rest?.batch.ends.length ?? 0);
      backlog.remove(next.batch.ends.length - left);
      if (left > 0) {
        this.#arm();
        return;
      }
    }
    this.#disarm();
  }

  /** From now on nothing is kept. */
  close(): void {
    this.#closed = true;
  }

  /** What is kept can't wait any longer. */
  abandon(): void {
    this.#disarm();
    const count = this.kept;
    if (count === 0) return;
    this.#backlog?.remove(count);
    const error = new Error("the log is closed");
    this.#owner.failed(error, "records kept in memory were dropped", count, null);
  }

  #giveUp(error: unknown, rest: TimedBatch | null, record: LogRecord | null): void {
    if (rest === null) return;
    const count = rest.batch.ends.length;
    this.#owner.failed(error, "writing failed", count, count === 1 ? record : null);
  }

  #keep(backlog: Backlog, timed: TimedBatch): void {
    const dropped = backlog.add(timed);
    if (dropped > 0) {
      const error = new Error(`more than ${this.#settings.spillBytes} bytes wait to be written`);
      this.#owner.failed(error, "the oldest records kept in memory were dropped", dropped, null);
    }
    this.#arm();
  }

  #arm(): void {
    this.#retryAt = performance.now() + RETRY_MS;
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#owner.whenFree(() => this.retry());
    }, RETRY_TIMER_MS).unref();
  }

  #disarm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
