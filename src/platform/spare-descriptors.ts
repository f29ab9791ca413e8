// A few descriptors kept open for a bad day. Where a process may open no more
// files (EMFILE; ENFILE is the whole system), a log could not change its period
// and its records would be lost; then one of these is closed and the step done
// all the same. One reserve for the whole process, used by the file-system driver.

import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import { clearTimeout, setTimeout } from "node:timers";

/**
 * As many as the longest way needs at one time: the lock file, a folder being
 * listed, and the two descriptors of a log file.
 */
const SPARES = 4;

/** What starting a command needs besides, which is how flock(1) is taken: Node makes an event loop for it. */
const SPARES_FOR_COMMAND = 10;

/** How soon the reserve is filled up again after it was used, in real milliseconds. */
const REFILL_MS = 1000;

const spares: number[] = [];
let wanted = 0;
let timer: NodeJS.Timeout | null = null;

/**
 * Fills the reserve, as far as there are descriptors. Called by whoever is going to open logs.
 *
 * @param commands whether commands will have to be started, too
 */
export function reserveDescriptors(commands: boolean): void {
  wanted = Math.max(wanted, commands ? SPARES + SPARES_FOR_COMMAND : SPARES);
  refill();
}

/** How many descriptors are in reserve now. */
export function spareDescriptors(): number {
  return spares.length;
}

/**
 * Carries out `step`; where it fails for want of a descriptor, it is tried again
 * with one from the reserve, and another, as long as there are any. `step` must
 * have done nothing when it fails so, as system calls that open files do.
 *
 * @param atOnce how many are given at a time. A command gets all: each start of one
 *   that fails half-way costs a descriptor that Node never gives back.
 * @throws what `step` throws
 */
export function withSpares<T>(step: () => T, atOnce: number = 1): T {
  for (;;) {
    try {
      return step();
    } catch (error) {
      if (!isShortage(error) || !release(atOnce)) throw error;
    }
  }
}

/** Whether something failed because no more files may be open, in this process or altogether. */
export function isShortage(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === "EMFILE" || code === "ENFILE";
}

/** Whether descriptors ran out, and the reserve is not full again. */
export function isShort(): boolean {
  return spares.length < wanted;
}

/**
 * Takes back what was given away, if there is room. Called after each descriptor
 * that daybook closes, so that the one just freed is not snatched by others.
 */
export function refill(): void {
  while (spares.length < wanted) {
    try {
      spares.push(openSync(devNull, "r"));
    } catch (error) {
      // Where /dev/null may not be opened at all (--permission) there is no reserve.
      if (isShortage(error)) startTimer();
      else wanted = spares.length;
      return;
    }
  }
  if (timer !== null) clearTimeout(timer);
  timer = null;
}

/** False if there was nothing to give. */
function release(atOnce: number): boolean {
  const given = spares.splice(-atOnce);
  for (const fd of given) closeSync(fd);
  if (given.length > 0) startTimer();
  return given.length > 0;
}

function startTimer(): void {
  timer ??= setTimeout(() => {
    timer = null;
    refill();
  }, REFILL_MS).unref();
}
