// The names and inodes of the file system in memory: folders, hard and symbolic
// links, the lowest free inode number first as on ext4. Who has a file open, locks
// and bytes on their way are memory-fs.ts's, the only caller. An inode that lost a
// name stays until it is told that nobody has it open.

import type { FileStat } from "../rotation/fs-op.ts";
import { Table } from "./table.ts";

/** What an inode is. Text stands for bytes, one character each; a link's is its target. */
export interface MemoryNode {
  readonly kind: "file" | "symlink" | "directory";
  readonly text: string;
  /** Seconds since the epoch, of the last change of its text. */
  readonly mtime: number;
}

/** As many links as Linux follows before it says ELOOP. */
const MOST_LINKS = 40;

const tellNode = ({ kind, text, mtime }: MemoryNode): string => `${kind} ${mtime} ${text}`;

/** What a disk holds at one moment. Its tables are shared between copies. */
export class MemoryDisk {
  #names: Table<string, number>;
  #nodes: Table<number, MemoryNode>;
  #denied: readonly string[];

  constructor(from?: MemoryDisk) {
    this.#names = from === undefined ? new Table(String) : from.#names;
    this.#nodes = from === undefined ? new Table(tellNode) : from.#nodes;
    this.#denied = from === undefined ? [] : from.#denied;
  }

  /** The same for two equal disks, whatever happened before. */
  key(): string {
    return `${this.#names.key()}\n\n${this.#nodes.key()}\n\n${this.#denied.join()}`;
  }

  /** Whether nothing has changed since the one was copied from the other. */
  isUnchanged(since: MemoryDisk): boolean {
    return (
      this.#names === since.#names && this.#nodes === since.#nodes && this.#denied === since.#denied
    );
  }

  /** No step may touch these paths from here on. */
  deny(paths: readonly string[]): void {
    this.#denied = paths;
  }

