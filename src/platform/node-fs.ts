// The real file system as a driver of the rotation protocol: each step is one
// system call (few of them two). Nothing is decided here. What a step means is
// stated in rotation/fs-op.ts, and the model in the tests keeps to the same.

import * as fs from "node:fs";

import { UNKNOWN_POSITION } from "../rotation/fs-op.ts";
import type { Fd, FileStat, FsOp, Landed, OpenMode } from "../rotation/fs-op.ts";
import type { KernelLock } from "./locks.ts";
import { makeFolder } from "./make-folder.ts";
import { nativeCalls } from "./native.ts";
import type { NativeCalls } from "./native.ts";
import type { FileSystem } from "./run-sync.ts";

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDWR } = fs.constants;
// No data file of ours is a symbolic link or a pipe; what stands in its place is a
// trap or a mistake, and must neither be followed nor make us wait.
const PLAIN = O_NOFOLLOW | O_NONBLOCK;
const FLAGS: Readonly<Record<OpenMode, number>> = {
  append: O_RDWR | O_APPEND | PLAIN,
  create: O_RDWR | O_APPEND | O_CREAT | O_EXCL,
  lock: O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK,
  overwrite: O_RDWR | PLAIN,
};

// For the owner and the group; the process's umask takes from it as usual.
const FILE_MODE = 0o660;

/** What the protocol asks for besides files. */
export interface Surroundings {
  /** The machine's lock, see `kernelLock`; null where there is none. */
  readonly lock: KernelLock | null;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The file system of this machine. */
export function nodeFs(surroundings: Surroundings): FileSystem {
  const append = appendBy(nativeCalls());
  return {
    perform: (step) =>
      step.op === "append" ? append(step.fd, step.bytes) : perform(step, surroundings),
  };
}

function perform(step: Exclude<FsOp, { op: "append" }>, { lock, now }: Surroundings): unknown {
  switch (step.op) {
    case "open":
      return fs.openSync(step.path, FLAGS[step.mode], FILE_MODE);
    case "close":
      return fs.closeSync(step.fd);
    case "readAt":
      return readAt(step.fd, step.position, step.length);
    case "writeAt":
      return fs.writeSync(step.fd, step.bytes, 0, step.bytes.length, step.position);
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
    case "unlink":
      return fs.unlinkSync(step.path);
    case "symlink":
      return fs.symlinkSync(step.target, step.path);
    case "readlink":
      return fs.readlinkSync(step.path);
    case "readdir":
      return fs.readdirSync(step.path);
    case "mkdir":
      return makeFolder(step.path);
    case "tryLock":
      if (lock === null) throw new Error("a lock was asked for on a machine that has none");
      return lock.tryLock(step.fd, step.mode);
    case "now":
      return now() / 1000;
    case "sleep":
      return Atomics.wait(sleeper, 0, 0, step.ms);
  }
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

function readAt(fd: Fd, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, fs.readSync(fd, bytes, 0, length, position));
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

const SEEK_CUR = 1;
// Linux writes at most this much at a time, also on 64-bit machines (write(2)).
const LONGEST_WRITE = 0x7ffff000;

function appendNatively(native: NativeCalls, fd: Fd, bytes: Uint8Array): Landed {
  for (;;) {
    const written = native.write(fd, bytes, Math.min(bytes.length, LONGEST_WRITE));
    if (written >= 0) return { written, end: native.lseek(fd, 0, SEEK_CUR) };
    const code = native.errno();
    if (code !== "EINTR")
      throw Object.assign(new Error(`${code}: write`), { code, syscall: "write" });
  }
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
