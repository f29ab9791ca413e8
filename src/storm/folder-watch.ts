// Looks into a log's folder many times a second while a storm runs, and notes what
// comes and goes. The checker judges what is left in the end; only a watch can see
// that a file went while it had to be kept, if it would be old enough to go by the
// end. It reads names alone and opens nothing, so it is in nobody's way.

import { basename, dirname } from "node:path";
import { readName, slotOf } from "./folder-names.ts";
import { namesIn } from "./log-folder.ts";

export interface FolderWatchOptions {
  /** The log's path. */
  readonly path: string;
  readonly numbered: boolean;
  /** Past periods that must be kept; 0 for all. */
  readonly backupCount: number;
}

interface Seen {
  readonly suffix: string;
  /** In which look it came, and in which it was there last. */
  readonly came: number;
  last: number;
  packed: boolean;
  /** In how many looks running it was not there. */
  missing: number;
}

/** A listing is not atomic: a name that changes hands meanwhile may be in none of its places. */
const SURELY_GONE = 3;

/** Collects what happened to the files of one log; `look` is called by a timer. */
export class FolderWatch {
  /** Files that went although they had to be kept, in words. */
  readonly faults: string[] = [];
  readonly #options: FolderWatchOptions;
  readonly #slots = new Map<string, Seen>();
  #looks = 0;
  #removed = 0;
  #packed = 0;

  constructor(options: FolderWatchOptions) {
    this.#options = options;
  }

  /** Dated files that were seen to go. */
  get removed(): number {
    return this.#removed;
  }

  /** Archives that were seen to come. */
  get packed(): number {
    return this.#packed;
  }

  /** @param today - the date of the log's clock, asked for when it is needed: after the look. */
  look(today: () => string): void {
    this.note(namesIn(dirname(this.#options.path)), today);
  }

  /** A last look, when nobody is at work any more and one listing can be believed. */
  settle(today: string): void {
    for (let looks = 0; looks < SURELY_GONE; looks += 1) this.look(() => today);
  }

  /** What `look` does with a listing of the folder. */
  note(names: readonly string[], today: () => string): void {
    const { path, numbered } = this.#options;
    this.#looks += 1;
    const there = new Set<string>();
    for (const name of names) {
      const read = readName(basename(path), name, numbered);
      // The shift gives each numbered file a new name again and again.
      if (read === null || (numbered ? read.packing === "" : read.suffix === null)) continue;
      const slot = slotOf(read);
      there.add(slot);
      const seen = this.#seenAt(slot, read.suffix ?? "");
      if (read.packing !== "" && !seen.packed) {
        seen.packed = true;
        this.#packed += 1;
      }
    }
    if (!numbered) this.#noteMissing(there, today);
  }

  #seenAt(slot: string, suffix: string): Seen {
    let seen = this.#slots.get(slot);
    if (seen === undefined) {
      seen = { suffix, came: this.#looks, last: this.#looks, packed: false, missing: 0 };
      this.#slots.set(slot, seen);
    }
    seen.last = this.#looks;
    seen.missing = 0;
    return seen;
  }

  #noteMissing(there: ReadonlySet<string>, today: () => string): void {
    for (const [slot, seen] of this.#slots) {
      if (there.has(slot)) continue;
      seen.missing += 1;
      if (seen.missing < SURELY_GONE) continue;
      if (this.#movedOn(seen)) {
        this.#slots.delete(slot);
        continue;
      }
      this.#removed += 1;
      const kept = this.#laterThan(seen.suffix, today());
      const { backupCount } = this.#options;
      if (backupCount === 0 || kept < backupCount) {
        this.faults.push(
          `the file ${slot} went when ${kept} later periods were over; to be kept: ` +
            (backupCount === 0 ? "all" : `${backupCount}`),
        );
      }
      this.#slots.delete(slot);
    }
  }

  /**
   * Two files can meet at one index: a listing is not atomic. The one that is packed
   * first then gets the next free index, so a file of its period came as it went.
   */
  #movedOn(gone: Seen): boolean {
    return [...this.#slots.values()].some(
      (other) => other !== gone && other.suffix === gone.suffix && other.came >= gone.last,
    );
  }

  /** How many periods behind this one were over, of those that ever had a file. */
  #laterThan(suffix: string, today: string): number {
    const later = new Set<string>();
    for (const other of this.#slots.values()) {
      if (suffix < other.suffix && other.suffix < today) later.add(other.suffix);
    }
    return later.size;
  }
}
