// The one clock of the library. Every record's time and every decision about a
// period comes from `now()`; tests, the storm and the demo replace it to cross
// a hundred midnights in a minute. Nothing else may call Date.now().

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

/**
 * Replaces the clock of this thread; `null` puts the system's clock back.
 * Meant for tests and simulations: records already made keep their time.
 */
export function setClock(clock: Clock | null): void {
  current = clock ?? systemClock;
}

/** How many real milliseconds pass while the clock in use advances by `clockMs`. */
export function toRealMs(clockMs: number): number {
  return clockMs / (current.rate ?? 1);
}
