// The locks of a log, all of them flock(2): the log's own, on
// `.daybook/<base>.lock`, held while names change hands and never while a record
// is written; and the shared one that marks a data file as in use. The kernel
// frees a lock when its holder dies; nobody ever steals one by pid or age.

import { close, fstat, mkdir, open, sleep, stat, tolerate, tryLock } from "./fs-op.ts";
import type { Fd, Steps } from "./fs-op.ts";
import { inFolder, inPrivateFolder } from "./log-site.ts";
import type { LogSite } from "./log-site.ts";
import { PRIVATE_FOLDER, lockName } from "./names.ts";

/**
 * How long the opening of a file waits for the lock in all, in milliseconds. A
 * holder needs it for well under one; only a stopped or starved process keeps it
 * longer, and an application must not hang with it.
 */
export const PATIENT = 1000;
/** For what can as well be done next time. */
export const IMPATIENT = 0;

/** What flock(2) says where a file system has no locks. */
const NO_LOCKS = ["ENOLCK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"] as const;

/** Naps of one millisecond at first, as long as holders need; then each twice the last one. */
const SHORT_NAPS = 8;
const LONGEST_NAP_MS = 16;

/**
 * Runs `body` under the log's lock, or without it (`held` false) when the lock
 * can't be had: no locks on this machine or file system, no permission for the
 * lock file, patience spent. Every strategy stays right without the lock; it
 * only may do less.
 */
export function* withLogLock<T>(
  site: LogSite,
  patienceMs: number,
  body: (held: boolean) => Steps<T>,
): Steps<T> {
  const fd = yield* acquire(site, patienceMs);
  if (fd === null) return yield* body(false);
  try {
    return yield* body(true);
  } finally {
    yield* close(fd);
  }
}

/**
 * Marks an open data file as in use, by a shared lock; false when somebody holds
 * it exclusively. Where the file system knows no locks nobody can hold it
 * exclusively, so it counts as marked.
 */
export function* markInUse(site: LogSite, fd: Fd): Steps<boolean> {
  if (!site.locking) return true;
  return (yield* tolerate(tryLock(fd, "shared"), ...NO_LOCKS)) !== false;
}

/**
 * Whether the kernel vouches that nobody else has an open data file in use. It
 * stays so until `fd` is closed or marked as in use itself.
 */
export function* proveUnused(fd: Fd): Steps<boolean> {
  return (yield* tolerate(tryLock(fd, "exclusive"), ...NO_LOCKS)) === true;
}

/** Whether the log's lock could be had just now. */
export function* isLockFree(site: LogSite): Steps<boolean> {
  const fd = yield* acquire(site, IMPATIENT);
  if (fd !== null) yield* close(fd);
  return fd !== null;
}

/** Whether a path leads to an open file. */
export function* leadsTo(path: string, fd: Fd): Steps<boolean> {
  const mine = yield* fstat(fd);
  const there = yield* tolerate(stat(path), "ENOENT");
  return there !== "ENOENT" && there.id === mine.id;
}

function* acquire(site: LogSite, patienceMs: number): Steps<Fd | null> {
  if (!site.locking) return null;
  try {
    let spent = 0;
    for (let nap = 1, tries = 1; ; tries += 1) {
      const fd = yield* tryOnce(site);
      if (fd !== null) site.lockState.lost = false;
      if (fd !== null || spent >= patienceMs || site.lockState.lost) return fd;
      yield* sleep(nap);
      spent += nap;
      if (tries >= SHORT_NAPS) nap = Math.min(nap * 2, LONGEST_NAP_MS);
      // Once is enough: until the lock is free again, nobody here waits for it.
      if (spent >= PATIENT) site.lockState.lost = true;
    }
  } catch (error) {
    site.notice(`the lock of ${inFolder(site, site.base)} can't be had: ${String(error)}`);
    return null;
  }
}

function* tryOnce(site: LogSite): Steps<Fd | null> {
  const path = inPrivateFolder(site, lockName(site.base));
  const fd = yield* openLockFile(site, path);
  let mine = false;
  try {
    // A lock file that was removed and made anew is another file: a lock on the
    // old one excludes nobody, so the path is looked at again under it.
    mine = (yield* tryLock(fd, "exclusive")) && (yield* leadsTo(path, fd));
    return mine ? fd : null;
  } finally {
    if (!mine) yield* close(fd);
  }
}

function* openLockFile(site: LogSite, path: string): Steps<Fd> {
  const fd = yield* tolerate(open(path, "lock"), "ENOENT");
  if (fd !== "ENOENT") return fd;
  yield* mkdir(inFolder(site, PRIVATE_FOLDER));
  return yield* open(path, "lock");
}
