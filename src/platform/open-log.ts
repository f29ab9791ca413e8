// A plain log file: opened for append, written whole and synchronously, closed.
// FileHandler owns one at a time. Each call is a system call or a few; nothing is
// buffered, so a line is with the kernel when write returns. Errors are thrown as
// Node gives them.

import { closeSync, constants, openSync, statSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** An open log file. */
export interface OpenLog {
  /** Appends all bytes. @throws if they could not all be written. */
  write(bytes: Uint8Array): void;
  close(): void;
}

/** How a log is opened: to go on at its end, or anew. */
export type OpenMode = "a" | "w";

/** The absolute path of a file given as path or file URL; later chdirs change nothing. */
export function absolutePath(path: string | URL): string {
  return resolve(path instanceof URL ? fileURLToPath(path) : path);
}

/** Whether `path` is a directory that exists. */
export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * Opens `path`, creating it if need be; `w` empties it. Both append (O_APPEND), so
 * that other processes' lines are never written over.
 */
export function openLog(path: string, mode: OpenMode): OpenLog {
  const { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } = constants;
  const fd = openSync(path, O_WRONLY | O_CREAT | O_APPEND | (mode === "w" ? O_TRUNC : 0), 0o666);
  return new AppendedFile(fd);
}

class AppendedFile implements OpenLog {
  readonly #fd: number;
  // A write that failed half way left a stump of a line; the next one ends it.
  #stump = false;

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(bytes: Uint8Array): void {
    if (this.#stump) {
      writeSync(this.#fd, "\n");
      this.#stump = false;
    }
    let done = 0;
    try {
      while (done < bytes.length) done += writeSync(this.#fd, bytes, done);
    } catch (error) {
      this.#stump = done > 0;
      throw error;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}
