// A clock for tests, which stands still until it is moved: midnight comes when the test
// says so. It takes the place of the library's clock, by which records get their time
// and files their dates, and of nothing else: Date and the timers of Node are as ever.

import { setClock } from "../core/clock.ts";
import type { Clock } from "../core/clock.ts";
import { checkOptionNames } from "../core/options.ts";
import { refusal, typeRefusal } from "../core/refusal.ts";

/** Where a fake clock stands in the beginning. */
export interface FakeClockOptions {
  /**
   * The moment: milliseconds since 1970, a Date, or a text in ISO 8601 with its zone; if
   * not given, 2026-01-01T00:00:00Z.
   */
  readonly at?: number | Date | string | undefined;
}

/** The clock of daybook while a test runs. */
export interface FakeClock extends Clock {
  /** Goes on by so many milliseconds; back by a negative number. */
  advance(ms: number): void;
  /** Goes to a moment, given as `at`. */
  set(at: number | Date | string): void;
  /** Puts the system's clock back. */
  restore(): void;
}

/**
 * Stops daybook's clock at a moment, and returns what moves it. Call `restore` at the end.
 *
 * @throws TypeError or ValueError for what is no moment.
 */
export function fakeClock(options: FakeClockOptions = {}): FakeClock {
  checkOptionNames(options, ["at"]);
  let time = momentOf(options.at ?? "2026-01-01T00:00:00Z");
  const clock: FakeClock = {
    now: () => time,
    advance(ms) {
      if (typeof ms !== "number" || !Number.isFinite(ms))
        throw typeRefusal("ms", ms, "a number of milliseconds");
      time += ms;
    },
    set(at) {
      time = momentOf(at);
    },
    restore() {
      setClock(null);
    },
  };
  setClock(clock);
  return clock;
}

function momentOf(at: unknown): number {
  const accepted = "milliseconds since 1970, a Date, or a text such as 2026-03-29T01:59:59Z";
  if (typeof at !== "number" && typeof at !== "string" && !(at instanceof Date)) {
    throw typeRefusal("at", at, accepted);
  }
  // A text without a zone would mean another moment on another machine.
  const isVague = typeof at === "string" && !/(?:Z|[+-]\d\d:?\d\d)$/.test(at);
  const time = isVague ? NaN : new Date(at).getTime();
  if (Number.isNaN(time)) throw refusal("at", at, accepted);
  return time;
}
