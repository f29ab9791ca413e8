// Keeps what a numbered log drops. The watch has every file of the log open for
// reading, so that the content of one that lost its last name can still be read, and
// notes how long it was when that happened: a line behind that place went nowhere,
// though it may look like any other that is too old to be kept. It takes no lock, so
// nobody who asks the kernel sees it.

import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Entry } from "./contestants.ts";
import { readName } from "./folder-names.ts";
import { namesIn } from "./log-folder.ts";
import { hasRetention, isNumbered } from "./variations.ts";

/** A file that has no name any more. */
export interface DroppedFile {
  readonly label: string;
  /** Its size when it was first seen without a name: at least what it had when it lost it. */
  readonly size: number;
  /** All that it holds in the end. */
  readonly content: Buffer;
}

interface Held {
  readonly fd: number;
  size: number | null;
}

/**
 * A watch for the log of an entry, where files are dropped by their numbers; null elsewhere,
 * for a file that is held open can't lend its inode to another one.
 */
export function watchDropped(entry: Entry, path: string): DroppedFiles | null {
  if (entry.kind === "specimen") return null;
  const drops = isNumbered(entry.variation) && hasRetention(entry.variation);
  return drops ? new DroppedFiles(path) : null;
}

/** More than the files of any numbered log that is watched. */
const MOST_HELD = 4000;

/** Where names change all the time, a look is not sure after so many listings, and the next may be. */
const MOST_LISTINGS = 4;

/** Watches one numbered log; `look` is called by a timer. */
export class DroppedFiles {
  readonly #path: string;
  readonly #held = new Map<string, Held>();
  /** The files of the last look that surely saw all of them. */
  #sure: ReadonlySet<string> = new Set();
  #complete = true;

  /** @param path - the log's. */
  constructor(path: string) {
    this.#path = path;
  }

  look(): void {
    for (const held of this.#held.values()) {
      if (held.size !== null) continue;
      const { nlink, size } = fstatSync(held.fd);
      if (nlink === 0) held.size = size;
    }
    let before = this.#holdAll();
    for (let again = 0; again < MOST_LISTINGS; again += 1) {
      const there = this.#holdAll();
      if (isSame(before, there)) {
        this.#settle(new Set(there.values()));
        return;
      }
      before = there;
    }
  }

  /** Whether every file that was ever dropped is known: no look came too late. */
  get complete(): boolean {
    return this.#complete;
  }

  /** How many files are known to have been dropped. */
  get count(): number {
    return [...this.#held.values()].filter(({ size }) => size !== null).length;
  }

  /** What was dropped, when all is over; lets go of it. See `complete`. */
  collect(): DroppedFile[] {
    this.look();
    const dropped: DroppedFile[] = [];
    for (const [inode, { fd, size }] of this.#held) {
      if (size !== null) {
        dropped.push({ label: `dropped inode ${inode}`, size, content: readFileSync(fd) });
      }
      closeSync(fd);
    }
    this.#held.clear();
    return dropped;
  }

  /**
   * Files go in the order in which they came. So if one of the last sure look is still
   * there, none that came since has gone; if none is, one may have come and gone unseen.
   */
  #settle(inodes: ReadonlySet<string>): void {
    const known = [...this.#sure].some((inode) => inodes.has(inode));
    if (this.#sure.size > 0 && inodes.size > 0 && !known) this.#complete = false;
    this.#sure = inodes;
  }

  /** Opens every file of the log; tells the inode of each name, empty if it has just moved on. */
  #holdAll(): Map<string, string> {
    const folder = dirname(this.#path);
    const there = new Map<string, string>();
    for (const name of namesIn(folder)) {
      if (readName(basename(this.#path), name, true) === null) continue;
      there.set(name, this.#hold(join(folder, name)));
    }
    return there;
  }

  #hold(path: string): string {
    if (this.#held.size >= MOST_HELD) this.#complete = false;
    if (!this.#complete) return "";
    let fd: number;
    try {
      fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch {
      return "";
    }
    // As long as it is held, no other file can get its inode number.
    const { dev, ino } = fstatSync(fd);
    const inode = `${dev}:${ino}`;
    if (this.#held.has(inode)) closeSync(fd);
    else this.#held.set(inode, { fd, size: null });
    return inode;
  }
}

/**
 * A listing is not atomic: a file that is given another name meanwhile may be in none of
 * its places. Two listings that say the same of every name have left out nothing.
 */
function isSame(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  if (one.size !== other.size) return false;
  for (const [name, inode] of one) if (inode === "" || other.get(name) !== inode) return false;
  return true;
}
