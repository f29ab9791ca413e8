// Where a rotating handler's lines leave the process: when they are written and
// synced (`durability`), and what becomes of those that can't be (`onFull`). It
// drives the protocol's `write` and counts; it knows neither records' texts nor
// options' names, and what went wrong it tells its owner, who reports. Every line
// given to it is in the end written once, or counted as dropped.

import { now } from "../core/clock.ts";
import type { LogRecord } from "../core/record.ts";
import { runSync } from "../platform/run-sync.ts";
import type { FileSystem } from "../platform/run-sync.ts";
import { closeAll, closeEnded, openAhead, single, syncAll } from "../rotation/append.ts";
import type { Writer } from "../rotation/append.ts";
import { stat, syncFolder, tolerate } from "../rotation/fs-op.ts";
import type { Steps } from "../rotation/fs-op.ts";
import { inFolder } from "../rotation/log-site.ts";
import type { OpenFile } from "../rotation/log-site.ts";
import { PRIVATE_FOLDER } from "../rotation/names.ts";
import { Backlog } from "./backlog.ts";
import { BatchWriter } from "./batch-writer.ts";
import { LineBuffer } from "./line-buffer.ts";
import type { TimedBatch } from "./line-buffer.ts";
import type { OutletSettings } from "./rotating-options.ts";

/** What an outlet tells its owner. */
export interface OutletOwner {
  /**
   * Something failed.
   * @param what in words, such as `writing failed`
   * @param dropped how many records are lost by it
   * @param record the one record it is about, if it is about one
   */
  failed(error: unknown, what: string, dropped: number, record: LogRecord | null): void;
  /** Records can be written again. */
  recovered(): void;
  /** A line was dealt with, or files were opened or closed. */
  settled(): void;
}

export interface OutletCounts {
  /** Records that are in a file. */
  readonly written: number;
  /** Records given up. */
  readonly dropped: number;
  /** Failures of any kind: a write, a sync, each try counts. */
  readonly errors: number;
  /** Files synced. */
  readonly fsyncs: number;
}

interface Line {
  /** Seconds since the epoch. */
  readonly created: number;
  readonly bytes: Uint8Array;
  readonly record: LogRecord;
}

/** How often lines in the backlog are tried again: by later calls, and by a timer. */
const RETRY_MS = 100;
const RETRY_TIMER_MS = 500;
/** How often records that hooks have logged may lead to more of them: as many as calls inside one another. */
const MOST_ROUNDS = 16;

/** Takes lines and gets them into their files. */
export class LogOutlet {
  readonly #owner: OutletOwner;
  readonly #writer: Writer;
  readonly #fs: FileSystem;
  readonly #settings: OutletSettings;
  readonly #batches: BatchWriter;
  readonly #buffer: LineBuffer | null;
  readonly #backlog: Backlog | null;
  /** Lines that came while others were being written: a notice or a hook has logged. */
  readonly #aside: Line[] = [];
  readonly #namesSynced = new WeakSet<OpenFile>();
  #dropped = 0;
  #syncFailures = 0;
  #fsyncs = 0;
  #busy = false;
  #closed = false;
  #retryAt = 0;
  #flushTimer: NodeJS.Immediate | NodeJS.Timeout | null = null;
  #syncTimer: NodeJS.Timeout | null = null;
  #retryTimer: NodeJS.Timeout | null = null;

  constructor(owner: OutletOwner, writer: Writer, fs: FileSystem, settings: OutletSettings) {
    this.#owner = owner;
    this.#writer = writer;
    this.#fs = fs;
    this.#settings = settings;
    const { durability, bufferBytes, onFull, blockTimeoutMs, spillBytes } = settings;
    this.#batches = new BatchWriter(writer, fs, blockTimeoutMs, () => owner.recovered());
    const { maxBytes, periodAt } = writer.site;
    // A batch goes into one file as a whole, so it must not outgrow the limit.
    const capacity = maxBytes > 0 ? Math.min(bufferBytes, maxBytes) : bufferBytes;
    this.#buffer = durability === "buffered" ? new LineBuffer(capacity, periodAt) : null;
    this.#backlog = onFull === "spill" ? new Backlog(spillBytes, periodAt) : null;
  }

