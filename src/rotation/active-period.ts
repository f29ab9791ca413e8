// Beginning a period in a log that has a real file at its own name: the new file
// appears under its hidden name, which says its period from its first moment on;
// the files before it get their dated names; the base passes to the new one. The
// strategies differ only in how much of that they do themselves (`Manner`). Every
// step may be the last one of a killed process: the next opener comes through
// here again and finishes.

import { linkDated, listActives } from "./active-file.ts";
import type { Active } from "./active-file.ts";
import { pointBase, takeOverBase } from "./base-file.ts";
import { claimOpened, closeBoth, identifyDated } from "./dated-file.ts";
import {
  close,
  fstat,
  imitate,
  isNameOf,
  link,
  lstat,
  mkdir,
  now,
  open,
  tolerate,
  unlink,
} from "./fs-op.ts";
import type { FileStat, Steps } from "./fs-op.ts";
import { proveUnused } from "./log-lock.ts";
import { inFolder, inPrivateFolder, isFull } from "./log-site.ts";
import type { LogSite, Opening } from "./log-site.ts";
import { PRIVATE_FOLDER, hiddenName } from "./names.ts";
import { compareSuffixes } from "./period.ts";
import type { Period } from "./period.ts";

/** How much of beginning a period a process does. */
export type Manner =
  /** All of it: past files get their dated name and lose their hidden one. Needs the lock. */
  | "retire"
  /** Past files get their dated name and keep the hidden one: every step is right without a lock. */
  | "claim"
  /** The new file alone; the rest is left to `rotateNow`. */
  | "leave";

/** What a look around found. */
export interface Surroundings {
  readonly base: FileStat | null;
  readonly actives: readonly Active[];
}

/** Each round that is lost means a change by another process; nobody makes this many meanwhile. */
const MOST_ROUNDS = 100;

/**
 * Opens the active file of a period, beginning the period if it is the current
 * one. Null: records of this period belong into a dated file, because another
 * period is the current one, or because somebody else's thing is in the way.
 */
function* openActive(
  site: LogSite,
  period: Period,
  room: number,
  manner: Manner,
): Steps<Opening | null> {
  let full = -1;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const around = yield* lookAround(site);
    const top = around.actives.findLast(({ suffix }) => suffix === period.suffix);
    const index = Math.max(top?.index ?? 0, full + 1);
    const begins = index !== top?.index;
    if (yield* isCurrent(site, period, around)) {
      const hindrance = yield* beginPeriod(site, period, index, manner, around);
      if (hindrance !== null) {
        const path = inFolder(site, site.base);
        site.notice(`${path} ${hindrance}; records go to the dated file instead`);
        return null;
      }
    } else if (begins) return null;
    const path = inPrivateFolder(site, hiddenName(site.base, period.suffix, index));
    const fd = yield* tolerate(open(path, "append"), "ENOENT");
    const file = fd === "ENOENT" ? null : yield* claimOpened(site, period, path, fd);
    if (file === null) return null;
    if (!isFull(site, file.size, room)) return { file, began: begins };
    yield* closeBoth(file);
    full = index;
  }
  return null;
}

/** Whatever goes wrong with names (no permission, one that vanished) must not cost a record. */
export function* attemptActive(
  site: LogSite,
  period: Period,
  room: number,
  manner: Manner,
): Steps<Opening | null> {
  try {
    return yield* openActive(site, period, room, manner);
  } catch (error) {
    const path = inFolder(site, site.base);
    site.notice(`${path} can't be kept, records go to dated files: ${String(error)}`);
    return null;
  }
}

/** Whether the clock is in this period, and no file of a later one is there. */
function* isCurrent(site: LogSite, period: Period, { actives }: Surroundings): Steps<boolean> {
  const current = site.periodAt(yield* now());
  const passed = actives.some(({ suffix }) => isLater(suffix, period.suffix));
  return period.start === current.start && !passed;
}

/**
 * The base and the hidden names, as they stood together at some moment. Without
 * the lock, or if its file was removed from outside, others may be at work; one
 * that saw the base of one moment and the hidden names of another would take
 * the other's new file for a foreign one.
 */
