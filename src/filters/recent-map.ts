// A map that keeps so many entries and no more: the one that was asked for the longest
// time ago goes first. What filters and handlers remember for each key lives in one, so
// that keys without number (a request's id, a message with values in it) can't fill the
// memory. It knows no time.

/** A Map of bounded size in the order of last use. */
export class RecentMap<Value> {
  readonly #most: number;
  readonly #entries = new Map<unknown, Value>();

  /** @param most how many entries are kept, from 1. */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value of a key, which becomes the one used last; undefined if there is none. */
  get(key: unknown): Value | undefined {
    const entries = this.#entries;
    const value = entries.get(key);
    if (value === undefined || entries.size === 1) return value;
    entries.delete(key);
    entries.set(key, value);
    return value;
  }

  /** Adds an entry. Returns the value that had to go for it, or undefined. */
  add(key: unknown, value: Value): Value | undefined {
    const entries = this.#entries;
    entries.set(key, value);
    if (entries.size <= this.#most) return undefined;
    const [oldest] = entries as Iterable<[unknown, Value]>;
    if (oldest === undefined) return undefined;
    entries.delete(oldest[0]);
    return oldest[1];
  }

  /** Takes an entry out, and returns its value; undefined if there was none. */
  remove(key: unknown): Value | undefined {
    const value = this.#entries.get(key);
    this.#entries.delete(key);
    return value;
  }

  /** The entry used the longest time ago. */
  oldest(): [unknown, Value] | undefined {
    return this.#entries.entries().next().value;
  }

  /** All values, the one used last at the end. */
  values(): Value[] {
    return [...this.#entries.values()];
  }

  clear(): void {
    this.#entries.clear();
  }
}
