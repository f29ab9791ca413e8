// What redaction makes of an object by its kind: looks into its own properties, or into
// the items of a collection, or leaves it alone, since no formatter shows properties
// of it: dates, bytes, patterns. The tests are Node's own, which hold for objects of
// any realm and can't be deceived.

import { types } from "node:util";

import { isUrl } from "./redaction-url.ts";
import { readProperty } from "./value.ts";

/** How an object is looked through. */
export type RedactionKind = "leaf" | "map" | "set" | "pairs" | "url" | "object";

// Classes of the web whose pairs inspect shows, though they have no properties. Known by
// their tags: merely to name the classes would load all of fetch.
const OF_PAIRS: ReadonlySet<unknown> = new Set(["Headers", "FormData", "URLSearchParams"]);

/** Whether formatters write it in a way of their own and never ask a toJSON of it. */
export function isData(object: object): boolean {
  return ArrayBuffer.isView(object) || types.isAnyArrayBuffer(object) || types.isDate(object);
}

/** What inspect shows of a list behind its items: the groups of a match, for instance. */
export function namesBehind(items: readonly unknown[]): string[] {
  const keys = Object.keys(items);
  let from = keys.length;
  // Indexes come first.
  while (from > 0 && String(Number(keys[from - 1]) >>> 0) !== keys[from - 1]) from -= 1;
  return keys.slice(from);
}

/** A copy of a list, by the indexes: a list may have an iterator of its own. */
export function itemsOf(items: readonly unknown[]): unknown[] {
  const { length } = items;
  return Array.from({ length }, (_, at) => readProperty(items, String(at)));
}

/** The name that formatters show for a key of a map; null for one that is no name. */
export function nameOfKey(key: unknown): string | null {
  if (typeof key === "string") return key;
  if (typeof key === "symbol") return key.description ?? "";
  return types.isStringObject(key) ? String.prototype.valueOf.call(key) : null;
}

/**
 * What stands for a proxy in which nothing is to be masked: inspect would show not what
 * its traps gave, but what is behind it. Anything else is itself.
 */
export function unwrapped(object: object): object {
  if (!types.isProxy(object)) return object;
  if (Array.isArray(object)) return itemsOf(object);
  const copy = Object.create(Object.getPrototypeOf(object) as object | null) as object;
  for (const name of Object.keys(object)) {
    const value = readProperty(object, name);
    const descriptor = { value, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(copy, name, descriptor);
  }
  return copy;
}

/** The kind of an object that is neither an array nor an error. */
export function leafKind(object: object): RedactionKind {
  if (types.isMap(object)) return "map";
  if (types.isSet(object)) return "set";
  if (ArrayBuffer.isView(object) || types.isAnyArrayBuffer(object)) return "leaf";
  if (types.isDate(object) || types.isRegExp(object) || types.isBoxedPrimitive(object)) {
    return "leaf";
  }
  if (types.isPromise(object) || types.isWeakMap(object) || types.isWeakSet(object)) return "leaf";
  const tag: unknown = Reflect.get(object, Symbol.toStringTag);
  if (tag === "URL" && isUrl(object)) return "url";
  return OF_PAIRS.has(tag) ? "pairs" : "object";
}
