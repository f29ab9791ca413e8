// A log file for any number of processes, one file a period. This handler turns
// options into a site of the rotation protocol, records into lines, and drives
// the protocol's procedures; what happens to files is decided in rotation/. It
// never lets an error out of `emit`, and counts what it could not keep.

import { now, toRealMs } from "../core/clock.ts";
import { Handler } from "../core/handler.ts";
import type { LogRecord } from "../core/record.ts";
import { reportError, reportOnce, reportRecovery } from "../core/self-report.ts";
import { locateLog } from "../platform/log-location.ts";
import { nodeFs } from "../platform/node-fs.ts";
import { runSync } from "../platform/run-sync.ts";
import type { FileSystem } from "../platform/run-sync.ts";
import { closeAll, closeEnded, makeWriter, openAhead, write } from "../rotation/append.ts";
import type { Writer } from "../rotation/append.ts";
import type { Steps } from "../rotation/fs-op.ts";
import { sweep } from "../rotation/sweep.ts";
import { LOCK_REMEDY, checkOptions } from "./timed-rotating-options.ts";
import type { StrategyName, TimedRotatingFileHandlerOptions } from "./timed-rotating-options.ts";

/** What a handler has done so far, in this process. */
export interface FileHandlerStats {
  /** Records written. */
  readonly written: number;
  /** Records that could not be written; each was reported or counted on stderr. */
  readonly dropped: number;
  /** Files begun. */
  readonly rolled: number;
  /** Files opened again because their names had changed or vanished. */
  readonly reopened: number;
  /** Unfinished lines of killed writers, or of a full disk, that were terminated. */
  readonly mended: number;
  /** Old files removed. */
  readonly removed: number;
}

/** How often the open file is looked at to see if it still bears its name, in real milliseconds. */
const VERIFY_MS = 500;
/** How long the file of a past period stays open for late records, in milliseconds. */
const GRACE_MS = 5000;
/** No timer sleeps longer, so that a clock that jumps (suspend, NTP) is noticed. */
const LONGEST_TIMER_MS = 60_000;

/**
 * Writes records to a log whose files change with the period: at midnight, every
 * hour, every week. Any number of processes may share one log.
 *
 * Guarantees: when the log call returns, the kernel has the whole record, in the
 * file of the period that holds the record's own time (`record.created`), and a
 * SIGKILL of this or another process changes nothing about that. Not promised:
 * surviving a power failure; local file systems only (no NFS).
 *
 * @example
 * const handler = new TimedRotatingFileHandler("logs/httpsrv.log", {
 *   when: "midnight", backupCount: 14,
 * });
 */
export class TimedRotatingFileHandler extends Handler {
  /** Absolute path of the log's base name; the link to, or the name of, the current file. */
  readonly baseFilename: string;
  /** `when` in upper case. */
  readonly when: string;
  readonly interval: number;
  readonly backupCount: number;
  readonly strategy: StrategyName;

  readonly #fs: FileSystem;
  readonly #writer: Writer;
  readonly #encode: (text: string) => Uint8Array;
  #written = 0;
  #dropped = 0;
  #removed = 0;
  #failing = false;
  #verifyAt = 0;
  #idleTimer: NodeJS.Timeout | null = null;
  #sweepTimer: NodeJS.Immediate | null = null;

  /**
   * @throws {ValueError} naming the option's value and what is accepted; also if
   *   strategy `rename` is asked for where no kernel lock is to be had
   * @throws the system's error if the file can't be opened now, unless `delay`
   */
  constructor(path: string | URL, options: TimedRotatingFileHandlerOptions = {}) {
    const settings = checkOptions(options);
    const location = locateLog(path, !settings.delay);
    super();
    const { schedule, backupCount, lock } = settings;
    this.baseFilename = `${location.directory}/${location.base}`;
    this.when = schedule.when;
    this.interval = schedule.interval;
    this.backupCount = backupCount;
    this.strategy = settings.strategyName;
    this.#encode = settings.encode;
    this.#fs = nodeFs({ lock, now });
    const { zone } = settings;
    const notice = (text: string): void => reportOnce(this, `daybook: ${text}`);
    const site = {
      ...location,
      schedule,
      zone,
      backupCount,
      locking: lock !== null,
      lockState: { lost: false },
      notice,
    };
    this.#writer = makeWriter(site, settings.strategy);
    if (backupCount > 0 && lock === null) {
      notice(
        `backupCount ${backupCount} has no effect: old files are only removed under a kernel lock, and this machine offers none (${LOCK_REMEDY})`,
      );
    }
    if (!settings.delay) this.#openNow();
  }

