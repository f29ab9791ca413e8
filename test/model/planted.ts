// Bugs planted underneath the protocol: steps carried out otherwise than asked, or
// a process that does something else. Each must be caught in the scenario named
// beside it, or the scenario proves nothing. Production code is not touched.

import type { Fd, FileStat, FsOp } from "../../src/rotation/fs-op.ts";
import type { MemoryFs } from "../../src/testing/memory-fs.ts";
import type { Sabotage } from "../../src/testing/moves.ts";
import { BASE } from "./site.ts";

export interface PlantedBug {
  readonly name: string;
  /** What is done otherwise. */
  readonly how: string;
  readonly sabotage: Sabotage;
  /** Whether it shows without anything happening from outside. */
  readonly alone?: boolean;
}

const isLockFile = (fs: MemoryFs, fd: Fd): boolean =>
  namesOf(fs, fd).some((name) => name.endsWith(".lock"));

function namesOf(fs: MemoryFs, fd: Fd): string[] {
  const inode = fs.openFile(fd)?.inode;
  return [...fs.entries()].filter(([, other]) => other === inode).map(([path]) => path);
}

function hasName(fs: MemoryFs, inode: number): boolean {
  return [...fs.entries()].some(([, other]) => other === inode);
}

export const PLANTED: readonly PlantedBug[] = [
  {
    name: "no lock on the log",
    how: "the log's lock is never taken, and always said to be held",
    alone: true,
    sabotage: (step, perform, { fs }) =>
      step.op === "tryLock" && isLockFile(fs, step.fd) ? true : perform(step),
  },
  {
    name: "no look at the lock's inode",
    how: "the lock file's path is said to lead to whatever file was locked",
    sabotage: (step, perform, { owner, fs }) => {
      if (step.op !== "stat" || !step.path.endsWith(".lock")) return perform(step);
      const stat = perform(step) as FileStat;
      const mine = [...fs.openFiles()].find(
        (file) => file.owner === owner && file.lock === "exclusive",
      );
      return mine === undefined ? stat : { ...stat, id: `i${mine.inode}` };
    },
  },
  {
    name: "a rename that clobbers",
    how: "a name that is taken is replaced, where link(2) and RENAME_NOREPLACE refuse",
    sabotage: (step, perform) => {
      if (step.op !== "link" && step.op !== "move") return perform(step);
      try {
        return perform(step);
      } catch (error) {
        if ((error as { code?: string }).code !== "EEXIST") throw error;
        perform({ op: "unlink", path: step.to });
        return perform(step);
      }
    },
  },
  {
    name: "no shared lock",
    how: "a writer marks no file as in use",
    sabotage: (step, perform) =>
      step.op === "tryLock" && step.mode === "shared" ? true : perform(step),
  },
  {
    name: "compress and delete without proof",
    how: "every file is said to be unused",
    sabotage: (step, perform, { fs }) =>
      step.op === "tryLock" && step.mode === "exclusive" && !isLockFile(fs, step.fd)
        ? true
        : perform(step),
  },
  {
    name: "no second look at the name",
    how: "a file opened for writing is said to bear its name still",
    sabotage: (step, perform, { fs, owner }) => {
      if (step.op !== "fstat" || fs.openFile(step.fd)?.append !== false) return perform(step);
      const [opened] = [...fs.openFiles()]
        .filter((file) => file.owner === owner && file.append && file.lock === "shared")
        .toReversed();
      const stat = perform(step) as FileStat;
      return opened === undefined ? stat : { ...stat, id: `i${opened.inode}` };
    },
  },
  {
    name: "reopening forgotten",
    how: "a file without a name is said to have one",
    sabotage: (step, perform, { owner, fs }) => {
      const nameless = [...fs.openFiles()].find(
        (file) => file.owner === owner && file.append && !hasName(fs, file.inode),
      );
      if (step.op !== "lstat" || nameless === undefined) return perform(step);
      return { id: `i${nameless.inode}`, kind: "file", size: 0, nlink: 1, mtime: 0 };
    },
  },
  {
    name: "no stump repair",
    how: "no byte is ever overwritten",
    sabotage: (step, perform) => (step.op === "writeAt" ? undefined : perform(step)),
  },
  {
    name: "temporary names of no file's own",
    how: "all archives are made under one temporary name",
    sabotage: (step, perform) => perform(withOneTemporary(step)),
  },
  {
    name: "the `~` goes first",
    how: "the marked file is removed before its archive is linked",
    sabotage: (step, perform, { fs }) => {
      if (step.op === "link" && step.to.endsWith(".gz")) {
        return perform({ op: "unlink", path: step.to.replace(/\.gz$/, "~") });
      }
      const temporary = [...fs.entries()].find(([path]) => ARCHIVE.test(path))?.[0];
      if (step.op !== "unlink" || !step.path.endsWith("~") || temporary === undefined) {
        return perform(step);
      }
      return perform({ op: "link", from: temporary, to: step.path.replace(/~$/, ".gz") });
    },
  },
  {
    name: "half an archive is gone on with",
    how: "what a killed process has left of an archive is written on, not made anew",
    sabotage: (step, perform) => {
      if (!("path" in step) || !ARCHIVE.test(step.path)) return perform(step);
      if (step.op === "open") return perform({ ...step, mode: "lock" });
      if (step.op !== "unlink") return perform(step);
      const { nlink } = perform({ op: "lstat", path: step.path }) as FileStat;
      return nlink > 1 ? perform(step) : undefined;
    },
  },
];

/** The temporary name of an archive that is being made. */
const ARCHIVE = /-i\d+\.tmp$/;

function withOneTemporary(step: FsOp): FsOp {
  const renamed = (path: string): string =>
    path.replace(/\/a\.[^/]*-i\d+\.tmp$/, `/${BASE}.archive.tmp`);
  if ("path" in step) return { ...step, path: renamed(step.path) } as FsOp;
  if ("from" in step && typeof step.from === "string") {
    return { ...step, from: renamed(step.from), to: renamed(step.to as string) } as FsOp;
  }
  return step;
}
