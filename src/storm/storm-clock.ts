// The storm's fast clock. Every process of a storm derives the same time from
// CLOCK_MONOTONIC, which all processes of a machine share, so a midnight strikes
// in all of them at once although none talks to another. Made by the
// orchestrator, installed with setClock in each worker.

import type { Clock } from "../core/clock.ts";

/** Where a fast clock stands; plain data, so that it can be sent to a worker. */
export interface ClockSetting {
  /** `process.hrtime.bigint()` at the start, in decimal. */
  readonly startedAt: string;
  /** `Date.now()` at the same moment, for the times of files. */
  readonly startedAtWall: number;
  /** What the fast clock shows at the start, epoch milliseconds. */
  readonly fakeStart: number;
  /** Milliseconds of the fast clock in one real millisecond. */
  readonly rate: number;
}

/** A clock of whole milliseconds that runs `rate` times as fast as the machine's. */
export class StormClock implements Clock {
  readonly setting: ClockSetting;
  readonly rate: number;
  readonly #startedAt: bigint;

  constructor(setting: ClockSetting) {
    this.setting = setting;
    this.rate = setting.rate;
    this.#startedAt = BigInt(setting.startedAt);
  }

  /** Starts a clock at this moment. */
  static start(fakeStart: number, rate: number): StormClock {
    const startedAt = process.hrtime.bigint().toString();
    // The wall clock is only read to translate the times of files, which it made.
    return new StormClock({ startedAt, startedAtWall: wallNow(), fakeStart, rate });
  }

  /** Real milliseconds since the start, with fractions. */
  elapsed(): number {
    return Number(process.hrtime.bigint() - this.#startedAt) / 1e6;
  }

  /** Epoch milliseconds by the fast clock. */
  now(): number {
    return Math.floor(this.setting.fakeStart + this.elapsed() * this.rate);
  }

  /** What the fast clock showed when a file got this time stamp, in wall milliseconds. */
  fromWall(wallMs: number): number {
    return this.setting.fakeStart + (wallMs - this.setting.startedAtWall) * this.rate;
  }
}

function wallNow(): number {
  return performance.timeOrigin + performance.now();
}
