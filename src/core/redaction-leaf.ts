// What redaction makes of an object by its kind: looks into its own properties, or into
// the items of a collection, or leaves it alone, since no formatter shows properties
// of it: dates, bytes, patterns. The tests are Node's own, which hold for objects of
// any realm and can't be deceived.

import { types } from "node:util";

/** How an object is looked through. */
export type RedactionKind = "leaf" | "map" | "set" | "pairs" | "object";

// Classes of the web whose pairs inspect shows, though they have no properties. Known by
// their tags: merely to name the classes would load all of fetch.
const OF_PAIRS: ReadonlySet<unknown> = new Set(["Headers", "FormData", "URLSearchParams"]);

/** The kind of an object that is neither an array nor an error. */
export function leafKind(object: object): RedactionKind {
  if (types.isMap(object)) return "map";
  if (types.isSet(object)) return "set";
  if (ArrayBuffer.isView(object) || types.isAnyArrayBuffer(object)) return "leaf";
  if (types.isDate(object) || types.isRegExp(object) || types.isBoxedPrimitive(object)) {
    return "leaf";
  }
  if (types.isPromise(object) || types.isWeakMap(object) || types.isWeakSet(object)) return "leaf";
  return OF_PAIRS.has(Reflect.get(object, Symbol.toStringTag)) ? "pairs" : "object";
}
