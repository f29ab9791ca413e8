// Checks the names in an options object, which a misspelling would leave without
// effect and without a word. Constructors call it before they do anything else;
// what the values may be is for each of them to say.

import { typeError } from "./errors.ts";
import { shortRepr } from "./value.ts";

/**
 * Accepts an object whose own keys are all in `known`, and undefined, which means
 * no options. The values are not looked at.
 *
 * @throws TypeError for anything that is not an object (null and arrays are none),
 * and for a key that is not known; it names the value and what is accepted.
 */
export function checkOptionNames(options: unknown, known: readonly string[]): void {
  checkOptionsObject(options, known);
  const unknown = Object.keys(options ?? {}).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const accepted = known.join(", ");
  throw typeError(`unknown option ${shown(unknown)}; accepted: ${accepted}`, {
    value: unknown,
    accepted,
  });
}

/**
 * The first half of checkOptionNames, for those who have their own words about
 * unknown names.
 *
 * @throws TypeError for anything that is neither an object nor undefined.
 */
export function checkOptionsObject(options: unknown, known: readonly string[]): void {
  if (options === undefined) return;
  if (typeof options === "object" && options !== null && !Array.isArray(options)) return;
  const accepted = known.join(", ");
  throw typeError(`options must be an object, not ${shown(options)}; accepted: ${accepted}`, {
    value: options,
    accepted,
  });
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : shortRepr(value);
}
