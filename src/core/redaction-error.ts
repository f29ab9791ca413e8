// The stand-in for an error of which something is masked. Formatters know errors by their
// kind and read name, message, stack, cause and members, so it is an error in every
// respect, of the same class and with the same frames; the original is not touched.

import { errorMessage, errorText, readProperty } from "./value.ts";

// What formatters read of an error whether it is its own or its class's.
const READ: readonly string[] = ["cause", "errors", "code", "error", "suppressed"];

/** The names under which an error holds what formatters show of it, hidden ones too. */
export function errorNames(error: Error): Set<string> {
  // Own or not, and whatever kind of property a version of Node makes of the stack.
  const names = new Set([...Object.getOwnPropertyNames(error), "message", "stack"]);
  for (const name of READ) if (name in error) names.add(name);
  // A name that stands in the class is that of the class, and nobody's secret.
  if (!names.has("name") && isComputed(error, "name")) names.add("name");
  return names;
}

function isComputed(object: object, name: string): boolean {
  let holder = Object.getPrototypeOf(object) as object | null;
  for (let left = MOST_PROTOTYPES; holder !== null && left > 0; left--) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    if (descriptor !== undefined) return !("value" in descriptor);
    holder = Object.getPrototypeOf(holder) as object | null;
  }
  return false;
}

/** A proxy may have prototypes without end. */
const MOST_PROTOTYPES = 100;

/**
 * A real Error with the prototype and the properties of this one, and `changes` in
 * the place of those that they name; null leaves one out.
 */
export function errorStandIn(error: Error, changes: ReadonlyMap<string, unknown>): Error {
  const standIn = new Error("");
  // Else V8 makes the stack of it later, and asks getters of the class that then throw.
  define(standIn, "stack", "", false);
  Object.setPrototypeOf(standIn, Object.getPrototypeOf(error) as object | null);
  for (const name of new Set([...errorNames(error), ...changes.keys()])) {
    const enumerable = Object.prototype.propertyIsEnumerable.call(error, name);
    const value = changes.has(name) ? changes.get(name) : readProperty(error, name);
    if (value === null && changes.has(name) && name !== "stack" && name !== "message") {
      // What the class has under the name would be seen again.
      if (name in standIn) define(standIn, name, undefined, false);
    } else define(standIn, name, value, enumerable);
  }
  if (changes.has("message") || changes.has("name")) hideMessage(standIn, error, changes);
  return standIn;
}

// A stack begins with name and message, or with those that the error had before.
function hideMessage(standIn: Error, error: Error, changes: ReadonlyMap<string, unknown>): void {
  if (changes.has("message")) define(standIn, "message", changes.get("message") ?? "", false);
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
