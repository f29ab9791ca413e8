// Learns from one turn of the event loop when, behind the last line of the next one, a
// handler will write what it has joined: it does that at the end of the turn, some
// microseconds later or, in a young process whose code is still interpreted, some
// thousand. A worker that wants to be killed in the middle of it asks here. Knows
// nothing of the handler; used inside worker processes only.

import type { Random } from "./random.ts";

/** A turn may take a little longer than the one before it. */
const LONGER = 1.15;

/** Follows turns that come right behind one another. */
export class DrainAim {
  readonly #now: () => number;
  #lastLine = 0;
  #begins = 0;
  #lag = 0;
  #took = 0;

  /** @param now - microseconds since any moment. */
  constructor(now: () => number = () => performance.now() * 1000) {
    this.#now = now;
  }

  /** To be called before the first line of a turn, which begins right behind the one before it. */
  beginTurn(): void {
    const now = this.#now();
    if (this.#begins > this.#lastLine) {
      this.#lag = this.#begins - this.#lastLine;
      this.#took = now - this.#begins;
    }
    this.#lastLine = Infinity;
    // Armed before the handler's own, so it comes just before that.
    setImmediate(() => (this.#begins = this.#now()));
  }

  /** To be called behind the last line of a turn. */
  endTurn(): void {
    this.#lastLine = this.#now();
  }

  /** To be called when the next turn will be later: what is learnt is forgotten. */
  rest(): void {
    this.#lastLine = Infinity;
    this.#took = 0;
  }

  /** A moment in the next write, as whole microseconds behind the last line; null if no turn was seen. */
  pick(random: Random): number | null {
    if (this.#took === 0) return null;
    return Math.max(1, Math.round(this.#lag + random.next() * this.#took * LONGER));
  }
}
