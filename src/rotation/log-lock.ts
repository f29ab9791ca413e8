// The one lock of a log: flock(2) on `.daybook/<base>.lock`. It is held while
// names change hands (a period begins, an old file is removed), never while a
// record is written. The kernel frees it when its holder dies; nobody ever
// steals it by pid or age.

import { close, fstat, mkdir, open, sleep, stat, tolerate, tryLock } from "./fs-op.ts";
import type { Fd, Steps } from "./fs-op.ts";
import { inFolder, inPrivateFolder } from "./log-site.ts";
import type { LogSite } from "./log-site.ts";
import { PRIVATE_FOLDER, lockName } from "./names.ts";

/**
 * How long a caller waits for the lock in all, in milliseconds. A holder needs
 * it for well under one; only a stopped or starved process keeps it longer, and
 * an application must not hang with it.
 */
const BUDGET_MS = 1000;
const LONGEST_NAP_MS = 16;

/**
 * Runs `body` under the log's lock, or without it (`held` false) when the
 * machine has no locks or the budget is spent. Every strategy stays right
 * without the lock; it only may do less.
 */
export function* withLogLock<T>(site: LogSite, body: (held: boolean) => Steps<T>): Steps<T> {
  const fd = site.locking ? yield* acquire(site) : null;
  if (fd === null) return yield* body(false);
  try {
    return yield* body(true);
  } finally {
    yield* close(fd);
  }
}

function* acquire(site: LogSite): Steps<Fd | null> {
  const path = inPrivateFolder(site, lockName(site.base));
  let spent = 0;
  for (let nap = 1; ; nap = Math.min(nap * 2, LONGEST_NAP_MS)) {
    const fd = yield* openLockFile(site, path);
    let mine = false;
    try {
      // A lock file that was removed and made anew is another file: a lock on
      // the old one excludes nobody, so the path is looked at again under it.
      mine = (yield* tryLock(fd, "exclusive")) && (yield* leadsTo(path, fd));
    } finally {
      if (!mine) yield* close(fd);
    }
    if (mine) return fd;
    if (spent >= BUDGET_MS) return null;
    yield* sleep(nap);
    spent += nap;
  }
}

function* openLockFile(site: LogSite, path: string): Steps<Fd> {
  const fd = yield* tolerate(open(path, "lock"), "ENOENT");
  if (fd !== "ENOENT") return fd;
  yield* mkdir(inFolder(site, PRIVATE_FOLDER));
  return yield* open(path, "lock");
}

/** Whether a path leads to an open file. */
export function* leadsTo(path: string, fd: Fd): Steps<boolean> {
  const mine = yield* fstat(fd);
  const there = yield* tolerate(stat(path), "ENOENT");
  return there !== "ENOENT" && there.id === mine.id;
}