  get counts(): OutletCounts {
    const { written, failures } = this.#batches;
    const errors = failures + this.#syncFailures;
    return { written, dropped: this.#dropped, errors, fsyncs: this.#fsyncs };
  }

  /** Records in memory that wait for their turn. */
  get buffered(): number {
    return this.#buffer?.records ?? 0;
  }

  /** Records in memory that could not be written so far. */
  get spilled(): number {
    return this.#backlog?.records ?? 0;
  }

  /** Takes one line; where it is when this returns is what `durability` says. Never throws. */
  put(created: number, bytes: Uint8Array, record: LogRecord): void {
    if (this.#busy) this.#aside.push({ created, bytes, record });
    else this.#exclusively(() => this.#take(created, bytes, record));
  }

  /**
   * Opens the file of this moment ahead of its first record, unless there is a log
   * of a past period: as in CPython, a record ends that, and a mere start doesn't.
   * @throws the system's error
   */
  open(): void {
    this.#exclusively(() => {
      const seconds = now() / 1000;
      if (!this.#isOfPast(seconds)) this.#run(openAhead(this.#writer, seconds));
    });
  }

  /** Writes what waits, and syncs it if `durability` is `fsync`. */
  flush(): void {
    this.#exclusively(() => this.#flushNow());
  }

  /** Lets go of the files of periods that ended before an instant (seconds). @throws the system's error */
  closeEnded(deadline: number): void {
    this.#exclusively(() => {
      this.#syncUnsynced();
      this.#run(closeEnded(this.#writer, deadline));
    });
  }

  /** Writes what waits and lets go of all files; the next line opens its own. @throws the system's error */
  release(): void {
    this.#exclusively(() => {
      this.#flushNow();
      this.#run(closeAll(this.#writer));
    });
  }

  /**
   * Releases, and gives up what can't be written. From then on nothing waits in
   * memory any more: the process may be about to end. @throws the system's error
   */
  close(): void {
    this.#closed = true;
    try {
      this.release();
    } finally {
      this.#abandon();
      for (const timer of [this.#syncTimer, this.#retryTimer])
        if (timer !== null) clearTimeout(timer);
      this.#syncTimer = null;
      this.#retryTimer = null;
    }
  }

  /** A procedure must not be entered while another is under way: what comes meanwhile is put aside. */
  #exclusively(action: () => void): void {
    if (this.#busy) return;
    this.#busy = true;
    try {
      action();
      // A hook that logs whenever it is asked would keep this going for ever.
      for (let round = 1; this.#aside.length > 0; round += 1) {
        if (round > MOST_ROUNDS) {
          this.#giveUpAside();
          break;
        }
        for (const { created, bytes, record } of this.#aside.splice(0)) {
          this.#take(created, bytes, record);
        }
      }
    } finally {
      this.#busy = false;
    }
    this.#owner.settled();
  }

  #giveUpAside(): void {
    const error = new Error("a hook of the handler logs to the handler, again and again");
    this.#fail(error, "records of a hook were dropped", this.#aside.splice(0).length, null);
  }

  #take(created: number, bytes: Uint8Array, record: LogRecord): void {
    const { durability, flushLevel, fsyncLevel } = this.#settings;
    if (this.#buffer === null || this.#closed) {
      this.#deliver({ created, batch: single(bytes) }, record);
      if (durability !== "fsync") return;
      if (record.levelno >= fsyncLevel || this.#closed) this.#syncUnsynced();
      else this.#armSync();
      return;
    }
    for (const ready of this.#buffer.add(created, bytes)) this.#deliver(ready, record);
    if (record.levelno >= flushLevel) this.#empty(record);
    else if (this.#buffer.records > 0) this.#armFlush();
  }

  #flushNow(): void {
    this.#empty(null);
    if (this.spilled > 0) this.#retry();
    if (this.#settings.durability === "fsync") this.#syncUnsynced();
  }

  /** Writes what the buffer holds. */
  #empty(record: LogRecord | null): void {
    this.#disarmFlush();
    const ready = this.#buffer?.take() ?? null;
    if (ready !== null) this.#deliver(ready, record);
  }

  #deliver(timed: TimedBatch, record: LogRecord | null): void {
    if (this.#backlog !== null && this.#backlog.records > 0) {
      if (performance.now() >= this.#retryAt) this.#retry();
      if (this.#backlog.records > 0) {
        this.#keep(this.#backlog, timed);
        return;
      }
    }
    const failure = this.#batches.attempt(timed);
    if (failure === null) return;
    const { error, rest } = failure;
    if (rest === null) {
      this.#fail(error, "after a record was written", 0, null);
    } else if (this.#backlog !== null && !this.#closed) {
      this.#fail(error, "records are kept in memory until they can be written", 0, null);
      this.#keep(this.#backlog, rest);
    } else {
      this.#giveUp(
        error,
        this.#settings.onFull === "block" ? this.#batches.block(rest) : rest,
        record,
      );
    }
  }

  #giveUp(error: unknown, rest: TimedBatch | null, record: LogRecord | null): void {
    if (rest === null) return;
    const count = rest.batch.ends.length;
    this.#fail(error, "writing failed", count, count === 1 ? record : null);
  }

  #keep(backlog: Backlog, timed: TimedBatch): void {
    const dropped = backlog.add(timed);
    if (dropped > 0) {
      const error = new Error(`more than ${this.#settings.spillBytes} bytes wait to be written`);
      this.#fail(error, "the oldest records kept in memory were dropped", dropped, null);
    }
    this.#armRetry();
  }

  /** Writes what the backlog holds, as far as it goes. */
  #retry(): void {
    const backlog = this.#backlog;
    if (backlog === null) return;
    for (let next = backlog.next(); next !== null; next = backlog.next()) {
      const failure = this.#batches.attempt(next);
      const left = failure === null ? 0 : (failure.rest?.batch.ends.length ?? 0);
      backlog.remove(next.batch.ends.length - left);
      if (left > 0) {
        this.#armRetry();
        return;
      }
    }
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
  }

  /** What waits can't wait any longer. */
  #abandon(): void {
    const count = this.spilled;
    if (count === 0) return;
    this.#backlog?.remove(count);
    this.#fail(new Error("the log is closed"), "records kept in memory were dropped", count, null);
  }

  #syncUnsynced(): void {
    if (this.#settings.durability !== "fsync") return;
    if (this.#syncTimer !== null) clearTimeout(this.#syncTimer);
    this.#syncTimer = null;
    const files = this.#writer.files.filter(({ unsynced }) => unsynced);
    if (files.length === 0) return;
    try {
      this.#run(syncAll(this.#writer));
      this.#fsyncs += files.length;
      this.#syncNames(files);
    } catch (error) {
      this.#syncFailures += 1;
      this.#fail(error, "fsync failed: a power failure may take records", 0, null);
    }
  }

  /** A file that was synced may still be lost with its name, so once for each the folder follows. */
  #syncNames(files: readonly OpenFile[]): void {
    if (files.every((file) => this.#namesSynced.has(file))) return;
    const { site } = this.#writer;
    this.#run(tolerate(syncFolder(inFolder(site, PRIVATE_FOLDER)), "ENOENT"));
    this.#run(syncFolder(site.directory));
    for (const file of files) this.#namesSynced.add(file);
  }

  #fail(error: unknown, what: string, dropped: number, record: LogRecord | null): void {
    this.#dropped += dropped;
    this.#owner.failed(error, what, dropped, record);
  }

  /** By its time of change, which is no proof; but nothing depends on it. */
  #isOfPast(seconds: number): boolean {
    const { site } = this.#writer;
    const base = this.#run(tolerate(stat(inFolder(site, site.base)), "ENOENT", "ELOOP"));
    if (typeof base === "string") return false;
    return base.mtime < site.periodAt(seconds).start;
  }

  #run<T>(steps: Steps<T>): T {
    return runSync(steps, this.#fs);
  }

  // The end of the turn keeps the process alive: an idle one would not come to it
  // otherwise. The timers don't: at the process's end everything is flushed.
  #armFlush(): void {
    const { flushIntervalMs } = this.#settings;
    this.#flushTimer ??=
      flushIntervalMs === null
        ? setImmediate(() => this.flush())
        : setTimeout(() => this.flush(), flushIntervalMs).unref();
  }

  #disarmFlush(): void {
    const timer = this.#flushTimer;
    this.#flushTimer = null;
    if (timer === null) return;
    if (this.#settings.flushIntervalMs === null) clearImmediate(timer as NodeJS.Immediate);
    else clearTimeout(timer as NodeJS.Timeout);
  }

  #armSync(): void {
    const { fsyncIntervalMs } = this.#settings;
    if (fsyncIntervalMs === null) return;
    this.#syncTimer ??= setTimeout(() => {
      this.#syncTimer = null;
      this.#exclusively(() => this.#syncUnsynced());
    }, fsyncIntervalMs).unref();
  }

  #armRetry(): void {
    this.#retryAt = performance.now() + RETRY_MS;
    if (this.#closed) return;
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = null;
      this.#exclusively(() => this.#retry());
    }, RETRY_TIMER_MS).unref();
  }
}
