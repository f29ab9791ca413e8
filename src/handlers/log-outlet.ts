// Where a rotating handler's lines leave the process: when they are written and
// synced (`durability`), and what becomes of those that can't be (`onFull`). It
// drives the protocol's `write` and counts; it knows neither records' texts nor
// options' names, and what went wrong it tells its owner, who reports. Every line
// given to it is in the end written once, or counted as dropped. Lines that come
// straight from a call (`LineSink`) it takes only while nothing is out of the
// ordinary; any other goes the way of records.

import { now } from "../core/clock.ts";
import { NO_ROOM } from "../core/line-encoder.ts";
import type { LineEncoder } from "../core/line-encoder.ts";
import type { LineSink } from "../core/line-sink.ts";
import type { LogRecord } from "../core/record.ts";
import { runSync } from "../platform/run-sync.ts";
import type { FileSystem } from "../platform/run-sync.ts";
import { adoptOrphans } from "../rotation/adopt.ts";
import { closeAll, closeEnded, openAhead, single } from "../rotation/append.ts";
import type { Writer } from "../rotation/append.ts";
import { stat, tolerate } from "../rotation/fs-op.ts";
import type { Steps } from "../rotation/fs-op.ts";
import { inFolder } from "../rotation/log-site.ts";
import { BatchWriter } from "./batch-writer.ts";
import { DiskSync } from "./disk-sync.ts";
import { FlushTimer } from "./flush-timer.ts";
import { FullPolicy } from "./full-policy.ts";
import type { LineBuffer, TimedBatch } from "./line-buffer.ts";
import type { OutletSettings } from "./rotating-options.ts";
import { StraightWriter } from "./straight-writer.ts";
import { waitingLines } from "./waiting-lines.ts";
import type { WaitingLines } from "./waiting-lines.ts";

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
  readonly levelno: number;
  readonly record: LogRecord;
}

/** How often records that hooks have logged may lead to more of them: as many as calls inside one another. */
const MOST_ROUNDS = 16;

/** Takes lines and gets them into their files. */
export class LogOutlet implements LineSink {
  readonly #owner: OutletOwner;
  readonly #writer: Writer;
  readonly #fs: FileSystem;
  readonly #settings: OutletSettings;
  readonly #batches: BatchWriter;
  /** Where lines wait for their write; null if each is written at once, or none was there yet. */
  #waiting: WaitingLines | null = null;
  readonly #policy: FullPolicy;
  /** Lines that came while others were being written: a notice or a hook has logged. */
  readonly #aside: Line[] = [];
  readonly #sync: DiskSync;
  readonly #flushTimer: FlushTimer;
  /** Null as long as no line was there, and where lines wait. */
  #straight: StraightWriter | null = null;
  #dropped = 0;
  #syncFailures = 0;
  #busy = false;
  #closed = false;
  #isPrepared = false;

