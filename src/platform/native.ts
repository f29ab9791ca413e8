// The C library's own flock, write and lseek, through koffi where it is
// installed. Loaded on first use and never at import; whoever calls must have
// a way without it. Node has no flock, and its fs.writeSync may split one
// buffer into two writes when the disk is nearly full.

import { createRequire } from "node:module";

/** System calls as the C library has them: -1 means failure, see `errno`. */
export interface NativeCalls {
  flock(fd: number, operation: number): number;
  write(fd: number, bytes: Uint8Array, length: number): number;
  lseek(fd: number, offset: number, whence: number): number;
  /** The name of the last failure in this thread, such as `ENOSPC`. */
  errno(): string;
}

let loaded: NativeCalls | null | undefined;

/** The calls, or null where koffi is absent, refuses to load, or the system is no POSIX one. */
export function nativeCalls(): NativeCalls | null {
  if (loaded === undefined) loaded = process.platform === "win32" ? null : load();
  return loaded;
}

/** As much of koffi as is used here: it is an optional dependency, so its types are not. */
interface Koffi {
  load(path: null): { func(prototype: string): (...args: unknown[]) => number };
  errno(): number;
  readonly os: { readonly errno: Readonly<Record<string, number>> };
}

function load(): NativeCalls | null {
  try {
    const koffi = createRequire(import.meta.url)("koffi") as Koffi;
    const libc = koffi.load(null);
    const names = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]));
    return {
      flock: libc.func("int flock(int, int)"),
      write: libc.func("intptr_t write(int, const void *, size_t)"),
      lseek: libc.func("int64_t lseek(int, int64_t, int)"),
      errno: () => names.get(koffi.errno()) ?? "EIO",
    };
  } catch {
    // Not installed, no prebuilt library for this machine, or addons forbidden
    // (--permission, --no-addons): all of them are answered by the other ways.
    return null;
  }
}
