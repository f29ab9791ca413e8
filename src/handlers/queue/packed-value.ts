// Values as data that a message port can carry: what a clone would refuse (functions,
// symbols) or empty of its meaning (errors, buffers, objects of classes) is put in
// other words, and errors and buffers are made again at the other end. Applications
// pass anything, so every getter may throw and every chain may be a cycle; nothing
// here throws, and nothing changes the value.

import { types } from "node:util";

import { errorMessage, inspectLine, isError, readProperty, toText } from "../../core/value.ts";

/** Marks what stands for an error or a buffer. */
const TAG = "daybook:kind";

/** Deeper than this, a value is its text. */
const DEEPEST = 16;
/** Objects in one value; those beyond are their text. */
const MOST_OBJECTS = 10_000;
/** The entries of one object. */
const MOST_ITEMS = 10_000;
/** The bytes of one buffer; a longer one is its text. */
const MOST_BYTES = 65_536;

/** Makes plain data of the values of one message; the same object becomes the same copy. */
export class PlainMaker {
  /** Whether there is an error or a buffer in what was made, for plainMade to make again. */
  hasTags = false;
  readonly #copies: Map<object, unknown> = new Map();
  #depth = 0;

  /** The value as data that structured clone takes. */
  make(value: unknown): unknown {
    if (typeof value === "symbol" || typeof value === "function") return toText(value);
    if (typeof value !== "object" || value === null) return value;
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    if (this.#depth >= DEEPEST || this.#copies.size >= MOST_OBJECTS) return inspectLine(value);
    this.#depth += 1;
    try {
      return this.#copy(value);
    } catch {
      return inspectLine(value); // a proxy that refuses, mostly
    } finally {
      this.#depth -= 1;
    }
  }

  #copy(value: object): unknown {
    if (isError(value)) return this.#error(value);
    if (Array.isArray(value)) return this.#array(value);
    if (ArrayBuffer.isView(value)) return this.#bytes(value);
    if (types.isAnyArrayBuffer(value)) return this.#bytes(new Uint8Array(value));
    if (types.isDate(value)) return new Date(Date.prototype.getTime.call(value));
    if (types.isRegExp(value) || types.isPromise(value)) return inspectLine(value);
    const shown = toJsonOf(value);
    if (shown !== value) return this.make(shown);
    if (types.isMap(value)) return this.#map(value);
    if (types.isSet(value)) return this.#set(value);
    return this.#object(value);
  }

  #array(array: readonly unknown[]): unknown {
    const copy: unknown[] = [];
    this.#copies.set(array, copy);
    const length = Math.min(array.length, MOST_ITEMS);
    for (let i = 0; i < length; i += 1) copy.push(this.make(readProperty(array, String(i))));
    if (array.length > length) copy.push(`... ${array.length - length} more`);
    return copy;
  }

  #map(map: ReadonlyMap<unknown, unknown>): unknown {
    const copy = new Map<unknown, unknown>();
    this.#copies.set(map, copy);
    for (const [key, value] of Map.prototype.entries.call(map)) {
      if (copy.size === MOST_ITEMS) break;
      copy.set(this.make(key), this.make(value));
    }
    return copy;
  }

  #set(set: ReadonlySet<unknown>): unknown {
    const copy = new Set<unknown>();
    this.#copies.set(set, copy);
    for (const value of Set.prototype.values.call(set)) {
      if (copy.size === MOST_ITEMS) break;
      copy.add(this.make(value));
    }
    return copy;
  }

  #object(object: object): unknown {
    const keys = Object.keys(object);
    // Whatever it holds, it shows nothing but this.
    if (keys.length === 0 && !isData(object)) return toText(object);
    const copy: Record<string, unknown> = {};
    this.#copies.set(object, copy);
    this.#properties(object, keys, copy);
    return copy;
  }

  #properties(source: object, keys: readonly string[], copy: Record<string, unknown>): void {
    for (const key of keys.slice(0, MOST_ITEMS)) {
      setOwn(copy, key, this.make(readProperty(source, key)), true);
    }
  }

  #bytes(view: ArrayBufferView): unknown {
    if (view.byteLength > MOST_BYTES) return inspectLine(view);
    // A clone takes the whole memory that a view is of, such as Node's pool of buffers.
    const { buffer, byteOffset, byteLength } = view;
    const bytes = new Uint8Array(byteLength);
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength));
    if (Buffer.isBuffer(view)) {
      this.hasTags = true;
      return { [TAG]: "buffer", bytes };
    }
    return types.isTypedArray(view) && !types.isUint8Array(view) ? view.slice() : bytes;
  }

  #error(error: Error): unknown {
    this.hasTags = true;
    const own: Record<string, unknown> = {};
    const copy: Record<string, unknown> = { [TAG]: "error", own };
    this.#copies.set(error, copy);
    copy["class"] = toText(readProperty(Object(readProperty(error, "constructor")), "name"));
    copy["message"] = errorMessage(error);
    for (const key of ["name", "stack", "cause", "errors"]) {
      const value = readProperty(error, key);
      if (value !== undefined) copy[key] = this.make(value);
    }
    const keys = Object.keys(error).filter((key) => !KNOWN.has(key));
    this.#properties(error, keys, own);
    return copy;
  }
}

const KNOWN: ReadonlySet<string> = new Set(["name", "message", "stack", "cause", "errors"]);

/** The value with its errors and buffers made again, in its own place. */
export function plainMade(value: unknown, seen: Map<object, unknown> = new Map()): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  seen.set(value, value);
  if (types.isMap(value)) return mapMade(value, seen);
  if (types.isSet(value)) return setMade(value, seen);
  const kind = readProperty(value, TAG);
  const plain = value as Record<string, unknown>;
  if (kind === "buffer" && plain["bytes"] instanceof Uint8Array) return Buffer.from(plain["bytes"]);
  if (kind === "error") return errorMade(plain, seen);
  for (const key of Object.keys(plain)) setOwn(plain, key, plainMade(plain[key], seen), true);
  return plain;
}

function mapMade(map: Map<unknown, unknown>, seen: Map<object, unknown>): unknown {
  const entries = [...map];
  map.clear();
  for (const [key, value] of entries) map.set(plainMade(key, seen), plainMade(value, seen));
  return map;
}

function setMade(set: Set<unknown>, seen: Map<object, unknown>): unknown {
  const values = [...set];
  set.clear();
  for (const value of values) set.add(plainMade(value, seen));
  return set;
}

// Formatters tell an error's kind by its name, and, where that is just "Error", by its class.
function errorMade(plain: Record<string, unknown>, seen: Map<object, unknown>): Error {
  const kind = class extends Error {};
  Object.defineProperty(kind, "name", { value: toText(plain["class"] ?? "Error") });
  const error = new kind(toText(plain["message"]));
  seen.set(plain, error);
  for (const key of ["name", "stack", "cause", "errors"]) {
    if (key in plain) setOwn(error, key, plainMade(plain[key], seen), false);
  }
  const own = plain["own"];
  if (typeof own !== "object" || own === null) return error;
  for (const key of Object.keys(own)) {
    setOwn(error, key, plainMade(readProperty(own, key), seen), true);
  }
  return error;
}

// A key such as __proto__ is data and must not reach a setter.
function setOwn(object: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(object, key, { value, enumerable, writable: true, configurable: true });
}

function toJsonOf(value: object): unknown {
  const method = readProperty(value, "toJSON");
  return typeof method === "function" ? method.call(value, "") : value;
}

function isData(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === null || prototype === Object.prototype;
}
