// Refuses, at the moment of registration, what could not work later: a handler
// without `handle`, a filter without `filter`, a formatter without `format`. Only
// the method counts, not the class: objects of another copy of the library, and
// hand-made ones, are as good.

import { typeRefusal } from "./refusal.ts";
import { readProperty } from "./value.ts";

/**
 * Accepts an object or function that has the method. `what` names the thing in the
 * error ("a handler"), `accepted` says what would do.
 *
 * @throws TypeError naming the value and what is accepted.
 */
export function checkMethod(value: unknown, method: string, what: string, accepted: string): void {
  if (hasMethod(value, method)) return;
  throw typeRefusal(what, value, accepted);
}

/**
 * Accepts a handler: anything with a `handle` method.
 *
 * @throws TypeError as checkMethod.
 */
export function checkHandler(value: unknown): void {
  checkMethod(value, "handle", "a handler", "a Handler, or an object with a handle(record) method");
}

/**
 * Accepts a filter: a function, or an object with a `filter` method. The class of
 * such objects is a function too, and can't be called.
 *
 * @throws TypeError as checkMethod.
 */
export function checkFilter(value: unknown): void {
  if (typeof value === "function" && !hasMethod(value.prototype, "filter")) return;
  if (typeof value !== "function" && hasMethod(value, "filter")) return;
  throw typeRefusal(
    "a filter",
    value,
    "a function of the record, or an object with a filter(record) method",
  );
}

function hasMethod(value: unknown, method: string): boolean {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  return typeof readProperty(value, method) === "function";
}
