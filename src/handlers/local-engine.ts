// The engine of a rotating handler that works in the calling thread: the writer of the
// rotation protocol, the outlet that drives it, the looking after old files and after
// files that are open for nothing. Also what works at the other end of a worker engine,
// and what that goes on with when its thread has ended.

import { now } from "../core/clock.ts";
import type { LineSink } from "../core/line-sink.ts";
import type { LogRecord } from "../core/record.ts";
import { emptyFile } from "../platform/empty-file.ts";
import type { LogLocation } from "../platform/log-location.ts";
import { nodeFs } from "../platform/node-fs.ts";
import type { LaterFileSystem } from "../platform/run-async.ts";
import { runSync } from "../platform/run-sync.ts";
import { writeRest } from "../rotation/adopt.ts";
import { makeWriter } from "../rotation/append.ts";
import type { Writer, WriterCounts } from "../rotation/append.ts";
import { stat, tolerate } from "../rotation/fs-op.ts";
import type { Steps } from "../rotation/fs-op.ts";
import type { JournalContent } from "../rotation/journal-layout.ts";
import type { Journal } from "../rotation/journal.ts";
import type { LogSite } from "../rotation/log-site.ts";
import type { Maintained } from "../rotation/maintain.ts";
import type { RotatingSetup } from "./base-rotating.ts";
import type { FileHandlerStats } from "./file-handler-stats.ts";
import { IdleFiles } from "./idle-files.ts";
import type { TimedBatch } from "./line-buffer.ts";
import type { EngineOwner, LogEngine } from "./log-engine.ts";
import { LogOutlet } from "./log-outlet.ts";
import { Maintenance } from "./maintenance.ts";
import type { RotationHooks } from "./rotation-hooks.ts";

/** How long the file of a past period stays open for late records, in milliseconds. */
const GRACE_MS = 5000;

/** What an engine works on. */
export interface EngineParts {
  readonly location: LogLocation;
  readonly setup: RotatingSetup;
  readonly hooks: RotationHooks;
}

export class LocalEngine implements LogEngine {
  readonly site: LogSite;
  readonly fs: LaterFileSystem;
  readonly #owner: EngineOwner;
  readonly #parts: EngineParts;
  readonly #writer: Writer;
  readonly #outlet: LogOutlet;
  readonly #maintenance: Maintenance;
  readonly #idleFiles: IdleFiles;
  #removed = 0;
  #archived = 0;
  /** Whether the strategy has looked at the folder. */
  #checked = false;
  #emptied: boolean;
  #closed = false;
  #looksAfter: boolean;
  /** A file began, and nobody has looked after the old ones since. */
  #isDue = false;
  /** How often the outlet has finished something. */
  #settlements = 0;

