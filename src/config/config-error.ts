// The errors of configurations: CPython's class, message and chain of causes, and on
// each of them where in the document it is, what stands there, and what may. All of
// src/config that reads documents throws through here; `explainError` prints them for
// people. Nothing here decides whether something is wrong.

import { AttributeError, IndexError, KeyError, typeError, ValueError } from "../core/errors.ts";
import {
  errorText,
  inspectLine,
  isError,
  isPlainObject,
  readProperty,
  shortRepr,
} from "../core/value.ts";

/**
 * Where a mistake is. `path` is written as after `cfg://`: keys joined by dots, in
 * brackets where they are no words: `handlers.file.level`, `loggers[app.db].handlers[0]`.
 */
export interface ErrorPlace {
  readonly path: string;
  /** What stands there; absent where nothing does. */
  readonly value?: unknown;
  /** What would have been accepted, in words. */
  readonly accepted?: string;
}

/** A name that leads to no module: CPython's class of this name. */
export class ModuleNotFoundError extends ValueError {
  override name = "ModuleNotFoundError";
}

const ERRORS = {
  ValueError: (message: string): Error => new ValueError(message),
  KeyError: (message: string): Error => new KeyError(message),
  IndexError: (message: string): Error => new IndexError(message),
  AttributeError: (message: string): Error => new AttributeError(message),
  ModuleNotFoundError: (message: string): Error => new ModuleNotFoundError(message),
  TypeError: (message: string): Error => typeError(message),
} as const;

// Node's errors have a `path` of their own, which is a file's.
const places = new WeakMap<Error, ErrorPlace>();

/** An error of CPython's class and text that knows its place. */
export function configError(
  kind: keyof typeof ERRORS,
  message: string,
  place: ErrorPlace,
  cause?: unknown,
): Error {
  const error = ERRORS[kind](message);
  if (cause !== undefined) setProperty(error, "cause", cause);
  places.set(error, place);
  return Object.assign(error, place);
}

/** Where an error is, or null for one that did not come from a document. */
export function placeOf(error: unknown): ErrorPlace | null {
  return isError(error) ? (places.get(error) ?? null) : null;
}

/**
 * Runs `action`; what it throws becomes the cause of a ValueError with this message,
 * CPython's `raise ValueError(...) from e`. Its place is that of the cause, where that
 * has one: whoever catches it wants to know what to mend.
 */
export function inContext<T>(message: string, place: ErrorPlace, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw configError("ValueError", message, placeOf(cause) ?? place, cause);
  }
}

/**
 * Runs `action`, which knows nothing of documents; what it throws gets a place. An
 * error that names the value it refuses is placed at the argument that is that value.
 * What is accepted is cut from its message if it ends with that: CPython's does not,
 * and it is said beside it.
 */
export function located<T>(
  path: string,
  given: Readonly<Record<string, unknown>>,
  action: () => T,
): T {
  try {
    return action();
  } catch (error) {
    if (isError(error) && placeOf(error) === null) place(error, path, given);
    throw error;
  }
}

/** The path of what stands under a key. */
export function pathTo(path: string, key: string | number): string {
  if (typeof key === "string" && /^[\p{L}\p{N}_]+$/u.test(key) && !/^\d/.test(key)) {
    return path === "" ? key : `${path}.${key}`;
  }
  return `${path}[${key}]`;
}

/**
 * An object of a document. @throws TypeError, with its path, for anything else; `what`
 * names it in the message.
 */
export function objectOf(
  value: unknown,
  path: string,
  what: string,
): Readonly<Record<string, unknown>> {
  if (value instanceof Map) return Object.fromEntries(value);
  if (isPlainObject(value)) return value;
  const accepted = "an object";
  throw configError("TypeError", `${what} can't be ${shortRepr(value)}; accepted: ${accepted}`, {
    path,
    value,
    accepted,
  });
}

/**
 * An error for people, on a few lines: what happened, why, where in the document, what
 * stands there, and what may. Takes any error, also one without a place.
 *
 * @example
 * try { dictConfig(document) } catch (error) { console.error(explainError(error)) }
 */
export function explainError(error: unknown): string {
  const chain: unknown[] = [];
  for (let each = error; each !== undefined && each !== null && !chain.includes(each);) {
    chain.push(each);
    each = isError(each) ? readProperty(each, "cause") : undefined;
  }
  const lines = chain.map((each, index) => {
    const text = isError(each) ? errorText(each) : inspectLine(each);
    return index === 0 ? text : `${"  ".repeat(index)}because of ${text}`;
  });
  const found = chain.findLast((each) => placeOf(each) !== null);
  const where = placeOf(found);
  if (where !== null) {
    lines.push(`  at:       ${where.path === "" ? "the document itself" : where.path}`);
    if ("value" in where) lines.push(`  value:    ${inspectLine(where.value)}`);
    if (where.accepted !== undefined) lines.push(`  accepted: ${where.accepted}`);
  }
  return lines.join("\n");
}

function place(error: Error, path: string, given: Readonly<Record<string, unknown>>): void {
  const {
    value,
    accepted,
    path: file,
  } = error as {
    value?: unknown;
    accepted?: unknown;
    path?: unknown;
  };
  const isSystem = typeof file === "string";
  const key = isSystem ? "filename" : "value" in error ? keyOf(given, value) : null;
  const found = key !== null && Object.hasOwn(given, key);
  const stands = found && given[key] !== undefined ? { value: given[key] } : {};
  const what: ErrorPlace = {
    path: found ? pathTo(path, key) : path,
    ...("value" in error && !isSystem ? { value } : stands),
    ...(typeof accepted === "string" ? { accepted } : {}),
  };
  places.set(error, what);
  if (!isSystem) setProperty(error, "path", what.path);
  const tail = `; accepted: ${String(accepted)}`;
  const { message } = error;
  if (message.endsWith(tail)) setProperty(error, "message", message.slice(0, -tail.length));
}

/** The argument that is the value an error complains of, or has it for a name. */
function keyOf(given: Readonly<Record<string, unknown>>, value: unknown): string | null {
  const keys = Object.keys(given);
  const byValue = keys.find((key) => Object.is(given[key], value));
  return byValue ?? keys.find((key) => key === value) ?? null;
}

// As Error's own: not among what a loop finds.
function setProperty(error: Error, key: "cause" | "message" | "path", value: unknown): void {
  try {
    Object.defineProperty(error, key, {
      value,
      writable: true,
      enumerable: key === "path",
      configurable: true,
    });
  } catch {
    // A frozen error of somebody else's stays as it is.
  }
}
