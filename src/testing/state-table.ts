// The states that an exploration has met, each once, in the order in which it met
// them: rows of small whole numbers in pages of memory, and a hash table over them
// that compares rows number by number, so that no two states are ever taken for one.
// Beside each row stands how it was first reached, which is the shortest way there
// if rows are met breadth first.

const PAGE_BITS = 16;
const PAGE_ROWS = 1 << PAGE_BITS;

/** Rows of `width` numbers, each known by the index at which it was added. */
export class StateTable {
  readonly #width: number;
  readonly #stride: number;
  readonly #pages: Int32Array[] = [];
  #slots = new Int32Array(1 << 12).fill(-1);
  #count = 0;

  constructor(width: number) {
    this.#width = width;
    this.#stride = width + 2;
  }

  /** How many rows there are. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds a row, unless it is known.
   *
   * @param parent the index of the row it was reached from; -1 for the first.
   * @param way which of the ways out of the parent led here.
   * @returns whether it is new.
   */
  add(row: Int32Array, parent: number, way: number): boolean {
    if (this.#count * 2 >= this.#slots.length) this.#grow();
    const mask = this.#slots.length - 1;
    let slot = this.#hash(row, 0) & mask;
    for (let index = this.#slots[slot] as number; index !== -1;) {
      if (this.#equals(index, row)) return false;
      slot = (slot + 1) & mask;
      index = this.#slots[slot] as number;
    }
    this.#slots[slot] = this.#count;
    const offset = this.#place(this.#count);
    const page = this.#pages.at(-1) as Int32Array;
    page.set(row, offset);
    page[offset + this.#width] = parent;
    page[offset + this.#width + 1] = way;
    this.#count += 1;
    return true;
  }

  /** Copies a row out. */
  read(index: number, into: Int32Array): void {
    const page = this.#pages[index >> PAGE_BITS] as Int32Array;
    const offset = (index & (PAGE_ROWS - 1)) * this.#stride;
    for (let at = 0; at < this.#width; at += 1) into[at] = page[offset + at] as number;
  }

  /** How a row was first reached. */
  origin(index: number): { readonly parent: number; readonly way: number } {
    const page = this.#pages[index >> PAGE_BITS] as Int32Array;
    const offset = (index & (PAGE_ROWS - 1)) * this.#stride + this.#width;
    return { parent: page[offset] as number, way: page[offset + 1] as number };
  }

  /** Where the next row goes; makes its page. */
  #place(index: number): number {
    const within = index & (PAGE_ROWS - 1);
    if (within === 0) this.#pages.push(new Int32Array(PAGE_ROWS * this.#stride));
    return within * this.#stride;
  }

  #equals(index: number, row: Int32Array): boolean {
    const page = this.#pages[index >> PAGE_BITS] as Int32Array;
    const offset = (index & (PAGE_ROWS - 1)) * this.#stride;
    for (let at = 0; at < this.#width; at += 1) {
      if (page[offset + at] !== row[at]) return false;
    }
    return true;
  }

  #hash(numbers: Int32Array, offset: number): number {
    let hash = 0x9e3779b9;
    for (let at = 0; at < this.#width; at += 1) {
      hash = Math.imul(hash ^ (numbers[offset + at] as number), 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash, 0xc2b2ae35);
    return (hash ^ (hash >>> 13)) >>> 0;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let index = 0; index < this.#count; index += 1) {
      const page = this.#pages[index >> PAGE_BITS] as Int32Array;
      let slot = this.#hash(page, (index & (PAGE_ROWS - 1)) * this.#stride) & mask;
      while (slots[slot] !== -1) slot = (slot + 1) & mask;
      slots[slot] = index;
    }
    this.#slots = slots;
  }
}
