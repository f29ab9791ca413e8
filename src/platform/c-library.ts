// The C library's functions through koffi, where it is installed: the one place that
// loads it. native.ts and syslog-unix-datagram.ts say which functions they want, and so
// does the storm. Nothing is loaded at import; whoever asks must have a way without it.

import { createRequire } from "node:module";

/** A function of C. -1 mostly means failure; see `errno`. */
export type NativeFunction = (...args: unknown[]) => number;

/** An address, as koffi has it. */
export type Pointer = bigint;

/** As much of koffi as is used: it is an optional dependency, so its types are not. */
export interface Koffi {
  load(path: null): { func(prototype: string): NativeFunction };
  view(pointer: Pointer, length: number): ArrayBuffer;
  address(bytes: Uint8Array): bigint;
  errno(): number;
  readonly os: { readonly errno: Readonly<Record<string, number>> };
}

/** The C library of this process. */
export interface CLibrary {
  readonly koffi: Koffi;
  /** The function of a prototype, as C writes it. @throws if the library has none such */
  func(prototype: string): NativeFunction;
  /** The name of the last failure in this thread, such as `ENOSPC`. */
  errno(): string;
}

let loaded: CLibrary | null | undefined;

/** The library, or null where koffi is absent, refuses to load, or the system is no POSIX one. */
export function cLibrary(): CLibrary | null {
  if (loaded === undefined) loaded = process.platform === "win32" ? null : load();
  return loaded;
}

function load(): CLibrary | null {
  try {
    const koffi = createRequire(import.meta.url)("koffi") as Koffi;
    const libc = koffi.load(null);
    const names = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]));
    return {
      koffi,
      func: (prototype) => libc.func(prototype),
      errno: () => names.get(koffi.errno()) ?? "EIO",
    };
  } catch {
    // Not installed, no prebuilt library for this machine, or addons forbidden
    // (--permission, --no-addons): all of them are answered by the other ways.
    return null;
  }
}
