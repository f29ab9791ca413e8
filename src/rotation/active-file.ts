// The active file of a log under strategy `rename`: a file whose period is said
// by a hidden name in `.daybook/` until it gets its dated name. Both strategies
// come here, `dated` to finish what a process of the other kind has left. All of
// it runs under the log's lock.

import { listDated } from "./dated-file.ts";
import { link, lstat, readdir, stat, tolerate, unlink } from "./fs-op.ts";
import type { Steps } from "./fs-op.ts";
import { inFolder, inPrivateFolder } from "./log-site.ts";
import type { LogSite } from "./log-site.ts";
import { PRIVATE_FOLDER, datedName, fullDatedName, parsePrivateName } from "./names.ts";
import { compareSuffixes } from "./period.ts";

/** What link(2) says where hard links are not to be had (POSIX, Linux link(2)). */
export const LINK_REFUSED = [
  "EPERM",
  "EMLINK",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EXDEV",
] as const;

/** Each round that is lost means that somebody made a name; nobody makes this many meanwhile. */
const MOST_ROUNDS = 100;

/** The hidden name of an active file, with the file it leads to. */
export interface Active {
  readonly suffix: string;
  readonly path: string;
  readonly id: string;
}

/** The hidden names of this log, oldest period first. */
export function* listActives(site: LogSite): Steps<Active[]> {
  const actives: Active[] = [];
  for (const entry of yield* readdir(inFolder(site, PRIVATE_FOLDER))) {
    const name = parsePrivateName(entry);
    if (name?.use !== "active" || name.base !== site.base) continue;
    const path = inPrivateFolder(site, entry);
    const there = yield* tolerate(stat(path), "ENOENT");
    if (there !== "ENOENT") actives.push({ suffix: name.suffix, path, id: there.id });
  }
  return actives.toSorted((a, b) => compareSuffixes(a.suffix, b.suffix));
}

/** Whether a file bears a dated name of this log, of whatever period. */
export function* hasDatedName(site: LogSite, id: string): Steps<boolean> {
  for (const name of yield* listDated(site)) {
    const path = inFolder(site, fullDatedName(site.base, name));
    const there = yield* tolerate(lstat(path), "ENOENT");
    if (there !== "ENOENT" && there.id === id) return true;
  }
  return false;
}

/**
 * Gives a file the next free dated name of a period, unless it has a dated name
 * already; false when links are refused.
 */
export function* linkDated(
  site: LogSite,
  from: string,
  id: string,
  suffix: string,
): Steps<boolean> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (yield* hasDatedName(site, id)) return true;
    const last = (yield* listDated(site)).filter((name) => name.suffix === suffix).at(-1);
    const index = last === undefined ? 0 : last.index + 1;
    const to = inFolder(site, datedName(site.base, suffix, index));
    const refusal = yield* tolerate(link(from, to), "EEXIST", "ENOENT", ...LINK_REFUSED);
    // ENOENT: another process, in here by a removed lock file, has been faster.
    if (refusal !== "EEXIST") return refusal === undefined || refusal === "ENOENT";
  }
  return false;
}

/**
 * Gives all active files their dated names and takes the base away, for a log
 * that is kept by strategy `dated` from now on. Killed anywhere, it leaves files
 * with a name too many, and the next opener takes it away.
 */
export function* retireActives(site: LogSite): Steps<void> {
  for (const active of yield* listActives(site)) {
    if (!(yield* linkDated(site, active.path, active.id, active.suffix))) return;
    const base = yield* tolerate(lstat(inFolder(site, site.base)), "ENOENT");
    if (base !== "ENOENT" && base.id === active.id) yield* unlink(inFolder(site, site.base));
    yield* tolerate(unlink(active.path), "ENOENT");
  }
}
