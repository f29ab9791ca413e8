// The closed list of steps that the rotation protocol may take. A procedure is
// a generator that yields one of these, and receives its result or has its
// error thrown into it. Whoever drives it decides what a step means: one system
// call in production, one transition in a model. Nothing here touches a file.

/** An open file, as its driver numbers it. */
export type Fd = number;

/** How a file is opened. Every mode can also read, and none ever truncates. */
export type OpenMode =
  /** `O_APPEND`; the file must be there. */
  | "append"
  /** `O_APPEND | O_CREAT | O_EXCL`; the file must not be there. */
  | "create"
  /** `O_APPEND | O_CREAT`; for lock files only, whose content means nothing. */
  | "lock"
  /** Without `O_APPEND`, the only way to overwrite a byte; the file must be there. */
  | "overwrite"
  /** Without `O_APPEND`, `O_CREAT | O_EXCL`, for the owner alone: a journal. */
  | "private";

export type LockMode = "shared" | "exclusive";

/** How a finished file is compressed: gzip (RFC 1952) or Zstandard (RFC 8878). */
export type Method = "gz" | "zst";

export interface FileStat {
  /** Device and inode: two names with one id are one file. */
  readonly id: string;
  readonly kind: "file" | "directory" | "symlink" | "other";
  /** Bytes. */
  readonly size: number;
  /** How many names the inode has. */
  readonly nlink: number;
  /** Seconds since the epoch, of the last change of its content. */
  readonly mtime: number;
}

export interface Landed {
  /** How many bytes of the buffer were written; fewer when the disk fills up. */
  readonly written: number;
  /**
   * The offset just behind the last byte written, so the first is at
   * `end - written`; `UNKNOWN_POSITION` where the machine can't tell.
   */
  readonly end: number;
}

/** Where a write landed is not known: nothing near it may be touched. */
export const UNKNOWN_POSITION = -1;

export type FsOp =
  | { readonly op: "open"; readonly path: string; readonly mode: OpenMode }
  | { readonly op: "close"; readonly fd: Fd }
  | { readonly op: "append"; readonly fd: Fd; readonly bytes: Uint8Array }
  | { readonly op: "readAt"; readonly fd: Fd; readonly position: number; readonly length: number }
  | {
      readonly op: "writeAt";
      readonly fd: Fd;
      readonly position: number;
      readonly bytes: Uint8Array;
    }
  | {
      readonly op: "store";
      readonly fd: Fd;
      readonly position: number;
      readonly bytes: Uint8Array;
    }
  | { readonly op: "size"; readonly fd: Fd }
  | { readonly op: "fstat"; readonly fd: Fd }
  | { readonly op: "stat"; readonly path: string }
  | { readonly op: "lstat"; readonly path: string }
  | { readonly op: "link"; readonly from: string; readonly to: string }
  | { readonly op: "rename"; readonly from: string; readonly to: string }
  | { readonly op: "move"; readonly from: string; readonly to: string }
  | { readonly op: "unlink"; readonly path: string }
  | { readonly op: "symlink"; readonly target: string; readonly path: string }
  | { readonly op: "readlink"; readonly path: string }
  | { readonly op: "readdir"; readonly path: string }
  | { readonly op: "mkdir"; readonly path: string }
  | { readonly op: "tryLock"; readonly fd: Fd; readonly mode: LockMode }
  | { readonly op: "sync"; readonly fd: Fd }
  | { readonly op: "compress"; readonly from: Fd; readonly to: Fd; readonly method: Method }
  | { readonly op: "handOver"; readonly from: string; readonly to: string }
  | { readonly op: "imitate"; readonly path: string; readonly as: string }
  | { readonly op: "syncFolder"; readonly path: string }
  | { readonly op: "now" }
  | { readonly op: "sleep"; readonly ms: number };

/** A procedure of the protocol: steps on the way to a `T`. */
export type Steps<T> = Generator<FsOp, T, unknown>;

/** What a driver throws into a procedure when a step fails: an errno by name. */
export interface FsFailure {
  readonly code: string;
}

/** Opens a file. Throws ENOENT, EEXIST and others as `mode` implies. */
export function* open(path: string, mode: OpenMode): Steps<Fd> {
  return (yield { op: "open", path, mode }) as Fd;
}

/** Closes a file and with it frees its lock. */
export function* close(fd: Fd): Steps<void> {
  yield { op: "close", fd };
}

/** One write(2) at the end of the file. Throws ENOSPC, EIO and others when nothing was written. */
export function* append(fd: Fd, bytes: Uint8Array): Steps<Landed> {
  return (yield { op: "append", fd, bytes }) as Landed;
}

/** Reads up to `length` bytes; fewer at the end of the file. */
export function* readAt(fd: Fd, position: number, length: number): Steps<Uint8Array> {
  return (yield { op: "readAt", fd, position, length }) as Uint8Array;
}

