// Any value as text, without ever throwing. Message formatting, formatters and
// error reports come here with whatever an application passed: getters that
// throw, proxies, cycles, symbols, objects without a prototype. Nothing here may
// throw, and nothing may change the value it prints.

import { inspect, types } from "node:util";

/** How long an object's text may be in an error message. */
const SHORT = 160;

/**
 * The text that `%s` prints. Strings are themselves; numbers, bigints, booleans,
 * null and undefined are as JavaScript prints them; an Error is "Name: message",
 * a Date its ISO form (or "Invalid Date"); an object with a `toString` of its own
 * class (URL, RegExp, a decimal) is that text; any other object or array is one
 * line of `util.inspect`, four levels deep.
 */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null) return objectText(value);
  if (typeof value === "function") return inspectLine(value);
  return String(value);
}

/** One line of `util.inspect`, or a short notice where the value refuses. */
export function inspectLine(value: unknown): string {
  try {
    return inspect(value, {
      depth: 4,
      breakLength: Infinity,
      compact: true,
      maxArrayLength: 100,
      maxStringLength: 10_000,
    });
  } catch {
    return unprintable(value);
  }
}

/** What `%r` prints: a string as Python's `repr`, anything else as `toText`, Errors as `Name('message')`. */
export function repr(value: unknown): string {
  if (typeof value === "string") return reprString(value);
  if (isError(value)) return `${errorName(value)}(${reprString(errorMessage(value))})`;
  return toText(value);
}

/**
 * A value as an error message names it. Texts and numbers, and whatever is short, are
 * `repr`'s; what has a long text is shown less deep, and cut. Log lines never come here.
 */
export function shortRepr(value: unknown): string {
  const text = repr(value);
  const whole = typeof value !== "object" && typeof value !== "function";
  if (whole || text.length <= SHORT) return text;
  if (isError(value)) return cut(text);
  return (
    [1, 0].map((depth) => shallow(value, depth)).find((shown) => shown.length <= SHORT) ??
    cut(shallow(value, 0))
  );
}

/** What `%a` prints: as `repr`, with everything beyond ASCII escaped. */
export function ascii(value: unknown): string {
  return repr(value).replace(/\P{ASCII}/gu, (char) => escapeCodePoint(char.codePointAt(0) ?? 0));
}

/** True for errors of any realm; false, never a throw, for hostile proxies. */
export function isError(value: unknown): value is Error {
  if (typeof value !== "object" || value === null) return false;
  try {
    if (value instanceof Error) return true;
  } catch {
    return false; // a proxy
  }
  return types.isNativeError(value);
}

/** True for `{...}` literals and null-prototype objects of any realm; never throws. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  try {
    if (Array.isArray(value)) return false;
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype === null || prototype === Object.prototype) return true;
    // Another realm's Object.prototype (vm contexts): the root of its chain.
    return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "hasOwnProperty");
  } catch {
    return false;
  }
}

/** `value[key]`, or a notice in brackets where a getter or proxy throws. */
export function readProperty(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch (error) {
    return `[${key} threw ${thrownText(error)}]`;
  }
}

let isTelling = false;

// What reading an error throws may be that error, or another that throws in its turn.
function thrownText(thrown: unknown): string {
  if (isTelling || !isError(thrown)) return unprintable(thrown);
  isTelling = true;
  try {
    return errorText(thrown);
  } finally {
    isTelling = false;
  }
}

/** "Name: message", as `Error.prototype.toString` says it, whatever the error's getters do. */
export function errorText(error: Error): string {
  const name = errorName(error);
  const message = errorMessage(error);
  if (message === "") return name;
  return name === "" ? message : `${name}: ${message}`;
}

/** The error's message as text; empty where there is none. */
export function errorMessage(error: Error): string {
  return propertyText(error, "message", "");
}

/** `\xe9`, `\u20ac` or `\U0001f600`: how Python escapes a code point. */
export function escapeCodePoint(code: number): string {
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}

function shallow(value: unknown, depth: number): string {
  try {
    const limits = { maxArrayLength: 5, maxStringLength: 40 };
    return inspect(value, { depth, breakLength: Infinity, compact: true, ...limits });
  } catch {
    return unprintable(value);
  }
}

function cut(text: string): string {
  return `${text.slice(0, SHORT - 3)}...`;
}

function errorName(error: Error): string {
  return propertyText(error, "name", "Error");
}

function propertyText(error: Error, key: string, fallback: string): string {
  const value = readProperty(error, key);
  if (value === undefined || value === null) return fallback;
  return typeof value === "string" ? value : toText(value);
}

function objectText(value: object): string {
  try {
    if (isError(value)) return errorText(value);
    if (types.isDate(value)) return dateText(value);
    if (types.isProxy(value)) return inspectLine(value);
    // inspect would begin with "[Object: null prototype]": noise for the reader.
    if (Object.getPrototypeOf(value) === null) return inspectLine({ ...value });
    if (hasOwnText(value)) {
      const text: unknown = value.toString();
      if (typeof text === "string" && !text.startsWith("[object ")) return text;
    }
  } catch {
    return unprintable(value);
  }
  return inspectLine(value);
}

function dateText(date: Date): string {
  // Called on the prototype: the value's own toISOString may be anything.
  const ms = Date.prototype.getTime.call(date);
  return Number.isNaN(ms) ? "Invalid Date" : Date.prototype.toISOString.call(date);
}

// A toString written for this very kind of object says more than inspect does.
// Object's own says nothing, Array's hides the brackets, a Buffer's dumps bytes.
function hasOwnText(value: object): value is { toString(): unknown } {
  const method: unknown = (value as { toString?: unknown }).toString;
  if (typeof method !== "function" || method === Object.prototype.toString) return false;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  return true;
}

function unprintable(value: unknown): string {
  const kind = typeof value;
  return `[unprintable ${kind === "object" ? "object" : kind}]`;
}

// Python's str repr: single quotes unless only they occur inside; the named
// escapes; everything that Unicode does not call printable as a number.
function reprString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\'"]|[^ -~]/gu, (char) => {
    if (char === "\\") return "\\\\";
    if (char === "'" || char === '"') return char === quote ? `\\${char}` : char;
    if (char === "\n") return "\\n";
    if (char === "\r") return "\\r";
    if (char === "\t") return "\\t";
    return /[\p{C}\p{Z}]/u.test(char) ? escapeCodePoint(char.codePointAt(0) ?? 0) : char;
  });
  return quote + escaped + quote;
}
