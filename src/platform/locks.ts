// The kernel's advisory locks, flock(2), by whichever way this machine offers:
// koffi (about a microsecond) or the flock(1) command on an inherited
// descriptor (some milliseconds). A lock belongs to the open file description,
// so closing the file or dying frees it. Used by the file-system driver.

import { closeSync, openSync } from "node:fs";

import { ValueError } from "../core/errors.ts";
import type { LockMode } from "../rotation/fs-op.ts";
import { nativeCalls } from "./native.ts";

export interface KernelLock {
  /** Which way is used: `koffi` or `flock(1)`. */
  readonly name: string;
  /**
   * Takes or converts the lock of an open file without waiting; false when
   * another holder excludes it. Throws when the kernel refuses for another
   * reason (ENOLCK). Closing the file frees it.
   */
  tryLock(fd: number, mode: LockMode): boolean;
}

let chosen: KernelLock | null | undefined;

/**
 * The machine's lock, or null where there is none. The environment variable
 * `DAYBOOK_LOCK` narrows the choice: `koffi`, `flock` or `none`.
 * @throws {ValueError} when `DAYBOOK_LOCK` is anything else
 */
export function kernelLock(): KernelLock | null {
  if (chosen === undefined) chosen = choose(process.env["DAYBOOK_LOCK"] ?? "");
  return chosen;
}

function choose(wanted: string): KernelLock | null {
  if (!["", "koffi", "flock", "none"].includes(wanted)) {
    const accepted = "koffi, flock, none, or unset for the best there is";
    throw new ValueError(`DAYBOOK_LOCK is ${JSON.stringify(wanted)}; accepted: ${accepted}`, {
      value: wanted,
      accepted,
    });
  }
  if (wanted === "none") return null;
  return (wanted !== "flock" && koffiLock()) || (wanted !== "koffi" && commandLock()) || null;
}

// flock(2): the same numbers on Linux, macOS and the BSDs.
const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;

function koffiLock(): KernelLock | null {
  const native = nativeCalls();
  if (native === null) return null;
  return {
    name: "koffi",
    tryLock(fd, mode) {
      for (;;) {
        if (native.flock(fd, (mode === "shared" ? LOCK_SH : LOCK_EX) | LOCK_NB) === 0) return true;
        const code = native.errno();
        if (code === "EAGAIN" || code === "EWOULDBLOCK") return false;
        if (code !== "EINTR") throw Object.assign(new Error(`${code}: flock`), { code });
      }
    },
  };
}

function commandLock(): KernelLock | null {
  if (process.platform === "win32" || !commandWorks()) return null;
  return { name: "flock(1)", tryLock: lockByCommand };
}

/** The child locks our open file description, which it inherits as its descriptor 3. */
function lockByCommand(fd: number, mode: LockMode): boolean {
  // Loaded here: it takes some milliseconds, and hardly anybody needs it.
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const child = spawnSync("flock", [mode === "shared" ? "-s" : "-x", "-n", "3"], {
    stdio: ["ignore", "ignore", "ignore", fd],
  });
  if (child.status === 0) return true;
  if (child.status === 1) return false;
  // Not started (EAGAIN, EMFILE), or told by the kernel that there are no locks here.
  const code = (child.error as NodeJS.ErrnoException | undefined)?.code ?? "ENOLCK";
  throw Object.assign(new Error(`${code}: flock(1) ended with ${child.status}`), { code });
}

/** Tries the command on a file that is surely there; the lock goes with the descriptor. */
function commandWorks(): boolean {
  try {
    const fd = openSync(process.execPath, "r");
    try {
      return lockByCommand(fd, "shared");
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}
