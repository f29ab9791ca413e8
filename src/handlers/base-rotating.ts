// What all handlers of rotated files share, CPython's BaseRotatingHandler: the site
// of a log, the way of a record to it, the looking after its old files, counters and
// hooks. Subclasses check options and choose the strategy; what happens to files is
// decided in rotation/. It never lets an error out of `emit`, and counts what it
// could not keep.

import { basename, dirname } from "node:path";

import { now, toRealMs } from "../core/clock.ts";
import { typeError } from "../core/errors.ts";
import { Handler } from "../core/handler.ts";
import type { LogRecord } from "../core/record.ts";
import { reportError, reportOnce, reportRecovery } from "../core/self-report.ts";
import { emptyFile } from "../platform/empty-file.ts";
import { absoluteLogPath, locateLog } from "../platform/log-location.ts";
import type { LogLocation } from "../platform/log-location.ts";
import type { KernelLock } from "../platform/locks.ts";
import { nodeFs } from "../platform/node-fs.ts";
import type { Rotator } from "../platform/node-fs.ts";
import { runSync } from "../platform/run-sync.ts";
import { makeWriter } from "../rotation/append.ts";
import type { Writer } from "../rotation/append.ts";
import { stat, tolerate } from "../rotation/fs-op.ts";
import type { Method, Steps } from "../rotation/fs-op.ts";
import type { Keep, LogSite, Strategy } from "../rotation/log-site.ts";
import type { Maintained } from "../rotation/maintain.ts";
import type { Period, SuffixKind } from "../rotation/period.ts";
import type { FileHandlerStats } from "./file-handler-stats.ts";
import { registerLogFile } from "./log-files.ts";
import { LogOutlet } from "./log-outlet.ts";
import { Maintenance } from "./maintenance.ts";
import type { Namer } from "./namer-hook.ts";
import type { RotatingSettings } from "./rotating-options.ts";
import { RotationHooks } from "./rotation-hooks.ts";
import { RotationNews } from "./rotation-news.ts";

/** What a subclass settles before there is a handler. */
export interface RotatingSetup {
  readonly settings: RotatingSettings;
  readonly strategy: Strategy;
  /** Of how exact a date the files' names carry; null for a log without periods. */
  readonly kind: SuffixKind | null;
  readonly periodAt: (instant: number) => Period;
  /** Bytes at which a file is full; 0: never. */
  readonly maxBytes: number;
  readonly keep: Keep;
  readonly compression: "" | Method;
  /** Whether the file is emptied once, at its first opening. */
  readonly emptied: boolean;
  /** The machine's lock; null where there is none. */
  readonly lock: KernelLock | null;
  /** Options that have no effect on this machine, and why; told once. */
  readonly notices: readonly string[];
}

/** How long the file of a past period stays open for late records, in milliseconds. */
const GRACE_MS = 5000;
/** No timer sleeps longer, so that a clock that jumps (suspend, NTP) is noticed. */
const LONGEST_TIMER_MS = 60_000;

/** The base of TimedRotatingFileHandler and RotatingFileHandler; not made by itself. */
export class BaseRotatingHandler extends Handler {
  /** Absolute path of the log's base name; the link to, or the name of, the current file. */
  readonly baseFilename: string;
  readonly encoding: string;
  readonly delay: boolean;

  readonly #setup: RotatingSetup;
  readonly #hooks: RotationHooks;
  readonly #writer: Writer;
  readonly #outlet: LogOutlet;
  readonly #maintenance: Maintenance;
  /** The strategy's look at the folder; null once it is done. */
  #check: (() => void) | null;
  /** What was told on the diagnostics channel so far. */
  #removed = 0;
  #archived = 0;
  readonly #news: RotationNews;
  /** Failures beside those of the outlet. */
  #errors = 0;
  #lost = 0;
  #begun = false;
  #emptied: boolean;
  #closed = false;
  #idleTimer: NodeJS.Timeout | null = null;

