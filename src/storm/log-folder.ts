// Reads what a log left in its folder into the files that the checker judges.
// It goes by names and inodes alone and shares no parser with the rotation room.
// Every inode is read once for each period that a name of it states, so that a
// hard link counts once; a symbolic link is a pointer and holds no line.

import { lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { LogFile } from "./checker.ts";

/** The folder beside a log for what readers of the log need not see. */
const PRIVATE_FOLDER = ".daybook";

interface Entry {
  readonly label: string;
  readonly path: string;
  readonly suffix: string | null;
  readonly inode: string;
  /** Lower is the better name for one and the same file. */
  readonly rank: number;
}

/**
 * The files of the log at `logPath`: dated, indexed, `~`, compressed (known by
 * the first two bytes, not by name), the base if it is a file, and an active
 * file whose hidden name is the only one a crash left it. Empty when the folder
 * does not exist.
 */
export function readLogFolder(logPath: string): LogFile[] {
  const base = basename(logPath);
  const folder = join(logPath, "..");
  const entries = [...listPublic(folder, base), ...listHidden(folder, base)];
  const chosen = new Map<string, Entry>();
  for (const entry of entries.toSorted((a, b) => a.rank - b.rank)) {
    // A base that is a link to a dated file adds neither a file nor a period.
    const known = entry.suffix === null && entries.some((e) => e !== entry && sameInode(e, entry));
    const key = `${entry.inode} ${entry.suffix}`;
    if (!known && !chosen.has(key)) chosen.set(key, entry);
  }
  return [...chosen.values()]
    .toSorted((a, b) => (a.label < b.label ? -1 : 1))
    .map(({ label, path, suffix }) => ({ label, suffix, read: () => unpack(readFileSync(path)) }));
}

/** Which period a log's own name leads to now: by link, or by the other name of its inode. */
export function currentSuffix(logPath: string): string | null {
  const base = basename(logPath);
  const folder = join(logPath, "..");
  try {
    const stat = lstatSync(logPath);
    if (stat.isSymbolicLink()) {
      return datedPattern(base).exec(basename(readlinkSync(logPath)))?.[1] ?? null;
    }
    const inode = inodeOf(stat);
    const names = [...listHidden(folder, base), ...listPublic(folder, base)];
    return names.find((name) => name.suffix !== null && name.inode === inode)?.suffix ?? null;
  } catch {
    // The name is being swapped or is not there yet: nothing to tell.
    return null;
  }
}

function listPublic(folder: string, base: string): Entry[] {
  const pattern = datedPattern(base);
  return listFiles(folder).flatMap(({ name, path, inode }) => {
    const suffix = pattern.exec(name)?.[1] ?? null;
    if (suffix === null && name !== base) return [];
    return [{ label: name, path, suffix, inode, rank: suffix === null ? 2 : 0 }];
  });
}

function listHidden(folder: string, base: string): Entry[] {
  const pattern = new RegExp(`^${escapeRegExp(base)}\\.(\\d{4}-\\d{2}-\\d{2})\\.\\d+\\.active$`);
  return listFiles(join(folder, PRIVATE_FOLDER)).flatMap(({ name, path, inode }) => {
    const suffix = pattern.exec(name)?.[1];
    if (suffix === undefined) return [];
    return [{ label: `${PRIVATE_FOLDER}/${name}`, path, suffix, inode, rank: 1 }];
  });
}

function listFiles(folder: string): { name: string; path: string; inode: string }[] {
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return stat?.isFile() === true ? [{ name, path, inode: inodeOf(stat) }] : [];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function datedPattern(base: string): RegExp {
  return new RegExp(`^${escapeRegExp(base)}\\.(\\d{4}-\\d{2}-\\d{2})(?:\\.\\d+)?~?(?:\\.gz)?$`);
}

function inodeOf(stat: { dev: number; ino: number }): string {
  return `${stat.dev}:${stat.ino}`;
}

function sameInode(a: Entry, b: Entry): boolean {
  return a.inode === b.inode;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function unpack(bytes: Buffer): Buffer {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}
