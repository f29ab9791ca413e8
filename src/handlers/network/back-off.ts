// How long to wait before something that failed is tried again: CPython's rule for
// sockets (a start, a factor, a limit), with a little chance in it. Outboxes own one
// each. Nothing here waits.

/** The numbers of a back-off, in real milliseconds. */
export interface BackOffSettings {
  readonly retryStartMs: number;
  readonly retryMaxMs: number;
  readonly retryFactor: number;
  /** The part of each wait that chance may take from it, 0 to 1. */
  readonly retryJitter: number;
}

/** Waits that grow from one failure to the next. */
export class BackOff {
  readonly #settings: BackOffSettings;
  readonly #random: () => number;
  #period = 0;

  /** @param random as Math.random */
  constructor(settings: BackOffSettings, random: () => number = Math.random) {
    this.#settings = settings;
    this.#random = random;
  }

  /** Milliseconds to wait after one more failure. */
  next(): number {
    const { retryStartMs, retryMaxMs, retryFactor, retryJitter } = this.#settings;
    const period = this.#period === 0 ? retryStartMs : this.#period * retryFactor;
    this.#period = Math.min(period, retryMaxMs);
    // Many processes lose one server at one moment; they must not all come back at one.
    return this.#period * (1 - retryJitter * this.#random());
  }

  /** It worked: the next failure is a first one. */
  reset(): void {
    this.#period = 0;
  }
}
