// The C library's own flock, write, lseek and a few more, where c-library.ts has it.
// Loaded on first use and never at import; whoever calls must have a way without it.
// Node has no flock, its fs.writeSync may split one buffer into two writes when the
// disk is nearly full, and its rename replaces what is there.

import { cLibrary } from "./c-library.ts";
import type { CLibrary, NativeFunction, Pointer } from "./c-library.ts";

/** System calls as the C library has them: -1 means failure, see `errno`. */
export interface NativeCalls {
  flock(fd: number, operation: number): number;
  write(fd: number, bytes: Uint8Array, length: number): number;
  /**
   * write(2) of bytes that stay where they are: their address is looked up once.
   * Null where koffi knows no addresses.
   */
  readonly writerFrom: ((bytes: Uint8Array) => (fd: number, length: number) => number) | null;
  lseek(fd: number, offset: number, whence: number): number;
  /** fcntl(2) with a whole number as its argument; null where the system has none to offer. */
  readonly fcntl: ((fd: number, command: number, argument: number) => number) | null;
  /**
   * Renames and never replaces (`RENAME_NOREPLACE`); null where the C library has no
   * renameat2 (it came with Linux 3.15 and glibc 2.28; other systems lack it). Also
   * where it is there, a file system may refuse it with EINVAL.
   */
  readonly renameNoReplace: ((from: string, to: string) => number) | null;
  /** Files as memory; null where the system or koffi has no way to it. */
  readonly memory: NativeMemory | null;
  /** The name of the last failure in this thread, such as `ENOSPC`. */
  errno(): string;
}

/** mmap(2). Whoever calls must know that a store into a file that was cut is SIGBUS. */
export interface NativeMemory {
  /**
   * Maps the first bytes of an open file, shared, for reading and storing.
   * @throws an error with an errno's name as `code`, and others where no memory outside
   *   of JavaScript's own can be looked at (Electron)
   */
  map(fd: number, length: number): MappedMemory;
}

/** A file as memory. */
export interface MappedMemory {
  readonly buffer: ArrayBuffer;
  /**
   * Ends the mapping: from then on a store reaches no file, and does no harm. The
   * addresses are given back when nobody can touch them any more.
   */
  release(): void;
}

let loaded: NativeCalls | null | undefined;

/** The calls, or null where koffi is absent, refuses to load, or the system is no POSIX one. */
export function nativeCalls(): NativeCalls | null {
  if (loaded === undefined) loaded = load();
  return loaded;
}

/** Relative paths count from the working directory: <fcntl.h> on Linux. */
const AT_FDCWD = -100;
/** <linux/fs.h> */
const RENAME_NOREPLACE = 1;

function load(): NativeCalls | null {
  const libc = cLibrary();
  if (libc === null) return null;
  try {
    const fcntl = optional(libc, "int fcntl(int, int, ...)");
    const renameat2 =
      process.platform === "linux"
        ? optional(libc, "int renameat2(int, const char *, int, const char *, unsigned int)")
        : null;
    return {
      flock: libc.func("int flock(int, int)"),
      write: libc.func("intptr_t write(int, const void *, size_t)"),
      writerFrom: writerFromOf(libc),
      lseek: libc.func("int64_t lseek(int, int64_t, int)"),
      fcntl: fcntl && ((fd, command, argument) => fcntl(fd, command, "int", argument)),
      renameNoReplace:
        renameat2 && ((from, to) => renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE)),
      memory: process.platform === "linux" ? memoryOf(libc) : null,
      errno: () => libc.errno(),
    };
  } catch {
    return null; // a C library without the common ones
  }
}

function writerFromOf(libc: CLibrary): NativeCalls["writerFrom"] {
  const { koffi } = libc;
  const write = optional(libc, "intptr_t write(int, uintptr_t, size_t)");
  if (write === null || typeof koffi.address !== "function") return null;
  return (bytes) => {
    // The memory of a buffer doesn't move; this closure keeps it from being freed.
    const held = { bytes, address: Number(koffi.address(bytes)) };
    return (fd, length) => write(fd, held.address, length);
  };
}

/** <sys/mman.h> on Linux, the same on all architectures that Node runs on. */
const PROT_READ_WRITE = 3;
const MAP_SHARED = 0x01;
const MAP_PRIVATE = 0x02;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const MAP_FAILED = -1n;

function memoryOf(libc: CLibrary): NativeMemory | null {
  const { koffi } = libc;
  // Numbers as addresses: the first argument and the result are asked for as such, so
  // that no version of koffi makes objects of them.
  const mmap = optional(libc, "void *mmap(void *, size_t, int, int, int, int64_t)");
  const munmap = optional(libc, "int munmap(void *, size_t)");
  if (mmap === null || munmap === null || typeof koffi.view !== "function") return null;
  const map = (at: Pointer | null, length: number, flags: number, fd: number): Pointer => {
    const pointer = mmap(at, length, PROT_READ_WRITE, flags, fd, 0) as unknown as Pointer;
    if (BigInt.asIntN(64, BigInt(pointer)) === MAP_FAILED) {
      const code = libc.errno();
      throw Object.assign(new Error(`${code}: mmap`), { code, syscall: "mmap" });
    }
    return pointer;
  };
  const unmap = (pointer: Pointer, length: number): void => void munmap(pointer, length);
  const collected = new FinalizationRegistry<readonly [Pointer, number]>((part) => unmap(...part));
  return {
    map(fd, length) {
      const pointer = map(null, length, MAP_SHARED, fd);
      let buffer: ArrayBuffer;
      try {
        buffer = koffi.view(pointer, length);
      } catch (error) {
        unmap(pointer, length);
        throw error;
      }
      const release = (): void => {
        // Other memory in the same place, in one go: a view that somebody still has must
        // not be a pointer to nothing.
        map(pointer, length, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1);
        collected.register(buffer, [pointer, length]);
      };
      return { buffer, release };
    },
  };
}

/** A function that not every C library has. */
function optional(libc: CLibrary, prototype: string): NativeFunction | null {
  try {
    return libc.func(prototype);
  } catch {
    return null;
  }
}
