// A file system in memory that keeps to the steps of rotation/fs-op.ts as Linux
// does: files that live on while somebody has them open, flock(2) on open files,
// O_APPEND, a disk that fills up; names and inodes are memory-disk.ts. Its parts are
// shared between copies, so a copy costs next to nothing: the explorer makes one for
// each step. The same cases are run against it and against a real folder.

import type { Fd, FsOp, Landed, LockMode, OpenMode } from "../rotation/fs-op.ts";
import { MemoryDisk, failure } from "./memory-disk.ts";
import type { MemoryNode } from "./memory-disk.ts";
import { Table } from "./table.ts";

/** An open file description, as the kernel calls it: what a lock belongs to. */
export interface MemoryOpenFile {
  /** The number of the process that has it open. */
  readonly owner: number;
  readonly inode: number;
  /** Whether it was opened with `O_APPEND`. */
  readonly append: boolean;
  readonly lock: LockMode | null;
}

/** What goes wrong; everything else works. */
export interface MemoryLimits {
  /** Bytes that still fit: an append beyond them is short, and then fails with ENOSPC. */
  readonly space: number;
  /** Files that one process may have open; EMFILE beyond. */
  readonly descriptors: number;
  /** Paths that no step may touch: EACCES. */
  readonly denied: readonly string[];
}

/** How a compressed content begins and ends, so that half of one can be told from a whole one. */
const PACKED: Readonly<Record<string, string>> = { gz: "gz:", zst: "zst:" };
const PACKED_END = "\u0004";

const tellOpen = (file: MemoryOpenFile): string =>
  `${file.owner} ${file.inode} ${file.append ? "a" : "w"} ${file.lock ?? ""}`;

/** Files, names, open files, locks and the clock at one moment. */
export class MemoryFs {
  readonly #disk: MemoryDisk;
  #open: Table<Fd, MemoryOpenFile>;
  #space: number;
  #descriptors: number;
  /** Seconds since the epoch: what the step `now` answers. */
  clock: number;
  /** Whether a lock was freed since this was made or copied. */
  freedLock = false;

  /** An empty disk with one folder, or a copy of another file system. */
  constructor(from: MemoryFs | string = "/log") {
    if (typeof from === "string") {
      this.#disk = new MemoryDisk();
      this.#open = new Table(tellOpen);
      this.#space = Infinity;
      this.#descriptors = Infinity;
      this.clock = 0;
      this.#disk.makeFolder(from, 0);
    } else {
      this.#disk = new MemoryDisk(from.#disk);
      this.#open = from.#open;
      this.#space = from.#space;
      this.#descriptors = from.#descriptors;
      this.clock = from.clock;
    }
  }

