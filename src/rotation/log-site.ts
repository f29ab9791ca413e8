// What every procedure of the protocol needs to know of one log: where it is,
// how its periods run, what it keeps; and what a strategy is. A site is made once
// by a handler; what a process does with its log is in its `Writer` (append.ts).

import type { Fd, Method, Steps } from "./fs-op.ts";
import { PRIVATE_FOLDER } from "./names.ts";
import type { Naming } from "./naming.ts";
import type { Period } from "./period.ts";

export interface LogSite {
  /** Absolute path of the folder, links resolved. */
  readonly directory: string;
  /** The log's own name in it, such as `httpsrv.log`. */
  readonly base: string;
  /** How its finished files are called. */
  readonly naming: Naming;
  /** The period that holds an instant, in seconds since the epoch. */
  readonly periodAt: (instant: number) => Period;
  /** Bytes at which a file that is not empty is left for the next one; 0: none. */
  readonly maxBytes: number;
  readonly keep: Keep;
  /** How retired files are compressed; the empty text: not at all. */
  readonly compression: "" | Method;
  /** Whether a user's `rotator` makes the finished files, instead of `compression`. */
  readonly rotator: boolean;
  /** Whether this process can take kernel locks; without them nothing is ever deleted or compressed. */
  readonly locking: boolean;
  /** What a write that is cut off by a death ends at a multiple of, in the file; 4096 if absent. */
  readonly pageBytes?: number;
  /** What this process knows of the log's lock: `lost` after it has waited for it in vain. */
  readonly lockState: { lost: boolean };
  /**
   * Told of what is odd but costs no record, such as a foreign file in the current
   * link's place; with the error, if it is a failure.
   */
  readonly notice: (text: string, error?: unknown) => void;
}

/** How much of the past a log keeps. Each limit is none at 0; a file goes by the first that says so. */
export interface Keep {
  /** Retired periods; for a log without periods, numbered backups. */
  readonly count: number;
  /** Seconds since a period's end. */
  readonly ageSeconds: number;
  /** Bytes of all files together, the current ones included. */
  readonly totalBytes: number;
}

/** One data file that this process has open. */
export interface OpenFile {
  readonly period: Period;
  /** The name it was opened by; the file may have gained or lost names since. */
  readonly path: string;
  /** For appending. It carries the shared lock that says "in use". */
  readonly fd: Fd;
  /** The same file for overwriting a byte, which an appending descriptor can't. */
  readonly repairFd: Fd;
  /** Device and inode, as in `FileStat.id`. */
  readonly id: string;
  /** Where this process's own last write ended; -1 before the first. */
  end: number;
  /** Bytes in it, as of its opening or of this process's own last write. */
  size: number;
  /** Whether something was written that no fsync has followed. */
  unsynced: boolean;
}

export interface Opening {
  readonly file: OpenFile;
  /** Whether this opening made the file, so that an older one may now be one too many. */
  readonly began: boolean;
  /** How many old files were dropped for that. */
  readonly dropped?: number;
  /** How many the user's rotator made for that. */
  readonly archived?: number;
}

/** How records get into files: one of the source's four fixes, done right. */
export interface Strategy {
  /** Whether a file can lose its last name while a process has it open, lock or not. */
  readonly drops?: boolean;
  /**
   * Whether a file wants a look before the write that is about to happen, and another
   * one after it, however recent the last look is: other programs move or remove it.
   */
  lookDue?(): boolean;
  /**
   * Whether what was just written to an open file went with it. Absent: the file bears
   * none of the names that the log gives (lost-file.ts).
   */
  hasGone?(site: LogSite, file: OpenFile): Steps<boolean>;
  /**
   * Opens the file that records of `period` go to, with a shared lock where there are locks.
   *
   * @param room bytes that are about to be written; 0 if none are yet.
   */
  openFor(site: LogSite, period: Period, room: number): Steps<Opening>;
  /**
   * Looks whether an open file is still the one that `openFor` would give, and
   * mends names that went astray. False: close it and open again.
   */
  verify(site: LogSite, file: OpenFile): Steps<boolean>;
  /** Looks, once and ahead of the first record, whether this folder offers what the strategy needs. */
  check(site: LogSite): Steps<void>;
}

/** Whether a file has no room for so many bytes more, by CPython's rule: an empty one always has. */
export function isFull({ maxBytes }: LogSite, size: number, room: number): boolean {
  return maxBytes > 0 && room > 0 && size > 0 && size + room >= maxBytes;
}

/** The path of an entry of the log's folder. */
export function inFolder(site: LogSite, name: string): string {
  return `${site.directory}/${name}`;
}

/** The path of an entry of the log's private folder. */
export function inPrivateFolder(site: LogSite, name: string): string {
  return `${site.directory}/${PRIVATE_FOLDER}/${name}`;
}
