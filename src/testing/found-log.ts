// A log in the file system in memory, described as rotation/invariants.ts wants it.

import type { FoundFile, FoundLog } from "../rotation/invariants.ts";
import type { Naming } from "../rotation/naming.ts";
import { unpacked } from "./memory-fs.ts";
import type { MemoryFs } from "./memory-fs.ts";

/** The log with this naming in a folder, as it is now. */
export function foundLog(fs: MemoryFs, directory: string, naming: Naming): FoundLog {
  const inUse = new Set<number>();
  for (const { inode, lock } of fs.openFiles()) if (lock === "shared") inUse.add(inode);
  const names: string[] = [];
  const found = new Map<number, { names: string[]; text: string }>();
  for (const [path, inode, node] of fs.entries()) {
    if (!path.startsWith(`${directory}/`)) continue;
    const name = path.slice(directory.length + 1);
    names.push(name);
    if (node.kind !== "file") continue;
    const known = found.get(inode);
    if (known === undefined) found.set(inode, { names: [name], text: node.text });
    else known.names.push(name);
  }
  const files: FoundFile[] = [];
  for (const [inode, { names, text }] of found) {
    const isArchive = names.some((name) => compressionOf(naming, name) !== "");
    files.push(describe(`i${inode}`, names, isArchive ? unpacked(text) : text, inUse.has(inode)));
  }
  return { naming, names, files };
}

/** How an entry of the log's folder is compressed, by its name; a rotator's own archives count as plain. */
function compressionOf(naming: Naming, name: string): string {
  const compression = name.includes("/") ? "" : (naming.parse(name)?.compression ?? "");
  return compression === "own" ? "" : compression;
}

/** @param content null if it can't be read to its end */
function describe(
  id: string,
  names: readonly string[],
  content: string | null,
  inUse: boolean,
): FoundFile {
  const lines = (content ?? "").split("\n");
  const tail = lines.pop() as string;
  return { id, names, lines, tail, readable: content !== null, inUse };
}
