// The errors for options that can't be used: each names the value and what is accepted,
// in its message and beside it. Whatever checks options throws these.

import { typeError, ValueError } from "./errors.ts";
import { shortRepr } from "./value.ts";

/** The error for an option's value that is not accepted. */
export function refusal(name: string, value: unknown, accepted: string): ValueError {
  return new ValueError(`${name} is ${shortRepr(value)}; accepted: ${accepted}`, {
    value,
    accepted,
  });
}

/** The error for a value of a type that is not accepted. */
export function typeRefusal(name: string, value: unknown, accepted: string): TypeError {
  return typeError(`${name} can't be ${shortRepr(value)}; accepted: ${accepted}`, {
    value,
    accepted,
  });
}
