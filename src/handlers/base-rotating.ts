// What all handlers of rotated files share, CPython's BaseRotatingHandler: options,
// hooks, reports, counters. Subclasses check options and choose the strategy; the work
// is an engine's (log-engine.ts), and what happens to files is decided in rotation/. It
// never lets an error out of `emit`, and counts what it could not keep.

import { basename, dirname } from "node:path";

import { now } from "../core/clock.ts";
import { typeError } from "../core/errors.ts";
import { Handler } from "../core/handler.ts";
import type { LineSink } from "../core/line-sink.ts";
import type { LogRecord } from "../core/record.ts";
import { refusal } from "../core/refusal.ts";
import { changePlans } from "../core/staleness.ts";
import { absoluteLogPath, locateLog } from "../platform/log-location.ts";
import type { LogLocation } from "../platform/log-location.ts";
import type { KernelLock } from "../platform/locks.ts";
import type { Rotator } from "../platform/node-fs.ts";
import type { Method } from "../rotation/fs-op.ts";
import type { Keep, Strategy } from "../rotation/log-site.ts";
import type { Period, SuffixKind } from "../rotation/period.ts";
import { FileHandlerReports } from "./file-handler-reports.ts";
import type { FileHandlerStats } from "./file-handler-stats.ts";
import { LocalEngine } from "./local-engine.ts";
import type { EngineOwner, LogEngine } from "./log-engine.ts";
import { registerLogFile } from "./log-files.ts";
import type { Namer } from "./namer-hook.ts";
import { refuseInWorker } from "./rotating-options.ts";
import type { RotatingSettings } from "./rotating-options.ts";
import { RotationHooks } from "./rotation-hooks.ts";
import { RotationNews } from "./rotation-news.ts";
import { hasStandardMethods } from "./standard-methods.ts";
import { WorkerEngine } from "./worker-engine.ts";
import type { LogRecipe } from "./worker-recipe.ts";

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
  /** The options, for another thread. */
  readonly recipe: LogRecipe;
  /** Options that have no effect on this machine, and why; told once. */
  readonly notices: readonly string[];
}

/** The base of TimedRotatingFileHandler and RotatingFileHandler; not made by itself. */
export class BaseRotatingHandler extends Handler {
  /** Absolute path of the log's base name; the link to, or the name of, the current file. */
  readonly baseFilename: string;
  readonly encoding: string;
  readonly delay: boolean;

  readonly #settings: RotatingSettings;
  readonly #hooks: RotationHooks;
  readonly #engine: LogEngine;
  readonly #news: RotationNews;
  readonly #reports: FileHandlerReports;
  #lost = 0;
  #begun = false;
  #closed = false;
  #terminator = "\n";

  /** @throws what `locateLog` throws; the system's error if the file can't be opened now, unless `delay` */
  constructor(path: string | URL, setup: RotatingSetup) {
    if (new.target === BaseRotatingHandler) {
      const accepted = "TimedRotatingFileHandler or RotatingFileHandler";
      throw typeError(`BaseRotatingHandler can't be made by itself; accepted: ${accepted}`, {
        value: path,
        accepted,
      });
    }
    const { settings } = setup;
    // Tried before anything is made, so that a bad hook leaves nothing behind.
    const absolute = absoluteLogPath(path);
    makeHooks({ directory: dirname(absolute), base: basename(absolute) }, setup);
    const location = locateLog(path, !settings.delay, settings.directoryMode);
    super();
    this.#settings = settings;
    this.baseFilename = `${location.directory}/${location.base}`;
    this.encoding = settings.encoding;
    this.delay = settings.delay;
    const hooks = makeHooks(location, setup);
    this.#hooks = hooks;
    const owner = this.#owner();
    const parts = { location, setup, hooks };
    this.#engine = settings.worker ? new WorkerEngine(owner, parts) : new LocalEngine(owner, parts);
    this.#news = new RotationNews(this, this.#engine.counts);
    this.#reports = new FileHandlerReports(this, this.#news, () => this.stats().errors);
    for (const text of setup.notices) owner.notice(text);
    this.#start();
    registerLogFile(this);
  }

