// What becomes of the files of the past: those that a log no longer keeps are
// removed, the others compressed or given to the user's rotator. Run by a handler
// off the caller's path, after a file began, and by `daybook rotate`. A file is
// touched only with the kernel's word, an exclusive lock on its inode, that no
// process has it open; one that is still open is left for the next time.

import { hasOtherName } from "./active-file.ts";
import { settleActives } from "./active-period.ts";
import { adoptIntoDated } from "./adopt.ts";
import { finish } from "./archive.ts";
import { close, fstat, lstat, now, open, readdir, tolerate, unlink } from "./fs-op.ts";
import type { Steps } from "./fs-op.ts";
import { isIntended } from "./intended.ts";
import { PATIENT, leadsTo, proveUnused, withLogLock } from "./log-lock.ts";
import { inFolder, inPrivateFolder } from "./log-site.ts";
import type { LogSite } from "./log-site.ts";
import { PRIVATE_FOLDER, compareDated, parsePrivateName } from "./names.ts";
import type { DatedName } from "./names.ts";
import { compareSuffixes, suffixKindOf } from "./period.ts";
import { namesToDelete } from "./retention.ts";

/** What a run did. */
export interface Maintained {
  /** Files removed. */
  readonly removed: number;
  /** Files compressed, or made by the user's rotator. */
  readonly archived: number;
  /** Files that are due, and journals of dead processes, that could not be worked on: worth another run. */
  readonly waiting: number;
}

const NOTHING: Maintained = { removed: 0, archived: 0, waiting: 0 };

/** The folder as one run found it, under the lock. */
interface Folder {
  readonly entries: readonly string[];
  readonly privateEntries: readonly string[];
  /** This log's dated files, oldest first. */
  readonly names: readonly DatedName[];
  /** The current file's period. */
  readonly current: string;
}

/**
 * Removes what retention no longer keeps, compresses the other retired files,
 * and clears away what killed processes have left. Does nothing without a lock.
 * It may be run by any number of processes at once.
 */
export function* maintain(site: LogSite): Steps<Maintained> {
  if (!site.locking || site.naming.kind === null) return NOTHING;
  // First of all the lines of the dead: no file that one of them was writing to is
  // removed or compressed before it is known what came of that.
  const orphans = yield* adoptIntoDated(site);
  const found = yield* withLogLock(site, PATIENT, function* (held) {
    if (!held) return null;
    yield* settleActives(site);
    const before = yield* look(site);
    if (before === null) return null;
    const removal = yield* removeOld(site, before);
    const folder = yield* look(site);
    if (folder === null) return { ...removal, due: [] };
    yield* removeTemporaries(site, folder);
    return { ...removal, due: filesToFinish(site, folder) };
  });
  if (found === null) return { ...NOTHING, waiting: orphans.waiting };
  let [archived, waiting] = [0, found.waiting + orphans.waiting];
  for (const name of found.due) {
    const done = yield* attempt(site, site.naming.entry(name), () => finish(site, name));
    if (done) archived += 1;
    else waiting += 1;
  }
  return { removed: found.removed, archived, waiting };
}

/** Null where somebody has removed the folder, or ours in it: then there is nothing to look after. */
function* look(site: LogSite): Steps<Folder | null> {
  // The private folder first: a `~` file is there before the temporary one that
  // is made of it, and goes before it.
  const privateEntries = yield* tolerate(readdir(inFolder(site, PRIVATE_FOLDER)), "ENOENT");
  const entries = yield* tolerate(readdir(site.directory), "ENOENT");
  if (privateEntries === "ENOENT" || entries === "ENOENT") return null;
  const names = entries
    .map((entry) => site.naming.parse(entry))
    .filter((name) => name !== null)
    .toSorted(compareDated);
  const hidden = privateEntries.flatMap((entry) => {
    const name = parsePrivateName(entry);
    return name?.use === "active" && name.base === site.base ? [name] : [];
  });
  const suffixes = [...names, ...hidden].map(({ suffix }) => suffix);
  const current = newestUpTo(site.periodAt(yield* now()).suffix, suffixes);
  return { entries, privateEntries, names, current };
}

