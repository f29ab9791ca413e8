// How CPython looks at values where it matters to a document: what counts as true, what
// can be gone through item by item, in which order names are sorted. The builders of a
// configuration ask here.

import { isPlainObject } from "../../core/value.ts";

/** Whether Python takes a value for true: not null, 0, and what is empty. */
export function isTrue(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return Boolean(value);
  try {
    if (Array.isArray(value)) return value.length > 0;
    if (value instanceof Map || value instanceof Set) return value.size > 0;
    return !isPlainObject(value) || Object.keys(value).length > 0;
  } catch {
    // A proxy, such as one that was revoked: whoever reads it says where it stands.
    return true;
  }
}

/** What a `for` in Python goes through: items, keys, or characters; null for what has none. */
export function itemsOf(value: unknown): readonly unknown[] | null {
  if (typeof value === "string") return [...value];
  if (typeof value !== "object" || value === null) return null;
  if (value instanceof Map) return [...value.keys()];
  if (Symbol.iterator in value) return [...(value as Iterable<unknown>)];
  return isPlainObject(value) ? Object.keys(value) : null;
}

/** Python's order of strings: by code points. */
export function compareCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((char, index) => char !== right[index]);
  if (at === -1) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? -1) - (right[at]?.codePointAt(0) ?? -1);
}
