// Strategy `plain`: one file at the log's own name, without periods, limits or
// backups. It is CPython's FileHandler, and with a look before each write its
// WatchedFileHandler. Nothing is ever moved or removed here; other programs may do
// both at any moment, and give the file any name. So what is asked is whether the file
// has a name at all, not whether it has one that the log gives.

import { claimOpened } from "../dated-file.ts";
import { close, fstat, open, sleep, stat, tolerate } from "../fs-op.ts";
import type { Fd, Steps } from "../fs-op.ts";
import { inFolder } from "../log-site.ts";
import type { LogSite, OpenFile, Opening, Strategy } from "../log-site.ts";
import type { Period } from "../period.ts";

/** A log's name, as other programs know it. */
export interface PlainName {
  /** The absolute path that is looked at; it may be a symbolic link. */
  readonly watched: string;
  /** Finds out where the name leads: the site's folder and base are from then on what it found. */
  follow(): Steps<void>;
  /** When the name is looked at before a write; null: never. */
  readonly looks: PlainLooks | null;
}

export interface PlainLooks {
  /** Whether a look is due. */
  isDue(): boolean;
  /** One is being taken. */
  taken(): void;
}

/** Each lost race costs a round, and so does a millisecond in which somebody holds the file. */
const MOST_ROUNDS = 20;
/** After so many of these a file that is held exclusively is used all the same: nobody holds it for long. */
const PATIENCE = 8;

/** The strategy of one log. */
export function plain(name: PlainName): Strategy {
  const { looks } = name;
  return {
    ...(looks !== null && { lookDue: () => looks.isDue() }),

    openFor: (site, period) => openPlain(site, period, name),

    *verify(_site, file) {
      if (looks === null) return (yield* fstat(file.fd)).nlink > 0;
      if (!looks.isDue()) return true;
      looks.taken();
      return yield* leads(name.watched, file);
    },

    // A file that was renamed is still there for whoever renamed it.
    *hasGone(_site, file) {
      return (yield* fstat(file.fd)).nlink === 0;
    },

    *check() {
      // Directory entries are all it needs.
    },
  };
}

/** Whether a path, links followed, leads to an open file. */
export function* leads(path: string, { id }: OpenFile): Steps<boolean> {
  const there = yield* tolerate(stat(path), "ENOENT");
  return there !== "ENOENT" && there.id === id;
}

function* openPlain(site: LogSite, period: Period, name: PlainName): Steps<Opening> {
  let began = false;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    yield* name.follow();
    const path = inFolder(site, site.base);
    const opened = yield* openOrMake(path);
    if (opened !== null) {
      began ||= opened.made;
      const file = yield* claimOpened(site, period, path, opened.fd, round < PATIENCE);
      if (file !== null) return { file, began };
    }
    yield* sleep(1);
  }
  const text = `EBUSY: ${inFolder(site, site.base)} kept changing, or is held by another program`;
  throw Object.assign(new Error(text), { code: "EBUSY" });
}

/**
 * Opens the file, or makes it. It makes no folder, as in Python. Null: another process
 * has just made it, or a symbolic link has taken its place.
 */
function* openOrMake(path: string): Steps<{ fd: Fd; made: boolean } | null> {
  const there = yield* tolerate(open(path, "append"), "ENOENT", "ELOOP");
  if (there === "ELOOP") return null;
  if (there === "ENOENT") {
    const made = yield* tolerate(open(path, "create"), "EEXIST");
    return made === "EEXIST" ? null : { fd: made, made: true };
  }
  const { kind } = yield* fstat(there);
  if (kind === "file") return { fd: there, made: false };
  yield* close(there);
  const text = `EINVAL: ${path} is no regular file; a FileHandler with durability or onFull needs one`;
  throw Object.assign(new Error(text), { code: "EINVAL" });
}
