// What a folder holds of a log, read by names and inodes alone and with none of
// the production parsers, so that a mistake of theirs can't hide itself. Used by
// verdict.ts to find lines, and by kill-run.ts to see what a death has left.

import { lstatSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import * as zlib from "node:zlib";

/** One file of the log, each inode once. */
export interface LogFile {
  /** All its names, relative to the log's folder. */
  readonly names: readonly string[];
  /** The periods that its names state; none for numbered files and a base of its own. */
  readonly suffixes: readonly string[];
  /** Unpacked; null for an archive that can't be unpacked. */
  readonly text: string | null;
}

/** One entry of the log's folder or of its private folder. */
export interface Entry {
  /** Relative to the log's folder. */
  readonly name: string;
  readonly inode: string;
  readonly suffix: string | null;
  /** 0 for a period's first file. */
  readonly index: number;
  /** Marked with `~`. */
  readonly marked: boolean;
  /** `own`: made by the user's rotator, which here copies. */
  readonly packing: "" | "gz" | "zst" | "own";
  readonly kind:
    | "dated"
    | "hidden"
    | "base"
    | "numbered"
    | "lock"
    | "temporary"
    | "journal"
    | "other";
}

const PRIVATE = ".daybook";

/** Every entry that is a file, in no order. */
export function listEntries(directory: string, base: string): Entry[] {
  const own = namesIn(directory).map((name) => describe(directory, name, base));
  const hidden = namesIn(join(directory, PRIVATE)).map((name) =>
    describe(directory, `${PRIVATE}/${name}`, base),
  );
  return [...own, ...hidden].filter((entry) => entry !== null);
}

/** The files that count: an archive does not, while the file it is made of is still there. */
export function readFiles(directory: string, base: string): LogFile[] {
  const entries = listEntries(directory, base);
  const byInode = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (!["dated", "hidden", "base", "numbered"].includes(entry.kind)) continue;
    if (isUnfinishedArchive(entry, entries)) continue;
    byInode.set(entry.inode, [...(byInode.get(entry.inode) ?? []), entry]);
  }
  return [...byInode.values()].map((names) => ({
    names: names.map(({ name }) => name),
    suffixes: [...new Set(names.flatMap(({ suffix }) => suffix ?? []))],
    text: unpacked(join(directory, names[0]?.name ?? ""), names[0]?.packing ?? ""),
  }));
}

function isUnfinishedArchive(entry: Entry, entries: readonly Entry[]): boolean {
  return (
    entry.packing !== "" &&
    entries.some(
      (other) =>
        other.marked &&
        other.kind === entry.kind &&
        other.suffix === entry.suffix &&
        other.index === entry.index,
    )
  );
}

function describe(directory: string, name: string, base: string): Entry | null {
  const stat = lstatSync(join(directory, name), { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile()) return null;
  const inode = `${stat.dev}:${stat.ino}`;
  const plain = { name, inode, suffix: null, index: 0, marked: false, packing: "" } as const;
  if (name.startsWith(`${PRIVATE}/${base}.`) && name.endsWith(".journal"))
    return { ...plain, kind: "journal" };
  const literal = base.replaceAll(".", String.raw`\.`);
  if (name === base) return { ...plain, kind: "base" };
  if (name === `${PRIVATE}/${base}.lock`) return { ...plain, kind: "lock" };
  if (name.startsWith(`${PRIVATE}/`) && name.endsWith(".tmp"))
    return { ...plain, kind: "temporary" };
  const hidden = new RegExp(`^${PRIVATE}/${literal}\\.([\\d-]+)\\.(\\d+)\\.active$`).exec(name);
  if (hidden !== null) {
    return { ...plain, kind: "hidden", suffix: hidden[1] ?? "", index: Number(hidden[2]) };
  }
  const dated = new RegExp(
    `^${literal}\\.(\\d{4}-\\d{2}-\\d{2})(?:\\.(\\d+))?(~)?(?:\\.(gz|zst|own))?$`,
  ).exec(name);
  const numbered = new RegExp(`^${literal}()\\.(\\d+)(~)?(?:\\.(gz|zst))?$`).exec(name);
  const found = dated ?? numbered;
  if (found === null) return { ...plain, kind: "other" };
  return {
    ...plain,
    kind: dated === null ? "numbered" : "dated",
    suffix: dated === null ? null : (found[1] ?? ""),
    index: Number(found[2] ?? 0),
    marked: found[3] !== undefined,
    packing: (found[4] ?? "") as Entry["packing"],
  };
}

function unpacked(path: string, packing: Entry["packing"]): string | null {
  const bytes = readFileSync(path);
  try {
    if (packing === "gz") return zlib.gunzipSync(bytes).toString();
    if (packing === "zst") return unzstd(bytes).toString();
    return bytes.toString();
  } catch {
    return null;
  }
}

function unzstd(bytes: Buffer): Buffer {
  // In Node from 22.15 on, which is where a log can have such files.
  const { zstdDecompressSync } = zlib as unknown as { zstdDecompressSync(bytes: Buffer): Buffer };
  return zstdDecompressSync(bytes);
}

function namesIn(directory: string): string[] {
  return statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true
    ? readdirSync(directory)
    : [];
}