/**
 * The current file's period: while nothing was logged since midnight, yesterday's
 * file is still the current one and no backup.
 */
function newestUpTo(clock: string, suffixes: readonly string[]): string {
  const past = suffixes.filter(
    (suffix) => suffix.length === clock.length && compareSuffixes(suffix, clock) <= 0,
  );
  return past.toSorted(compareSuffixes).at(-1) ?? clock;
}

function* removeOld(site: LogSite, folder: Folder): Steps<{ removed: number; waiting: number }> {
  const { count, ageSeconds, totalBytes } = site.keep;
  const doomed = namesToDelete({
    naming: site.naming,
    count,
    totalBytes,
    oldest: ageSeconds > 0 ? site.periodAt((yield* now()) - ageSeconds).suffix : null,
    current: folder.current,
    entries: folder.entries,
    privateEntries: folder.privateEntries,
    sizes: totalBytes > 0 ? yield* sizesOf(site, folder) : new Map(),
  });
  let removed = 0;
  for (const entry of doomed) {
    if (yield* attempt(site, entry, () => removeUnused(site, inFolder(site, entry)))) removed += 1;
  }
  return { removed, waiting: doomed.length - removed };
}

function* sizesOf(site: LogSite, { names }: Folder): Steps<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const name of names) {
    const entry = site.naming.entry(name);
    const there = yield* tolerate(lstat(inFolder(site, entry)), "ENOENT");
    if (there !== "ENOENT") sizes.set(entry, there.size);
  }
  return sizes;
}

/**
 * One file that can't be worked on is no reason to leave the others. Where a name is gone,
 * somebody has removed it meanwhile; what is left, the next run sees to.
 */
function* attempt(site: LogSite, entry: string, work: () => Steps<boolean>): Steps<boolean> {
  try {
    return yield* work();
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return false;
    site.notice(`the old file ${inFolder(site, entry)} stays as it is: ${String(error)}`, error);
    return false;
  }
}

function* removeUnused(site: LogSite, path: string): Steps<boolean> {
  const fd = yield* tolerate(open(path, "append"), "ENOENT");
  if (fd === "ENOENT") return false;
  try {
    // Between the opening and the lock the name may have come to lead elsewhere.
    // Whoever opens the file from here on is refused the shared lock, or finds
    // afterwards that the name is gone, and makes the file anew.
    if (!(yield* proveUnused(fd)) || !(yield* leadsTo(path, fd))) return false;
    const { id } = yield* fstat(fd);
    if ((yield* isIntended(site, id)) || (yield* hasOtherName(site, id))) return false;
    return (yield* tolerate(unlink(path), "ENOENT")) === undefined;
  } finally {
    yield* close(fd);
  }
}

/**
 * The retired files that are still plain, and those marked `~` that a killed
 * process has left: of past periods all, of the current one all but the newest.
 */
function filesToFinish(site: LogSite, { names, current }: Folder): DatedName[] {
  if (site.compression === "" && !site.rotator) return [];
  return names.filter(({ suffix, index, compression }) => {
    if (compression !== "" || suffixKindOf(suffix) !== site.naming.kind) return false;
    if (compareSuffixes(suffix, current) > 0) return false;
    const newest = names.findLast((name) => name.suffix === suffix);
    return suffix !== current || index !== newest?.index;
  });
}

/**
 * Removes what a killed process has left of a change of names. One that belongs
 * to a `~` file is that file's, and is dealt with when its turn comes.
 */
function* removeTemporaries(site: LogSite, folder: Folder): Steps<void> {
  const inWork = folder.names.filter(({ compressing }) => compressing);
  const owners = inWork.map(({ suffix, index }) => `${suffix}-${index}-`);
  for (const entry of folder.privateEntries) {
    const name = parsePrivateName(entry);
    if (name?.use !== "temporary" || name.base !== site.base) continue;
    if (owners.some((owner) => name.unique.startsWith(owner))) continue;
    yield* tolerate(unlink(inPrivateFolder(site, entry)), "ENOENT");
  }
}