  /** Every name with the number of its inode and what that is. */
  *entries(): Generator<[path: string, inode: number, node: MemoryNode]> {
    for (const [path, inode] of this.#names.entries()) yield [path, inode, this.node(inode)];
  }

  node(inode: number): MemoryNode {
    const node = this.#nodes.get(inode);
    if (node === undefined) throw failure("ESTALE");
    return node;
  }

  /** Gives a file another content. */
  fill(inode: number, text: string, mtime: number): void {
    this.#nodes = this.#nodes.with(inode, { kind: "file", text, mtime });
  }

  /** How many names an inode has. */
  nlink(inode: number): number {
    let count = 0;
    for (const other of this.#names.values()) if (other === inode) count += 1;
    return count;
  }

  describe(inode: number): FileStat {
    const { kind, text, mtime } = this.node(inode);
    return { id: `i${inode}`, kind, size: text.length, nlink: this.nlink(inode), mtime };
  }

  /** The inode that a path leads to; throws ENOENT. */
  inodeAt(path: string, follow: boolean): number {
    const inode = this.#names.get(this.resolve(path, follow));
    if (inode === undefined) throw failure("ENOENT");
    return inode;
  }

  /** The inode with this very name, all links resolved. */
  named(place: string): number | undefined {
    return this.#names.get(place);
  }

  /** Makes an inode at a place that is free. */
  add(place: string, kind: MemoryNode["kind"], text: string, mtime: number): number {
    let inode = 1;
    while (this.#nodes.has(inode)) inode += 1;
    this.#names = this.#names.with(place, inode);
    this.#nodes = this.#nodes.with(inode, { kind, text, mtime });
    return inode;
  }

  /** Gives a file's number free, if it has no name any more. */
  collect(inode: number): void {
    if (this.nlink(inode) === 0) this.#nodes = this.#nodes.without(inode);
  }

  link(from: string, to: string): void {
    const inode = this.inodeAt(from, false);
    const place = this.resolve(to, false);
    if (this.#names.has(place)) throw failure("EEXIST");
    if (this.node(inode).kind === "directory") throw failure("EPERM");
    this.#names = this.#names.with(place, inode);
  }

  symlink(target: string, path: string, mtime: number): void {
    const place = this.resolve(path, false);
    if (this.#names.has(place)) throw failure("EEXIST");
    this.add(place, "symlink", target, mtime);
  }

  /** Like the driver of the real one: nothing happens where something is, whatever it is. */
  makeFolder(path: string, mtime: number): void {
    const parent = folderOf(path);
    if (parent !== "" && !this.#names.has(parent)) this.makeFolder(parent, mtime);
    const place = this.resolve(path, false);
    if (!this.#names.has(place)) this.add(place, "directory", "", mtime);
  }

  /** Moves a name; gives the inode that lost one by it, if any. */
  rename(from: string, to: string, replace: boolean): number | undefined {
    const inode = this.inodeAt(from, false);
    const [source, place] = [this.resolve(from, false), this.resolve(to, false)];
    const replaced = this.#names.get(place);
    if (replaced !== undefined && !replace) throw failure("EEXIST");
    if (replaced === inode) return undefined; // two names of one file: nothing happens (rename(2))
    const isFolder = this.node(inode).kind === "directory";
    if (isFolder && place.startsWith(`${source}/`)) throw failure("EINVAL");
    if (replaced !== undefined) this.#checkReplacing(replaced, place, isFolder);
    this.#names = this.#names.without(source).with(place, inode);
    if (isFolder) this.#moveInside(source, place);
    return replaced;
  }

  /** Takes a name away and gives the inode that lost it. */
  unlink(path: string): number {
    const inode = this.inodeAt(path, false);
    if (this.node(inode).kind === "directory") throw failure("EISDIR");
    this.#names = this.#names.without(this.resolve(path, false));
    return inode;
  }

  readlink(path: string): string {
    const { kind, text } = this.node(this.inodeAt(path, false));
    if (kind !== "symlink") throw failure("EINVAL");
    return text;
  }

  readdir(path: string): string[] {
    const place = this.resolve(path, true);
    if (this.node(this.inodeAt(place, false)).kind !== "directory") throw failure("ENOTDIR");
    return this.#inside(place);
  }

  /** Where a path leads, links in its folders followed; the last name need not be there. */
  resolve(path: string, follow: boolean, links: number = 0): string {
    if (links > MOST_LINKS) throw failure("ELOOP");
    if (this.#denied.includes(path)) throw failure("EACCES");
    const folder = folderOf(path);
    let place = path;
    if (folder !== "") {
      const home = this.resolve(folder, true, links);
      const inode = this.#names.get(home);
      if (inode === undefined) throw failure("ENOENT");
      if (this.node(inode).kind !== "directory") throw failure("ENOTDIR");
      if (home !== folder) place = home + path.slice(folder.length);
    }
    if (!follow) return place;
    const inode = this.#names.get(place);
    const node = inode === undefined ? undefined : this.node(inode);
    if (node?.kind !== "symlink") return place;
    const target = node.text.startsWith("/") ? node.text : `${folderOf(place)}/${node.text}`;
    return this.resolve(target, true, links + 1);
  }

  #checkReplacing(replaced: number, place: string, byFolder: boolean): void {
    const isFolder = this.node(replaced).kind === "directory";
    if (isFolder && !byFolder) throw failure("EISDIR");
    if (byFolder && !isFolder) throw failure("ENOTDIR");
    if (isFolder && this.#inside(place).length > 0) throw failure("ENOTEMPTY");
  }

  #moveInside(source: string, place: string): void {
    for (const [path, inode] of this.#names.entries()) {
      if (!path.startsWith(`${source}/`)) continue;
      this.#names = this.#names.without(path).with(place + path.slice(source.length), inode);
    }
  }

  #inside(folder: string): string[] {
    const found: string[] = [];
    for (const path of this.#names.names()) {
      if (path.length > folder.length && folderOf(path) === folder) {
        found.push(path.slice(folder.length + 1));
      }
    }
    return found.toSorted();
  }
}

/** The folder that a path's last name is in; the empty text at the top. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** An error as the drivers throw it: with an errno's name as its code. */
export function failure(code: string): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0; // nobody asks, and there are millions
  const error = Object.assign(new Error(`${code}: in memory`), { code });
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}