export function* lookAround(site: LogSite): Steps<Surroundings> {
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
 * Makes the active file of the current period, unless it is there, and does with
 * the files before it as the manner says.
 *
 * @returns what is in the way, as the end of a sentence that begins with the base.
 */
export function* beginPeriod(
  site: LogSite,
  period: Period,
  index: number,
  manner: Manner,
  { base, actives }: Surroundings,
): Steps<string | null> {
  const hidden = inPrivateFolder(site, hiddenName(site.base, period.suffix, index));
  // (1) A base that none of our hidden names leads to is somebody else's.
  if (base !== null && !actives.some(({ id }) => id === base.id)) {
    const goesOn = !actives.some(({ suffix }) => suffix === period.suffix);
    const hindrance = yield* takeOverBase(site, base, goesOn ? hidden : null, period);
    if (hindrance !== null) return hindrance;
  }

  // (2) Past files get their dated names. Others see a file under both names,
  // and may write to it by either.
  const past: Active[] = [];
  for (const active of manner === "leave" ? [] : actives) {
    if (active.path === hidden || (yield* isOfAnotherSchedule(site, active, period))) continue;
    past.push(active);
    if (!(yield* linkDated(site, active.path, active.id, active.suffix))) {
      return "can't get its dated name (this file system refuses hard links)";
    }
  }
  // (3) The new file appears under its hidden name: from now on its period is known.
  if ((yield* makeHidden(site, hidden)) && base?.kind === "file") {
    // A rotation by another user must not leave a file that the writers can't open.
    yield* tolerate(imitate(hidden, inFolder(site, site.base)), "ENOENT");
  }

  // (4) The base passes from the old file to the new one.
  if (manner === "leave") {
    if (base === null) yield* tolerate(link(hidden, inFolder(site, site.base)), "EEXIST");
    return null;
  }
  const obstacle = yield* pointBase(site, hidden);
  if (obstacle !== null || manner === "claim") return obstacle;

  // (5) Past files lose their hidden names; their dated ones hold them. A name that
  // leads elsewhere by now was made anew, by one who is here for want of a lock file.
  for (const active of past) {
    if (yield* isNameOf(active.path, active.id)) yield* tolerate(unlink(active.path), "ENOENT");
  }
  return null;
}

/** Makes an empty file, unless it is there; says whether it did. */
function* makeHidden(site: LogSite, path: string): Steps<boolean> {
  let fd = yield* tolerate(open(path, "create"), "EEXIST", "ENOENT");
  if (fd === "ENOENT") {
    yield* mkdir(inFolder(site, PRIVATE_FOLDER));
    fd = yield* tolerate(open(path, "create"), "EEXIST");
  }
  if (typeof fd === "string") return false;
  yield* close(fd);
  return true;
}

/**
 * Takes away the hidden names of past files that have their dated name and that
 * nobody has open: without a lock they stay where they are. Under the log's lock.
 */
export function* settleActives(site: LogSite): Steps<void> {
  const actives = yield* listActives(site);
  const current = site.periodAt(yield* now());
  const past = actives.filter(
    ({ suffix }, at) => isLater(current.suffix, suffix) || actives[at + 1]?.suffix === suffix,
  );
  if (past.length === 0) return;
  const known = new Set((yield* identifyDated(site)).map(({ id }) => id));
  const base = yield* tolerate(lstat(inFolder(site, site.base)), "ENOENT");
  for (const active of past) {
    if (!known.has(active.id) || (base !== "ENOENT" && base.id === active.id)) continue;
    if (yield* isUnused(active)) yield* tolerate(unlink(active.path), "ENOENT");
  }
}

/**
 * A name of another `when` is from before a change of the schedule, unless a
 * process of that schedule has it open: then both are in use, by mistake, and to
 * retire each other's files would go on for ever.
 */
function* isOfAnotherSchedule(site: LogSite, active: Active, period: Period): Steps<boolean> {
  if (active.suffix.length === period.suffix.length || !site.locking) return false;
  return !(yield* isUnused(active));
}

function* isUnused(active: Active): Steps<boolean> {
  const fd = yield* tolerate(open(active.path, "append"), "ENOENT");
  if (fd === "ENOENT") return false;
  try {
    return (yield* proveUnused(fd)) && (yield* fstat(fd)).id === active.id;
  } finally {
    yield* close(fd);
  }
}

/** Suffixes of different lengths are from before and after a change of `when`: no order, so none is later. */
function isLater(suffix: string, than: string): boolean {
  return suffix.length === than.length && compareSuffixes(suffix, than) > 0;
}
