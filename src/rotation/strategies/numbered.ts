// Strategy `numbered`: a log without periods, whose backups are `base.1`, the
// newest, to `base.n`. It is CPython's RotatingFileHandler: when the base has no
// room for a record, every backup i becomes i + 1 from the top, the last one is
// dropped, the base becomes `base.1`, and a new base begins. Names change only
// under the log's lock, each by a move that never replaces a name. Without the
// lock nothing is moved, and the base grows.

import { PATIENCE_MS, claimOpened, closeBoth } from "../dated-file.ts";
import {
  close,
  fstat,
  handOver,
  link,
  lstat,
  mkdir,
  move,
  open,
  readdir,
  sleep,
} from "../fs-op.ts";
import { tolerate, unlink } from "../fs-op.ts";
import type { Fd, Steps } from "../fs-op.ts";
import { isIntended } from "../intended.ts";
import { PATIENT, leadsTo, proveUnused, withLogLock } from "../log-lock.ts";
import { inFolder, inPrivateFolder, isFull } from "../log-site.ts";
import type { LogSite, Opening, Strategy } from "../log-site.ts";
import { rollingName, temporaryName } from "../names.ts";
import type { Period } from "../period.ts";

/** The one period of a log that has none. */
export const ALWAYS: Period = { start: -Infinity, end: Infinity, suffix: "" };

/** Each round that is lost means a change by another process; nobody makes this many meanwhile. */
const MOST_ROUNDS = 100;

export const numbered: Strategy = {
  // The last backup goes though a process that was idle for long may have it
  // open: that one must look after each write, and writes its record again.
  drops: true,

  *openFor(site, _period, room) {
    return yield* withLogLock(site, PATIENT, (held) => openBase(site, room, held));
  },

  *verify(_site, file) {
    return yield* leadsTo(file.path, file.fd);
  },

  *check() {
    // Directory entries are all it needs.
  },
};

/** What the shifts of one opening did. */
interface Tally {
  dropped: number;
  archived: number;
}

function* openBase(site: LogSite, room: number, held: boolean): Steps<Opening> {
  const path = inFolder(site, site.base);
  let mayRoll = held && site.keep.count > 0 && (yield* attemptFinishing(site));
  let began = false;
  const tally: Tally = { dropped: 0, archived: 0 };
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const fd = yield* openOrMake(site, path);
    if (fd === null) continue;
    began ||= fd.made;
    // The mark "in use" matters to a rotator alone. Who else holds the file does so
    // for a moment, to end a stump; it may have been stopped there.
    const insist = site.rotator || round < PATIENCE_MS;
    const file = yield* claimOpened(site, ALWAYS, path, fd.fd, insist);
    if (file === null) {
      yield* sleep(1);
      continue;
    }
    if (!mayRoll || !isFull(site, file.size, room)) return { file, began, ...tally };
    yield* closeBoth(file);
    // Where the base can't be moved (no permission for the folder), it grows.
    mayRoll = yield* attemptShift(site, tally);
  }
  throw Object.assign(new Error(`EBUSY: ${path} kept changing`), { code: "EBUSY" });
}

/** Opens the base, or makes it; null when another process has just done the one or the other. */
function* openOrMake(site: LogSite, path: string): Steps<{ fd: Fd; made: boolean } | null> {
  const there = yield* tolerate(open(path, "append"), "ENOENT", "ELOOP");
  if (there === "ELOOP") {
    const text = `ELOOP: ${path} is a symbolic link (strategy 'dated' makes one); a log with numbered backups needs a file of its own there`;
    throw Object.assign(new Error(text), { code: "ELOOP" });
  }
  if (there !== "ENOENT") return { fd: there, made: false };
  yield* mkdir(site.directory);
  const made = yield* tolerate(open(path, "create"), "EEXIST");
  return made === "EEXIST" ? null : { fd: made, made: true };
}

/** A folder that can't be read, or is not there yet, costs no record; but then nothing is shifted. */
function* attemptFinishing(site: LogSite): Steps<boolean> {
  try {
    yield* finishShift(site);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return true;
    site.notice(
      `the backups of ${inFolder(site, site.base)} can't be seen: ${String(error)}`,
      error,
    );
    return false;
  }
}

function* attemptShift(site: LogSite, tally: Tally): Steps<boolean> {
  try {
    return yield* shift(site, tally);
  } catch (error) {
    site.notice(`${inFolder(site, site.base)} can't be rolled and grows: ${String(error)}`, error);
    return false;
  }
}

/**
 * Moves every name on by one, from the top. Killed between two moves, it leaves
 * a gap in the numbers, as CPython would; no file is without a name at any moment.
 *
 * @returns false when another process, in here by a removed lock file, was in the way.
 */
function* shift(site: LogSite, tally: Tally): Steps<boolean> {
  const { count } = site.keep;
  const backups = yield* listBackups(site);
  const last = backups.find(({ index }) => index === count);
  // (1) The last backup is dropped if another one is to take its place.
  if (last && (count === 1 || backups.some(({ index }) => index === count - 1))) {
    if ((yield* tolerate(unlink(last.path), "ENOENT")) === undefined) tally.dropped += 1;
  }
  // (2) Each other one moves up. Others see a number that is missing for a moment.
  for (const { index, path } of backups.toReversed()) {
    if (index === count) continue;
    const next = inFolder(site, site.naming.numbered(index + 1));
    yield* tolerate(move(path, next), "ENOENT", "EEXIST");
  }
  // (3) The base becomes the first backup. Who has it open goes on writing to it
  // until its next look, or until it finds it full.
  const first = inFolder(site, site.naming.numbered(1));
  return yield* retireBase(site, inFolder(site, site.base), first, tally);
}

