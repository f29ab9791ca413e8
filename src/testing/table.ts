// A small map that is never changed: every change gives another one, and all
// that was not changed is shared. The file system in memory is made of these, so
// that going back to an earlier world costs nothing, and so that two worlds can be
// compared by a text that is worked out once for each table.

/** How a value is told in a table's key; two values that behave alike are told alike. */
export type Telling<V> = (value: V) => string;

/** An unchangeable map from names or numbers to values. */
export class Table<K extends string | number, V> {
  readonly #map: ReadonlyMap<K, V>;
  readonly #tell: Telling<V>;
  #key: string | null = null;

  constructor(tell: Telling<V>, map: ReadonlyMap<K, V> = new Map()) {
    this.#tell = tell;
    this.#map = map;
  }

  get size(): number {
    return this.#map.size;
  }

  get(name: K): V | undefined {
    return this.#map.get(name);
  }

  has(name: K): boolean {
    return this.#map.has(name);
  }

  /** This table with one entry more, or with another value in it. */
  with(name: K, value: V): Table<K, V> {
    return new Table(this.#tell, new Map(this.#map).set(name, value));
  }

  /** This table with one entry less. */
  without(name: K): Table<K, V> {
    const map = new Map(this.#map);
    map.delete(name);
    return new Table(this.#tell, map);
  }

  /** The names, in the order in which they came. */
  names(): IterableIterator<K> {
    return this.#map.keys();
  }

  values(): IterableIterator<V> {
    return this.#map.values();
  }

  entries(): IterableIterator<[K, V]> {
    return this.#map.entries();
  }

  /** The same for two tables with the same entries, whatever happened before; else different. */
  key(): string {
    if (this.#key === null) {
      const parts: string[] = [];
      for (const [name, value] of this.#map) parts.push(`${name}\t${this.#tell(value)}`);
      this.#key = parts.toSorted().join("\n");
    }
    return this.#key;
  }
}
