// A journal (rotation/journal.ts) as memory of this process: lines are stored into it
// without a system call, and a SIGKILL leaves them to the kernel. Made by handlers with
// `durability: "journal"`. Where it can't be had the answer is a reason, not an error:
// the handler then writes each line at once. Once made, a store into it must not be able
// to fail, which is why not every file system will do.

import { statfsSync } from "node:fs";

import { close, mkdir } from "../rotation/fs-op.ts";
import {
  CELL,
  HEAD_BYTES,
  NO_INTENT,
  dataOffset,
  idBytes,
  journalBytes,
} from "../rotation/journal-layout.ts";
import type { JournalShape } from "../rotation/journal-layout.ts";
import { makeJournal, removeJournal } from "../rotation/journal.ts";
import type { Journal } from "../rotation/journal.ts";
import type { LineStore } from "../rotation/line-store.ts";
import type { LogSite } from "../rotation/log-site.ts";
import { forgetMapped, noteMapped } from "./mapped-memory.ts";
import { nativeCalls } from "./native.ts";
import type { MappedMemory } from "./native.ts";
import type { FileSystem } from "./run-sync.ts";
import { runSync } from "./run-sync.ts";

/** A journal that is open in this process, with the lines it holds. */
export interface MappedJournal {
  /** The lines, in the mapping. */
  readonly store: LineStore;
  /** For `Batch.journal`. */
  readonly journal: Journal;
  /** The same marks that `write` makes through its steps, for who appends without steps. */
  readonly marks: JournalMarks;
  /** Empties it. All lines must be settled, given up, or kept elsewhere. */
  empty(): void;
  /**
   * Lets go of it, and removes it if all its lines are settled; otherwise it is an orphan,
   * and adopted at the next opening of the log. Nothing stored after this is kept.
   * @throws the system's error
   */
  close(): void;
}

/** What rotation/journal.ts stores by steps, stored at once: `intend`, `settle`, `withdraw`. */
export interface JournalMarks {
  /** How many lines are settled. */
  readonly settled: number;
  /** Before an append of `length` bytes to a file of size `end`. */
  intend(from: number, length: number, end: number, id: string): void;
  /** After it: the lines before `upTo` are in their file, and it has not gone. */
  settle(upTo: number): void;
  /** After a failed or short one: the lines before `from` are in the file, no others. */
  withdraw(from: number): void;
}

/**
 * File systems (`statfs(2)`, f_type) on which a page that was written once can be stored
 * into again even if the disk is full. On those that write every change to a new place
 * (btrfs, ZFS) or over a network, such a store may need what is not there, and be SIGBUS.
 */
const SAFE: Readonly<Record<number, string>> = {
  0xef53: "ext2, ext3, ext4",
  0x58465342: "xfs",
  0x01021994: "tmpfs",
  0x794c7630: "overlayfs",
};

/**
 * Makes a journal and maps it.
 *
 * @param fs the driver of the handler's protocol
 * @returns why it can't be had, as the end of a sentence, if it can't
 */
export function openJournal(
  fs: FileSystem,
  site: LogSite,
  shape: JournalShape,
): MappedJournal | string {
  const memory = nativeCalls()?.memory ?? null;
  if (memory === null) return "koffi, through which files are mapped, is not to be had here";
  if (!site.locking) return "there is no lock to tell a dead process's journal from a living one's";
  let journal: Journal | null = null;
  try {
    runSync(mkdir(site.directory), fs);
    const { type } = statfsSync(site.directory);
    if (SAFE[type] === undefined) {
      return `the file system (type 0x${type.toString(16)}) is not known to take stores when it is full`;
    }
    // Loaded here: only journals need these, and each takes some milliseconds.
    const { randomBytes } = process.getBuiltinModule("node:crypto");
    const { threadId } = process.getBuiltinModule("node:worker_threads");
    const unique = `${process.pid}-${threadId}-${randomBytes(6).toString("hex")}`;
    journal = runSync(makeJournal(site, unique, shape), fs);
    const mapping = memory.map(journal.fd, journalBytes(shape));
    return mappedJournal(fs, shape, journal, mapping);
  } catch (error) {
    if (journal !== null) tryToRemove(fs, journal);
    return String(error);
  }
}

function tryToRemove(fs: FileSystem, journal: Journal): void {
  try {
    runSync(removeJournal(journal), fs);
  } catch {
    // Whoever opens the log next finds it empty and removes it.
  }
}

function mappedJournal(
  fs: FileSystem,
  shape: JournalShape,
  journal: Journal,
  { buffer, release }: MappedMemory,
): MappedJournal {
  const marks = new MappedMarks(buffer);
  const count = new Int32Array(buffer, CELL.count, 1);
  noteMapped(journal.fd, buffer, () => marks.forgetFile());
  let isOpen = true;
  return {
    store: {
      bytes: Buffer.from(buffer, dataOffset(shape), shape.dataBytes),
      ends: new Uint32Array(buffer, HEAD_BYTES, shape.lines),
      count,
      created: new Float64Array(buffer, CELL.created, 1),
    },
    journal,
    marks,
    empty() {
      // First of all there are no lines any more.
      count[0] = 0;
      marks.withdraw(0);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      const isEmpty = (count[0] as number) <= marks.settled;
      forgetMapped(journal.fd);
      release();
      if (isEmpty) runSync(removeJournal(journal), fs);
      else runSync(close(journal.fd), fs);
    },
  };
}

class MappedMarks implements JournalMarks {
  readonly #ints: Int32Array;
  readonly #floats: Float64Array;
  readonly #bytes: Uint8Array;
  /** The file of the last intent: most writes go to the file of the one before. */
  #file = "";

  constructor(buffer: ArrayBuffer) {
    this.#ints = new Int32Array(buffer, 0, HEAD_BYTES / 4);
    this.#floats = new Float64Array(buffer, 0, HEAD_BYTES / 8);
    this.#bytes = new Uint8Array(buffer, 0, HEAD_BYTES);
  }

  get settled(): number {
    return this.#ints[CELL.drained / 4] as number;
  }

  intend(from: number, length: number, end: number, id: string): void {
    if (id !== this.#file) {
      this.#bytes.set(idBytes(id), CELL.intentId);
      this.#file = id;
    }
    this.#ints[CELL.intentLength / 4] = length;
    this.#floats[CELL.intentEnd / 8] = end;
    this.#ints[CELL.intentFrom / 4] = from;
  }

  settle(upTo: number): void {
    this.#ints[CELL.drained / 4] = upTo;
  }

  withdraw(from: number): void {
    this.#ints[CELL.drained / 4] = from;
    this.#ints[CELL.intentFrom / 4] = NO_INTENT;
  }

  /** An intent was stored by a step, maybe about another file. */
  forgetFile(): void {
    this.#file = "";
  }
}
