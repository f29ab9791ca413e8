// The C library's own flock, write, lseek and a few more, through koffi where it
// is installed. Loaded on first use and never at import; whoever calls must have
// a way without it. Node has no flock, its fs.writeSync may split one buffer into
// two writes when the disk is nearly full, and its rename replaces what is there.

import { createRequire } from "node:module";

/** System calls as the C library has them: -1 means failure, see `errno`. */
export interface NativeCalls {
  flock(fd: number, operation: number): number;
  write(fd: number, bytes: Uint8Array, length: number): number;
  lseek(fd: number, offset: number, whence: number): number;
  /** fcntl(2) with a whole number as its argument; null where the system has none to offer. */
  readonly fcntl: ((fd: number, command: number, argument: number) => number) | null;
  /**
   * Renames and never replaces (`RENAME_NOREPLACE`); null where the C library has no
   * renameat2 (it came with Linux 3.15 and glibc 2.28; other systems lack it). Also
   * where it is there, a file system may refuse it with EINVAL.
   */
  readonly renameNoReplace: ((from: string, to: string) => number) | null;
  /** The name of the last failure in this thread, such as `ENOSPC`. */
  errno(): string;
}

let loaded: NativeCalls | null | undefined;

/** The calls, or null where koffi is absent, refuses to load, or the system is no POSIX one. */
export function nativeCalls(): NativeCalls | null {
  if (loaded === undefined) loaded = process.platform === "win32" ? null : load();
  return loaded;
}

type NativeFunction = (...args: unknown[]) => number;

interface Library {
  func(prototype: string): NativeFunction;
}

/** As much of koffi as is used here: it is an optional dependency, so its types are not. */
interface Koffi {
  load(path: null): Library;
  errno(): number;
  readonly os: { readonly errno: Readonly<Record<string, number>> };
}

/** Relative paths count from the working directory: <fcntl.h> on Linux. */
const AT_FDCWD = -100;
/** <linux/fs.h> */
const RENAME_NOREPLACE = 1;

function load(): NativeCalls | null {
  try {
    const koffi = createRequire(import.meta.url)("koffi") as Koffi;
    const libc = koffi.load(null);
    const names = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]));
    const fcntl = optional(libc, "int fcntl(int, int, ...)");
    const renameat2 =
      process.platform === "linux"
        ? optional(libc, "int renameat2(int, const char *, int, const char *, unsigned int)")
        : null;
    return {
      flock: libc.func("int flock(int, int)"),
      write: libc.func("intptr_t write(int, const void *, size_t)"),
      lseek: libc.func("int64_t lseek(int, int64_t, int)"),
      fcntl: fcntl && ((fd, command, argument) => fcntl(fd, command, "int", argument)),
      renameNoReplace:
        renameat2 && ((from, to) => renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE)),
      errno: () => names.get(koffi.errno()) ?? "EIO",
    };
  } catch {
    // Not installed, no prebuilt library for this machine, or addons forbidden
    // (--permission, --no-addons): all of them are answered by the other ways.
    return null;
  }
}

/** A function that not every C library has. */
function optional(libc: Library, prototype: string): NativeFunction | null {
  try {
    return libc.func(prototype);
  } catch {
    return null;
  }
}
