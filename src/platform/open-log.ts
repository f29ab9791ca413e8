// A plain log file: opened for append, written whole and synchronously, closed.
// FileHandler owns one at a time. Each call is a system call or a few; nothing is
// buffered, so a line is with the kernel when write returns. Errors are thrown as
// Node gives them.

import { closeSync, constants, openSync, statSync, truncateSync, writeSync } from "node:fs";

import { mayEmpty } from "./put-off-emptying.ts";

/** An open log file. */
export interface OpenLog {
  /** Appends all bytes. @throws if they could not all be written. */
  write(bytes: Uint8Array): void;
  /** Whether a write failed half way and left a stump of a line, which the next write ends. */
  readonly stump: boolean;
  /** The descriptor, for looking at the file and locking it; writing is for `write` alone. */
  readonly fd: number;
  close(): void;
}

/** How a log is opened: to go on at its end, or anew. */
export type OpenMode = "a" | "w";

/** What opens a log; `openLog` is the plain one. */
export type LogOpener = (path: string, mode: OpenMode, stump: boolean) => OpenLog;

/**
 * Opens `path`, creating it if need be; `w` empties it. Both append (O_APPEND), so
 * that other processes' lines are never written over. `stump` says that the file
 * ends in the stump of a line, known from an earlier opening.
 */
export function openLog(path: string, mode: OpenMode, stump: boolean = false): OpenLog {
  const { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } = constants;
  const emptied = mode === "w" && mayEmpty(() => truncate(path)) ? O_TRUNC : 0;
  const fd = openSync(path, O_WRONLY | O_CREAT | O_APPEND | emptied, 0o666);
  return new AppendedFile(fd, stump);
}

/** What O_TRUNC does: nothing to what is no file of the ordinary kind. */
function truncate(path: string): void {
  if (statSync(path).isFile()) truncateSync(path);
}

class AppendedFile implements OpenLog {
  readonly fd: number;
  #stump: boolean;

  constructor(fd: number, stump: boolean) {
    this.fd = fd;
    this.#stump = stump;
  }

  get stump(): boolean {
    return this.#stump;
  }

  write(bytes: Uint8Array): void {
    if (this.#stump) {
      writeSync(this.fd, "\n");
      this.#stump = false;
    }
    let done = 0;
    try {
      while (done < bytes.length) done += writeSync(this.fd, bytes, done);
    } catch (error) {
      this.#stump = done > 0;
      throw error;
    }
  }

  close(): void {
    closeSync(this.fd);
  }
}
