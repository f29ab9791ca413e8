// Lets a worker process be killed within microseconds of a moment that it knows itself:
// a timer of the kernel's that sends SIGKILL. Whoever kills from outside can't tell
// when another process is in the middle of a write of some ten microseconds; this is
// the same death, aimed. Needs koffi and Linux; without them, kills come from outside
// alone. Used inside worker processes only.

import { cLibrary } from "../platform/c-library.ts";

/** <time.h>, <signal.h>: the same on all architectures that Node runs on. */
const CLOCK_MONOTONIC = 1;
const SIGKILL = 9;
const SIGEV_SIGNAL = 0;
/** struct sigevent: a value of a pointer's size, the signal, how to notify, and room. */
const EVENT = { bytes: 64, signalAt: 8, notifyAt: 12 };
/** struct itimerspec: an interval of none, then seconds and nanoseconds. */
const SPEC = { bytes: 32, nanosecondsAt: 24 };

const WARM_UP = 100;

/** A timer that ends this process. */
export interface DeathTimer {
  /** @param afterMicros - whole microseconds from now, at least 1, less than a second. */
  arm(afterMicros: number): void;
}

/** Null where there is no such timer. */
export function makeDeathTimer(): DeathTimer | null {
  const libc = process.platform === "linux" ? cLibrary() : null;
  if (libc === null) return null;
  try {
    const create = libc.func("int timer_create(int, const uint8_t *, _Out_ uint8_t *)");
    const settime = libc.func("int timer_settime(void *, int, const uint8_t *, void *)");
    const event = Buffer.alloc(EVENT.bytes);
    event.writeInt32LE(SIGKILL, EVENT.signalAt);
    event.writeInt32LE(SIGEV_SIGNAL, EVENT.notifyAt);
    const id = Buffer.alloc(8);
    if (create(CLOCK_MONOTONIC, event, id) !== 0) return null;
    const timer = id.readBigUInt64LE();
    const spec = Buffer.alloc(SPEC.bytes);
    const arm = (afterMicros: number) => {
      spec.writeBigInt64LE(BigInt(afterMicros) * 1000n, SPEC.nanosecondsAt);
      settime(timer, 0, spec, null);
    };
    // A first call needs longer than what is aimed at. None at all disarms.
    for (let call = 0; call < WARM_UP; call += 1) arm(0);
    return { arm };
  } catch {
    return null;
  }
}
