// The real file system as a driver of the rotation protocol: each step is one
// system call (few of them two). Nothing is decided here. What a step means is
// stated in rotation/fs-op.ts, and the model in the tests keeps to the same.

import * as fs from "node:fs";
import { setTimeout } from "node:timers";
import { promisify } from "node:util";

import { UNKNOWN_POSITION } from "../rotation/fs-op.ts";
import type { Fd, FileStat, FsOp, Landed, OpenMode } from "../rotation/fs-op.ts";
import { compressFile, compressFileSync } from "./compress-file.ts";
import type { KernelLock } from "./locks.ts";
import { DIRECTORY_MODE, makeFolder } from "./make-folder.ts";
import { nativeCalls } from "./native.ts";
import type { NativeCalls } from "./native.ts";
import { storeMapped } from "./mapped-memory.ts";
import type { LaterFileSystem, LongStep } from "./run-async.ts";
import { refill, reserveDescriptors, withSpares } from "./spare-descriptors.ts";

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDWR } = fs.constants;
// No data file of ours is a symbolic link or a pipe; what stands in its place is a
// trap or a mistake, and must neither be followed nor make us wait.
const PLAIN = O_NOFOLLOW | O_NONBLOCK;
const FLAGS: Readonly<Record<OpenMode, number>> = {
  append: O_RDWR | O_APPEND | PLAIN,
  create: O_RDWR | O_APPEND | O_CREAT | O_EXCL,
  lock: O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK,
  overwrite: O_RDWR | PLAIN,
  private: O_RDWR | O_CREAT | O_EXCL,
};

/** The permissions of a file where none are asked for: reading and writing for the owner and the group. */
export const FILE_MODE = 0o660;
/** Those of a journal, whatever is asked for: it is one process's memory. */
const PRIVATE_MODE = 0o600;

/**
 * Makes the file `dest` out of the file `source`, which it may remove; Python's
 * `rotator`. Done when it returns, or when its promise resolves.
 */
export type Rotator = (source: string, dest: string) => void | Promise<void>;

/** What the protocol asks for besides files. */
export interface Surroundings {
  /** The machine's lock, see `kernelLock`; null where there is none. */
  readonly lock: KernelLock | null;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Permissions of new files; 0o660 if absent. The process's umask takes from them as usual. */
  readonly fileMode?: number;
  /** Permissions of new folders; 0o770 if absent. Umask as above. */
  readonly directoryMode?: number;
  /** The user's `rotator`, asked for at each `handOver`. */
  readonly rotator?: () => Rotator | null;
}

type OtherStep = Exclude<FsOp, { op: "append" }>;

/** The file system of this machine. Where descriptors run out, it has some in reserve. */
export function nodeFs(surroundings: Surroundings): LaterFileSystem {
  const append = appendBy(nativeCalls());
  reserveDescriptors(surroundings.lock?.name === "flock(1)");
  return {
    perform(step) {
      if (step.op === "append") return append(step.fd, step.bytes);
      const spares = SPARES_FOR[step.op] ?? 0;
      const result =
        spares > 0
          ? withSpares(() => perform(step, surroundings), spares)
          : perform(step, surroundings);
      if (step.op === "close") refill();
      return result;
    },
    ...appenderBy(nativeCalls()),
    performLater: (step) => performLater(step, surroundings),
  };
}

/** Steps that need descriptors, for a moment at least, and how many they are given at a time where there are none. */
const SPARES_FOR: Readonly<Partial<Record<FsOp["op"], number>>> = {
  open: 1,
  readdir: 1,
  // flock(1) is a command.
  tryLock: Infinity,
};

function perform(step: OtherStep, surroundings: Surroundings): unknown {
  const { lock, now, fileMode = FILE_MODE, directoryMode = DIRECTORY_MODE } = surroundings;
  switch (step.op) {
    case "open":
      return openUnleased(
        step.path,
        FLAGS[step.mode],
        step.mode === "private" ? PRIVATE_MODE : fileMode,
      );
    case "close":
      return fs.closeSync(step.fd);
    case "readAt":
      return readAt(step.fd, step.position, step.length);
    case "writeAt":
      return fs.writeSync(step.fd, step.bytes, 0, step.bytes.length, step.position);
    case "store":
      return store(step.fd, step.position, step.bytes);
    case "size":
      return sizeOf(step.fd);
    case "fstat":
      return describe(fs.fstatSync(step.fd, { bigint: true }));
    case "stat":
      return describe(fs.statSync(step.path, { bigint: true }));
    case "lstat":
      return describe(fs.lstatSync(step.path, { bigint: true }));
    case "link":
      return fs.linkSync(step.from, step.to);
    case "rename":
      return fs.renameSync(step.from, step.to);
    case "move":
      return move(step.from, step.to);
    case "unlink":
      return fs.unlinkSync(step.path);
    case "symlink":
      return fs.symlinkSync(step.target, step.path);
    case "readlink":
      return fs.readlinkSync(step.path);
    case "readdir":
      return fs.readdirSync(step.path);
    case "mkdir":
      return makeFolder(step.path, directoryMode);
    case "tryLock":
      if (lock === null) throw new Error("a lock was asked for on a machine that has none");
      return lock.tryLock(step.fd, step.mode);
    case "sync":
      return fs.fsyncSync(step.fd);
    case "compress":
      return compressFileSync(step.from, step.to, step.method);
    case "handOver":
      return handOver(step.from, step.to, surroundings);
    case "imitate":
      return imitate(step.path, step.as);
    case "syncFolder":
      return syncFolder(step.path);
    case "now":
      return now() / 1000;
    case "sleep":
      return nap(step.ms);
  }
}

