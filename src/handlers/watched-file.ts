// The handler of a plain log file that another program rotates: CPython's
// WatchedFileHandler, for `daybook rotate`, logrotate's `create` and their like.
// Before a record is written (with durability: before each write of some) it looks
// whether the path still leads to the open file, and opens it again if not. It never
// renames or removes anything itself.

import { checkOptionNames } from "../core/options.ts";
import { refusal } from "../core/refusal.ts";
import type { LogOpener, OpenMode } from "../platform/open-log.ts";
import { WatchedLog } from "../platform/watched-log.ts";
import type { FileHandlerStats } from "./file-handler-stats.ts";
import { FILE_OPTIONS, FileHandler } from "./file.ts";
import type { FileHandlerOptions } from "./file.ts";

/** What a WatchedFileHandler may be told: all that a FileHandler may, and how often to look. */
export interface WatchedFileHandlerOptions extends FileHandlerOptions {
  /**
   * Real milliseconds between two looks at the path. 0, the default, looks before each
   * record, as CPython does; with more, records are written to the renamed file
   * until the next look.
   */
  readonly checkIntervalMs?: number | undefined;
}

const OPTIONS: readonly string[] = [...FILE_OPTIONS, "checkIntervalMs"];

/**
 * Appends records to whatever file its path leads to.
 *
 * Guarantees, with `checkIntervalMs` 0: a record is in a file that had the log's name
 * within the call. If that file was renamed, the record is in the renamed file; if it
 * was removed, the record is written again into the new one. Between two looks a removed
 * file takes with it what was written to it. With `durability: "buffered"` or "journal" all
 * this is so for the write that takes a record to its file.
 *
 * After the file has changed it is opened in mode "a", also in mode "w": CPython
 * would empty it, and with it what other processes wrote.
 */
export class WatchedFileHandler extends FileHandler {
  readonly checkIntervalMs: number;
  readonly #opened: { log: WatchedLog | null; followed: number };

  /** @throws as FileHandler does, and ValueError for a `checkIntervalMs` that is none. */
  constructor(path: string | URL, options: WatchedFileHandlerOptions = {}) {
    checkOptionNames(options, OPTIONS);
    const { checkIntervalMs: interval, ...fileOptions } = options;
    const checkIntervalMs = checkInterval(interval ?? 0);
    const opened: { log: WatchedLog | null; followed: number } = { log: null, followed: 0 };
    const followed = (): void => void (opened.followed += 1);
    const open: LogOpener = (file, mode, stump) => {
      const stumpId = stump ? (opened.log?.id ?? null) : null;
      opened.log = new CountedLog(file, mode, checkIntervalMs, stumpId, followed);
      return opened.log;
    };
    super(path, fileOptions, open, checkIntervalMs);
    this.checkIntervalMs = checkIntervalMs;
    this.#opened = opened;
  }

  /**
   * Looks now, whatever the interval says, and opens the file again if the path leads
   * to another one or to none. Nothing happens while the file is not open.
   *
   * @throws the system's error if the new file can't be opened
   */
  reopenIfNeeded(): void {
    this.followPath();
    if (this.stream !== null && this.#opened.log?.follow() === true) this.#opened.followed += 1;
  }

  /** What this handler has done so far; see `FileHandler.stats`. */
  override stats(): FileHandlerStats {
    const stats = super.stats();
    return { ...stats, reopened: stats.reopened + this.#opened.followed };
  }
}

/** Says when a write has gone to another file than the one before. */
class CountedLog extends WatchedLog {
  readonly #followed: () => void;

  constructor(
    path: string,
    mode: OpenMode,
    checkIntervalMs: number,
    stumpId: string | null,
    followed: () => void,
  ) {
    super(path, mode, checkIntervalMs, stumpId);
    this.#followed = followed;
  }

  override write(bytes: Uint8Array): void {
    const before = this.id;
    super.write(bytes);
    if (this.id !== before) this.#followed();
  }
}

function checkInterval(value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  const accepted = "a number of milliseconds, 0 (before each record) or more";
  throw refusal("checkIntervalMs", value, accepted);
}
