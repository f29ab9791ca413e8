// A journal: a file in which a process keeps the lines that it has not written to
// the log yet, so that its death loses none of them. The process stores into it
// through a mapping (platform/mapped-journal.ts), others through positioned writes.
// Here are its making, the marks that a write makes in it (append.ts), and its end.
// What becomes of a dead process's journal is adopt.ts.
//
// Who owns a journal, by living or by adopting it, has an exclusive flock on it. It
// never changes its size: a mapped file that is cut is SIGBUS to whoever has it.

import { close, mkdir, move, open, size, store, tolerate, tryLock, unlink } from "./fs-op.ts";
import { writeAt } from "./fs-op.ts";
import type { Fd, Steps } from "./fs-op.ts";
import { CELL, NO_INTENT, emptyJournal, int32, intentBytes } from "./journal-layout.ts";
import type { JournalShape } from "./journal-layout.ts";
import { leadsTo } from "./log-lock.ts";
import { inFolder, inPrivateFolder } from "./log-site.ts";
import type { LogSite, OpenFile } from "./log-site.ts";
import { PRIVATE_FOLDER, journalName, temporaryName } from "./names.ts";

/** How the `unique` of the temporary name ends under which a journal is made. */
export const MAKING = "-journal";

/** A journal that this process owns. */
export interface Journal {
  /** Open for reading and for positioned writes; it carries the lock. */
  readonly fd: Fd;
  readonly path: string;
}

/** Where a batch's lines are in a journal. */
export interface JournalBatch {
  readonly journal: Journal;
  /** The index of the batch's first line. */
  readonly from: number;
}

/** Each that is lost means that somebody cleared up at this very moment. */
const MOST_TRIES = 8;

/**
 * Makes a journal without lines.
 *
 * @param unique what no other process uses: letters, digits, `_` and `-`
 * @throws ENOSPC and others. Nothing is left then.
 */
export function* makeJournal(site: LogSite, unique: string, shape: JournalShape): Steps<Journal> {
  yield* mkdir(inFolder(site, PRIVATE_FOLDER));
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const journal = yield* tryToMake(site, unique, shape);
    if (journal !== null) return journal;
  }
  throw failure("EBUSY", `the journals of ${site.base} are cleared away while they are made`);
}

function* tryToMake(site: LogSite, unique: string, shape: JournalShape): Steps<Journal | null> {
  const path = inPrivateFolder(site, journalName(site.base, unique));
  const temporary = inPrivateFolder(site, temporaryName(site.base, unique + MAKING));
  const fd = yield* open(temporary, "private");
  let made = false;
  try {
    if (!(yield* tryLock(fd, "exclusive"))) return null;
    // (1) Every byte is written, for a store into a hole needs space, and a full disk
    // would be SIGBUS. Killed before (2), it leaves a temporary name.
    yield* fill(fd, emptyJournal(shape));
    // (2) With its name it is whole and locked: who finds it unlocked finds an orphan.
    if ((yield* tolerate(move(temporary, path), "ENOENT")) === "ENOENT") return null;
    made = true;
    return { fd, path };
  } finally {
    if (!made) {
      yield* tolerate(unlink(temporary), "ENOENT");
      yield* close(fd);
    }
  }
}

function* fill(fd: Fd, bytes: Uint8Array): Steps<void> {
  for (let at = 0; at < bytes.length;) {
    const written = yield* writeAt(fd, at, bytes.subarray(at));
    if (written === 0) throw failure("ENOSPC", "a journal does not fit");
    at += written;
  }
}

/**
 * Before a write: says what it is about to do. No intent may stand, see `withdraw`.
 * *Killed* after this, it is settled by looking at the file.
 *
 * @param length bytes that are about to be written
 */
export function* intend(
  { journal, from }: JournalBatch,
  length: number,
  { fd, id }: OpenFile,
): Steps<void> {
  // The size right now: what stands before it proves nothing, for lines may be alike.
  const end = yield* size(fd);
  yield* store(journal.fd, CELL.intent, intentBytes(length, end, id));
  yield* store(journal.fd, CELL.intentFrom, int32(from));
}

/** After a write: the lines before `upTo` are in their file. This ends an intent about them. */
export function* settle({ fd }: Journal, upTo: number): Steps<void> {
  yield* store(fd, CELL.drained, int32(upTo));
}

/**
 * Takes an intent back: its lines, from the batch's first on, are in no file. If that is
 * because the file is gone, they may have been settled in part; first of all they no
 * longer are, while the intent still says to look for the others.
 */
export function* withdraw({ journal, from }: JournalBatch): Steps<void> {
  yield* settle(journal, from);
  yield* store(journal.fd, CELL.intentFrom, int32(NO_INTENT));
}

/**
 * Makes room for new lines, all those there being settled. In this order: with the
 * count gone there are no lines, whatever the other cells say; an intent that outlived
 * the settled lines would speak of the new ones.
 */
export function* empty({ fd }: Journal): Steps<void> {
  yield* store(fd, CELL.count, int32(0));
  yield* store(fd, CELL.intentFrom, int32(NO_INTENT));
  yield* store(fd, CELL.drained, int32(0));
}

/** Takes a journal away that has no lines to keep, and lets go of it. */
export function* removeJournal({ fd, path }: Journal): Steps<void> {
  try {
    if (yield* leadsTo(path, fd)) yield* tolerate(unlink(path), "ENOENT");
  } finally {
    yield* close(fd);
  }
}

function failure(code: string, text: string): Error {
  return Object.assign(new Error(`${code}: ${text}`), { code });
}
