// Any value as JSON in bytes, the one place that decides what a value looks like in a
// line. The JSON encoders come here for fields and errors, on the way without a record
// and on the way with one. Applications pass anything: cycles, getters that throw,
// revoked proxies, gigabytes. What is written is always one well-formed value on one
// line; nothing here throws but for a full stack, and nothing changes the value.
//
// A put function gives the offset behind its value, or a code below zero. A value that
// is undefined has no JSON: then the offset is the one that was given.

import { putBytes, putDigits, putNumber } from "../core/line-bytes.ts";
import { NO_ROOM } from "../core/line-encoder.ts";
import { errorMessage, errorText, isError, readProperty } from "../core/value.ts";
import type { JsonWalk } from "./json-limits.ts";
import { standIn } from "./json-stand-in.ts";
import type { StandIn } from "./json-stand-in.ts";
import { KeptKeys, putQuoted } from "./json-string.ts";

const NULL = Buffer.from("null");
const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");
const COMMA = 44;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;

const keys = new KeptKeys();
const isOwn = Object.prototype.hasOwnProperty;
const isEnumerable = Object.prototype.propertyIsEnumerable;

/** Puts a value. */
export function putValue(bytes: Buffer, at: number, value: unknown, walk: JsonWalk): number {
  switch (typeof value) {
    case "string":
      return putString(bytes, at, value, walk);
    case "number":
      return putFiniteOrText(bytes, at, value);
    case "boolean":
      return putBytes(bytes, at, value ? TRUE : FALSE);
    case "object":
      return value === null ? putBytes(bytes, at, NULL) : putObject(bytes, at, value, walk);
    case "undefined":
      return at;
    case "function":
      return putString(bytes, at, functionText(value), walk);
    default: // a bigint or a symbol
      return putString(bytes, at, String(value), walk);
  }
}

/** Puts a string that is a value; what is longer than the limit is cut, and says so. */
export function putString(bytes: Buffer, at: number, text: string, walk: JsonWalk): number {
  if (text.length <= walk.maxLength) return putQuoted(bytes, at, text);
  const last = text.charCodeAt(walk.maxLength - 1);
  // A pair of surrogates goes or stays as a whole.
  const cut = last >= 0xd800 && last <= 0xdbff ? walk.maxLength - 1 : walk.maxLength;
  return putQuoted(bytes, at, `${text.slice(0, cut)}... ${text.length - cut} more characters`);
}

/** What stands in the place of a value that threw when it was read. */
export function threwText(what: string, error: unknown): string {
  return `[${what} threw ${isError(error) ? errorText(error) : `[unprintable ${typeof error}]`}]`;
}

function putFiniteOrText(bytes: Buffer, at: number, value: number): number {
  if ((value | 0) === value && value >= 0) return putDigits(bytes, at, value);
  return Number.isFinite(value) ? putNumber(bytes, at, value) : putQuoted(bytes, at, String(value));
}

function putObject(bytes: Buffer, at: number, object: object, walk: JsonWalk): number {
  const depth = walk.depth;
  try {
    if (depth > 0 && walk.isIn(object)) return putQuoted(bytes, at, "[Circular]");
    return putKind(bytes, at, object, walk, true);
  } catch (error) {
    // A proxy's trap threw, mostly: what was written of it so far is written over.
    walk.leaveTo(depth);
    return putString(bytes, at, threwText("Object", error), walk);
  }
}

/** @param ask whether the object may say by a `toJSON` what is to be shown */
function putKind(bytes: Buffer, at: number, object: object, walk: JsonWalk, ask: boolean): number {
  const prototype: unknown = Object.getPrototypeOf(object);
  const isPlain = prototype === Object.prototype || prototype === null;
  const { toJSON } = object as { readonly toJSON?: unknown };
  const hook = ask && typeof toJSON === "function" ? toJSON : null;
  if (!isPlain && prototype !== Array.prototype) {
    if (isError(object)) return putError(bytes, at, object, walk);
    const standing = standIn(object, walk.maxItems, hook !== null);
    if (standing !== null) return putStandIn(bytes, at, object, standing, walk);
  }
  if (hook !== null) return putToJson(bytes, at, object, hook, walk);
  if (!walk.enter(object)) return putQuoted(bytes, at, mark(object));
  if (Array.isArray(object)) return putArray(bytes, at, object, object.length, walk);
  return putEntries(bytes, at, object, 0, walk);
}

