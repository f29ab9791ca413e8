// Strategy `dated`, the source's third fix: every record is written straight
// into the file that bears its own period's name. That name is the only truth
// about the period, so there is nothing to rename and no moment at which a file
// changes its meaning. `httpsrv.log` is a symbolic link to the current file, for
// the convenience of people and tools, and a shortcut for processes that open what
// another one has begun; no step of the protocol trusts it.

import { retireActives } from "../active-file.ts";
import { NOT_FOR_US, claimOpened, closeBoth, openDated } from "../dated-file.ts";
import { mkdir, now, open, readlink, rename, symlink, tolerate, unlink } from "../fs-op.ts";
import type { Steps } from "../fs-op.ts";
import { IMPATIENT, PATIENT, leadsTo, withLogLock } from "../log-lock.ts";
import { inFolder, inPrivateFolder, isFull } from "../log-site.ts";
import type { LogSite, OpenFile, Opening, Strategy } from "../log-site.ts";
import { PRIVATE_FOLDER, compareDated, temporaryName } from "../names.ts";
import { compareSuffixes } from "../period.ts";
import type { Period } from "../period.ts";

export const dated: Strategy = {
  *openFor(site, period, room) {
    const begun = yield* openLinked(site, period, room);
    if (begun !== null) return begun;
    return yield* withLogLock(site, PATIENT, function* (held) {
      // Mostly somebody else has begun the period while this one waited for the lock.
      const meanwhile = yield* openLinked(site, period, room);
      if (meanwhile !== null) return meanwhile;
      if (held) yield* attemptRetiring(site);
      const opening = yield* openDated(site, period, room);
      yield* keepLink(site, opening.file);
      return opening;
    });
  },

  *verify(site, file) {
    if (!(yield* leadsTo(file.path, file.fd))) return false;
    const target = yield* linkTarget(site);
    if (target === nameOf(site, file)) return true;
    // Others have filled it up and gone on to a further file of the period.
    if (isFurther(site, target, file)) return false;
    // The clock may have reached the period of a file that was opened early.
    yield* withLogLock(site, IMPATIENT, () => keepLink(site, file));
    return true;
  },

  *check() {
    // Directory entries are all it needs.
  },
};

/**
 * Opens the file that the link leads to, if it is one of this period, and the period is
 * not over: whoever set the link has done all there is to do for it, and names of what is
 * current don't change. So, of all processes that come to the end of a period at one
 * moment, only the first needs the lock. Null where the link says nothing, or the file
 * can't be had: it is full, gone, or held by somebody.
 */
function* openLinked(site: LogSite, period: Period, room: number): Steps<Opening | null> {
  if (site.periodAt(yield* now()).start !== period.start) return null;
  const name = yield* linkTarget(site);
  const parsed = name === site.base ? null : site.naming.parse(name);
  if (parsed?.suffix !== period.suffix || parsed.compressing || parsed.compression !== "") {
    return null;
  }
  const path = inFolder(site, name);
  const fd = yield* tolerate(open(path, "append"), "ENOENT", ...NOT_FOR_US);
  if (typeof fd === "string") return null;
  const file = yield* claimOpened(site, period, path, fd);
  if (file === null) return null;
  if (!isFull(site, file.size, room)) return { file, began: false };
  yield* closeBoth(file);
  return null;
}

/** Whether the link leads to a later file of the same period. */
function isFurther({ naming, base }: LogSite, target: string, { period, path }: OpenFile): boolean {
  const other = naming.parse(target);
  const mine = naming.parse(path.slice(path.lastIndexOf("/") + 1));
  return (
    target !== base &&
    other?.suffix === period.suffix &&
    mine !== null &&
    compareDated(other, mine) > 0
  );
}

/** A link that can't be set (no permission, a file system without links) costs no record. */
function* keepLink(site: LogSite, file: OpenFile): Steps<void> {
  try {
    yield* pointCurrent(site, file);
  } catch (error) {
    site.notice(`the link ${inFolder(site, site.base)} could not be set: ${String(error)}`);
  }
}

/** Nor does what strategy `rename` has left, if this process may not touch it. */
function* attemptRetiring(site: LogSite): Steps<void> {
  try {
    yield* retireActives(site);
  } catch (error) {
    site.notice(`files that strategy 'rename' left in ${site.directory} stay: ${String(error)}`);
  }
}

/**
 * Lets the link lead to `file`, unless the file's period is yet to come by the
 * clock or the link is further on already. Killed between any two steps, it
 * leaves the link where it was, and the next opener sets it.
 */
function* pointCurrent(site: LogSite, file: OpenFile): Steps<void> {
  const current = site.periodAt(yield* now());
  if (file.period.start > current.start) return;
  const name = nameOf(site, file);
  const link = inFolder(site, site.base);
  const target = yield* linkTarget(site);
  if (target === name) return;
  if (target === "ENOENT") {
    yield* tolerate(symlink(name, link), "EEXIST");
    return;
  }
  const mine = site.naming.parse(name);
  const other = target === "EINVAL" ? null : site.naming.parse(target);
  if (mine === null || other === null) {
    return site.notice(
      `${link} is not a link of ours and stays as it is; the current log file is ${inFolder(site, name)}`,
    );
  }
  // Never backwards; but a link beyond the clock (it was set back) is no guide.
  if (compareDated(other, mine) > 0 && compareSuffixes(other.suffix, current.suffix) <= 0) return;
  yield* mkdir(inFolder(site, PRIVATE_FOLDER));
  const temporary = inPrivateFolder(site, temporaryName(site.base, "current"));
  yield* tolerate(unlink(temporary), "ENOENT");
  yield* tolerate(symlink(name, temporary), "EEXIST");
  yield* tolerate(rename(temporary, link), "ENOENT");
}

/** What `httpsrv.log` links to; ENOENT when it is missing, EINVAL when it is no symbolic link. */
function* linkTarget(site: LogSite): Steps<string> {
  return yield* tolerate(readlink(inFolder(site, site.base)), "ENOENT", "EINVAL");
}

function nameOf(site: LogSite, file: OpenFile): string {
  return file.path.slice(site.directory.length + 1);
}