interface Backup {
  readonly index: number;
  readonly path: string;
}

/** The backups that there are, from the first to the last that is kept. */
function* listBackups(site: LogSite): Steps<Backup[]> {
  const entries = new Set(yield* readdir(site.directory));
  const backups: Backup[] = [];
  for (let index = 1; index <= site.keep.count; index += 1) {
    const name = site.naming.numbered(index);
    if (entries.has(name)) backups.push({ index, path: inFolder(site, name) });
  }
  return backups;
}

function* retireBase(site: LogSite, base: string, first: string, tally: Tally): Steps<boolean> {
  if (site.rotator && (yield* setAside(site, base, first))) {
    if (yield* finishHandOver(site)) tally.archived += 1;
    return true;
  }
  return (yield* tolerate(move(base, first), "ENOENT", "EEXIST")) !== "EEXIST";
}

/** The private names of a hand-over: the former base, a name of it for the rotator, what that made. */
function handOverNames(site: LogSite): { pending: string; source: string; made: string } {
  const temporary = (use: string): string => inPrivateFolder(site, temporaryName(site.base, use));
  const pending = inPrivateFolder(site, rollingName(site.base));
  return { pending, source: temporary("rolling"), made: temporary("rolled") };
}

/**
 * Takes the base away for the user's `rotator`, which may do what it likes with the
 * file, so nobody else may have it open.
 */
function* setAside(site: LogSite, base: string, first: string): Steps<boolean> {
  const fd = yield* tolerate(open(base, "append"), "ENOENT");
  if (fd === "ENOENT") return false;
  try {
    const mayGo = (yield* proveUnused(fd)) && (yield* leadsTo(base, fd));
    if (mayGo && !(yield* isIntended(site, (yield* fstat(fd)).id))) {
      yield* move(base, handOverNames(site).pending);
      return true;
    }
    site.notice(`${first} was moved as it is, without the rotator: another process writes to it`);
    return false;
  } finally {
    yield* close(fd);
  }
}

/**
 * Makes the first backup of the base that was set aside. (1) The rotator gets a
 * name of it that it may remove, and a temporary destination. (2) What it made is
 * linked to its own name. (3) The file set aside goes. Killed anywhere, the next
 * opening begins with (1) again, unless (2) was done. If the rotator fails, the
 * backup is the file as it is.
 *
 * @returns whether the rotator made it now.
 */
function* finishHandOver(site: LogSite): Steps<boolean> {
  const { pending, source, made } = handOverNames(site);
  const first = inFolder(site, site.naming.numbered(1));
  let byRotator = false;
  const isDone = (yield* isSame(made, first)) || (yield* isSame(pending, first));
  if ((yield* tolerate(lstat(pending), "ENOENT")) !== "ENOENT" && !isDone) {
    byRotator = yield* attemptHandOver(site, pending, source, made);
    yield* link(byRotator ? made : pending, first);
  }
  for (const path of [pending, source, made]) yield* tolerate(unlink(path), "ENOENT");
  return byRotator;
}

function* attemptHandOver(
  site: LogSite,
  pending: string,
  source: string,
  made: string,
): Steps<boolean> {
  if (!site.rotator) return false;
  try {
    for (const path of [source, made]) yield* tolerate(unlink(path), "ENOENT");
    yield* link(pending, source);
    yield* handOver(source, made);
    if ((yield* tolerate(lstat(made), "ENOENT")) !== "ENOENT") return true;
    site.notice(`the rotator made no file; the backup of ${site.base} is as it was`);
  } catch (error) {
    site.notice(
      `the rotator failed, the backup of ${site.base} is as it was: ${String(error)}`,
      error,
    );
  }
  return false;
}

function* isSame(path: string, other: string): Steps<boolean> {
  const [one, two] = [
    yield* tolerate(lstat(path), "ENOENT"),
    yield* tolerate(lstat(other), "ENOENT"),
  ];
  return one !== "ENOENT" && two !== "ENOENT" && one.id === two.id;
}

/**
 * Finishes the move that a killed process left half done, where moving takes two
 * steps (see `move` of the file system's driver): a file that bears a number and
 * the one before it, or the base's name, keeps the number alone.
 */
function* finishShift(site: LogSite): Steps<void> {
  yield* finishHandOver(site);
  const names = [inFolder(site, site.base), ...(yield* listBackups(site)).map(({ path }) => path)];
  let above = "";
  for (const path of names.toReversed()) {
    const there = yield* tolerate(lstat(path), "ENOENT");
    if (there === "ENOENT") continue;
    // A number alone proves nothing: a dropped file's may be a new one's by now.
    if (there.id === above && there.nlink > 1) yield* tolerate(unlink(path), "ENOENT");
    else above = there.id;
  }
}
