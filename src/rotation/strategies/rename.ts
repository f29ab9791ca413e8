// Strategy `rename`, the source's first fix done right: Python's picture of a
// real file `httpsrv.log` that becomes `httpsrv.log.2019-09-03` when its period
// is over. What makes it safe is that the active file has a second, hidden name
// in `.daybook/` which says its period, from its first moment on. So a crash
// anywhere leaves the period known, and nothing is concluded from clocks.
//
// Names change only under the log's lock, and a dated name is made with link(2),
// which never replaces one. Who still holds the old file goes on writing records
// of its period into it, which is right: the file now bears that period's name.

import { LINK_REFUSED, hasDatedName, linkDated, listActives } from "../active-file.ts";
import type { Active } from "../active-file.ts";
import { claimOpened, openDated } from "../dated-file.ts";
import { close, fstat, link, lstat, now, open } from "../fs-op.ts";
import { readlink, rename as move, stat, tolerate, unlink } from "../fs-op.ts";
import type { FileStat, Steps } from "../fs-op.ts";
import { PATIENT, isLockFree, proveUnused, withLogLock } from "../log-lock.ts";
import { inFolder, inPrivateFolder } from "../log-site.ts";
import type { LogSite, Opening, Strategy } from "../log-site.ts";
import { hiddenName, parseDatedName, temporaryName } from "../names.ts";
import { compareSuffixes, periodOf } from "../period.ts";
import type { Period } from "../period.ts";

export const rename: Strategy = {
  *openFor(site, period) {
    return yield* withLogLock(site, PATIENT, function* (held) {
      // Without the lock no name may change hands, but a record need not wait:
      // its period's dated file is open to all.
      const opening = held ? yield* attemptActive(site, period) : null;
      return opening ?? (yield* openDated(site, period));
    });
  },

  *verify(site, file) {
    if ((yield* fstat(file.fd)).nlink === 0) return false;
    const current = periodOf(site.schedule, site.zone, yield* now());
    if (file.period.start !== current.start) return true;
    const base = yield* tolerate(lstat(inFolder(site, site.base)), "ENOENT");
    if (base !== "ENOENT" && base.id === file.id) return true;
    // The file is not the active one. Opening another makes sense only if the
    // lock is free; a log call must not wait for a stopped holder again and again.
    return !(yield* isLockFree(site));
  },

  *check(site) {
    try {
      yield* withLogLock(site, PATIENT, () => checkLinks(site));
    } catch (error) {
      const failure = `strategy 'rename' needs hard links in ${site.directory}, and they failed`;
      const code = (error as { code?: string }).code;
      throw Object.assign(new Error(`${failure}: ${String(error)}`, { cause: error }), { code });
    }
  },
};

/** Whatever goes wrong with names (no permission, one that vanished) must not cost a record. */
function* attemptActive(site: LogSite, period: Period): Steps<Opening | null> {
  try {
    return yield* openActive(site, period);
  } catch (error) {
    site.notice(
      `${inFolder(site, site.base)} can't be kept, records go to dated files: ${String(error)}`,
    );
    return null;
  }
}

/**
 * Opens the active file of a period, beginning the period if it is the current
 * one. Null: records of this period belong into a dated file, because another
 * period is the current one, or because somebody else's thing is in the way.
 */
function* openActive(site: LogSite, period: Period): Steps<Opening | null> {
  const { base, actives } = yield* lookAround(site);
  const current = periodOf(site.schedule, site.zone, yield* now());
  const passed = actives.some(({ suffix }) => isLater(suffix, period.suffix));
  if (period.start === current.start && !passed) {
    const hindrance = yield* beginPeriod(site, period, base, actives);
    if (hindrance !== null) {
      site.notice(
        `${inFolder(site, site.base)} ${hindrance}; records go to the dated file instead`,
      );
      return null;
    }
  }
  const path = inPrivateFolder(site, hiddenName(site.base, period.suffix));
  const fd = yield* tolerate(open(path, "append"), "ENOENT");
  if (fd === "ENOENT") return null;
  const file = yield* claimOpened(site, period, path, fd);
  return file && { file, began: !actives.some((active) => active.path === path) };
}

/**
 * The base and the hidden names, as they stood together at some moment. If the
 * lock file was removed from outside, two processes may be in here at once; one
 * that saw the base of one moment and the hidden names of another would take
 * the other's new file for a foreign one.
 */
function* lookAround(site: LogSite): Steps<{ base: FileStat | null; actives: Active[] }> {
  const path = inFolder(site, site.base);
  for (;;) {
    const before = yield* tolerate(lstat(path), "ENOENT");
    const actives = yield* listActives(site);
    const after = yield* tolerate(lstat(path), "ENOENT");
    if (before === "ENOENT" && after === "ENOENT") return { base: null, actives };
    if (before !== "ENOENT" && after !== "ENOENT" && before.id === after.id) {
      return { base: after, actives };
    }
  }
}

/**
 * Makes the active file of the current period, unless it is there, and gives
 * the files of past periods their dated names. Each step may be the last one of
 * a killed process; the next opener comes through here again and finishes.
 */
