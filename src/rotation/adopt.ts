// What becomes of the journals of processes that died: their lines are written to the
// files of their own periods, each once, by whoever opens or maintains the log next.
// A journal whose lock can be had has no process any more. Called at the first opening
// of a log, by maintain.ts and by rotate.ts. Every step may be the last one of a killed
// process: the journal says at any moment which of its lines are in a file.

import { makeWriter, closeAll, write } from "./append.ts";
import type { Writer } from "./append.ts";
import { openDated } from "./dated-file.ts";
import { close, fstat, move, open, readAt, sleep, tolerate, tryLock, unlink } from "./fs-op.ts";
import type { Steps } from "./fs-op.ts";
import { NOT_OURS, listJournals } from "./intended.ts";
import type { JournalEntry } from "./intended.ts";
import { readJournal } from "./journal-layout.ts";
import type { JournalContent } from "./journal-layout.ts";
import { withdraw } from "./journal.ts";
import type { Journal } from "./journal.ts";
import { PATIENT, leadsTo, withLogLock } from "./log-lock.ts";
import { inPrivateFolder } from "./log-site.ts";
import type { LogSite, Strategy } from "./log-site.ts";
import { damagedName } from "./names.ts";
import { countLanded } from "./settle-intent.ts";

/** What an adoption did. */
export interface Adopted {
  /** Lines written for processes that had died. */
  readonly records: number;
  /** Orphans that could not be dealt with now: worth another run. */
  readonly waiting: number;
}

/** How often a file that somebody is at is asked for, a millisecond apart. */
const PATIENCE = 8;

/**
 * Writes the lines of dead processes' journals and removes these. Nobody's fault in a
 * journal is an error here: `site.notice` hears of it, and the others are dealt with.
 * Any number of processes may do it at once.
 *
 * @param writer whose files are opened for it, and stay open
 */
export function* adoptOrphans(writer: Writer): Steps<Adopted> {
  const { site } = writer;
  let [records, waiting] = [0, 0];
  // Without a lock the living can't be told from the dead.
  for (const entry of site.locking ? yield* listJournals(site) : []) {
    try {
      const adopted = yield* adopt(writer, entry);
      if (adopted === null) waiting += 1;
      else records += adopted;
    } catch (error) {
      waiting += 1;
      const text = `the lines of a dead process stay in ${entry.path} for now: ${String(error)}`;
      site.notice(text, error);
    }
  }
  return { records, waiting };
}

/**
 * The same with files of its own, for who has no writer: in the dated files of their
 * periods lines are right under every strategy that has periods.
 */
export function* adoptIntoDated(site: LogSite): Steps<Adopted> {
  const writer = makeWriter(site, DATED_FILES);
  try {
    return yield* adoptOrphans(writer);
  } finally {
    yield* closeAll(writer);
  }
}

const DATED_FILES: Strategy = {
  openFor: openDated,
  *verify(_site, file) {
    return yield* leadsTo(file.path, file.fd);
  },
  *check() {
    // Whoever began the log has looked.
  },
};

/** @returns how many lines were written; null if the journal has to wait. */
function* adopt(writer: Writer, entry: JournalEntry): Steps<number | null> {
  const { site } = writer;
  const { path } = entry;
  const fd = yield* tolerate(open(path, "overwrite"), "ENOENT", ...NOT_OURS);
  if (fd === "ENOENT") return 0;
  // Another user's: that user's processes adopt it.
  if (typeof fd === "string") return null;
  try {
    // (1) Refused is alive, or being adopted. A journal without this name has been dealt with.
    if (!(yield* tryLock(fd, "exclusive")) || !(yield* leadsTo(path, fd))) return 0;
    if (entry.isNew) return yield* removeUnmade(path);
    const content = readJournal(yield* readAt(fd, 0, (yield* fstat(fd)).size));
    if (typeof content === "string") return yield* setAside(site, entry, content);
    // (2) The rest is written, after it is known what the rest is.
    const written = content === null ? 0 : yield* writeRest(writer, { fd, path }, content);
    if (written === null) return null;
    // (3) All is settled. Killed before this, it leaves a journal without lines.
    yield* tolerate(unlink(path), "ENOENT");
    return written;
  } finally {
    yield* close(fd);
  }
}

/** Its maker died before it was a journal; one that lives makes it anew. */
function* removeUnmade(path: string): Steps<number> {
  yield* tolerate(unlink(path), "ENOENT");
  return 0;
}

/**
 * (2a) Settle the intent: from here on the journal says exactly what is missing. (2b) Append
 * that as any other batch, with intents in the dead process's journal, so that the death
 * of this process is settled in the same way.
 *
 * @param journal nobody else's, with this content
 * @returns how many lines were written; null if somebody is at the file of the intent: later, then
 */
export function* writeRest(
  writer: Writer,
  journal: Journal,
  content: JournalContent,
): Steps<number | null> {
  const { created, ends, data, intent } = content;
  let from = content.drained;
  if (intent !== null) {
    const landed = yield* settleIntent(writer, content);
    if (landed === null) return null;
    // Lines before the intent's are missing if their file went: then one too many is better.
    if (landed > 0 && intent.from === from) from += landed;
    yield* withdraw({ journal, from });
  }
  const start = ends[from - 1] ?? 0;
  const rest = ends.slice(from).map((end) => end - start);
  if (rest.length === 0) return 0;
  const bytes = data.subarray(start, start + (rest.at(-1) ?? 0));
  yield* write(writer, created, { bytes, ends: rest, journal: { journal, from } }, true);
  return rest.length;
}

/** Not waiting with the log's lock in hand: log calls of this very process may want it. */
function* settleIntent({ site, strategy }: Writer, content: JournalContent): Steps<number | null> {
  const { intent } = content;
  if (intent === null) return 0;
  for (let round = 1; ; round += 1) {
    const landed = yield* withLogLock(site, PATIENT, function* (held) {
      return held ? yield* countLanded(site, strategy, content, intent) : null;
    });
    if (landed !== null || round === PATIENCE) return landed;
    yield* sleep(1);
  }
}

/** What can't be read gets a name that nobody looks at, once; what another version made stays. */
function* setAside(
  site: LogSite,
  { path, unique }: JournalEntry,
  what: "damaged" | "foreign",
): Steps<number | null> {
  if (what === "foreign") {
    site.notice(`${path} is a journal of another version of daybook, and stays for that`);
    return null;
  }
  const aside = inPrivateFolder(site, damagedName(site.base, unique));
  yield* tolerate(move(path, aside), "EEXIST", "ENOENT");
  site.notice(`${path} is no journal that can be read; it is kept as ${aside}`);
  return 0;
}
