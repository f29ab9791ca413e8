// The storm's fast clock. Every process of a storm derives the same time from
// CLOCK_MONOTONIC, which all processes of a machine share, so a midnight strikes
// in all of them at once although none talks to another. (From the wall clock on Bun and
// Deno, whose hrtime counts from the start of each process.) Made by the orchestrator,
// installed with setClock in each worker.

import type { Clock } from "../core/clock.ts";

/** Where a fast clock stands; plain data, so that it can be sent to a worker. */
export interface ClockSetting {
  /** Nanoseconds of the machine's clock at the start, in decimal. */
  readonly startedAt: string;
  /** `Date.now()` at the same moment, for the times of files. */
  readonly startedAtWall: number;
  /** What the fast clock shows at the start, epoch milliseconds. */
  readonly fakeStart: number;
  /** Milliseconds of the fast clock in one real millisecond. */
  readonly rate: number;
  /** Real milliseconds since the start after which the clock stands; absent: it never does. */
  readonly standsAfterMs?: number;
}

/** A clock of whole milliseconds that runs `rate` times as fast as the machine's. */
export class StormClock implements Clock {
  readonly setting: ClockSetting;
  readonly rate: number;
  readonly #startedAt: bigint;
  readonly #standsAfterMs: number;

  constructor(setting: ClockSetting) {
    this.setting = setting;
    this.rate = setting.rate;
    this.#startedAt = BigInt(setting.startedAt);
    this.#standsAfterMs = setting.standsAfterMs ?? Infinity;
  }

  /**
   * Starts a clock at this moment.
   *
   * @param standsAfterMs - when it stops, so that a process which takes long to finish its
   *   part does not come into days that nobody planned.
   */
  static start(fakeStart: number, rate: number, standsAfterMs?: number): StormClock {
    const startedAt = machineNow().toString();
    // The wall clock is only read to translate the times of files, which it made.
    const setting = { startedAt, startedAtWall: wallNow(), fakeStart, rate };
    return new StormClock(standsAfterMs === undefined ? setting : { ...setting, standsAfterMs });
  }

  /** Real milliseconds since the start, with fractions. */
  elapsed(): number {
    return Number(machineNow() - this.#startedAt) / 1e6;
  }

  /** Epoch milliseconds by the fast clock. */
  now(): number {
    const elapsed = Math.min(this.elapsed(), this.#standsAfterMs);
    return Math.floor(this.setting.fakeStart + elapsed * this.rate);
  }

  /** What the fast clock showed when a file got this time stamp, in wall milliseconds. */
  fromWall(wallMs: number): number {
    return this.setting.fakeStart + (wallMs - this.setting.startedAtWall) * this.rate;
  }
}

const machineNow: () => bigint =
  (process.versions["bun"] ?? process.versions["deno"]) === undefined
    ? process.hrtime.bigint
    : () => BigInt(Date.now()) * 1_000_000n;

function wallNow(): number {
  return performance.timeOrigin + performance.now();
}
