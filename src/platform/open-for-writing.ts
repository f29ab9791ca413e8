// Asks the kernel whether any process, of whatever program, has a file open for
// writing. A flock says so only for those who take one; here a lease answers for
// all. `daybook rotate` asks it about files of programs that it knows nothing of.
// Nothing is left behind: the lease is given back before the call returns.

import { closeSync, openSync } from "node:fs";

import { nativeCalls } from "./native.ts";

// <fcntl.h> and <signal.h> on Linux, the same numbers on all of its architectures
// that Node runs on.
const F_SETSIG = 10;
const F_SETLEASE = 1024;
const F_RDLCK = 0;
const SIGURG = 23;

/**
 * Whether a process has the file open for writing, this one included; null where that
 * can't be learnt: another system than Linux, no koffi, a file of another user (only
 * root may ask then), a file system without leases.
 *
 * By fcntl(2): a read lease is granted on a file that nobody has open for writing, and
 * refused with EAGAIN on any other.
 *
 * @throws the system's error if the file can't be opened for reading
 */
export function isOpenForWriting(path: string): boolean | null {
  const native = process.platform === "linux" ? nativeCalls() : null;
  if (native === null || native.fcntl === null) return null;
  const fd = openSync(path, "r");
  try {
    // Whoever opens the file for writing while we have the lease waits until it is given
    // back, some microseconds; and we are sent a signal, SIGIO, which would end us. SIGURG
    // does nothing to a process that does not listen for it.
    if (native.fcntl(fd, F_SETSIG, SIGURG) !== 0) return null;
    if (native.fcntl(fd, F_SETLEASE, F_RDLCK) === 0) return false;
    return ["EAGAIN", "EWOULDBLOCK"].includes(native.errno()) ? true : null; // one number, two names
  } finally {
    closeSync(fd);
  }
}
