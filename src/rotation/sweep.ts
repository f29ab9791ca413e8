// Removing the files of periods that a log no longer keeps. Run by a handler off
// the caller's path, after a period began. A file goes only under the log's lock
// and with the kernel's word, an exclusive lock on its inode, that no process
// has it open; one that is still open is left for the next time.

import { close, now, open, readdir, tolerate, unlink } from "./fs-op.ts";
import type { Steps } from "./fs-op.ts";
import { PATIENT, leadsTo, proveUnused, withLogLock } from "./log-lock.ts";
import { inFolder } from "./log-site.ts";
import type { LogSite } from "./log-site.ts";
import { PRIVATE_FOLDER, parseDatedName, parsePrivateName } from "./names.ts";
import { compareSuffixes, periodOf } from "./period.ts";
import { namesToDelete } from "./retention.ts";

/** Removes what retention no longer keeps and nobody has open; says how many files went. */
export function* sweep(site: LogSite): Steps<number> {
  if (site.backupCount === 0 || !site.locking) return 0;
  return yield* withLogLock(site, PATIENT, function* (held) {
    if (!held) return 0;
    const entries = yield* readdir(site.directory);
    const privateEntries = yield* readdir(inFolder(site, PRIVATE_FOLDER));
    const { base, schedule, backupCount } = site;
    const clock = periodOf(schedule, site.zone, yield* now()).suffix;
    const current = newestUpTo(clock, suffixesOf(site, entries, privateEntries));
    const doomed = namesToDelete({ base, schedule, backupCount, current, entries, privateEntries });
    let removed = 0;
    for (const name of doomed) if (yield* attemptRemoval(site, inFolder(site, name))) removed += 1;
    return removed;
  });
}

/** The periods that have a file, under a dated or a hidden name. */
function suffixesOf(
  { base, schedule }: LogSite,
  entries: readonly string[],
  privateEntries: readonly string[],
): string[] {
  const datedNames = entries.map((entry) => parseDatedName(base, schedule, entry));
  const hiddenNames = privateEntries.map((entry) => {
    const name = parsePrivateName(entry);
    return name?.use === "active" && name.base === base ? name : null;
  });
  return [...datedNames, ...hiddenNames].flatMap((name) => (name === null ? [] : [name.suffix]));
}

/**
 * The current file's period: while nothing was logged since midnight, yesterday's
 * file is still the current one and no backup.
 */
function newestUpTo(clock: string, suffixes: readonly string[]): string {
  const past = suffixes.filter((suffix) => compareSuffixes(suffix, clock) <= 0);
  return past.toSorted(compareSuffixes).at(-1) ?? clock;
}

/** One file that can't be removed is no reason to keep the others. */
function* attemptRemoval(site: LogSite, path: string): Steps<boolean> {
  try {
    return yield* removeUnused(path);
  } catch (error) {
    site.notice(`the old file ${path} can't be removed: ${String(error)}`);
    return false;
  }
}

function* removeUnused(path: string): Steps<boolean> {
  const fd = yield* tolerate(open(path, "append"), "ENOENT");
  if (fd === "ENOENT") return false;
  try {
    // Between the opening and the lock the name may have come to lead elsewhere.
    // Whoever opens the file from here on is refused the shared lock, or finds
    // afterwards that the name is gone, and makes the file anew.
    if (!(yield* proveUnused(fd)) || !(yield* leadsTo(path, fd))) return false;
    return (yield* tolerate(unlink(path), "ENOENT")) === undefined;
  } finally {
    yield* close(fd);
  }
}
