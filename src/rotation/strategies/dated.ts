// Strategy `dated`, the source's third fix: every record is written straight
// into the file that bears its own period's name. That name is the only truth
// about the period, so there is nothing to rename and no moment at which a file
// changes its meaning. `httpsrv.log` is a symbolic link to the current file, for
// the convenience of people and tools; no step of the protocol relies on it.

import { retireActives } from "../active-file.ts";
import { openDated } from "../dated-file.ts";
import { mkdir, now, readlink, rename, symlink, tolerate, unlink } from "../fs-op.ts";
import type { Steps } from "../fs-op.ts";
import { IMPATIENT, PATIENT, leadsTo, withLogLock } from "../log-lock.ts";
import { inFolder, inPrivateFolder } from "../log-site.ts";
import type { LogSite, OpenFile, Strategy } from "../log-site.ts";
import { PRIVATE_FOLDER, compareDated, temporaryName } from "../names.ts";
import { compareSuffixes } from "../period.ts";

export const dated: Strategy = {
  *openFor(site, period, room) {
    return yield* withLogLock(site, PATIENT, function* (held) {
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