function putStandIn(
  bytes: Buffer,
  at: number,
  object: object,
  standing: StandIn,
  walk: JsonWalk,
): number {
  if (standing.kind === "value") return putValue(bytes, at, standing.value, walk);
  if (!walk.enter(object)) return putQuoted(bytes, at, mark(object));
  return standing.kind === "items"
    ? putArray(bytes, at, standing.items, standing.size, walk)
    : putEntries(bytes, at, standing.entries, standing.size, walk);
}

// As JSON.stringify: what a toJSON gives is not asked for a toJSON again. It is asked
// for no key: those who write one rarely look, and some take it for options.
function putToJson(
  bytes: Buffer,
  at: number,
  object: object,
  // oxlint-disable-next-line typescript/no-unsafe-function-type
  toJSON: Function,
  walk: JsonWalk,
): number {
  let shown: unknown;
  try {
    shown = toJSON.call(object, "");
  } catch (error) {
    return putString(bytes, at, threwText("toJSON", error), walk);
  }
  if (typeof shown !== "object" || shown === null) return putValue(bytes, at, shown, walk);
  if (walk.isIn(shown)) return putQuoted(bytes, at, "[Circular]");
  return putKind(bytes, at, shown, walk, false);
}

function putArray(
  bytes: Buffer,
  at: number,
  items: readonly unknown[],
  size: number,
  walk: JsonWalk,
): number {
  const depth = walk.depth;
  const shown = Math.min(size, walk.maxItems);
  if (at >= bytes.length) return NO_ROOM;
  bytes[at] = OPEN_ARRAY;
  let to = at + 1;
  for (let i = 0; i < shown; i++) {
    if (i > 0) {
      if (to >= bytes.length) return NO_ROOM;
      bytes[to++] = COMMA;
    }
    let item: unknown;
    try {
      item = items[i];
    } catch (error) {
      item = threwText(String(i), error);
    }
    const end = putValue(bytes, to, item, walk);
    to = end === to ? putBytes(bytes, to, NULL) : end;
    if (to < 0) return to;
  }
  if (size > shown) {
    if (to >= bytes.length) return NO_ROOM;
    bytes[to++] = COMMA;
    to = putQuoted(bytes, to, `... ${size - shown} more`);
    if (to < 0) return to;
  }
  walk.leaveTo(depth - 1);
  return putClosing(bytes, to, CLOSE_ARRAY);
}

/** @param size how many entries there are in all, if not as many as keys; else 0 */
function putEntries(
  bytes: Buffer,
  at: number,
  object: object,
  size: number,
  walk: JsonWalk,
): number {
  const depth = walk.depth;
  let to = at;
  let count = 0;
  let all = size;
  // So written, V8 walks the keys without a list of them.
  for (const key in object) {
    if (!isOwn.call(object, key)) continue;
    if (count === walk.maxItems) {
      all = Object.keys(object).length;
      break;
    }
    count += 1;
    let value: unknown;
    try {
      value = (object as Readonly<Record<string, unknown>>)[key];
    } catch (error) {
      value = threwText(key, error);
    }
    if (value === undefined) continue;
    if (typeof value === "string" && value.length <= walk.maxLength) {
      to = keys.putWithText(bytes, to, key, value);
      if (to < 0) return to;
      continue;
    }
    const from = keys.put(bytes, to, key);
    if (from < 0) return from;
    const end = putValue(bytes, from, value, walk);
    if (end < 0) return end;
    if (end > from) to = end;
  }
  if (all > count) to = putRest(bytes, to, object, all - count);
  if (to < 0) return to;
  walk.leaveTo(depth - 1);
  return putBraces(bytes, at, to);
}

// How many entries are left out, under a key that the object doesn't have.
function putRest(bytes: Buffer, at: number, object: object, count: number): number {
  const to = keys.put(
    bytes,
    at,
    freeKey("...", (key) => isOwn.call(object, key)),
  );
  return to < 0 ? to : putQuoted(bytes, to, `${count} more`);
}

/** `key`, with as many `_` behind it as it needs not to be taken. */
export function freeKey(key: string, isTaken: (key: string) => boolean): string {
  let free = key;
  while (isTaken(free)) free += "_";
  return free;
}

/** Makes an object of entries that were put from `start` to `end`, each behind a comma. */
function putBraces(bytes: Buffer, start: number, end: number): number {
  if (start >= bytes.length) return NO_ROOM;
  bytes[start] = OPEN_OBJECT;
  return putClosing(bytes, end === start ? end + 1 : end, CLOSE_OBJECT);
}

function putClosing(bytes: Buffer, at: number, bracket: number): number {
  if (at >= bytes.length) return NO_ROOM;
  bytes[at] = bracket;
  return at + 1;
}

