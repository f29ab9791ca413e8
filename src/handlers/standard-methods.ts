// Whether a handler is what its class made it. A subclass, or a spy in a test, may
// have replaced a method in order to see each record; then each must come.

import type { Handler } from "../core/handler.ts";

const SEE_RECORDS = ["handle", "emit", "format", "formatOrFallback", "filter", "handleError"];

/** Whether all methods that are given records are those of `prototype`. */
export function hasStandardMethods(handler: Handler, prototype: Handler): boolean {
  return SEE_RECORDS.every((name) => Reflect.get(handler, name) === Reflect.get(prototype, name));
}
