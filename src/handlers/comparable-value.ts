// What of a value can be compared later with another's: a copy that holds all that any
// formatter shows of it. Where there is no such copy the value is like no other: private
// fields, a toJSON, a function's own data can't be seen from outside, and what can't
// be seen may differ. Handlers that leave records out for being the same ask here.

import { exceptionText } from "../core/exception.ts";
import { isError, isPlainObject } from "../core/value.ts";

/** How deep values are looked into, and how many; what is larger is like no other. */
const DEEPEST = 8;
const MOST = 1000;

/** Thrown within, and caught at the door. */
const INCOMPARABLE: unique symbol = Symbol("incomparable");

/** What stands for a value; null where there is nothing that could. */
export interface Comparable {
  readonly value: unknown;
}

/** What is known of an error: it is never equal to something that is none. */
class ErrorFacts {
  readonly text: string;
  readonly own: unknown;

  constructor(text: string, own: unknown) {
    this.text = text;
    this.own = own;
  }
}

/** A copy for isDeepStrictEqual; null for what can't be compared. Never throws. */
export function comparable(value: unknown): Comparable | null {
  try {
    return { value: new ComparableCopier().copy(value, 0) };
  } catch {
    return null; // so said above; or a getter, or a trap, that throws
  }
}

class ComparableCopier {
  #left = MOST;
  readonly #copies = new Map<object, unknown>();

  copy(value: unknown, depth: number): unknown {
    if (typeof value === "function") throw INCOMPARABLE;
    if (typeof value !== "object" || value === null) return value;
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    if (depth >= DEEPEST) throw INCOMPARABLE;
    if (isError(value)) return this.#error(value, depth + 1);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Array.prototype) return this.#properties(value, [], depth + 1);
    if (isPlainObject(value)) {
      return this.#properties(
        value,
        Object.create(prototype as object | null) as object,
        depth + 1,
      );
    }
    // By their own prototypes alone, and with nothing of their own: that would be shown, too.
    if (Reflect.ownKeys(value).length > 0) throw INCOMPARABLE;
    if (prototype === Map.prototype) return this.#map(value as Map<unknown, unknown>, depth + 1);
    if (prototype === Set.prototype) return this.#set(value as Set<unknown>, depth + 1);
    if (prototype === Date.prototype) return new Date((value as Date).getTime());
    throw INCOMPARABLE;
  }

  // All that an object has, also what isn't enumerable: a toJSON mostly isn't.
  #properties(object: object, copy: object, depth: number): object {
    this.#copies.set(object, copy);
    for (const key of Reflect.ownKeys(object)) {
      const value = this.#next(Reflect.get(object, key), depth);
      // Not by assignment: __proto__ is a key like any other.
      const descriptor = Object.getOwnPropertyDescriptor(copy, key) ?? {
        configurable: true,
        writable: true,
      };
      Object.defineProperty(copy, key, { ...descriptor, enumerable: key !== "length", value });
    }
    return copy;
  }

  // The stack is a part of the text.
  #error(error: Error, depth: number): ErrorFacts {
    const own: Map<PropertyKey, unknown> = new Map();
    const facts = new ErrorFacts(exceptionText(error), own);
    this.#copies.set(error, facts);
    if (typeof Reflect.get(error, "toJSON") === "function") throw INCOMPARABLE;
    for (const key of Reflect.ownKeys(error)) {
      if (key !== "stack") own.set(key, this.#next(Reflect.get(error, key), depth));
    }
    return facts;
  }

  #map(map: ReadonlyMap<unknown, unknown>, depth: number): object {
    const copy = new Map<unknown, unknown>();
    this.#copies.set(map, copy);
    for (const [key, item] of map) copy.set(this.#next(key, depth), this.#next(item, depth));
    return copy;
  }

  #set(set: ReadonlySet<unknown>, depth: number): object {
    const copy = new Set<unknown>();
    this.#copies.set(set, copy);
    for (const item of set) copy.add(this.#next(item, depth));
    return copy;
  }

  #next(value: unknown, depth: number): unknown {
    if (this.#left === 0) throw INCOMPARABLE;
    this.#left -= 1;
    return this.copy(value, depth);
  }
}
