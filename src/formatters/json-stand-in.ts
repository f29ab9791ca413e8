// What stands in a line for an object that is neither data of its own keys nor an
// error: a date's text, the bytes of a buffer, the entries of a map. The JSON writer
// asks for it where an object's prototype is none of the common ones. The tests are
// Node's own, which hold for objects of any realm and can't be deceived. Methods are
// taken from the built-in prototypes: an object's own may be anything, and may throw.

import { types } from "node:util";

/** The most bytes of a buffer that a line shows. */
export const MOST_BYTES = 16_384;

/** An object's stand-in: a value to write, or the first items of a collection and their number. */
export type StandIn =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "items"; readonly items: readonly unknown[]; readonly size: number }
  | { readonly kind: "entries"; readonly entries: object; readonly size: number };

/**
 * The stand-in of what JSON knows nothing of, or has a worse word for than we: bytes,
 * dates, maps, sets, boxed values, patterns. Null for all other objects.
 *
 * @param most how many items of a collection are wanted
 * @param speaks whether it has a `toJSON`: that is heard, but for bytes and dates
 */
export function standIn(object: object, most: number, speaks: boolean): StandIn | null {
  if (ArrayBuffer.isView(object)) return value(viewed(object));
  if (types.isDate(object)) return value(dateText(object));
  if (speaks) return null;
  if (types.isMap(object)) return mapStandIn(object, most);
  if (types.isSet(object)) {
    const size = Reflect.get(Set.prototype, "size", object) as number;
    return { kind: "items", items: first(Set.prototype.values.call(object), most), size };
  }
  if (types.isRegExp(object)) return value(RegExp.prototype.toString.call(object));
  if (types.isBoxedPrimitive(object)) return value(unboxed(object));
  if (types.isAnyArrayBuffer(object)) return value(encoded("ArrayBuffer", new Uint8Array(object)));
  if (object instanceof URLSearchParams) return value(object.toString());
  return null;
}

function value(standing: unknown): StandIn {
  return { kind: "value", value: standing };
}

function dateText(date: Date): string | null {
  const ms = Date.prototype.getTime.call(date);
  return Number.isNaN(ms) ? null : Date.prototype.toISOString.call(date);
}

function viewed(view: ArrayBufferView): object {
  const { buffer, byteOffset, byteLength } = view;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return encoded(Buffer.isBuffer(view) ? "Buffer" : nameOf(view), bytes);
}

// "Uint8Array", by a getter of the prototype of all such classes.
function nameOf(view: ArrayBufferView): string {
  const prototype = Object.getPrototypeOf(Uint8Array.prototype) as object;
  return (Reflect.get(prototype, Symbol.toStringTag, view) as string | undefined) ?? "DataView";
}

function encoded(type: string, bytes: Uint8Array): object {
  const { buffer, byteOffset, length } = bytes;
  const shown = Buffer.from(buffer, byteOffset, Math.min(length, MOST_BYTES));
  const data = shown.toString("base64");
  return length > MOST_BYTES ? { type, data, more: length - MOST_BYTES } : { type, data };
}

// Text keys make an object, any other an array of pairs.
function mapStandIn(map: ReadonlyMap<unknown, unknown>, most: number): StandIn {
  const size = Reflect.get(Map.prototype, "size", map) as number;
  const pairs = first(Map.prototype.entries.call(map), most) as [unknown, unknown][];
  const keys = Map.prototype.keys.call(map);
  for (const key of keys) {
    if (typeof key !== "string") return { kind: "items", items: pairs, size };
  }
  const entries: Record<string, unknown> = Object.create(null);
  for (const [key, value] of pairs) entries[key as string] = value;
  return { kind: "entries", entries, size };
}

function first(items: Iterable<unknown>, most: number): unknown[] {
  const found: unknown[] = [];
  for (const item of items) {
    if (found.length === most) break;
    found.push(item);
  }
  return found;
}

function unboxed(boxed: object): unknown {
  if (types.isNumberObject(boxed)) return Number.prototype.valueOf.call(boxed);
  if (types.isStringObject(boxed)) return String.prototype.valueOf.call(boxed);
  if (types.isBooleanObject(boxed)) return Boolean.prototype.valueOf.call(boxed);
  if (types.isBigIntObject(boxed)) return BigInt.prototype.valueOf.call(boxed);
  return Symbol.prototype.valueOf.call(boxed);
}