/**
 * Overwrites bytes in place; the file must be open in mode `overwrite` or `private`.
 * Says how many: fewer when the disk fills up.
 */
export function* writeAt(fd: Fd, position: number, bytes: Uint8Array): Steps<number> {
  return (yield { op: "writeAt", fd, position, bytes }) as number;
}

/**
 * A store into a journal: visible to all and kept by the kernel when done, and never
 * seen in part where it is 4 or 8 bytes in their own alignment.
 */
export function* store(fd: Fd, position: number, bytes: Uint8Array): Steps<void> {
  yield { op: "store", fd, position, bytes };
}

/** The size of an open file in bytes: what `fstat` says, for less. */
export function* size(fd: Fd): Steps<number> {
  return (yield { op: "size", fd }) as number;
}

export function* fstat(fd: Fd): Steps<FileStat> {
  return (yield { op: "fstat", fd }) as FileStat;
}

/** What the path leads to, links followed; throws ENOENT. */
export function* stat(path: string): Steps<FileStat> {
  return (yield { op: "stat", path }) as FileStat;
}

/** The directory entry itself; throws ENOENT. */
export function* lstat(path: string): Steps<FileStat> {
  return (yield { op: "lstat", path }) as FileStat;
}

/** Gives a file a second name. Never replaces one: throws EEXIST. */
export function* link(from: string, to: string): Steps<void> {
  yield { op: "link", from, to };
}

/** Moves a name, replacing `to`: only for names that are no data file's only one. */
export function* rename(from: string, to: string): Steps<void> {
  yield { op: "rename", from, to };
}

/** Moves a name and never replaces one: throws EEXIST. */
export function* move(from: string, to: string): Steps<void> {
  yield { op: "move", from, to };
}

export function* unlink(path: string): Steps<void> {
  yield { op: "unlink", path };
}

/** Makes a symbolic link at `path`; throws EEXIST. */
export function* symlink(target: string, path: string): Steps<void> {
  yield { op: "symlink", target, path };
}

export function* readlink(path: string): Steps<string> {
  return (yield { op: "readlink", path }) as string;
}

/** The names in a directory, in no order; not atomic against changes meanwhile. */
export function* readdir(path: string): Steps<readonly string[]> {
  return (yield { op: "readdir", path }) as readonly string[];
}

/** Makes a directory and its parents; nothing happens if it is there. */
export function* mkdir(path: string): Steps<void> {
  yield { op: "mkdir", path };
}

/**
 * flock(2) without waiting: false when another open file description holds it
 * in a mode that excludes ours. A lock that is held already is converted, which
 * is not atomic.
 */
export function* tryLock(fd: Fd, mode: LockMode): Steps<boolean> {
  return (yield { op: "tryLock", fd, mode }) as boolean;
}

/** fsync(2): what was written survives a power failure. */
export function* sync(fd: Fd): Steps<void> {
  yield { op: "sync", fd };
}

/** fsync(2) of a folder: names made and removed in it survive a power failure, in this order. */
export function* syncFolder(path: string): Steps<void> {
  yield { op: "syncFolder", path };
}

/** Gives a file the owner and the permissions of another, as far as this process may. */
export function* imitate(path: string, as: string): Steps<void> {
  yield { op: "imitate", path, as };
}

/** Writes the whole content of one file, compressed, into another, which is empty. */
export function* compress(from: Fd, to: Fd, method: Method): Steps<void> {
  yield { op: "compress", from, to, method };
}

/** Has the user's `rotator` make the file `to` out of the file `from`. */
export function* handOver(from: string, to: string): Steps<void> {
  yield { op: "handOver", from, to };
}

/** Seconds since the epoch, by the library's clock. */
export function* now(): Steps<number> {
  return (yield { op: "now" }) as number;
}

/** Blocks for some real milliseconds. */
export function* sleep(ms: number): Steps<void> {
  yield { op: "sleep", ms };
}

/** Whether a directory entry, not followed if it is a link, is a name of this file (`FileStat.id`). */
export function* isNameOf(path: string, id: string): Steps<boolean> {
  const there = yield* tolerate(lstat(path), "ENOENT");
  return there !== "ENOENT" && there.id === id;
}

/** Turns failures with one of the given codes into a result: that code. */
export function* tolerate<T, C extends string>(
  steps: Steps<T>,
  ...codes: readonly C[]
): Steps<T | C> {
  try {
    return yield* steps;
  } catch (error) {
    const code = codes.find((code) => isFailure(error, code));
    if (code === undefined) throw error;
    return code;
  }
}

/** Whether an error is the failure of a step with this code. */
function isFailure(error: unknown, code: string): boolean {
  return error instanceof Error && (error as Error & Partial<FsFailure>).code === code;
}
