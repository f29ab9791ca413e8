// The one clock of the library. Every record's time and every decision about a
// period comes from `now()`; tests, the storm and the demo replace it to cross
// a hundred midnights in a minute. Nothing else may call Date.now().

import { ValueError } from "./errors.ts";
import { shortRepr } from "./value.ts";

/** A source of time that can stand in for the system's. */
export interface Clock {
  /** Milliseconds since the Unix epoch (UTC), fractions allowed. */
  now(): number;
  /** How many of its milliseconds pass in one real millisecond; 1 when absent. */
  readonly rate?: number;
}

const systemClock: Clock = { now: () => Date.now() };

let current: Clock = systemClock;

/** Milliseconds since the Unix epoch, by the clock in use. */
export function now(): number {
  return current.now();
}

/** Whether the clock in use is the system's: then its time passes as real time does. */
export function isSystemClock(): boolean {
  return current === systemClock;
}

/**
 * Replaces the clock of this thread; `null` puts the system's clock back.
 * Meant for tests and simulations: records already made keep their time.
 *
 * @throws {ValueError} for what is no clock: its `now()` is asked once
 */
export function setClock(clock: Clock | null): void {
  if (clock === null) {
    current = systemClock;
    return;
  }
  checkClock(clock);
  // A log call must not fail with the clock.
  current = { now: () => readingOf(clock), rate: clock.rate ?? 1 };
}

/** The clock's time, or the system's where it has none to tell. */
function readingOf(clock: Clock): number {
  try {
    const reading = clock.now();
    if (Number.isFinite(reading)) return reading;
  } catch {
    // as below
  }
  return systemClock.now();
}

function checkClock(clock: Clock): void {
  const accepted = "null, or an object { now(): milliseconds since 1970, rate?: above 0 }";
  const given: unknown = clock;
  const isClock =
    typeof given === "object" &&
    given !== null &&
    "now" in given &&
    typeof given.now === "function";
  const reading: unknown = isClock ? clock.now() : undefined;
  const { rate = 1 } = isClock ? clock : {};
  if (typeof reading === "number" && Number.isFinite(reading) && rate > 0) return;
  const shown =
    reading === undefined ? shortRepr(given) : `one whose now() gives ${shortRepr(reading)}`;
  const text =
    rate > 0 ? `a clock can't be ${shown}` : `a clock's rate can't be ${shortRepr(rate)}`;
  throw new ValueError(`${text}; accepted: ${accepted}`, { value: given, accepted });
}

/** How many real milliseconds pass while the clock in use advances by `clockMs`. */
export function toRealMs(clockMs: number): number {
  return clockMs / (current.rate ?? 1);
}
