// A hash table from two small whole numbers to a third, in plain memory: a million
// entries of a Map of Maps would keep the garbage collector busier than the explorer.

/** Numbers by pairs of numbers; all are at least 0. */
export class PairIndex {
  /** First, second, value; a first of -1 marks a free slot. */
  #slots = new Int32Array(3 << 12).fill(-1);
  #mask = (1 << 12) - 1;
  #count = 0;

  /** The number of a pair, or -1. */
  get(first: number, second: number): number {
    return this.#slots[this.#find(first, second) + 2] as number;
  }

  /** Gives a pair a number. */
  set(first: number, second: number, value: number): void {
    if (this.#count * 2 > this.#mask) this.#grow();
    const slot = this.#find(first, second);
    if (this.#slots[slot] === -1) this.#count += 1;
    this.#slots[slot] = first;
    this.#slots[slot + 1] = second;
    this.#slots[slot + 2] = value;
  }

  /** Where a pair is, or would be. */
  #find(first: number, second: number): number {
    const slots = this.#slots;
    let hash = Math.imul(first ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(second, 0xc2b2ae35);
    hash ^= hash >>> 15;
    for (let at = hash & this.#mask; ; at = (at + 1) & this.#mask) {
      const slot = at * 3;
      if (slots[slot] === -1 || (slots[slot] === first && slots[slot + 1] === second)) return slot;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2).fill(-1);
    this.#mask = this.#mask * 2 + 1;
    for (let slot = 0; slot < old.length; slot += 3) {
      if (old[slot] === -1) continue;
      const place = this.#find(old[slot] as number, old[slot + 1] as number);
      for (let part = 0; part < 3; part += 1)
        this.#slots[place + part] = old[slot + part] as number;
    }
  }
}
