// Making an archive of one retired file: `base.2019-09-03` becomes
// `base.2019-09-03.gz`. The exclusive lock on the file's inode is held from the
// first step to the last: it proves that nobody writes to it, and that no other
// process is making the same archive; the kernel frees it when we die. Called by
// maintain.ts. No step replaces a name, and the plain file goes last.

import { hasOtherName } from "./active-file.ts";
import { identifyDated, listDated } from "./dated-file.ts";
import type { Identified } from "./dated-file.ts";
import { close, compress, fstat, handOver, imitate, link, lstat, open } from "./fs-op.ts";
import { sync, syncFolder, tolerate, unlink } from "./fs-op.ts";
import type { Fd, Method, Steps } from "./fs-op.ts";
import { isIntended } from "./intended.ts";
import { PATIENT, leadsTo, proveUnused, withLogLock } from "./log-lock.ts";
import { inFolder, inPrivateFolder } from "./log-site.ts";
import type { LogSite } from "./log-site.ts";
import { temporaryName } from "./names.ts";
import type { Compression, DatedName } from "./names.ts";

/** A retired file that this process alone works on. */
interface Work {
  /** Its name while it is worked on, marked `~`. */
  readonly name: DatedName;
  readonly fd: Fd;
  readonly id: string;
}

/** Each round that is lost means that somebody made a name; nobody makes this many meanwhile. */
const MOST_ROUNDS = 100;

/**
 * Compresses a retired file, or has the user's rotator make its archive.
 *
 * @param name a plain file, or one marked `~` that a killed process has left.
 * @returns false when somebody has it open, or it is gone.
 */
export function* finish(site: LogSite, name: DatedName): Steps<boolean> {
  const work = yield* withLogLock(site, PATIENT, function* (held) {
    return held ? yield* take(site, name) : null;
  });
  if (work === null) return false;
  try {
    yield* makeArchive(site, work);
    return true;
  } finally {
    yield* close(work.fd);
  }
}

/**
 * Marks the file as being worked on. (1) Open it, prove that nobody else has, and
 * that the name still leads to it. (2) Link it to its name with `~`. Others see
 * both, and open neither. (3) Unlink the plain name. Killed between the two, the
 * next one here finds both and goes on; at every moment one of them is there.
 */
function* take(site: LogSite, name: DatedName): Steps<Work | null> {
  const path = inFolder(site, site.naming.entry(name));
  const fd = yield* tolerate(open(path, "append"), "ENOENT");
  if (fd === "ENOENT") return null;
  let marked: DatedName | null = null;
  try {
    if (!(yield* proveUnused(fd)) || !(yield* leadsTo(path, fd))) return null;
    const { id } = yield* fstat(fd);
    if ((yield* isIntended(site, id)) || (yield* hasOtherName(site, id))) return null;
    marked = yield* mark(site, name, path, id);
    // Who had no lock may have given it another name meanwhile. From here on it has
    // but this one, and nobody makes a name of a file that is marked.
    if (marked !== null && (yield* hasOtherName(site, id))) marked = null;
    return marked && { name: marked, fd, id };
  } finally {
    if (marked === null) yield* close(fd);
  }
}

function* mark(site: LogSite, name: DatedName, path: string, id: string): Steps<DatedName | null> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const known = (yield* identifyDated(site)).filter((each) => each.name.suffix === name.suffix);
    const own = known.filter((each) => each.id === id).map((each) => each.name);
    const marked = own.find(({ compressing }) => compressing) ?? markedName(name, id, known);
    const to = inFolder(site, site.naming.entry(marked));
    if (!own.includes(marked)) {
      const refusal = yield* tolerate(link(path, to), "EEXIST", "ENOENT");
      if (refusal === "ENOENT") return null;
      if (refusal === "EEXIST") continue;
    }
    for (const other of own.filter((each) => each !== marked)) {
      yield* tolerate(unlink(inFolder(site, site.naming.entry(other))), "ENOENT");
    }
    return marked;
  }
  return null;
}

/**
 * The file's own index, unless another file has it, too: a listing is not atomic,
 * and an opener may have made a file of an index that was just being marked.
 */
