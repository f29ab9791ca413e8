// What values of documents, and what is made of them, count as: objects, handlers, the
// numbers of levels. The builders ask here before they use something that the program or
// the document gave them. It depends on none of them.

import { typeError } from "../../core/errors.ts";
import { Handler } from "../../core/handler.ts";
import { checkLevel } from "../../core/level.ts";
import { readProperty, repr, shortRepr } from "../../core/value.ts";
import { configError, located } from "../config-error.ts";
import { itemsOf } from "./python-values.ts";

/** The number of a level in a document. @throws ValueError or TypeError, CPython's. */
export function levelAt(level: unknown, path: string): number {
  return located(path, {}, () => {
    if (typeof level !== "number" || Number.isSafeInteger(level)) return checkLevel(level);
    const accepted = "a whole number or the name of a level";
    throw typeError(`Level not an integer or a valid string: ${repr(level)}`, {
      value: level,
      accepted,
    });
  });
}

/** The items of a list in a document. @throws TypeError for what is no list. */
export function listAt(value: unknown, path: string): readonly unknown[] {
  const items = itemsOf(value);
  if (items !== null) return items;
  const accepted = "an array";
  throw configError("TypeError", `${shortRepr(value)} is not iterable`, { path, value, accepted });
}

/** By shape: a handler of another copy of the library counts. */
export function isHandler(value: unknown): value is Handler {
  return isOurs(value) || (hasMethod(value, "handle") && hasMethod(value, "setLevel"));
}

/** Whether something has this method; not if that can't be read. */
export function hasMethod(value: unknown, name: string): value is object {
  return isObject(value) && typeof readProperty(value, name) === "function";
}

/** Whether something can have properties of its own. */
export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

// A proxy that was revoked throws.
function isOurs(value: unknown): boolean {
  try {
    return value instanceof Handler;
  } catch {
    return false;
  }
}
