// A log's own name, where a real file is kept under it: a hard link to the
// active file. It is the last thing to be moved, and nothing relies on it; but
// what stands in its place may be another program's, and is then kept. Called by
// active-period.ts, and by the strategies to learn whether links can be had.

import { LINK_REFUSED, linkDated } from "./active-file.ts";
import { identifyDated } from "./dated-file.ts";
import {
  close,
  isNameOf,
  link,
  lstat,
  mkdir,
  open,
  readlink,
  rename as replace,
  stat,
} from "./fs-op.ts";
import { tolerate, unlink } from "./fs-op.ts";
import type { FileStat, Steps } from "./fs-op.ts";
import { inFolder, inPrivateFolder } from "./log-site.ts";
import type { LogSite, OpenFile } from "./log-site.ts";
import { NEXT_BASE, PRIVATE_FOLDER, temporaryName } from "./names.ts";
import type { Period } from "./period.ts";

/**
 * Deals with a base that is not one of our active files. A link of strategy
 * `dated` is removed. A regular file is kept: it gets the dated name of the
 * period in which it was last changed (its mtime; there is no better evidence
 * for a file that is not ours), or goes on as the active file if that is now.
 *
 * @param hidden the name it would go on under; null if the period has its active file.
 * @returns what is in the way, if it is something else.
 */
export function* takeOverBase(
  site: LogSite,
  base: FileStat,
  hidden: string | null,
  period: Period,
): Steps<string | null> {
  const path = inFolder(site, site.base);
  if (base.kind === "symlink") return yield* removeOwnLink(site, path);
  if (base.kind !== "file") return "is not a regular file";
  // A past file of ours whose base was not passed on: its dated name says it all.
  if (base.nlink > 1 && (yield* identifyDated(site)).some(({ id }) => id === base.id)) return null;
  const changed = site.periodAt(base.mtime);
  if (hidden !== null && changed.start === period.start) {
    const refusal = yield* tolerate(link(path, hidden), "EEXIST", ...LINK_REFUSED);
    if (refusal === undefined || refusal === "EEXIST") return null;
  }
  if (yield* linkDated(site, path, base.id, changed.suffix)) return null;
  return "can't get a dated name (this file system refuses hard links)";
}

/** Whether the base leads to an open file. */
export function* leadsBase(site: LogSite, file: OpenFile): Steps<boolean> {
  return yield* isNameOf(inFolder(site, site.base), file.id);
}

/** Lets the base lead to the new active file. What it led to must have another name, or it stays. */
export function* pointBase(site: LogSite, hidden: string): Steps<string | null> {
  const path = inFolder(site, site.base);
  const [base, active] = [yield* tolerate(lstat(path), "ENOENT"), yield* stat(hidden)];
  if (base === "ENOENT") {
    const made = yield* tolerate(link(hidden, path), "EEXIST", ...LINK_REFUSED);
    return made === undefined ? null : "can't be made";
  }
  if (base.id === active.id) return null;
  if (base.kind !== "file" || base.nlink < 2) return "has just been replaced by another program";
  const temporary = inPrivateFolder(site, temporaryName(site.base, NEXT_BASE));
  yield* tolerate(unlink(temporary), "ENOENT");
  yield* tolerate(link(hidden, temporary), "EEXIST");
  yield* tolerate(replace(temporary, path), "ENOENT");
  return null;
}

/**
 * Makes and removes a hard link, to learn whether the folder and the
 * kernel's settings (protected_hardlinks) allow them.
 *
 * @throws an error that names the strategy and the folder, with the failure's code.
 */
export function* checkLinks(site: LogSite, strategy: string): Steps<void> {
  try {
    yield* makeLink(site);
  } catch (error) {
    const failure = `strategy '${strategy}' needs hard links in ${site.directory}, and they failed`;
    const code = (error as { code?: string }).code;
    throw Object.assign(new Error(`${failure}: ${String(error)}`, { cause: error }), { code });
  }
}

function* makeLink(site: LogSite): Steps<void> {
  yield* mkdir(inFolder(site, PRIVATE_FOLDER));
  const probe = inPrivateFolder(site, temporaryName(site.base, "probe"));
  const second = inPrivateFolder(site, temporaryName(site.base, "probe-link"));
  for (const path of [probe, second]) yield* tolerate(unlink(path), "ENOENT");
  const fd = yield* tolerate(open(probe, "create"), "EEXIST");
  if (fd !== "EEXIST") yield* close(fd);
  try {
    // EEXIST and ENOENT: without a lock, another process's look is under way.
    yield* tolerate(link(probe, second), "EEXIST", "ENOENT");
  } finally {
    for (const path of [probe, second]) yield* tolerate(unlink(path), "ENOENT");
  }
}

function* removeOwnLink(site: LogSite, path: string): Steps<string | null> {
  const target = yield* tolerate(readlink(path), "ENOENT", "EINVAL");
  if (site.naming.parse(target) === null) return `is a link to ${target}`;
  yield* tolerate(unlink(path), "ENOENT");
  return null;
}
