// A plain log file that other programs rename or remove: before a write its path
// is looked at, and if that leads to another file, or to none, the log is opened
// again. WatchedFileHandler writes through it. The open file bears a shared lock
// where the machine has locks, which tells `daybook rotate` not to compress or
// remove it yet. Errors are thrown as Node gives them.

import { fstatSync } from "node:fs";

import { identityAt, identityOf } from "./file-identity.ts";
import { kernelLock } from "./locks.ts";
import { nap } from "./node-fs.ts";
import { openLog } from "./open-log.ts";
import type { OpenLog, OpenMode } from "./open-log.ts";

/** How often a file is opened anew because it was locked or moved meanwhile; a lost race costs one. */
const MOST_ROUNDS = 20;

/** How often a line is written anew because its file was removed under it. */
const MOST_REMOVALS = 10;

/** A log file that follows its path. */
export class WatchedLog implements OpenLog {
  readonly #path: string;
  readonly #checkIntervalMs: number;
  #file: OpenLog;
  #id: string;
  #open = true;
  #lookAt = 0;

  /**
   * Opens `path`, creating it if need be; `w` empties it, this once.
   *
   * @param checkIntervalMs - real milliseconds between two looks at the path; 0 looks
   *   before each write.
   * @param stumpId - the identity of a file that is known to end in the stump of a
   *   line; null if there is none.
   */
  constructor(path: string, mode: OpenMode, checkIntervalMs: number, stumpId: string | null) {
    this.#path = path;
    this.#checkIntervalMs = checkIntervalMs;
    const stump = stumpId !== null && identityAt(path) === stumpId;
    this.#file = openInUse(path, mode, stump);
    this.#id = identityOf(this.#file.fd);
  }

  /** Device and inode of the open file. */
  get id(): string {
    return this.#id;
  }

  get fd(): number {
    return this.#file.fd;
  }

  get stump(): boolean {
    return this.#file.stump;
  }

  /**
   * Appends all bytes to the file that the path leads to. A file that was removed
   * between the look and the write took the bytes with it: they are written again.
   */
  write(bytes: Uint8Array): void {
    const looking = this.#lookDue() || !this.#open;
    if (looking) this.follow();
    this.#file.write(bytes);
    if (!looking) return;
    for (let removals = 0; removals < MOST_REMOVALS; removals += 1) {
      // A file without a name that the path leads to all the same is no removed one:
      // /dev/stdout may be such. (Asked while it is open: then no other has its inode.)
      if (fstatSync(this.#file.fd).nlink > 0 || !this.#moved()) return;
      this.#reopen();
      this.#file.write(bytes);
    }
  }

  /** Opens the log again if its path leads to another file, or to none. Says whether it did. */
  follow(): boolean {
    if (this.#open && !this.#moved()) return false;
    this.#reopen();
    return true;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#file.close();
  }

  #lookDue(): boolean {
    if (this.#checkIntervalMs === 0) return true;
    const at = performance.now();
    if (at < this.#lookAt) return false;
    this.#lookAt = at + this.#checkIntervalMs;
    return true;
  }

  /** A look that fails (no permission on the way) is no reason to lose the line. */
  #moved(): boolean {
    try {
      return identityAt(this.#path) !== this.#id;
    } catch {
      return false;
    }
  }

  // Closed first, so that the new file can be opened where no descriptor is left.
  #reopen(): void {
    this.close();
    this.#file = openInUse(this.#path, "a", false);
    this.#open = true;
    this.#id = identityOf(this.#file.fd);
  }
}

/**
 * Opens a log and marks it as in use. A file that somebody holds exclusively is
 * about to be compressed or removed, and one whose path has passed on is no longer
 * the log; then it is opened anew.
 */
function openInUse(path: string, mode: OpenMode, stump: boolean): OpenLog {
  for (let round = 1; ; round += 1) {
    const file = openLog(path, round === 1 ? mode : "a", stump && round === 1);
    let settled = false;
    try {
      const marked = markInUse(file.fd);
      settled = (marked && leadsTo(path, file.fd)) || round === MOST_ROUNDS;
    } finally {
      if (!settled) file.close();
    }
    if (settled) return file;
    nap(1);
  }
}

/** False if somebody holds the file exclusively. A file that knows no locks counts as marked. */
function markInUse(fd: number): boolean {
  try {
    return kernelLock()?.tryLock(fd, "shared") ?? true;
  } catch {
    return true; // ENOLCK and its like: then nobody can hold it exclusively either
  }
}

function leadsTo(path: string, fd: number): boolean {
  try {
    return identityAt(path) === identityOf(fd);
  } catch {
    return true; // the path can't be looked at; it was opened all the same
  }
}