const TYPE = Buffer.from('{"type":');
const MESSAGE = Buffer.from(',"message":');
const STACK = Buffer.from(',"stack":');
const SHOWN: ReadonlySet<string> = new Set(["name", "message", "stack", "cause", "errors"]);
const ERROR_KEYS: ReadonlySet<string> = new Set(["type", "message", "stack", "cause", "errors"]);

/** Puts an error: its type, message and stack, what else it has, its members and its cause. */
function putError(bytes: Buffer, at: number, error: Error, walk: JsonWalk): number {
  const depth = walk.depth;
  if (!walk.enter(error)) return putString(bytes, at, errorText(error), walk);
  let to = putBytes(bytes, at, TYPE);
  if (to >= 0) to = putString(bytes, to, errorType(error), walk);
  if (to >= 0) to = putBytes(bytes, to, MESSAGE);
  if (to >= 0) to = putString(bytes, to, errorMessage(error), walk);
  const stack = readProperty(error, "stack");
  if (to >= 0 && typeof stack === "string" && stack !== "") {
    to = putBytes(bytes, to, STACK);
    if (to >= 0) to = putString(bytes, to, stack, walk);
  }
  let count = 0;
  for (const key in error) {
    if (to < 0) return to;
    if (SHOWN.has(key) || !isOwn.call(error, key)) continue;
    if (count === walk.maxItems) {
      to = putRest(bytes, to, error, countShown(error) - count);
      break;
    }
    count += 1;
    const isTaken = (name: string): boolean =>
      ERROR_KEYS.has(name) || (name !== key && isOwn.call(error, name));
    to = putProperty(bytes, to, error, key, freeKey(key, isTaken), walk);
  }
  if (to >= 0) to = putSuppressed(bytes, to, error, walk);
  if (to >= 0) to = putProperty(bytes, to, error, "errors", "errors", walk);
  if (to >= 0) to = putProperty(bytes, to, error, "cause", "cause", walk);
  walk.leaveTo(depth);
  return to < 0 ? to : putClosing(bytes, to, CLOSE_OBJECT);
}

function countShown(error: Error): number {
  return Object.keys(error).filter((key) => !SHOWN.has(key)).length;
}

// What `using` throws when the end of a block fails too. Its two errors are properties
// that a walk doesn't find; those of a stand-in for older versions of Node it has found.
function putSuppressed(bytes: Buffer, at: number, error: Error, walk: JsonWalk): number {
  if (readProperty(error, "name") !== "SuppressedError") return at;
  let to = at;
  for (const key of ["error", "suppressed"]) {
    if (to < 0 || isEnumerable.call(error, key)) continue;
    to = putProperty(bytes, to, error, key, key, walk);
  }
  return to;
}

function putProperty(
  bytes: Buffer,
  at: number,
  object: object,
  key: string,
  name: string,
  walk: JsonWalk,
): number {
  const value = readProperty(object, key);
  if (value === undefined || (value === null && key === "cause")) return at;
  const from = keys.put(bytes, at, name);
  if (from < 0) return from;
  const end = putValue(bytes, from, value, walk);
  return end === from ? at : end;
}

/** An error's name, or that of its class if it gives its errors none of their own. */
export function errorType(error: Error): string {
  const name = readProperty(error, "name");
  if (typeof name === "string" && name !== "" && name !== "Error") return name;
  const maker = readProperty(error, "constructor");
  const own = typeof maker === "function" ? readProperty(maker, "name") : "";
  return typeof own === "string" && own !== "" ? own : "Error";
}

const THROWN = Buffer.from(',"value":');

/**
 * Puts what a record is about: an error, or whatever else was thrown, in the shape of
 * one, so that readers find the same keys.
 */
export function putThrown(bytes: Buffer, at: number, thrown: unknown, walk: JsonWalk): number {
  if (typeof thrown === "object" && thrown !== null) {
    if (isError(thrown)) return putObject(bytes, at, thrown, walk);
  }
  let to = putBytes(bytes, at, TYPE);
  if (to >= 0) to = putQuoted(bytes, to, typeof thrown);
  if (to >= 0) to = putBytes(bytes, to, THROWN);
  if (to < 0) return to;
  const value = putValue(bytes, to, thrown, walk);
  const end = value === to ? putBytes(bytes, to, NULL) : value;
  return end < 0 ? end : putClosing(bytes, end, CLOSE_OBJECT);
}

function functionText(value: object): string {
  const name = readProperty(value, "name");
  return `[Function: ${typeof name === "string" && name !== "" ? name : "anonymous"}]`;
}

function mark(object: object): string {
  if (Array.isArray(object)) return "[Array]";
  return object instanceof Map ? "[Map]" : object instanceof Set ? "[Set]" : "[Object]";
}
