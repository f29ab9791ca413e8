// Specimen: the often copied fix that puts a lock around the rename, as it is
// written. The lock is taken on the log that this process has open, and the
// dated name is looked for before the wait, not after it. So a process that
// waited holds the lock of an inode that the first one has already renamed, finds
// *a* base, the new day's, and renames that over the dated file. And a process
// that slept through a day appends to the past day's file. For the storm only.

import { existsSync, renameSync } from "node:fs";
import { kernelLock } from "../../platform/locks.ts";
import type { KernelLock } from "../../platform/locks.ts";
import { StockHandler } from "./stock.ts";
import type { SpecimenOptions } from "./stock.ts";

/** `flock(stream, LOCK_EX)` around the rename; closing the stream frees it. */
export class LockedRenameHandler extends StockHandler {
  readonly #lock: KernelLock;

  /** @throws Error where the machine has no kernel lock. */
  constructor(options: SpecimenOptions) {
    super(options);
    const lock = kernelLock();
    if (lock === null) throw new Error("this machine offers no kernel lock");
    this.#lock = lock;
  }

  protected override doRollover(): void {
    const dated = this.datedFilename();
    if (!existsSync(dated)) {
      this.stream ??= this.openBase();
      this.#waitFor(this.stream);
      if (existsSync(this.baseFilename)) renameSync(this.baseFilename, dated);
    }
    const old = this.stream;
    this.stream = null;
    const reopened = this.openBase();
    // The lock goes with the old descriptor, after the new file is open.
    this.stream = old;
    this.closeStream();
    this.stream = reopened;
    this.planNextRollover();
  }

  /** A blocking flock(2), by asking again. */
  #waitFor(fd: number): void {
    const cell = new Int32Array(new SharedArrayBuffer(4));
    while (!this.#lock.tryLock(fd, "exclusive")) Atomics.wait(cell, 0, 0, 0.2);
  }
}