  /** @param looksAfter whether it looks after old files, or will only when `lookAfter` is called */
  constructor(owner: EngineOwner, parts: EngineParts, looksAfter: boolean = true) {
    const { setup, hooks } = parts;
    const { lock, settings } = setup;
    this.#owner = owner;
    this.#parts = parts;
    this.#emptied = !setup.emptied;
    this.#looksAfter = looksAfter;
    this.site = siteOf(owner, parts);
    const { fileMode, directoryMode, outlet } = settings;
    const rotator = (): RotationHooks["rotator"] => hooks.rotator;
    this.fs = nodeFs({ lock, now, fileMode, directoryMode, rotator });
    this.#writer = makeWriter(this.site, setup.strategy, outlet.durability === "fsync");
    const closeIdle = (): void => this.#closeEnded(GRACE_MS);
    this.#idleFiles = new IdleFiles(this.#writer.files, GRACE_MS, closeIdle);
    this.#outlet = new LogOutlet(
      {
        failed: (error, what, dropped, record) => owner.failed(error, what, dropped, record),
        recovered: () => owner.recovered(),
        settled: () => this.#settled(),
      },
      this.#writer,
      this.fs,
      outlet,
    );
    this.#maintenance = new Maintenance(
      {
        maintained: (result) => this.#maintained(result),
        failedToMaintain: (error) => owner.trouble(error, "looking after old files failed"),
      },
      this.site,
      this.fs,
      GRACE_MS,
    );
  }

  get sink(): LineSink {
    return this.#outlet;
  }

  get counts(): WriterCounts {
    return this.#writer.counts;
  }

  stats(): FileHandlerStats {
    const { rolled, reopened, mended, late, bytes, archived, dropped: removed } = this.counts;
    const { written, dropped, errors, fsyncs } = this.#outlet.counts;
    return {
      written,
      dropped,
      late,
      rolled,
      reopened,
      mended,
      removed: this.#removed + removed,
      archived: this.#archived + archived,
      bytes,
      errors,
      buffered: this.#outlet.buffered,
      spilled: this.#outlet.spilled,
      fsyncs,
    };
  }

  check(): void {
    if (runSync(isFolder(this.site.directory), this.fs)) this.#checkFolder();
  }

  open(): void {
    this.openAhead();
    this.lookAfter();
  }

  /** The first half of `open`: files only. @throws the system's error */
  openAhead(): void {
    this.#checkFolder();
    this.#empty();
    try {
      this.#outlet.open();
    } catch (error) {
      // Nobody will close what could not be opened, and it may have a journal by now.
      this.#outlet.close();
      throw error;
    }
  }

  begin(): void {
    this.beginAhead();
    this.lookAfter();
  }

  /** The first half of `begin`: nothing is scheduled. */
  beginAhead(): void {
    try {
      this.#checkFolder();
      this.#empty();
    } catch (error) {
      this.#owner.trouble(error, "at the first record");
    }
  }

  /** From now on looks after old files, as far as they need it. */
  lookAfter(due: boolean = this.#isDue): void {
    this.#looksAfter = true;
    this.#isDue = false;
    this.#maintenance.schedule(due);
  }

  take(created: number, bytes: Uint8Array, record: LogRecord): void {
    this.#outlet.take(created, bytes, record);
  }

  /**
   * Writes lines that wait elsewhere; they are in their file, kept to be tried again, or
   * dropped. False if nothing was done: this is a call inside of another one's work.
   */
  takeBatch(timed: TimedBatch): boolean {
    const before = this.#settlements;
    this.#outlet.takeBatch(timed);
    return this.#settlements !== before;
  }

  /**
   * Writes what the log lacks of a journal whose thread has ended.
   *
   * @returns whether it is known what that is; the journal then says what is still missing
   */
  settle(journal: Journal, content: JournalContent): boolean {
    try {
      if (runSync(writeRest(this.#writer, journal, content), this.fs) !== null) return true;
      const { base } = this.site;
      this.site.notice(
        `some lines may be twice in ${base}: its worker thread ended in the midst of a write`,
      );
      return false;
    } catch (error) {
      this.#owner.trouble(error, "writing what the worker thread has left failed");
      return true;
    }
  }

  flush(): void {
    this.#outlet.flush();
  }

  /** Writes what waits and lets go of the files: others shall work on them. */
  release(): void {
    try {
      this.#outlet.release();
    } catch (error) {
      this.#owner.trouble(error, "closing the log failed");
    }
    this.#idleFiles.disarm();
  }

  reopen(): void {
    try {
      this.#outlet.release();
      if (!this.#closed && !this.#parts.setup.settings.delay) this.#outlet.open();
    } catch (error) {
      this.#owner.trouble(error, "opening the log again failed");
    }
  }

  maintain(): Promise<void> {
    // What we have open ourselves could not be removed.
    if (!this.#closed) this.#closeEnded(0);
    return this.#maintenance.run();
  }

  close(): void {
    this.#closed = true;
    this.#idleFiles.disarm();
    this.#outlet.close();
    this.#maintenance.finish();
  }

  #checkFolder(): void {
    if (this.#checked) return;
    this.#checked = true;
    runSync(this.#parts.setup.strategy.check(this.site), this.fs);
  }

  #empty(): void {
    if (this.#emptied) return;
    this.#emptied = true;
    emptyFile(`${this.site.directory}/${this.site.base}`);
  }

  /** After whatever was done with files. */
  #settled(): void {
    this.#settlements += 1;
    if (this.#writer.maintenanceDue) {
      this.#writer.maintenanceDue = false;
      const { remark } = this.#parts.hooks;
      if (remark !== null) this.site.notice(remark);
      this.#isDue = true;
      if (this.#looksAfter) this.lookAfter();
    }
    if (!this.#closed && this.#parts.setup.kind !== null) this.#idleFiles.arm();
    this.#owner.settled();
  }

  #closeEnded(graceMs: number): void {
    try {
      this.#outlet.closeEnded((now() - graceMs) / 1000);
    } catch (error) {
      this.#owner.trouble(error, "closing past files failed");
      this.#idleFiles.arm();
    }
  }

  #maintained({ removed, archived }: Maintained): void {
    this.#removed += removed;
    this.#archived += archived;
    this.#owner.maintained({ removed, archived });
  }
}

function siteOf(owner: EngineOwner, { location, setup, hooks }: EngineParts): LogSite {
  return {
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
    locking: setup.lock !== null,
    lockState: { lost: false },
    notice: (text, error) => owner.notice(text, error),
  };
}

function* isFolder(path: string): Steps<boolean> {
  const there = yield* tolerate(stat(path), "ENOENT", "ENOTDIR", "EACCES");
  return typeof there !== "string" && there.kind === "directory";
}
