// A file system in memory that keeps to the steps of rotation/fs-op.ts as Linux
// does: names and inodes apart, inode numbers that are used again, files that live
// on while somebody has them open, flock(2) on open files, O_APPEND. A world is a
// plain value: every step works on a copy, so that an explorer can go back to it.

import type { Fd, FileStat, FsOp, Landed, LockMode, OpenMode } from "../../src/rotation/fs-op.ts";

type Entry =
  | { readonly kind: "file"; readonly ino: number }
  | { readonly kind: "symlink"; readonly target: string }
  | { readonly kind: "directory" };

interface OpenDescription {
  readonly owner: number;
  readonly ino: number;
  readonly append: boolean;
  lock: LockMode | null;
}

/** Files, names, open files, locks and the clock at one moment. */
export class MemoryFs {
  readonly names: Map<string, Entry>;
  readonly contents: Map<number, string>;
  readonly open: Map<Fd, OpenDescription>;
  /** Seconds since the epoch. */
  clock: number;
  /** Grows whenever a lock is freed: what a waiting process waits for. */
  freed: number;

  constructor(from?: MemoryFs) {
    this.names = new Map(from?.names ?? [["/log", { kind: "directory" }]]);
    this.contents = new Map(from?.contents);
    this.open = new Map([...(from?.open ?? [])].map(([fd, file]) => [fd, { ...file }]));
    this.clock = from?.clock ?? 0;
    this.freed = from?.freed ?? 0;
  }

  /** Two worlds with one key behave alike. */
  key(): string {
    const names = [...this.names].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const open = [...this.open].toSorted(([a], [b]) => a - b);
    const contents = [...this.contents].toSorted(([a], [b]) => a - b);
    return JSON.stringify([names, contents, open, this.clock]);
  }

  /** Carries out a step of process `owner`; a failure is thrown with its errno's name as `code`. */
  perform(owner: number, step: FsOp): unknown {
    switch (step.op) {
      case "open":
        return this.#openFile(owner, step.path, step.mode);
      case "close":
        return this.#close(step.fd);
      case "append":
        return this.append(step.fd, latin1(step.bytes));
      case "readAt":
        return bytesOf(this.#text(step.fd).slice(step.position, step.position + step.length));
      case "writeAt":
        return this.#overwrite(step.fd, step.position, latin1(step.bytes));
      case "fstat":
        return this.#describe(this.#file(step.fd).ino);
      case "stat":
        return this.#stat(this.#follow(step.path));
      case "lstat":
        return this.#stat(step.path);
      case "link":
        return this.#link(step.from, step.to);
      case "rename":
        return this.#rename(step.from, step.to);
      case "unlink":
        this.#entry(step.path);
        return this.#remove(step.path);
      case "symlink":
        return this.#add(step.path, { kind: "symlink", target: step.target });
      case "readlink":
        return this.#readlink(step.path);
      case "readdir":
        return this.#readdir(step.path);
      case "mkdir":
        if (!this.names.has(step.path)) this.#add(step.path, { kind: "directory" });
        return undefined;
      case "tryLock":
        return this.#tryLock(step.fd, step.mode);
      case "now":
        return this.clock;
      case "sleep":
        return undefined;
    }
  }

  /** Appends text, all of it or, for a killed writer, a part. */
  append(fd: Fd, text: string): Landed {
    const file = this.#file(fd);
    const content = this.#text(fd) + text;
    this.contents.set(file.ino, content);
    return { written: text.length, end: content.length };
  }

  /** What the kernel does when a process dies: its files are closed, its locks freed. */
  endProcess(owner: number): void {
    for (const [fd, file] of this.open) if (file.owner === owner) this.#close(fd);
  }

  #openFile(owner: number, path: string, mode: OpenMode): Fd {
    const entry = this.names.get(path);
    if (entry?.kind === "symlink" && mode !== "lock")
      throw failure(mode === "create" ? "EEXIST" : "ELOOP");
    if (entry?.kind === "directory") throw failure("EISDIR");
    if (entry !== undefined && mode === "create") throw failure("EEXIST");
    if (entry === undefined && (mode === "append" || mode === "overwrite")) throw failure("ENOENT");
    const ino = entry?.kind === "file" ? entry.ino : this.#newFile(path);
    // Numbers of its own for each process, so that one's history is not the other's.
    let fd = owner * 1000;
    while (this.open.has(fd)) fd += 1;
    this.open.set(fd, { owner, ino, append: mode !== "overwrite", lock: null });
    return fd;
  }