  /** Writes one record; the record is in the kernel's hands when this returns. */
  override emit(record: LogRecord): void {
    try {
      const line = this.#encode(`${this.formatOrFallback(record)}\n`);
      // A record with no usable time of its own (a filter or a factory may do
      // anything) belongs to now.
      const created = Number.isFinite(record.created) ? record.created : now() / 1000;
      this.#run(write(this.#writer, created, line, this.#verifyDue()));
    } catch (error) {
      this.#dropped += 1;
      this.#failing = true;
      this.handleError(record, error);
      return;
    }
    this.#written += 1;
    if (this.#failing) {
      this.#failing = false;
      reportRecovery(this);
    }
    if (this.#writer.sweepDue) this.#scheduleSweep();
    if (this.#idleTimer === null) this.#armIdleTimer();
  }

  /** What this handler has done so far. */
  stats(): FileHandlerStats {
    const { rolled, reopened, mended } = this.#writer.counts;
    return {
      written: this.#written,
      dropped: this.#dropped,
      rolled,
      reopened,
      mended,
      removed: this.#removed,
    };
  }

  /** Finishes what is due and closes the files. A record after that opens them again, as in Python. */
  override close(): void {
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer);
    this.#idleTimer = null;
    try {
      this.#run(closeAll(this.#writer));
      if (this.#sweepTimer !== null) this.#sweepNow();
    } finally {
      super.close();
    }
  }

  /** CPython's repr, such as `<TimedRotatingFileHandler /var/log/httpsrv.log (NOTSET)>`. */
  override toString(): string {
    return super.toString().replace(" (", ` ${this.baseFilename} (`);
  }

  #run<T>(steps: Steps<T>): T {
    return runSync(steps, this.#fs);
  }

  #openNow(): void {
    try {
      this.#run(this.#writer.strategy.check(this.#writer.site));
      this.#run(openAhead(this.#writer, now() / 1000));
    } catch (error) {
      super.close();
      throw error;
    }
    if (this.#writer.sweepDue) this.#scheduleSweep();
    this.#armIdleTimer();
  }

  /** The look costs some system calls, so it comes with time, not with every record. */
  #verifyDue(): boolean {
    const at = performance.now();
    if (at < this.#verifyAt) return false;
    this.#verifyAt = at + VERIFY_MS;
    return true;
  }

  /** An idle process must let go of past files: nobody can remove what it has open. */
  #armIdleTimer(): void {
    const ends = this.#writer.files.map(({ period }) => period.end);
    if (ends.length === 0) return;
    const due = toRealMs(Math.min(...ends) * 1000 + GRACE_MS - now());
    const delay = Math.min(Math.max(due, 1), LONGEST_TIMER_MS);
    this.#idleTimer = setTimeout(() => this.#closeEnded(), delay).unref();
  }

  #closeEnded(): void {
    this.#idleTimer = null;
    this.#attempt("closing past files", () => {
      this.#run(closeEnded(this.#writer, (now() - GRACE_MS) / 1000));
    });
    this.#armIdleTimer();
  }

  /** Removing files is nobody's business who waits for a log call. */
  #scheduleSweep(): void {
    this.#writer.sweepDue = false;
    if (this.backupCount === 0) return;
    this.#sweepTimer ??= setImmediate(() => this.#sweepNow()).unref();
  }

  #sweepNow(): void {
    if (this.#sweepTimer !== null) clearImmediate(this.#sweepTimer);
    this.#sweepTimer = null;
    this.#attempt("removing old files", () => {
      this.#removed += this.#run(sweep(this.#writer.site));
    });
  }

  #attempt(what: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      reportError(this, error, `${what} failed`);
    }
  }
}