  /** Carries out a step of process `owner`; a failure is thrown with its errno's name as `code`. */
  perform(owner: number, step: FsOp): unknown {
    const disk = this.#disk;
    switch (step.op) {
      case "open":
        return this.#openFile(owner, step.path, step.mode);
      case "close":
        return this.#close(step.fd);
      case "append":
        return this.#append(step.fd, textOf(step.bytes));
      case "readAt":
        return bytesOf(this.#textOf(step.fd).slice(step.position, step.position + step.length));
      case "writeAt":
      case "store":
        return this.#overwrite(step.fd, step.position, textOf(step.bytes));
      case "size":
        return this.#textOf(step.fd).length;
      case "fstat":
        return disk.describe(this.#file(step.fd).inode);
      case "stat":
        return disk.describe(disk.inodeAt(step.path, true));
      case "lstat":
        return disk.describe(disk.inodeAt(step.path, false));
      case "link":
        return disk.link(step.from, step.to);
      case "rename":
      case "handOver": // as Python's own rotator, which renames
        return this.#collect(disk.rename(step.from, step.to, true));
      case "move":
        return this.#collect(disk.rename(step.from, step.to, false));
      case "unlink":
        return this.#collect(disk.unlink(step.path));
      case "symlink":
        return disk.symlink(step.target, step.path, this.clock);
      case "readlink":
        return disk.readlink(step.path);
      case "readdir":
        return disk.readdir(step.path);
      case "mkdir":
        return disk.makeFolder(step.path, this.clock);
      case "tryLock":
        return this.#tryLock(step.fd, step.mode);
      case "sync":
        return void this.#file(step.fd);
      case "syncFolder":
        return void disk.readdir(step.path);
      case "imitate": // nobody here has an owner
        return void [disk.inodeAt(step.path, true), disk.inodeAt(step.as, true)];
      case "compress":
        this.compressHalf(step, 1);
        return this.compressHalf(step, 2);
      case "now":
        return this.clock;
      case "sleep":
        return;
    }
  }

  /** The first bytes of an append or a store: what a process leaves that is killed in the middle of it. */
  doPart(step: Extract<FsOp, { op: "append" | "store" }>, bytes: number): void {
    const part = textOf(step.bytes).slice(0, bytes);
    if (step.op === "append") this.#append(step.fd, part);
    else this.#overwrite(step.fd, step.position, part);
  }

  /**
   * The first or the second half of a compression: what others see meanwhile, and a
   * process leaves that is killed in the middle of it. A mark and the content itself
   * stand for the compressed content; `unpacked` reads it.
   */
  compressHalf({ from, to, method }: Extract<FsOp, { op: "compress" }>, half: 1 | 2): void {
    const text = this.#textOf(from);
    const mark = PACKED[method] as string;
    if (half === 1) {
      this.#append(to, mark + text.slice(0, text.length / 2));
    } else {
      // What is read now follows what was read then.
      const done = Math.max(0, this.#textOf(to).length - mark.length);
      this.#append(to, text.slice(done) + PACKED_END);
    }
  }

  /** What the kernel does when a process ends: its files are closed, its locks freed. */
  endProcess(owner: number): void {
    for (const [fd, file] of this.#open.entries()) if (file.owner === owner) this.#close(fd);
  }

  /** Ends all processes. */
  endAll(): void {
    for (const fd of this.#open.names()) this.#close(fd);
  }

  /** Lets things go wrong from here on, or, with the limits gone, go well again. */
  limit(limits: Partial<MemoryLimits>): void {
    this.#space = limits.space ?? this.#space;
    this.#descriptors = limits.descriptors ?? this.#descriptors;
    if (limits.denied !== undefined) this.#disk.deny(limits.denied);
  }

  /** Every name with the number of its inode and what that is. */
  entries(): Generator<[path: string, inode: number, node: MemoryNode]> {
    return this.#disk.entries();
  }

  /** Every open file. */
  openFiles(): Iterable<MemoryOpenFile> {
    return this.#open.values();
  }

  /** The open file with this descriptor, if there is one. */
  openFile(fd: Fd): MemoryOpenFile | undefined {
    return this.#open.get(fd);
  }

  /** Whether nothing has changed since the one was copied from the other. */
  isUnchanged(since: MemoryFs): boolean {
    return (
      this.#disk.isUnchanged(since.#disk) &&
      this.#open === since.#open &&
      this.#space === since.#space &&
      this.#descriptors === since.#descriptors &&
      this.clock === since.clock
    );
  }

  /** How many names an inode has. */
  nlink(inode: number): number {
    return this.#disk.nlink(inode);
  }

  /** What is on the disk and what goes wrong with it, whoever has it open: the same for two equal disks. */
  diskKey(): string {
    return `${this.#disk.key()}\n\n${this.#space} ${this.#descriptors}`;
  }

  /** Two file systems with one key behave alike. */
  key(): string {
    return `${this.diskKey()}\n\n${this.#open.key()}\n\n${this.clock}`;
  }

  #openFile(owner: number, path: string, mode: OpenMode): Fd {
    // A lock file is opened as any other program's, through links; nothing else is.
    const place = this.#disk.resolve(path, mode === "lock");
    let inode = this.#disk.named(place);
    if (inode !== undefined) {
      if (mode === "create" || mode === "private") throw failure("EEXIST");
      const { kind } = this.#disk.node(inode);
      if (kind === "symlink") throw failure("ELOOP");
      if (kind === "directory") throw failure("EISDIR");
    } else if (mode === "append" || mode === "overwrite") throw failure("ENOENT");
    const fd = this.#freeDescriptor(owner);
    inode ??= this.#disk.add(place, "file", "", this.clock);
    const append = mode !== "overwrite" && mode !== "private";
    this.#open = this.#open.with(fd, { owner, inode, append, lock: null });
    return fd;
  }

  /** Numbers of its own for each process, so that one's history is not the other's. */
  #freeDescriptor(owner: number): Fd {
    let used = 0;
    for (const file of this.#open.values()) if (file.owner === owner) used += 1;
    if (used >= this.#descriptors) throw failure("EMFILE");
    let fd = owner * 1000;
    while (this.#open.has(fd)) fd += 1;
    return fd;
  }

  #close(fd: Fd): void {
    const { inode, lock } = this.#file(fd);
    this.#open = this.#open.without(fd);
    if (lock !== null) this.freedLock = true;
    this.#collect(inode);
  }

  /** An inode without names and without open files is gone, and its number free. */
  #collect(inode: number | undefined): void {
    if (inode === undefined) return;
    for (const file of this.#open.values()) if (file.inode === inode) return;
    this.#disk.collect(inode);
  }

  #append(fd: Fd, text: string): Landed {
    const { append, inode } = this.#file(fd);
    if (!append) throw failure("EINVAL");
    if (this.#space <= 0) throw failure("ENOSPC");
    const written = Math.min(text.length, this.#space);
    this.#space -= written;
    const whole = this.#disk.node(inode).text + text.slice(0, written);
    this.#disk.fill(inode, whole, this.clock);
    return { written, end: whole.length };
  }

  #overwrite(fd: Fd, position: number, text: string): number {
    const { append, inode } = this.#file(fd);
    // A positioned write to an O_APPEND descriptor appends (pwrite(2), BUGS).
    if (append) return this.#append(fd, text).written;
    const before = this.#disk.node(inode).text.padEnd(position, "\0");
    const after = before.slice(position + text.length);
    this.#disk.fill(inode, before.slice(0, position) + text + after, this.clock);
    return text.length;
  }

  #tryLock(fd: Fd, mode: LockMode): boolean {
    const mine = this.#file(fd);
    if (mine.lock === mode) return true;
    // A conversion gives up the old lock before it asks for the new one (flock(2)).
    if (mine.lock !== null) this.freedLock = true;
    let free = true;
    for (const [otherFd, other] of this.#open.entries()) {
      if (otherFd === fd || other.inode !== mine.inode || other.lock === null) continue;
      if (mode === "exclusive" || other.lock === "exclusive") free = false;
    }
    this.#open = this.#open.with(fd, { ...mine, lock: free ? mode : null });
    return free;
  }

  #textOf(fd: Fd): string {
    return this.#disk.node(this.#file(fd).inode).text;
  }

  #file(fd: Fd): MemoryOpenFile {
    const file = this.#open.get(fd);
    if (file === undefined) throw failure("EBADF");
    return file;
  }
}

/** The content that a compression has made a file of; null for half of one, or none. */
export function unpacked(text: string): string | null {
  const mark = Object.values(PACKED).find((mark) => text.startsWith(mark));
  return mark !== undefined && text.endsWith(PACKED_END) ? text.slice(mark.length, -1) : null;
}

/** One character for each byte. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** One byte for each character. */
export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
