// Opening the dated file of a period: `httpsrv.log.2019-09-03`, made when it is
// missing. Every strategy comes here for periods that are not its current one,
// and `dated` for all of them. It needs no lock on the log and never replaces a
// name: O_EXCL settles who makes a file, and a shared lock on the inode together
// with a second look at the name settles it against whoever removes one.

import {
  UNKNOWN_POSITION,
  close,
  fstat,
  lstat,
  mkdir,
  open,
  readdir,
  sleep,
  tolerate,
} from "./fs-op.ts";
import type { Fd, Steps } from "./fs-op.ts";
import { markInUse } from "./log-lock.ts";
import { inFolder, isFull } from "./log-site.ts";
import type { LogSite, OpenFile, Opening } from "./log-site.ts";
import { PRIVATE_FOLDER, basesOf, compareDated } from "./names.ts";
import type { DatedName } from "./names.ts";
import type { Period } from "./period.ts";
import { sealTail } from "./tail.ts";

/** Rounds of listing and opening: each lost race costs one, and nobody loses this often. */
const MOST_ROUNDS = 100;
/** How many milliseconds a file held exclusively is waited for before the next index is taken. */
export const PATIENCE_MS = 8;

/** What opening an existing name says when it is no file of ours, or none for us: the next index may do. */
export const NOT_FOR_US = ["ELOOP", "EISDIR", "ENXIO", "EACCES", "EPERM"] as const;

/**
 * Opens the newest file of a period, or makes it.
 *
 * @param room bytes that are about to be written: a file without room for them
 *   is left for the next index.
 */
export function* openDated(site: LogSite, period: Period, room: number): Steps<Opening> {
  const others = yield* otherLogs(site);
  // How often each index was refused: held exclusively, full, or no file of ours.
  const refusals = new Map<number, number>();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    // (1) List what there is. A listing is not atomic against changes, which is
    // why (2) makes files exclusively and (3) looks again.
    const taken = (yield* listDated(site)).filter(({ suffix }) => suffix === period.suffix);
    const index = taken.at(-1)?.index ?? 0;
    const isOther = others.has(site.naming.dated(period.suffix, index));
    const reusable = isReusable(taken) && !isOther && (refusals.get(index) ?? 0) < PATIENCE_MS;
    const next = taken.length === 0 || reusable ? index : index + 1;
    const path = inFolder(site, site.naming.dated(period.suffix, next));

    // (2) Open it. From here on others may see a new, empty file of this
    // period. A crash leaves it so, and the next opener goes on with it.
    const fd = reusable
      ? yield* tolerate(open(path, "append"), "ENOENT", ...NOT_FOR_US)
      : yield* tolerate(open(path, "create"), "EEXIST");
    if (typeof fd === "string") {
      if (fd !== "ENOENT" && fd !== "EEXIST") refusals.set(next, PATIENCE_MS);
      continue;
    }

    // (3) Let the kernel know that it is in use, then look whether it was
    // removed before the kernel knew.
    const file = yield* claimOpened(site, period, path, fd);
    if (file !== null && !isFull(site, file.size, room)) return { file, began: !reusable };
    if (file === null) {
      refusals.set(next, (refusals.get(next) ?? 0) + 1);
      yield* sleep(1);
    } else {
      yield* closeBoth(file);
      refusals.set(next, PATIENCE_MS);
    }
  }
  throw Object.assign(
    new Error(`EBUSY: the files of ${site.base}.${period.suffix} kept changing`),
    {
      code: "EBUSY",
    },
  );
}

/**
 * Takes the shared lock on a file just opened for appending and opens it again
 * for repairs, by its name. If that leads elsewhere by now, if somebody holds the
 * file exclusively, or if it is no regular file that we may overwrite, the answer
 * is null and everything is closed.
 *
 * @param insist false to go on with a file that somebody holds exclusively.
 */
export function* claimOpened(
  site: LogSite,
  period: Period,
  path: string,
  fd: Fd,
  insist: boolean = true,
): Steps<OpenFile | null> {
  let repairFd: Fd | null = null;
  let claimed = false;
  try {
    const { id, kind } = yield* fstat(fd);
    if (kind !== "file") return null;
    if (site.locking) yield* sealTail(fd);
    if (!(yield* markInUse(site, fd)) && insist) return null;
    const again = yield* tolerate(open(path, "overwrite"), "ENOENT", ...NOT_FOR_US);
    if (typeof again === "string") return null;
    repairFd = again;
    const there = yield* fstat(repairFd);
    claimed = there.id === id;
    if (!claimed) return null;
    const { size } = there;
    return { period, path, fd, repairFd, id, end: UNKNOWN_POSITION, size, unsynced: false };
  } finally {
    if (!claimed) {
      if (repairFd !== null) yield* close(repairFd);
      yield* close(fd);
    }
  }
}

/** Closes an open file. */
export function* closeBoth({ fd, repairFd }: OpenFile): Steps<void> {
  try {
    yield* close(repairFd);
  } finally {
    yield* close(fd);
  }
}

/** The dated files of a log, by period and index; the folder is made when it is missing. */
export function* listDated(site: LogSite): Steps<DatedName[]> {
  let entries = yield* tolerate(readdir(site.directory), "ENOENT");
  if (entries === "ENOENT") {
    yield* mkdir(site.directory);
    entries = yield* readdir(site.directory);
  }
  return entries
    .map((entry) => site.naming.parse(entry))
    .filter((name) => name !== null)
    .toSorted(compareDated);
}

/** A dated file and the inode it leads to. */
export interface Identified {
  readonly name: DatedName;
  /** As in `FileStat.id`. */
  readonly id: string;
}

/** The dated files of a log, each with the inode it leads to. */
export function* identifyDated(site: LogSite): Steps<Identified[]> {
  const known: Identified[] = [];
  for (const name of yield* listDated(site)) {
    const there = yield* tolerate(lstat(inFolder(site, site.naming.entry(name))), "ENOENT");
    if (there !== "ENOENT") known.push({ name, id: there.id });
  }
  return known;
}

/** The names of the other logs that live in this folder: one may look like a dated file of ours. */
function* otherLogs(site: LogSite): Steps<Set<string>> {
  const entries = yield* tolerate(
    readdir(inFolder(site, PRIVATE_FOLDER)),
    "ENOENT",
    "ENOTDIR",
    "EACCES",
  );
  return new Set(typeof entries === "string" ? [] : basesOf(entries));
}

/** Only the highest index is written on, and only while it is plain and nothing else. */
function isReusable(taken: readonly DatedName[]): boolean {
  const [last, before] = [taken.at(-1), taken.at(-2)];
  if (last === undefined || last.compressing || last.compression !== "") return false;
  return before?.index !== last.index;
}
