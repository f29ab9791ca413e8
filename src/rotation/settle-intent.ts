// Finding out what became of a dead process's last write. Its journal says which lines
// it was about to append to which file, of what size before; whether it came to that is
// read in the file, found by its inode, while names can't change hands. Called by
// adopt.ts, which has the journal to itself. Killed anywhere, the next one does it again.

import type { JournalContent, Intent } from "./journal-layout.ts";
import { findLanded } from "./landed-lines.ts";
import type { Found, Intended } from "./landed-lines.ts";
import { identifyDated } from "./dated-file.ts";
import { append, close, fstat, isNameOf, open, readdir, tolerate } from "./fs-op.ts";
import type { Fd, Steps } from "./fs-op.ts";
import { markInUse } from "./log-lock.ts";
import { inFolder, inPrivateFolder } from "./log-site.ts";
import type { LogSite, Strategy } from "./log-site.ts";
import { NEXT_BASE, PRIVATE_FOLDER, parsePrivateName } from "./names.ts";
import { NEWLINE, terminateBefore } from "./tail.ts";

/** Linux on most machines; where pages are larger, what ends with one of those ends with one of these, too. */
const PAGE_BYTES = 4096;

/** The look that follows a newline of ours finds the line whole, or that others were faster. */
const MOST_LOOKS = 3;

/**
 * How many of an intent's lines are in its file. Under the log's lock.
 *
 * @returns null if that can't be said now: somebody is at the file.
 */
export function* countLanded(
  site: LogSite,
  strategy: Strategy,
  content: JournalContent,
  intent: Intent,
): Steps<number | null> {
  let path = (yield* findFile(site, intent.id)) ?? (yield* findFile(site, intent.id));
  // Where other programs give names, any name in the folder will do.
  if (path === null && strategy.hasGone !== undefined) path = yield* findAny(site, intent.id);
  // Its file has no name in the log any more, and what was in it is nowhere.
  if (path === null) return 0;
  const fd = yield* tolerate(open(path, "append"), "ENOENT");
  if (fd === "ENOENT") return null;
  let repairFd: Fd | null = null;
  try {
    // With a shared lock nobody gives an unfinished line its newline behind our back:
    // that could make a line whole that counts as missing.
    if (!(yield* markInUse(site, fd))) return null;
    const again = yield* tolerate(open(path, "overwrite"), "ENOENT");
    if (again === "ENOENT") return null;
    repairFd = again;
    for (const each of [fd, repairFd]) if ((yield* fstat(each)).id !== intent.id) return null;
    return yield* countIn(site, fd, repairFd, intendedBy(content, intent), intent.end);
  } finally {
    if (repairFd !== null) yield* close(repairFd);
    yield* close(fd);
  }
}

/** Writes nothing unless some of the lines are there: a file's number may be another file's by now. */
function* countIn(
  site: LogSite,
  fd: Fd,
  repairFd: Fd,
  lines: Intended,
  end: number,
): Steps<number> {
  let found: Found | null = null;
  for (let look = 1; look <= MOST_LOOKS; look += 1) {
    found = yield* findLanded(fd, lines, end, site.pageBytes ?? PAGE_BYTES);
    if (found === null || !found.lacksNewline) break;
    // The file ends in one of the lines, whose newline alone is missing. Whoever opens
    // the file alone would add it. So do we; if somebody writes first, it is an empty
    // line behind that, and the line remains cut.
    yield* append(fd, NEWLINE);
  }
  if (found === null || found.records === 0) return 0;
  // The dead process did not come to look at what stands before its lines.
  if (found.at > 0) yield* terminateBefore(repairFd, found.at);
  return found.records;
}

function intendedBy({ data, ends }: JournalContent, { from, to }: Intent): Intended {
  const start = ends[from - 1] ?? 0;
  const own = ends.slice(from, to).map((end) => end - start);
  return { bytes: data.subarray(start, start + (own.at(-1) ?? 0)), ends: own };
}

/**
 * The path of a file of this log, by its inode. A name is passed on in this order (see
 * `hasOtherName` of active-file.ts), so a look in it misses none that is on its way.
 */
function* findFile(site: LogSite, id: string): Steps<string | null> {
  const hidden = yield* findPrivate(site, id);
  if (hidden !== null) return hidden;
  const base = inFolder(site, site.base);
  if (yield* isNameOf(base, id)) return base;
  const finished = site.naming.kind === null ? findNumbered(site, id) : findDated(site, id);
  return (yield* finished) ?? (yield* findPrivate(site, id));
}

function* findPrivate(site: LogSite, id: string): Steps<string | null> {
  for (const entry of yield* readdir(inFolder(site, PRIVATE_FOLDER))) {
    const name = parsePrivateName(entry);
    if (name?.base !== site.base) continue;
    const leads =
      name.use === "active" ||
      name.use === "rolling" ||
      (name.use === "temporary" && name.unique === NEXT_BASE);
    const path = inPrivateFolder(site, entry);
    if (leads && (yield* isNameOf(path, id))) return path;
  }
  return null;
}

function* findDated(site: LogSite, id: string): Steps<string | null> {
  // An archive is another file, even if it has the number now.
  const known = (yield* identifyDated(site)).filter(({ name }) => name.compression === "");
  const found = known.find((each) => each.id === id);
  return found === undefined ? null : inFolder(site, site.naming.entry(found.name));
}

function* findAny(site: LogSite, id: string): Steps<string | null> {
  for (const entry of yield* readdir(site.directory)) {
    const path = inFolder(site, entry);
    if (yield* isNameOf(path, id)) return path;
  }
  return null;
}

/** Backups only move up. */
function* findNumbered(site: LogSite, id: string): Steps<string | null> {
  for (let index = 1; index <= site.keep.count; index += 1) {
    const path = inFolder(site, site.naming.numbered(index));
    if (yield* isNameOf(path, id)) return path;
  }
  return null;
}
