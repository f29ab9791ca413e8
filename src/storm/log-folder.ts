// Reads what a log left in its folder into the files that the checker judges.
// It goes by names and inodes alone and shares no parser with the rotation room.
// Every inode is read once for each period that a name of it states, so that a
// hard link counts once; a symbolic link is a pointer and holds no line.

import { lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import type { LogFile } from "./checker.ts";
import { PRIVATE_FOLDER, readHiddenName, readName, slotOf } from "./folder-names.ts";
import type { FolderName } from "./folder-names.ts";
import { unpack } from "./unpack.ts";

interface Entry extends FolderName {
  readonly label: string;
  readonly path: string;
  readonly inode: string;
  /** Lower is the better name for one and the same file. */
  readonly rank: number;
}

/**
 * The files of the log at `logPath`: dated or numbered, indexed, `~`, compressed (known by
 * the first bytes, not by name), the base if it is a file, and an active
 * file whose hidden name is the only one a crash left it. An archive beside the `~` of
 * the same file does not count: the compressor died before the `~` went, and the next
 * one finishes its work. Empty when the folder does not exist.
 *
 * @param numbered - whether the log's files bear numbers instead of dates.
 */
export function readLogFolder(logPath: string, numbered: boolean = false): LogFile[] {
  const base = basename(logPath);
  const folder = join(logPath, "..");
  const entries = [...listPublic(folder, base, numbered), ...listHidden(folder, base)];
  const unfinished = new Set(entries.filter((each) => each.marked).map(slotOf));
  const chosen = new Map<string, Entry>();
  for (const entry of entries.toSorted((a, b) => a.rank - b.rank)) {
    if (entry.packing !== "" && !entry.marked && unfinished.has(slotOf(entry))) continue;
    // A base that is a link to a dated file adds neither a file nor a period.
    const known = entry.suffix === null && entries.some((e) => e !== entry && sameInode(e, entry));
    const key = `${entry.inode} ${entry.suffix}`;
    if ((!known || numbered) && !chosen.has(key)) chosen.set(key, entry);
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
      return readName(base, basename(readlinkSync(logPath)), false)?.suffix ?? null;
    }
    const inode = inodeOf(stat);
    const names = [...listHidden(folder, base), ...listPublic(folder, base, false)];
    return names.find((name) => name.suffix !== null && name.inode === inode)?.suffix ?? null;
  } catch {
    // The name is being swapped or is not there yet: nothing to tell.
    return null;
  }
}

/** The names in a folder; none when it does not exist. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function listPublic(folder: string, base: string, numbered: boolean): Entry[] {
  return listFiles(folder).flatMap(({ name, path, inode }) => {
    const read = readName(base, name, numbered);
    if (read === null) return [];
    return [{ ...read, label: name, path, inode, rank: name === base ? 2 : 0 }];
  });
}

function listHidden(folder: string, base: string): Entry[] {
  return listFiles(join(folder, PRIVATE_FOLDER)).flatMap(({ name, path, inode }) => {
    const read = readHiddenName(base, name);
    if (read === null) return [];
    return [{ ...read, label: `${PRIVATE_FOLDER}/${name}`, path, inode, rank: 1 }];
  });
}

function listFiles(folder: string): { name: string; path: string; inode: string }[] {
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return stat?.isFile() === true ? [{ name, path, inode: inodeOf(stat) }] : [];
  });
}

function inodeOf(stat: { dev: number; ino: number }): string {
  return `${stat.dev}:${stat.ino}`;
}

function sameInode(a: Entry, b: Entry): boolean {
  return a.inode === b.inode;
}
