// One clock for two threads: a clock that the application has set (core/clock.ts) is set
// in its thread only. The caller describes its clock with each segment that it hands
// over, and the worker thread runs one like it. The records' own times need none of
// this; it is for what goes by the present: when files of the past are closed,
// compressed, removed.

import { now, setClock, toRealMs } from "../core/clock.ts";
import type { WorkerRing } from "./worker-ring.ts";

/** A clock that is so close to real time, in milliseconds, is the system's. */
const NEAR_MS = 2000;
/** In place of a rate: the system's clock. */
const SYSTEM = 0;

/** Describes the clock of this thread. */
export function describeClock(ring: WorkerRing): void {
  const real = realMs();
  const clock = now();
  const rate = 1 / toRealMs(1);
  const isSystem = rate === 1 && Math.abs(clock - real) < NEAR_MS;
  ring.setClock(clock, real, isSystem ? SYSTEM : rate);
}

/** Sets a clock in this thread, by what the other one has described. */
export class DescribedClock {
  readonly #ring: WorkerRing;
  #rate = SYSTEM;

  constructor(ring: WorkerRing) {
    this.#ring = ring;
  }

  /** Called when there may be a new description. */
  follow(): void {
    const { rate } = this.#ring.clock;
    if (rate === this.#rate) return;
    this.#rate = rate;
    setClock(rate === SYSTEM ? null : { now: () => this.#now(), rate });
  }

  #now(): number {
    const { clockMs, realMs: since, rate } = this.#ring.clock;
    return clockMs + (realMs() - since) * rate;
  }
}

/** The same in all threads of a process, to a fraction of a millisecond or so. */
function realMs(): number {
  return performance.timeOrigin + performance.now();
}
