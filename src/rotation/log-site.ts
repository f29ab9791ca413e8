// What every procedure of the protocol needs to know of one log: where it is,
// how its periods run, what it keeps; and what a strategy is. A site is made once
// by a handler; what a process does with its log is in its `Writer` (append.ts).

import type { Fd, Steps } from "./fs-op.ts";
import { PRIVATE_FOLDER } from "./names.ts";
import type { Period, Schedule, ZoneRules } from "./period.ts";

export interface LogSite {
  /** Absolute path of the folder, links resolved. */
  readonly directory: string;
  /** The log's own name in it, such as `httpsrv.log`. */
  readonly base: string;
  readonly schedule: Schedule;
  readonly zone: ZoneRules;
  /** How many retired periods are kept; 0 keeps all. */
  readonly backupCount: number;
  /** Whether this process can take kernel locks; without them nothing is ever deleted. */
  readonly locking: boolean;
  /** What this process knows of the log's lock: `lost` after it has waited for it in vain. */
  readonly lockState: { lost: boolean };
  /** Told of what is odd but harmless, such as a foreign file in the current link's place. */
  readonly notice: (text: string) => void;
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
}

export interface Opening {
  readonly file: OpenFile;
  /** Whether this opening made the file, so that an older one may now be one too many. */
  readonly began: boolean;
}

/** How records get into files: one of the source's four fixes, done right. */
export interface Strategy {
  /** Opens the file that records of `period` go to, with a shared lock where there are locks. */
  openFor(site: LogSite, period: Period): Steps<Opening>;
  /**
   * Looks whether an open file is still the one that `openFor` would give, and
   * mends names that went astray. False: close it and open again.
   */
  verify(site: LogSite, file: OpenFile): Steps<boolean>;
  /** Looks, once and ahead of the first record, whether this folder offers what the strategy needs. */
  check(site: LogSite): Steps<void>;
}

/** The path of an entry of the log's folder. */
export function inFolder(site: LogSite, name: string): string {
  return `${site.directory}/${name}`;
}

/** The path of an entry of the log's private folder. */
export function inPrivateFolder(site: LogSite, name: string): string {
  return `${site.directory}/${PRIVATE_FOLDER}/${name}`;
}