const syncLater = promisify(fs.fsync);

/** `sleep` may end with the process: what waits here is never worth staying alive for. */
async function performLater(step: LongStep, surroundings: Surroundings): Promise<unknown> {
  switch (step.op) {
    case "compress":
      return await compressFile(step.from, step.to, step.method);
    case "sync":
      return await syncLater(step.fd);
    case "syncFolder":
      return await syncFolderLater(step.path);
    case "handOver":
      return await rotatorOf(surroundings)(step.from, step.to);
    case "sleep":
      return await new Promise((resolve) => void setTimeout(resolve, step.ms).unref());
  }
}

function rotatorOf({ rotator }: Surroundings): Rotator {
  const made = rotator?.() ?? null;
  if (made === null) throw new Error("a file was to be handed over, and there is no rotator");
  return made;
}

/** While the caller waits nothing can be awaited: a promise here would be a file lost from sight. */
function handOver(from: string, to: string, surroundings: Surroundings): void {
  const answer: unknown = rotatorOf(surroundings)(from, to);
  if (typeof (answer as { then?: unknown } | null | undefined)?.then !== "function") return;
  (answer as Promise<unknown>).then(undefined, () => {}); // told below, and by the file
  throw new Error(
    "the rotator returned a promise where a log call waits for it; accepted: a function that is done when it returns",
  );
}

const LEASE_TRIES = 100;

/**
 * A file on which another process holds a lease can't be opened without waiting, which
 * is refused with EAGAIN while the kernel takes the lease back (fcntl(2), "Leases"):
 * Samba has some, and `daybook rotate` for a moment.
 */
function openUnleased(path: string, flags: number, mode: number): Fd {
  for (let tries = 1; ; tries += 1) {
    try {
      return fs.openSync(path, flags, mode);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN" || tries === LEASE_TRIES) throw error;
      nap(1);
    }
  }
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Lets the whole thread wait, for so many real milliseconds. */
export function nap(ms: number): void {
  Atomics.wait(sleeper, 0, 0, ms);
}

/** A kernel or a file system that has no such rename: renameat2(2). */
const NO_SUCH_RENAME: readonly string[] = ["ENOSYS", "EINVAL", "ENOTSUP", "EOPNOTSUPP"];

/**
 * By the kernel in one go where it can. Elsewhere the new name is made with link(2),
 * which never replaces one, and the old one taken away: a crash between the two
 * leaves the file under both names, and others see it so for that moment.
 */
function move(from: string, to: string): void {
  const native = nativeCalls();
  if (native !== null && native.renameNoReplace !== null) {
    for (;;) {
      if (native.renameNoReplace(from, to) === 0) return;
      const code = native.errno();
      if (NO_SUCH_RENAME.includes(code)) break;
      if (code !== "EINTR") {
        throw Object.assign(new Error(`${code}: rename '${from}' -> '${to}'`), {
          code,
          syscall: "renameat2",
          path: from,
          dest: to,
        });
      }
    }
  }
  fs.linkSync(from, to);
  fs.unlinkSync(from);
}

/**
 * Names survive a power failure only with their folder: a file that was synced may
 * still be lost (fsync(2)). Windows has no such call, and needs none.
 */
function openFolder(path: string): Fd | null {
  return process.platform === "win32" ? null : withSpares(() => fs.openSync(path, "r"));
}

function closeFolder(fd: Fd): void {
  fs.closeSync(fd);
  refill();
}

function syncFolder(path: string): void {
  const fd = openFolder(path);
  if (fd === null) return;
  try {
    fs.fsyncSync(fd);
  } finally {
    closeFolder(fd);
  }
}

async function syncFolderLater(path: string): Promise<void> {
  const fd = openFolder(path);
  if (fd === null) return;
  try {
    await syncLater(fd);
  } finally {
    closeFolder(fd);
  }
}

/** Who may not give a file to another's group gives that group no permissions either, as gzip does. */
function imitate(path: string, as: string): void {
  const { uid, gid, mode } = fs.statSync(as);
  let permissions = mode & 0o777;
  if (!mayFail(() => fs.chownSync(path, uid, gid)) && !mayFail(() => fs.chownSync(path, -1, gid))) {
    if (fs.statSync(path).gid !== gid) permissions &= 0o707;
  }
  fs.chmodSync(path, permissions);
}

function mayFail(action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EPERM" || code === "EINVAL" || code === "ENOSYS") return false;
    throw error;
  }
}

