// The way of a FileHandler's lines to their file where `durability`, `onFull` or one of
// their companions is given: a log outlet over the rotation protocol's `write`, with
// one file that never rolls (rotation/strategies/plain.ts). The handler keeps what an
// application sees of it. Nothing here lets an error out but opening and closing.

import { now } from "../core/clock.ts";
import type { Handler } from "../core/handler.ts";
import type { LineSink } from "../core/line-sink.ts";
import type { LogRecord } from "../core/record.ts";
import { changePlans } from "../core/staleness.ts";
import { emptyFile } from "../platform/empty-file.ts";
import { kernelLock } from "../platform/locks.ts";
import { nodeFs } from "../platform/node-fs.ts";
import type { OpenMode } from "../platform/open-log.ts";
import { runSync } from "../platform/run-sync.ts";
import type { FileSystem } from "../platform/run-sync.ts";
import { makeWriter } from "../rotation/append.ts";
import type { Writer } from "../rotation/append.ts";
import { stat } from "../rotation/fs-op.ts";
import { inFolder } from "../rotation/log-site.ts";
import type { LogSite } from "../rotation/log-site.ts";
import { makeNaming } from "../rotation/naming.ts";
import { ALWAYS } from "../rotation/strategies/numbered.ts";
import { leads, plain } from "../rotation/strategies/plain.ts";
import { FileHandlerReports } from "./file-handler-reports.ts";
import type { FileHandlerStats } from "./file-handler-stats.ts";
import { LogOutlet } from "./log-outlet.ts";
import { FollowedName } from "./plain-name.ts";
import type { OutletSettings } from "./rotating-options.ts";
import { RotationNews } from "./rotation-news.ts";

export interface PlainSettings {
  readonly mode: OpenMode;
  readonly delay: boolean;
  readonly outlet: OutletSettings;
  /** Real milliseconds between two looks at the name, 0 before each write; null: none. */
  readonly lookMs: number | null;
}

/** As FileHandler makes files without these options, and Python: the umask takes from it. */
const PLAIN_FILE_MODE = 0o666;

/** A plain log that is written through an outlet. */
export class PlainLog {
  readonly #settings: PlainSettings;
  readonly #name: FollowedName;
  readonly #fs: FileSystem;
  readonly #writer: Writer;
  readonly #outlet: LogOutlet;
  readonly #news: RotationNews;
  readonly #reports: FileHandlerReports;
  /** Records that no outlet was given. */
  #lost = 0;
  /** How many of them could not be made lines. */
  #unmade = 0;
  #begun = false;
  #closed = false;

  /**
   * Opens the file, unless `delay`.
   *
   * @throws {ValueError} for a path that leads to no regular file
   * @throws the system's error for a file that can't be opened
   */
  constructor(owner: Handler & { readonly baseFilename: string }, settings: PlainSettings) {
    const { outlet, lookMs, delay } = settings;
    const { durability } = outlet;
    const lock = kernelLock();
    this.#settings = settings;
    this.#fs = nodeFs({ lock, now, fileMode: PLAIN_FILE_MODE });
    // A journal stays in the folder that it was made in, so that is where its log stays.
    const name = new FollowedName(owner.baseFilename, lookMs, durability === "journal");
    this.#name = name;
    runSync(name.check(), this.#fs);
    this.#writer = makeWriter(this.#site(lock !== null), plain(name), durability === "fsync");
    this.#news = new RotationNews(owner, this.#writer.counts);
    this.#reports = new FileHandlerReports(owner, this.#news, () => this.stats().errors);
    this.#outlet = new LogOutlet(
      {
        failed: (...failure) => this.#reports.failed(...failure),
        recovered: () => this.#reports.recovered(),
        settled: () => this.#settled(),
      },
      this.#writer,
      this.#fs,
      outlet,
    );
    if (!delay) this.#open();
  }