  constructor(owner: OutletOwner, writer: Writer, fs: FileSystem, settings: OutletSettings) {
    this.#owner = owner;
    this.#writer = writer;
    this.#fs = fs;
    this.#settings = settings;
    const { blockTimeoutMs, flushIntervalMs, fsyncIntervalMs } = settings;
    this.#batches = new BatchWriter(writer, fs, blockTimeoutMs, () => owner.recovered());
    this.#sync = new DiskSync(writer, fs, fsyncIntervalMs);
    this.#flushTimer = new FlushTimer(flushIntervalMs, () => this.flush());
    this.#policy = new FullPolicy(
      {
        failed: (...failure) => this.#fail(...failure),
        whenFree: (retry) => this.#exclusively(retry),
      },
      this.#batches,
      settings,
      writer.site.periodAt,
    );
  }

  get counts(): OutletCounts {
    const { written, failures } = this.#batches;
    const errors = failures + this.#syncFailures;
    const { fsyncs } = this.#sync;
    return {
      written: written + (this.#straight?.written ?? 0),
      dropped: this.#dropped,
      errors,
      fsyncs,
    };
  }

  /** Records in memory that wait for their turn. */
  get buffered(): number {
    return this.#waiting?.buffer.records ?? 0;
  }

  /** Records in memory that could not be written so far. */
  get spilled(): number {
    return this.#policy.kept;
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
    if (this.#busy || this.#isEncoding || this.#closed) return false;
    const { durability, fsyncLevel } = this.#settings;
    if (this.#waiting !== null) {
      return this.#putIn(this.#waiting.buffer, encoder, ms, levelno, message, fields, error);
    }
    const straight = this.#straight;
    const isSynced = durability === "fsync";
    if (straight === null || this.spilled > 0 || this.#batches.isOutOfLine(ms)) return false;
    if (isSynced && levelno >= fsyncLevel) return false;
    const end = straight.encode(encoder, ms, message, fields, error);
    if (end < 0 || this.#closed) return false;
    if (isSynced) this.#armSync();
    return this.#writeStraight(straight, ms / 1000, end);
  }

  #putIn(
    buffer: LineBuffer,
    encoder: LineEncoder,
    ms: number,
    levelno: number,
    message: string,
    fields: Readonly<Record<string, unknown>> | null,
    error: unknown,
  ): boolean {
    const created = ms / 1000;
    if (buffer.refuses(created)) {
      this.#exclusively(() => this.#drain(null));
      if (buffer.refuses(created)) return false;
    }
    let from = buffer.used;
    let end = buffer.encode(encoder, ms, message, fields, error);
    if (end === NO_ROOM && buffer.records > 0) {
      this.#exclusively(() => this.#drain(null));
      if (buffer.refuses(created)) return false;
      from = buffer.used;
      end = buffer.encode(encoder, ms, message, fields, error);
    }
    // What was encoded may have closed the log, or have written what waited.
    if (end < 0 || this.#closed || buffer.refuses(created)) return false;
    // The line joins last of all: a full stack may throw in any call, and if it did so
    // behind that, the line would be written once more by a record.
    this.#flushTimer.arm();
    buffer.join(from, end);
    try {
      if (levelno >= this.#settings.flushLevel) this.flush();
    } catch {
      // The timer is armed.
    }
    return true;
  }

  #writeStraight(straight: StraightWriter, created: number, end: number): boolean {
    this.#busy = true;
    try {
      return straight.write(created, end);
    } finally {
      this.#busy = false;
      if (this.#aside.length > 0) this.#exclusively(() => {});
    }
  }

  get #isEncoding(): boolean {
    return (this.#waiting?.buffer ?? this.#straight)?.isEncoding === true;
  }

  /** Takes one line; where it is when this returns is what `durability` says. Never throws. */
  take(created: number, bytes: Uint8Array, record: LogRecord): void {
    const line = { created, bytes, levelno: record.levelno, record };
    if (this.#busy) this.#aside.push(line);
    else if (this.#isEncoding) this.#exclusively(() => this.#takeAtOnce(line));
    else this.#exclusively(() => this.#take(line));
  }

  /** Writes lines that have waited elsewhere. Never throws. */
  takeBatch(timed: TimedBatch): void {
    this.#exclusively(() => {
      this.#prepare();
      this.#policy.deliver(timed, null);
    });
  }

  /**
   * Opens the file of this moment ahead of its first record, unless there is a log
   * of a past period: as in CPython, a record ends that, and a mere start doesn't.
   * @throws the system's error
   */
  open(): void {
    this.#exclusively(() => {
      this.#prepare();
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
    this.#policy.close();
    try {
      this.release();
    } finally {
      this.#policy.abandon();
      this.#sync.disarm();
      this.#waiting?.journal?.close();
      this.#waiting = null;
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
        for (const line of this.#aside.splice(0)) this.#take(line);
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

  /**
   * Within the values of another line, which is half encoded behind those that wait: they
   * go first, then this one, so that it is safe when its call returns.
   */
  #takeAtOnce(line: Line): void {
    this.#drain(null);
    this.#policy.deliver({ created: line.created, batch: single(line.bytes) }, line.record);
    this.#syncUnsynced();
  }

  #take(line: Line): void {
    const { created, bytes, levelno, record } = line;
    const { durability, fsyncLevel } = this.#settings;
    this.#prepare();
    if (this.#waiting !== null && !this.#closed) {
      this.#takeIn(this.#waiting.buffer, line);
      return;
    }
    this.#policy.deliver({ created, batch: single(bytes) }, record);
    if (durability !== "fsync") return;
    if (levelno >= fsyncLevel || this.#closed) this.#syncUnsynced();
    else this.#armSync();
  }

  /** Before the first line: those that dead processes have left, and a place for ours. */
  #prepare(): void {
    if (this.#isPrepared) return;
    this.#isPrepared = true;
    try {
      this.#run(adoptOrphans(this.#writer));
    } catch (error) {
      this.#fail(error, "the lines of a process that was killed can't be taken over now", 0, null);
    }
    if (this.#closed) return;
    this.#waiting = waitingLines(this.#settings, this.#writer.site, this.#fs);
    if (this.#waiting === null) this.#straight = new StraightWriter(this.#writer, this.#fs);
  }

  /** A line that can't join those that wait makes them go first; one that is too long goes by itself. */
  #takeIn(buffer: LineBuffer, { created, bytes, levelno, record }: Line): void {
    if (buffer.refuses(created)) this.#drain(null);
    if (!buffer.refuses(created) && !buffer.add(bytes)) {
      this.#drain(null);
      if (!buffer.add(bytes)) {
        this.#policy.deliver({ created, batch: single(bytes) }, record);
        return;
      }
    }
    if (levelno >= this.#settings.flushLevel) this.#drain(record);
    else this.#flushTimer.arm();
  }

  #flushNow(): void {
    this.#drain(null);
    if (this.spilled > 0) this.#policy.retry();
    this.#syncUnsynced();
  }

  /** Writes what the buffer holds. */
  #drain(record: LogRecord | null): void {
    this.#flushTimer.disarm();
    if (this.#waiting === null) return;
    const { buffer, journal } = this.#waiting;
    const ready = buffer.waiting(journal?.journal ?? null);
    if (ready === null) return;
    this.#policy.deliver(ready, record);
    buffer.clear();
    journal?.empty();
  }

  #syncUnsynced(): void {
    if (this.#settings.durability !== "fsync") return;
    try {
      this.#sync.now();
    } catch (error) {
      this.#syncFailures += 1;
      this.#fail(error, "fsync failed: a power failure may take records", 0, null);
    }
  }

  #armSync(): void {
    this.#sync.arm(() => this.#exclusively(() => this.#syncUnsynced()));
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
}