  /** @throws what `locateLog` throws; the system's error if the file can't be opened now, unless `delay` */
  constructor(path: string | URL, setup: RotatingSetup) {
    if (new.target === BaseRotatingHandler) {
      const accepted = "TimedRotatingFileHandler or RotatingFileHandler";
      throw typeError(`BaseRotatingHandler can't be made by itself; accepted: ${accepted}`, {
        value: path,
        accepted,
      });
    }
    const { settings, lock } = setup;
    // Tried before anything is made, so that a bad hook leaves nothing behind.
    const absolute = absoluteLogPath(path);
    makeHooks({ directory: dirname(absolute), base: basename(absolute) }, setup);
    const location = locateLog(path, !settings.delay, settings.directoryMode);
    super();
    this.#setup = setup;
    this.baseFilename = `${location.directory}/${location.base}`;
    this.encoding = settings.encoding;
    this.delay = settings.delay;
    this.#emptied = !setup.emptied;
    const hooks = makeHooks(location, setup);
    this.#hooks = hooks;
    const site: LogSite = {
      ...location,
      get naming() {
        return hooks.naming;
      },
      get rotator() {
        return hooks.rotates;
      },
      periodAt: setup.periodAt,
      maxBytes: setup.maxBytes,
      keep: setup.keep,
      compression: setup.compression,
      locking: lock !== null,
      lockState: { lost: false },
      notice: (text, error) => this.#notice(text, error),
    };
    const { fileMode, directoryMode } = settings;
    const rotatorNow = (): Rotator | null => hooks.rotator;
    const fs = nodeFs({ lock, now, fileMode, directoryMode, rotator: rotatorNow });
    this.#writer = makeWriter(site, setup.strategy, settings.outlet.durability === "fsync");
    this.#news = new RotationNews(this, this.#writer.counts);
    this.#outlet = new LogOutlet(
      {
        failed: (error, what, dropped, record) => this.#failed(error, what, dropped, record),
        recovered: () => this.#recovered(),
        settled: () => this.#settled(),
      },
      this.#writer,
      fs,
      settings.outlet,
    );
    this.#maintenance = new Maintenance(
      {
        maintained: (result) => this.#maintained(result),
        failedToMaintain: (error) => this.#trouble(error, "looking after old files failed"),
      },
      site,
      fs,
      GRACE_MS,
    );
    for (const text of setup.notices) site.notice(text);
    this.#check = () => runSync(setup.strategy.check(site), fs);
    this.#start(runSync(isFolder(location.directory), fs));
    registerLogFile(this);
  }

  /**
   * Python's hook for the names of finished files; null for the default names. It may
   * be set at any time, and is asked from then on, also for files that are there.
   *
   * @throws {ValueError} for what is no function, or gives no usable paths.
   */
  get namer(): Namer | null {
    return this.#hooks.namer;
  }
  set namer(namer: Namer | null) {
    this.#hooks.namer = namer;
  }

  /**
   * Python's hook that makes the finished file out of the full one; null: a rename. A
   * file that has a namer's name by then counts as finished, so set both together.
   *
   * @throws {ValueError} for what is no function, and where `compress` does the same work.
   */
  get rotator(): Rotator | null {
    return this.#hooks.rotator;
  }
  set rotator(rotator: Rotator | null) {
    this.#hooks.rotator = rotator;
  }

  /** Takes one record to its file, as `durability` and `onFull` have it. Never throws. */
  override emit(record: LogRecord): void {
    let bytes: Uint8Array;
    try {
      bytes = this.#setup.settings.encode(`${this.formatOrFallback(record)}\n`);
    } catch (error) {
      this.#lost += 1;
      this.#failed(error, "the record could not be made text", 1, record);
      return;
    }
    if (!this.#begun) this.#begin();
    // A record with no usable time of its own (a filter or a factory may do
    // anything) belongs to now.
    const created = Number.isFinite(record.created) ? record.created : now() / 1000;
    this.#outlet.put(created, bytes, record);
  }

  /** What this handler has done so far. */
  stats(): FileHandlerStats {
    const { rolled, reopened, mended, late, bytes, archived } = this.#writer.counts;
    const { written, dropped, errors, fsyncs } = this.#outlet.counts;
    return {
      written,
      dropped: dropped + this.#lost,
      late,
      rolled,
      reopened,
      mended,
      removed: this.#removed + this.#writer.counts.dropped,
      archived: this.#archived + archived,
      bytes,
      errors: errors + this.#errors,
      buffered: this.#outlet.buffered,
      spilled: this.#outlet.spilled,
      fsyncs,
    };
  }

  /** Writes what waits in memory; with `durability: "fsync"` it is then on the disk. */
  override flush(): void {
    this.#outlet.flush();
  }

  /** Lets go of the files and opens what their names lead to now. Never throws. */
  reopen(): void {
    try {
      this.#outlet.release();
      if (!this.#closed && !this.delay) this.#outlet.open();
    } catch (error) {
      this.#trouble(error, "opening the log again failed");
    }
  }

  /**
   * Removes and compresses what is due; resolves when that is done. It happens by
   * itself, a little after a file began: this is for those who want to wait for it,
   * as a short-lived process might. Never rejects.
   */
  maintain(): Promise<void> {
    // What we have open ourselves could not be removed.
    if (!this.#closed) this.#closeEnded(0);
    return this.#maintenance.run();
  }

  /**
   * Writes what waits, gives up what can't be written, and closes the files. A record
   * after that opens them again, as in Python, and is not kept in memory any more.
   */
  override close(): void {
    this.#closed = true;
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer);
    this.#idleTimer = null;
    try {
      this.#outlet.close();
      this.#maintenance.finish();
    } finally {
      super.close();
    }
  }

  /** CPython's repr, such as `<TimedRotatingFileHandler /var/log/httpsrv.log (NOTSET)>`. */
  override toString(): string {
    return super.toString().replace(" (", ` ${this.baseFilename} (`);
  }

  #start(hasFolder: boolean): void {
    try {
      if (!this.delay || hasFolder) this.#checkFolder();
      if (this.delay) return;
      this.#empty();
      this.#outlet.open();
    } catch (error) {
      super.close();
      throw error;
    }
    this.#begun = true;
    this.#maintenance.schedule(false);
  }

  /** The first record of a handler of `delay`. */
  #begin(): void {
    this.#begun = true;
    try {
      this.#checkFolder();
      this.#empty();
    } catch (error) {
      this.#trouble(error, "at the first record");
    }
    this.#maintenance.schedule(false);
  }

  #checkFolder(): void {
    const check = this.#check;
    this.#check = null;
    check?.();
  }

  #empty(): void {
    if (this.#emptied) return;
    this.#emptied = true;
    emptyFile(this.baseFilename);
  }

  /** After whatever was done with files. */
  #settled(): void {
    if (this.#writer.maintenanceDue) {
      this.#writer.maintenanceDue = false;
      if (this.#hooks.remark !== null) this.#writer.site.notice(this.#hooks.remark);
      this.#maintenance.schedule(true);
    }
    if (this.#idleTimer === null && !this.#closed && this.#setup.kind !== null)
      this.#armIdleTimer();
    this.#news.tell(this.#writer.counts);
  }

  /** An idle process must let go of past files: nobody can remove what it has open. */
  #armIdleTimer(): void {
    const end = Math.min(...this.#writer.files.map(({ period }) => period.end));
    if (end === Infinity) return;
    const due = toRealMs(end * 1000 + GRACE_MS - now());
    const delay = Math.min(Math.max(due, 1), LONGEST_TIMER_MS);
    this.#idleTimer = setTimeout(() => {
      this.#idleTimer = null;
      this.#closeEnded(GRACE_MS);
    }, delay).unref();
  }

  #closeEnded(graceMs: number): void {
    try {
      this.#outlet.closeEnded((now() - graceMs) / 1000);
    } catch (error) {
      this.#trouble(error, "closing past files failed");
      this.#armIdleTimer();
    }
  }

  #maintained({ removed, archived }: Maintained): void {
    this.#removed += removed;
    this.#archived += archived;
    if (removed > 0) this.#news.publish("remove", removed);
    if (archived > 0) this.#news.publish("archive", archived);
  }

  #failed(error: unknown, what: string, dropped: number, record: LogRecord | null): void {
    this.#news.tellErrors(this.stats().errors, error);
    if (dropped > 0) this.#news.publish("drop", dropped, error);
    if (record === null) {
      reportError(this, error, what, dropped > 0 ? `(${dropped} records)` : "");
      return;
    }
    try {
      this.handleError(record, error);
    } catch (thrown) {
      reportError(this, thrown, "handleError failed"); // a subclass's own
    }
  }

  #recovered(): void {
    reportRecovery(this);
    this.#news.publish("recover", 1);
  }

  /** A failure that costs no record. */
  #trouble(error: unknown, what: string): void {
    this.#errors += 1;
    this.#news.tellErrors(this.stats().errors, error);
    reportError(this, error, what);
  }

  /** What the protocol found odd, or, with an error, could not do. */
  #notice(text: string, error: unknown): void {
    if (error !== undefined) {
      this.#errors += 1;
      this.#news.tellErrors(this.stats().errors, error);
    }
    reportOnce(this, `daybook: ${text}`);
  }
}

function* isFolder(path: string): Steps<boolean> {
  const there = yield* tolerate(stat(path), "ENOENT", "ENOTDIR", "EACCES");
  return typeof there !== "string" && there.kind === "directory";
}

function makeHooks(where: LogLocation, setup: RotatingSetup): RotationHooks {
  const { kind, periodAt, compression, settings } = setup;
  const hooks = new RotationHooks({ ...where, kind, periodAt, compression });
  hooks.namer = settings.namer;
  hooks.rotator = settings.rotator;
  return hooks;
}