  /**
   * Python's hook for the names of finished files; null for the default names. It may
   * be set at any time, and is asked from then on, also for files that are there.
   *
   * @throws {ValueError} for what is no function, or gives no usable paths; beside `worker: true`
   */
  get namer(): Namer | null {
    return this.#hooks.namer;
  }
  set namer(namer: Namer | null) {
    if (namer !== null) refuseInWorker("namer", namer, this.#settings.worker);
    this.#hooks.namer = namer;
  }

  /**
   * Python's hook that makes the finished file out of the full one; null: a rename. A
   * file that has a namer's name by then counts as finished, so set both together.
   *
   * @throws {ValueError} for what is no function, and where `compress` does the same
   *   work; beside `worker: true`
   */
  get rotator(): Rotator | null {
    return this.#hooks.rotator;
  }
  set rotator(rotator: Rotator | null) {
    if (rotator !== null) refuseInWorker("rotator", rotator, this.#settings.worker);
    this.#hooks.rotator = rotator;
  }

  /**
   * What ends each line, as Python's attribute: `"\n"`, or another text that ends with it,
   * such as `"\r\n"`. Where lines end is how a file is read again after a crash.
   *
   * @throws {ValueError} for a text without a newline at its end
   */
  get terminator(): string {
    return this.#terminator;
  }
  set terminator(terminator: string) {
    if (typeof terminator !== "string" || !terminator.endsWith("\n")) {
      throw refusal("terminator", terminator, "a text that ends with a newline");
    }
    this.#terminator = terminator;
    changePlans();
  }

  /** Takes one record to its file, as `durability` and `onFull` have it. Never throws. */
  override emit(record: LogRecord): void {
    let bytes: Uint8Array;
    try {
      bytes = this.#settings.encode(this.formatOrFallback(record) + this.#terminator);
    } catch (error) {
      this.#lost += 1;
      this.#reports.failed(error, "the record could not be made text", 1, record);
      return;
    }
    if (!this.#begun) this.#begin();
    // A record with no usable time of its own (a filter or a factory may do
    // anything) belongs to now.
    const created = Number.isFinite(record.created) ? record.created : now() / 1000;
    this.#engine.take(created, bytes, record);
  }

  /** Takes lines without a record, unless a subclass or a filter wants one. */
  override lineSink(): LineSink | null {
    if (!this.#begun || this.#closed || this.filters.length > 0) return null;
    return this.#settings.isUtf8 &&
      this.#terminator === "\n" &&
      hasStandardMethods(this, BaseRotatingHandler.prototype)
      ? this.#engine.sink
      : null;
  }

  /** What this handler has done so far. */
  stats(): FileHandlerStats {
    const stats = this.#engine.stats();
    return {
      ...stats,
      dropped: stats.dropped + this.#lost,
      errors: stats.errors + this.#reports.errors,
    };
  }

  /** Writes what waits in memory; with `durability: "fsync"` it is then on the disk. */
  override flush(): void {
    this.#engine.flush();
  }

  /** Lets go of the files and opens what their names lead to now. Never throws. */
  reopen(): void {
    this.#engine.reopen();
  }

  /**
   * Removes and compresses what is due; resolves when that is done. It happens by
   * itself, a little after a file began: this is for those who want to wait for it,
   * as a short-lived process might. Never rejects.
   */
  maintain(): Promise<void> {
    return this.#engine.maintain();
  }

  /**
   * Writes what waits, gives up what can't be written, and closes the files. A record
   * after that opens them again, as in Python, and is not kept in memory any more.
   */
  override close(): void {
    this.#closed = true;
    changePlans();
    try {
      this.#engine.close();
    } finally {
      super.close();
    }
  }

  /** CPython's repr, such as `<TimedRotatingFileHandler /var/log/httpsrv.log (NOTSET)>`. */
  override toString(): string {
    return super.toString().replace(" (", ` ${this.baseFilename} (`);
  }

  #start(): void {
    try {
      if (this.delay) {
        this.#engine.check();
        return;
      }
      this.#engine.open();
    } catch (error) {
      super.close();
      throw error;
    }
    this.#begun = true;
    changePlans();
  }

  /** The first record of a handler of `delay`. */
  #begin(): void {
    this.#begun = true;
    changePlans();
    this.#engine.begin();
  }

  #owner(): EngineOwner {
    return {
      failed: (...failure) => this.#reports.failed(...failure),
      recovered: () => this.#reports.recovered(),
      settled: () => this.#news.tell(this.#engine.counts),
      trouble: (error, what) => this.#reports.trouble(error, what),
      notice: (text, error) => this.#reports.notice(text, error),
      maintained: ({ removed, archived }) => {
        if (removed > 0) this.#news.publish("remove", removed);
        if (archived > 0) this.#news.publish("archive", archived);
      },
    };
  }
}

function makeHooks(where: LogLocation, setup: RotatingSetup): RotationHooks {
  const { kind, periodAt, compression, settings } = setup;
  const hooks = new RotationHooks({ ...where, kind, periodAt, compression });
  hooks.namer = settings.namer;
  hooks.rotator = settings.rotator;
  return hooks;
}
