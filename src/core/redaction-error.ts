// The stand-in for an error of which something is masked. Formatters know errors by their
// kind and read name, message, stack, cause and members, so it is an error in every
// respect, of the same class and with the same frames; the original is not touched.

import { errorMessage, errorText, readProperty } from "./value.ts";

/** The names under which an error holds what formatters show of it, hidden ones too. */
export function errorNames(error: Error): Iterable<string> {
  // Own or not, and whatever kind of property a version of Node makes of the stack.
  return new Set([...Object.getOwnPropertyNames(error), "message", "stack"]);
}

/**
 * A real Error with the prototype and the properties of this one, and `changes` in
 * the place of those that they name; null leaves one out.
 */
export function errorStandIn(error: Error, changes: ReadonlyMap<string, unknown>): Error {
  const standIn = new Error("");
  Object.setPrototypeOf(standIn, Object.getPrototypeOf(error) as object | null);
  for (const name of errorNames(error)) {
    const enumerable = Object.prototype.propertyIsEnumerable.call(error, name);
    const value = changes.has(name) ? changes.get(name) : readProperty(error, name);
    if (value === null && changes.has(name) && name !== "stack" && name !== "message") continue;
    define(standIn, name, value, enumerable);
  }
  if (changes.has("message")) hideMessage(standIn, error, changes);
  return standIn;
}

// A stack begins with the message, or with one that the error had before.
function hideMessage(standIn: Error, error: Error, changes: ReadonlyMap<string, unknown>): void {
  const message = changes.get("message");
  define(standIn, "message", message === null ? "" : message, false);
  if (changes.has("stack")) return;
  const stack = readProperty(error, "stack");
  if (typeof stack !== "string") return;
  // Behind the message, or what looks like a frame in it would be taken for the first.
  const known = errorMessage(error);
  const from = known !== "" && stack.includes(known) ? stack.indexOf(known) + known.length : 0;
  const frames = stack.indexOf("\n    at ", from);
  define(standIn, "stack", errorText(standIn) + (frames < 0 ? "" : stack.slice(frames)), false);
}

function define(object: object, name: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(object, name, { value, enumerable, writable: true, configurable: true });
}