function readAt(fd: Fd, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, fs.readSync(fd, bytes, 0, length, position));
}

/** By the kernel's word (pwrite(2)) a small write inside a page is seen whole by whoever reads after it. */
function store(fd: Fd, position: number, bytes: Uint8Array): void {
  if (!storeMapped(fd, position, bytes)) fs.writeSync(fd, bytes, 0, bytes.length, position);
}

const SEEK_END = 2;

/** The position that this moves is used by nobody: whoever appends asks for it after its write. */
function sizeOf(fd: Fd): number {
  const size = nativeCalls()?.lseek(fd, 0, SEEK_END) ?? -1;
  return size >= 0 ? size : fs.fstatSync(fd).size;
}

function describe(stat: fs.BigIntStats): FileStat {
  return {
    id: `${stat.dev}:${stat.ino}`,
    kind: stat.isFile()
      ? "file"
      : stat.isDirectory()
        ? "directory"
        : stat.isSymbolicLink()
          ? "symlink"
          : "other",
    size: Number(stat.size),
    nlink: Number(stat.nlink),
    mtime: Number(stat.mtimeMs) / 1000,
  };
}

function appendBy(native: NativeCalls | null): (fd: Fd, bytes: Uint8Array) => Landed {
  return native === null ? appendByNode : (fd, bytes) => appendNatively(native, fd, bytes);
}

/** What was written is written, whatever throws afterwards: a full stack, for one. */
function nativePosition(native: NativeCalls, fd: Fd): number {
  try {
    return native.lseek(fd, 0, SEEK_CUR);
  } catch {
    return UNKNOWN_POSITION;
  }
}

const SEEK_CUR = 1;
// Linux writes at most this much at a time, also on 64-bit machines (write(2)).
const LONGEST_WRITE = 0x7ffff000;

function appendNatively(native: NativeCalls, fd: Fd, bytes: Uint8Array): Landed {
  for (;;) {
    const written = native.write(fd, bytes, Math.min(bytes.length, LONGEST_WRITE));
    if (written >= 0) return { written, end: nativePosition(native, fd) };
    const code = native.errno();
    if (code !== "EINTR")
      throw Object.assign(new Error(`${code}: write`), { code, syscall: "write" });
  }
}

/** What the native call saves by knowing the bytes ahead is a tenth of a short append. */
function appenderBy(native: NativeCalls | null): Pick<LaterFileSystem, "appender"> {
  const writerFrom = native?.writerFrom ?? null;
  if (native === null || writerFrom === null) return {};
  return {
    appender(bytes) {
      const writeFrom = writerFrom(bytes);
      return (fd, length) => {
        const written = writeFrom(fd, length);
        if (written >= 0) return { written, end: nativePosition(native, fd) };
        return appendNatively(native, fd, bytes.subarray(0, length));
      };
    },
  };
}

/**
 * fs.writeSync may come back from a second write after a short first one, with
 * another process's line between the two, and does not say so. So what landed is
 * read back: if the bytes before the end are not ours in one piece, the record
 * counts as not written and its pieces as a fragment.
 */
function appendByNode(fd: Fd, bytes: Uint8Array): Landed {
  const written = fs.writeSync(fd, bytes, 0, bytes.length);
  const position = positionOf(fd);
  const end = position ?? fs.fstatSync(fd).size;
  const there = end < written ? null : readAt(fd, end - written, written);
  if (there !== null && Buffer.compare(there, bytes.subarray(0, written)) === 0) {
    return { written, end };
  }
  // With the size for want of the position, somebody may just have written behind us.
  if (position === null) return { written, end: UNKNOWN_POSITION };
  return { written: Math.min(1, written), end };
}

/** Where the last write of a descriptor ended: Node has no lseek, Linux tells it in /proc. */
function positionOf(fd: Fd): number | null {
  try {
    const info = fs.readFileSync(`/proc/self/fdinfo/${fd}`, "latin1");
    return Number(/^pos:\s*(\d+)/.exec(info)?.[1]);
  } catch {
    return null; // another system, or no descriptor left (EMFILE)
  }
}
