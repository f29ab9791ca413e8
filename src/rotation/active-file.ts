// The active files of a log: files whose period is said by a hidden name in
// `.daybook/` until they have their dated name. The strategies that keep a real
// file at the log's own name come here, and `dated` to finish what they left. A
// hidden or a dated name is made with O_EXCL or link(2), which never replace one.

import { identifyDated } from "./dated-file.ts";
import { isNameOf, link, readdir, stat, tolerate, unlink } from "./fs-op.ts";
import type { Steps } from "./fs-op.ts";
import { inFolder, inPrivateFolder } from "./log-site.ts";
import type { LogSite } from "./log-site.ts";
import { NEXT_BASE, PRIVATE_FOLDER, parsePrivateName } from "./names.ts";
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
  readonly index: number;
  readonly path: string;
  readonly id: string;
}

/** The hidden names of this log, by period and index. */
export function* listActives(site: LogSite): Steps<Active[]> {
  const entries = yield* tolerate(readdir(inFolder(site, PRIVATE_FOLDER)), "ENOENT");
  const actives: Active[] = [];
  for (const entry of entries === "ENOENT" ? [] : entries) {
    const name = parsePrivateName(entry);
    if (name?.use !== "active" || name.base !== site.base) continue;
    const path = inPrivateFolder(site, entry);
    const there = yield* tolerate(stat(path), "ENOENT");
    if (there === "ENOENT") continue;
    actives.push({ suffix: name.suffix, index: name.index, path, id: there.id });
  }
  return actives.toSorted((a, b) => compareSuffixes(a.suffix, b.suffix) || a.index - b.index);
}

/**
 * Gives a file the next free dated name of a period, unless it has a dated name
 * already.
 *
 * @returns whether it has one now: false when links are refused.
 */
export function* linkDated(
  site: LogSite,
  from: string,
  id: string,
  suffix: string,
): Steps<boolean> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const known = yield* identifyDated(site);
    if (known.some((each) => each.id === id)) return true;
    const taken = known.filter(({ name }) => name.suffix === suffix);
    const index = Math.max(-1, ...taken.map(({ name }) => name.index)) + 1;
    const to = inFolder(site, site.naming.dated(suffix, index));
    const refusal = yield* tolerate(link(from, to), "EEXIST", "ENOENT", ...LINK_REFUSED);
    // ENOENT: another process, with no lock or by a removed lock file, has been faster.
    if (refusal !== "EEXIST") return refusal === undefined || refusal === "ENOENT";
  }
  return false;
}

/**
 * Whether a file can still come back by another name than its dated ones: its
 * hidden name, the temporary one of a base, or the base. A name of these kinds is passed on
 * from the first to the last (and from the base to a hidden one), so a look in
 * this order, and a second one at the first, misses none that is on its way.
 */
export function* hasOtherName(site: LogSite, id: string): Steps<boolean> {
  if (yield* hasPrivateName(site, id)) return true;
  return (yield* isNameOf(inFolder(site, site.base), id)) || (yield* hasPrivateName(site, id));
}

function* hasPrivateName(site: LogSite, id: string): Steps<boolean> {
  const entries = yield* tolerate(readdir(inFolder(site, PRIVATE_FOLDER)), "ENOENT", "ENOTDIR");
  for (const entry of typeof entries === "string" ? [] : entries) {
    const name = parsePrivateName(entry);
    if (name?.base !== site.base) continue;
    if (name.use !== "active" && (name.use !== "temporary" || name.unique !== NEXT_BASE)) continue;
    if (yield* isNameOf(inPrivateFolder(site, entry), id)) return true;
  }
  return false;
}

/**
 * Gives all active files their dated names and takes the base away, for a log
 * that is kept by strategy `dated` from now on. Under the log's lock. Killed
 * anywhere, it leaves files with a name too many, and the next opener takes it away.
 */
export function* retireActives(site: LogSite): Steps<void> {
  for (const active of yield* listActives(site)) {
    if (!(yield* linkDated(site, active.path, active.id, active.suffix))) return;
    const base = inFolder(site, site.base);
    if (yield* isNameOf(base, active.id)) yield* unlink(base);
    yield* tolerate(unlink(active.path), "ENOENT");
  }
}