  #newFile(path: string): number {
    const ino = lowestFree(this.contents);
    this.#add(path, { kind: "file", ino });
    this.contents.set(ino, "");
    return ino;
  }

  #close(fd: Fd): void {
    const file = this.#file(fd);
    this.open.delete(fd);
    if (file.lock !== null) this.freed += 1;
    this.#collect(file.ino);
  }

  /** An inode without names and without open files is gone, and its number free. */
  #collect(ino: number): void {
    const used = this.#nlink(ino) > 0 || [...this.open.values()].some((file) => file.ino === ino);
    if (!used) this.contents.delete(ino);
  }

  #overwrite(fd: Fd, position: number, text: string): void {
    const file = this.#file(fd);
    if (file.append) throw new Error("a positioned write to an O_APPEND descriptor appends");
    const before = this.#text(fd);
    this.contents.set(
      file.ino,
      before.slice(0, position) + text + before.slice(position + text.length),
    );
  }

  #link(from: string, to: string): void {
    this.#add(to, this.#entry(from));
  }

  #rename(from: string, to: string): void {
    const entry = this.#entry(from);
    const replaced = this.names.get(to);
    if (entry.kind === "file" && replaced?.kind === "file" && entry.ino === replaced.ino) return;
    this.names.delete(from);
    if (replaced !== undefined) this.#remove(to);
    this.#add(to, entry);
  }

  #remove(path: string): void {
    const entry = this.#entry(path);
    this.names.delete(path);
    if (entry.kind === "file") this.#collect(entry.ino);
  }

  #readlink(path: string): string {
    const entry = this.#entry(path);
    if (entry.kind !== "symlink") throw failure("EINVAL");
    return entry.target;
  }

  #readdir(path: string): string[] {
    if (this.#entry(path).kind !== "directory") throw failure("ENOTDIR");
    const inside = [...this.names.keys()].filter((name) => folderOf(name) === path);
    return inside.map((name) => name.slice(path.length + 1)).toSorted();
  }

  #tryLock(fd: Fd, mode: LockMode): boolean {
    const mine = this.#file(fd);
    for (const [otherFd, other] of this.open) {
      if (otherFd === fd || other.ino !== mine.ino || other.lock === null) continue;
      // A conversion gives up the old lock before it asks for the new one (flock(2)).
      if (mode === "exclusive" || other.lock === "exclusive") {
        if (mine.lock !== null) this.freed += 1;
        mine.lock = null;
        return false;
      }
    }
    if (mine.lock === "exclusive" && mode === "shared") this.freed += 1;
    mine.lock = mode;
    return true;
  }

  #stat(path: string): FileStat {
    const entry = this.#entry(path);
    if (entry.kind === "file") return this.#describe(entry.ino);
    return { id: path, kind: entry.kind, size: 0, nlink: 1, mtime: this.clock };
  }

  #describe(ino: number): FileStat {
    const size = this.contents.get(ino)?.length ?? 0;
    return { id: `i${ino}`, kind: "file", size, nlink: this.#nlink(ino), mtime: this.clock };
  }

  #nlink(ino: number): number {
    return [...this.names.values()].filter((entry) => entry.kind === "file" && entry.ino === ino)
      .length;
  }

  #follow(path: string): string {
    const entry = this.names.get(path);
    return entry?.kind === "symlink" ? `${folderOf(path)}/${entry.target}` : path;
  }

  #add(path: string, entry: Entry): void {
    if (this.names.get(folderOf(path))?.kind !== "directory") throw failure("ENOENT");
    if (this.names.has(path)) throw failure("EEXIST");
    this.names.set(path, entry);
  }

  #entry(path: string): Entry {
    const entry = this.names.get(path);
    if (entry === undefined) throw failure("ENOENT");
    return entry;
  }

  #file(fd: Fd): OpenDescription {
    const file = this.open.get(fd);
    if (file === undefined) throw failure("EBADF");
    return file;
  }

  #text(fd: Fd): string {
    return this.contents.get(this.#file(fd).ino) ?? "";
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function lowestFree(used: ReadonlyMap<number, unknown>): number {
  let number = 1;
  while (used.has(number)) number += 1;
  return number;
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
