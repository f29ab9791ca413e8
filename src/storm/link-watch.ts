// Looks where a log's own name leads, many times a second while a storm runs.
// The name is there for people and `tail -F`: it may lag behind a midnight, but
// it must never lead to a day that has not begun, nor back to an earlier one.

import { currentSuffix } from "./log-folder.ts";
import type { StormClock } from "./storm-clock.ts";
import { dateInZone } from "./zone-days.ts";

/** Collects what is wrong with the current name; `look` is called by a timer. */
export class LinkWatch {
  /** Sightings of a period that had not begun, in words. */
  readonly ahead: string[] = [];
  /** Sightings of an earlier period than seen before, in words. */
  readonly back: string[] = [];
  /** How often the name led to a period at all; without any, nothing was watched. */
  sightings = 0;
  readonly #path: string;
  readonly #zone: string;
  readonly #clock: StormClock;
  #latest = "";

  constructor(path: string, zone: string, clock: StormClock) {
    this.#path = path;
    this.#zone = zone;
    this.#clock = clock;
  }

  look(): void {
    const suffix = currentSuffix(this.#path);
    if (suffix === null) return;
    this.sightings += 1;
    // The clock is read after the name, so a name that was right then passes.
    const today = dateInZone(this.#clock.now(), this.#zone);
    if (suffix > today) this.ahead.push(`led to ${suffix} when it was ${today}`);
    if (suffix < this.#latest) this.back.push(`led to ${suffix} after ${this.#latest}`);
    else this.#latest = suffix;
  }
}
