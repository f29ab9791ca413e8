// Tries to write batches: once, or again and again for as long as a call may wait.
// A log outlet owns one and decides what becomes of the rest. After a failure it
// knows which records are in the file all the same; they are never written twice.

import { isSystemClock, now } from "../core/clock.ts";
import { nap } from "../platform/node-fs.ts";
import { runSync } from "../platform/run-sync.ts";
import type { FileSystem } from "../platform/run-sync.ts";
import { isShort, isShortage } from "../platform/spare-descriptors.ts";
import { closeEnded, landedBefore, restOf, write } from "../rotation/append.ts";
import type { Writer } from "../rotation/append.ts";
import type { TimedBatch } from "./line-buffer.ts";

/** What kept a batch from being written as a whole. */
export interface WriteFailure {
  readonly error: unknown;
  /** The records that are in no file; null if all are. */
  readonly rest: TimedBatch | null;
}

/** How often the open file is looked at to see if it still bears its name, in real milliseconds. */
const VERIFY_MS = 500;
/** Of the naps between the tries of a call that waits. */
const LONGEST_NAP_MS = 50;

export class BatchWriter {
  /** Records that are in a file. */
  written = 0;
  /** Tries that failed. */
  failures = 0;
  readonly #writer: Writer;
  readonly #fs: FileSystem;
  /** How long a call may wait, in real milliseconds. */
  readonly #patienceMs: number;
  readonly #recovered: () => void;
  #failing = false;
  /** A call has waited in vain; the next ones don't, until one succeeds. */
  #gaveUp = false;
  #verifyAt = 0;
  /** When the last look was, by the clock. */
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** @param recovered called when a batch is written after one was not. */
  constructor(writer: Writer, fs: FileSystem, patienceMs: number, recovered: () => void) {
    this.#writer = writer;
    this.#fs = fs;
    this.#patienceMs = patienceMs;
    this.#recovered = recovered;
  }

  /** Writes a batch; null if all of it is written. Never throws. */
  attempt({ created, batch }: TimedBatch): WriteFailure | null {
    let left = batch;
    // Descriptors are scarce: past files must not wait for late records until others can't be opened.
    if (isShort() && !this.#isOpen(created)) this.#letPastGo(created);
    for (let again = false; ; again = true) {
      try {
        runSync(write(this.#writer, created, left, this.#verifyDue()), this.#fs);
        this.written += left.ends.length;
        this.#succeed();
        return null;
      } catch (error) {
        this.failures += 1;
        this.#failing = true;
        const landed = landedBefore(error);
        this.written += landed;
        const rest = restOf(left, landed);
        if (rest === null) return { error, rest };
        left = rest;
        // The reserve is empty, too.
        if (again || !isShortage(error) || !this.#letPastGo(created)) {
          return { error, rest: { created, batch: left } };
        }
      }
    }
  }

  /**
   * Whether a line may not be appended without further ado: the last ones could not be
   * written, or the file wants to be looked at.
   *
   * @param ms the line's time by the clock
   */
  isOutOfLine(ms: number): boolean {
    if (this.#failing) return true;
    // The record's own time costs nothing. A clock of the application's may stand still.
    if (isSystemClock() && Math.abs(ms - this.#lookedAt) < VERIFY_MS) return false;
    return performance.now() >= this.#verifyAt;
  }

  /** Tries again and again, for as long as a call may wait. Gives back what is left then. */
  block(timed: TimedBatch): TimedBatch | null {
    const deadline = performance.now() + (this.#gaveUp ? 0 : this.#patienceMs);
    let rest: TimedBatch | null = timed;
    for (let ms = 1; rest !== null; ms = Math.min(ms * 2, LONGEST_NAP_MS)) {
      const left = deadline - performance.now();
      if (left <= 0) {
        this.#gaveUp = true;
        return rest;
      }
      nap(Math.min(ms, left));
      rest = this.attempt(rest)?.rest ?? null;
    }
    return null;
  }

  #isOpen(created: number): boolean {
    return this.#writer.files.some(({ period }) => created >= period.start && created < period.end);
  }

  /** Whether there was a file to let go of. */
  #letPastGo(created: number): boolean {
    const before = this.#writer.files.length;
    try {
      runSync(closeEnded(this.#writer, this.#writer.site.periodAt(created).start), this.#fs);
    } catch {
      // Closing frees the descriptor, whatever it says.
    }
    return this.#writer.files.length < before;
  }

  /** The look costs some system calls, so it comes with time, not with every record. */
  #verifyDue(): boolean {
    const at = performance.now();
    if (at < this.#verifyAt) return false;
    this.#verifyAt = at + VERIFY_MS;
    this.#lookedAt = now();
    return true;
  }

  #succeed(): void {
    this.#gaveUp = false;
    if (!this.#failing) return;
    this.#failing = false;
    this.#recovered();
  }
}