function markedName(name: DatedName, id: string, known: readonly Identified[]): DatedName {
  const isTaken = known.some((each) => each.name.index === name.index && each.id !== id);
  const next = Math.max(...known.map((each) => each.name.index)) + 1;
  return { ...name, index: isTaken ? next : name.index, compressing: true };
}

/**
 * (4) Make the archive under a temporary name that is bound to the file's name and
 * inode. (5) Link it to its own name. Others see both files; as long as the `~`
 * is there, the archive does not count. (6) Unlink the `~`: from here on it does.
 * (7) Unlink the temporary name. Killed anywhere, the next one to get the file's
 * lock begins with (4) again, unless (5) was done.
 */
function* makeArchive(site: LogSite, { name, fd, id }: Work): Steps<void> {
  const source = inFolder(site, site.naming.entry(name));
  const unique = `${name.suffix}-${name.index}-${id}`;
  const temporary = inPrivateFolder(site, temporaryName(site.base, unique));
  const compression: Compression = site.rotator ? "own" : site.compression;
  let left = (yield* isLinked(site, compression, temporary)) ? 0 : MOST_ROUNDS;
  while (left > 0) {
    left -= 1;
    const { size } = yield* fstat(fd);
    yield* tolerate(unlink(temporary), "ENOENT");
    if (site.rotator) yield* letRotate(site, source, temporary, unique);
    else if (site.compression !== "") yield* pack(fd, temporary, source, site.compression);
    const archive = yield* linkArchive(site, name, compression, temporary);
    yield* syncFolder(site.directory);
    // A process that has no lock may have written to the file meanwhile. Then the
    // archive, which does not count yet, is taken back and made anew. Nothing is
    // waited for between this look and (6).
    if (left === 0 || (yield* fstat(fd)).size === size) break;
    yield* unlink(archive);
  }
  yield* tolerate(unlink(source), "ENOENT");
  yield* tolerate(unlink(temporary), "ENOENT");
}

function* pack(fd: Fd, temporary: string, source: string, method: Method): Steps<void> {
  const to = yield* open(temporary, "create");
  try {
    yield* compress(fd, to, method);
    yield* imitate(temporary, source);
    yield* sync(to);
  } finally {
    yield* close(to);
  }
}

/** Whether a killed process had come as far as (5). */
function* isLinked(site: LogSite, compression: Compression, temporary: string): Steps<boolean> {
  const made = yield* tolerate(lstat(temporary), "ENOENT");
  if (made === "ENOENT" || made.nlink < 2) return false;
  return (yield* identifyDated(site)).some(
    (other) => other.id === made.id && other.name.compression === compression,
  );
}

/** Never over another one: an archive of this index may be there, from outside. Gives its path. */
function* linkArchive(
  site: LogSite,
  name: DatedName,
  compression: Compression,
  temporary: string,
): Steps<string> {
  let { index } = name;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const archive = { ...name, index, compressing: false, compression };
    const to = inFolder(site, site.naming.entry(archive));
    if ((yield* tolerate(link(temporary, to), "EEXIST")) === undefined) return to;
    const taken = (yield* listDated(site)).filter(({ suffix }) => suffix === name.suffix);
    index = (taken.at(-1)?.index ?? 0) + 1;
  }
  throw Object.assign(new Error(`EEXIST: no free name for the archive of ${name.suffix}`), {
    code: "EEXIST",
  });
}

/**
 * The user's rotator gets a name of the file that it may remove, as CPython's do
 * with theirs, and makes the archive under the temporary name.
 */
function* letRotate(site: LogSite, file: string, temporary: string, unique: string): Steps<void> {
  const source = inPrivateFolder(site, temporaryName(site.base, `${unique}-source`));
  yield* tolerate(unlink(source), "ENOENT");
  yield* link(file, source);
  yield* handOver(source, temporary);
  yield* tolerate(unlink(source), "ENOENT");
  const made = yield* tolerate(lstat(temporary), "ENOENT");
  if (made === "ENOENT") throw new Error(`the rotator made no file at its destination`);
}
