// Looks at the mapped journals beside a log while a storm runs: that there are any, for
// a handler that quietly falls back to another way would pass for one that has them;
// and what a killed process left in its own. It opens them for reading only, takes no
// lock, and judges nothing: what it says of the dead shows whether kills hit where they
// should, no more.

import { closeSync, openSync, readSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { HEAD_BYTES, readHead } from "../rotation/journal-layout.ts";
import type { JournalHead } from "../rotation/journal-layout.ts";
import { PRIVATE_FOLDER, readJournalName } from "./folder-names.ts";
import { namesIn } from "./log-folder.ts";

/** Watches the journals of one log; `look` is called by a timer. */
export class JournalWatch {
  readonly #folder: string;
  readonly #base: string;
  readonly #names = new Set<string>();
  #orphans = 0;
  #midDrain = 0;

  /** @param path - the log's. */
  constructor(path: string) {
    this.#folder = join(dirname(path), PRIVATE_FOLDER);
    this.#base = basename(path);
  }

  /** How many different journals were seen. */
  get journals(): number {
    return this.#names.size;
  }

  /** How many of them a killed process left with lines in them, as far as nobody was quicker to adopt them. */
  get orphans(): number {
    return this.#orphans;
  }

  /** How many of these were about to be written to the log, or just had been, in part or as a whole. */
  get midDrain(): number {
    return this.#midDrain;
  }

  look(): void {
    for (const name of namesIn(this.#folder)) {
      if (readJournalName(this.#base, name) !== null) this.#names.add(name);
    }
  }

  /** A process was killed; to be called as soon as it is gone. */
  noteDeath(pid: number): void {
    for (const name of namesIn(this.#folder)) {
      if (readJournalName(this.#base, name) !== pid) continue;
      this.#names.add(name);
      const head = headOf(join(this.#folder, name));
      if (head === null || head.count <= head.drained) continue;
      this.#orphans += 1;
      if (head.intent !== null) this.#midDrain += 1;
    }
  }
}

/** The cells of a journal; null if it has just been adopted, or is none. */
function headOf(path: string): JournalHead | null {
  const bytes = Buffer.alloc(HEAD_BYTES);
  try {
    const fd = openSync(path, "r");
    try {
      readSync(fd, bytes, 0, HEAD_BYTES, 0);
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
  const head = readHead(bytes);
  return typeof head === "string" ? null : head;
}