  /** Where lines can be taken without a record; null where they can't. */
  get sink(): LineSink | null {
    const { lookMs, outlet } = this.#settings;
    const looksEachTime =
      lookMs === 0 && (outlet.durability === "write" || outlet.durability === "fsync");
    return this.#begun && !this.#closed && !looksEachTime ? this.#outlet : null;
  }

  /** Takes one line; where it is when this returns is what `durability` says. Never throws. */
  take(bytes: Uint8Array, record: LogRecord): void {
    if (this.#closed && this.#settings.mode === "w") {
      this.#lost += 1; // CPython's rule: what was written stays
      return;
    }
    if (!this.#begun) this.#begin();
    const created = Number.isFinite(record.created) ? record.created : now() / 1000;
    this.#outlet.take(created, bytes, record);
  }

  /** A record could not be made a line. */
  lose(): void {
    this.#unmade += 1;
    this.#lost += 1;
  }

  stats(): FileHandlerStats {
    const { rolled, reopened, mended, late, bytes } = this.#writer.counts;
    const { written, dropped, errors, fsyncs } = this.#outlet.counts;
    return {
      written,
      dropped: dropped + this.#lost,
      late,
      rolled,
      reopened,
      mended,
      removed: 0,
      archived: 0,
      bytes,
      errors: errors + this.#unmade + this.#reports.errors,
      buffered: this.#outlet.buffered,
      spilled: this.#outlet.spilled,
      fsyncs,
    };
  }

  /** Writes what waits in memory; with durability `fsync` it is then on the disk. */
  flush(): void {
    this.#outlet.flush();
  }

  /** Lets go of the file, if it is open, and goes on in what its name leads to now. Never throws. */
  reopen(): void {
    if (this.#writer.files.length === 0) return;
    try {
      this.#openAgain();
    } catch (error) {
      this.#reports.trouble(error, "reopening the file failed");
    }
  }

  /**
   * The same if its name leads elsewhere now.
   *
   * @throws the system's error if the file there can't be opened
   */
  follow(): void {
    const file = this.#writer.files[0];
    if (file === undefined || runSync(leads(this.#name.watched, file), this.#fs)) return;
    this.#openAgain();
  }

  /** Writes what waits, gives up what can't be written, and closes the file. @throws the system's error */
  close(): void {
    this.#closed = true;
    changePlans();
    this.#outlet.close();
  }

  #openAgain(): void {
    const { counts } = this.#writer;
    this.#outlet.release();
    if (this.#closed) return;
    this.#outlet.open();
    counts.reopened += 1;
    this.#news.tell(counts);
  }

  #site(locking: boolean): LogSite {
    const name = this.#name;
    return {
      get directory() {
        return name.directory;
      },
      get base() {
        return name.base;
      },
      get naming() {
        return makeNaming({ base: name.base, kind: null });
      },
      periodAt: () => ALWAYS,
      maxBytes: 0,
      keep: { count: 0, ageSeconds: 0, totalBytes: 0 },
      compression: "",
      rotator: false,
      locking,
      lockState: { lost: false },
      notice: (text, error) => this.#reports.notice(text, error),
    };
  }

  #open(): void {
    try {
      // A journal would make the folder.
      runSync(stat(this.#name.directory), this.#fs);
      this.#empty();
      this.#outlet.open();
    } catch (error) {
      this.#outlet.close();
      throw error;
    }
    this.#begun = true;
  }

  /** The first record of a handler of `delay`. */
  #begin(): void {
    this.#begun = true;
    changePlans();
    try {
      this.#empty();
    } catch (error) {
      this.#reports.trouble(error, "emptying the file failed");
    }
  }

  #empty(): void {
    if (this.#settings.mode !== "w") return;
    runSync(this.#name.follow(), this.#fs);
    emptyFile(inFolder(this.#writer.site, this.#name.base));
  }

  #settled(): void {
    this.#writer.maintenanceDue = false; // there is nothing to look after
    this.#news.tell(this.#writer.counts);
  }
}