function* beginPeriod(
  site: LogSite,
  period: Period,
  base: FileStat | null,
  actives: readonly Active[],
): Steps<string | null> {
  const hidden = inPrivateFolder(site, hiddenName(site.base, period.suffix));
  // (1) A base that none of our hidden names leads to is somebody else's.
  if (base !== null && !actives.some(({ id }) => id === base.id)) {
    const hindrance = yield* takeOverBase(site, base, hidden, period, actives);
    if (hindrance !== null) return hindrance;
  }

  // (2) Past files get their dated names. Others see a file under both names,
  // and may write to it by either.
  const past: Active[] = [];
  for (const active of actives) {
    if (active.path === hidden || (yield* belongsToOtherSchedule(active, period))) continue;
    past.push(active);
    if (!(yield* linkDated(site, active.path, active.id, active.suffix))) {
      return "can't get its dated name (this file system refuses hard links)";
    }
  }
  // (3) The new file appears under its hidden name: from now on its period is known.
  const fd = yield* tolerate(open(hidden, "create"), "EEXIST");
  if (fd !== "EEXIST") yield* close(fd);

  // (4) The base passes from the old file to the new one.
  const obstacle = yield* pointBase(site, hidden);
  if (obstacle !== null) return obstacle;

  // (5) Past files lose their hidden names; their dated ones hold them.
  for (const active of past) yield* tolerate(unlink(active.path), "ENOENT");
  return null;
}

/**
 * Deals with a base that is not one of our active files. A link of strategy
 * `dated` is removed. A regular file is kept: it gets the dated name of the
 * period in which it was last changed (its mtime; there is no better evidence
 * for a file that is not ours), or goes on as the active file if that is now.
 * Says what is in the way if it is something else.
 */
function* takeOverBase(
  site: LogSite,
  base: FileStat,
  hidden: string,
  period: Period,
  actives: readonly Active[],
): Steps<string | null> {
  const path = inFolder(site, site.base);
  if (base.kind === "symlink") return yield* removeOwnLink(site, path);
  if (base.kind !== "file") return "is not a regular file";
  // A past file of ours whose base was not passed on: its dated name says it all.
  if (base.nlink > 1 && (yield* hasDatedName(site, base.id))) return null;
  const changed = periodOf(site.schedule, site.zone, base.mtime);
  const goesOn =
    changed.start === period.start && !actives.some((active) => active.path === hidden);
  if (goesOn) {
    const refusal = yield* tolerate(link(path, hidden), "EEXIST", ...LINK_REFUSED);
    if (refusal === undefined || refusal === "EEXIST") return null;
  }
  if (yield* linkDated(site, path, base.id, changed.suffix)) return null;
  return "can't get a dated name (this file system refuses hard links)";
}

/**
 * A name of another `when` is from before a change of the schedule, unless a
 * process of that schedule has it open: then both are in use, by mistake, and to
 * retire each other's files would go on for ever.
 */
function* belongsToOtherSchedule(active: Active, period: Period): Steps<boolean> {
  if (active.suffix.length === period.suffix.length) return false;
  const fd = yield* tolerate(open(active.path, "append"), "ENOENT");
  if (fd === "ENOENT") return true;
  try {
    return !(yield* proveUnused(fd));
  } finally {
    yield* close(fd);
  }
}

/** Suffixes of different lengths are from before and after a change of `when`: no order, so none is later. */
function isLater(suffix: string, than: string): boolean {
  return suffix.length === than.length && compareSuffixes(suffix, than) > 0;
}

function* removeOwnLink(site: LogSite, path: string): Steps<string | null> {
  const target = yield* tolerate(readlink(path), "ENOENT", "EINVAL");
  if (parseDatedName(site.base, null, target) === null) return `is a link to ${target}`;
  yield* tolerate(unlink(path), "ENOENT");
  return null;
}

/** Lets the base lead to the new active file. What it led to must have another name, or it stays. */
function* pointBase(site: LogSite, hidden: string): Steps<string | null> {
  const path = inFolder(site, site.base);
  const [base, active] = [yield* tolerate(lstat(path), "ENOENT"), yield* stat(hidden)];
  if (base === "ENOENT") {
    const made = yield* tolerate(link(hidden, path), "EEXIST", ...LINK_REFUSED);
    return made === undefined ? null : "can't be made";
  }
  if (base.id === active.id) return null;
  if (base.kind !== "file" || base.nlink < 2) return "has just been replaced by another program";
  const temporary = inPrivateFolder(site, temporaryName(site.base, "base"));
  yield* tolerate(unlink(temporary), "ENOENT");
  yield* tolerate(link(hidden, temporary), "EEXIST");
  yield* tolerate(move(temporary, path), "ENOENT");
  return null;
}

/** Makes and removes a hard link, to learn whether the folder and the kernel's settings allow them. */
function* checkLinks(site: LogSite): Steps<void> {
  const probe = inPrivateFolder(site, temporaryName(site.base, "probe"));
  const second = inPrivateFolder(site, temporaryName(site.base, "probe-link"));
  for (const path of [probe, second]) yield* tolerate(unlink(path), "ENOENT");
  const fd = yield* tolerate(open(probe, "create"), "ENOENT", "EEXIST");
  if (typeof fd === "string") return; // without the lock, another process's look is under way
  yield* close(fd);
  try {
    yield* link(probe, second);
    yield* unlink(second);
  } finally {
    yield* tolerate(unlink(probe), "ENOENT");
  }
}
