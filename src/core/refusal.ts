// The errors for options that can't be used: each names the value and what is accepted,
// in its message and beside it. Whatever checks options throws these. A check that many
// of them need is here, too.

import { typeError, ValueError } from "./errors.ts";
import { shortRepr } from "./value.ts";

/** The error for an option's value that is not accepted. */
export function refusal(name: string, value: unknown, accepted: string): ValueError {
  return new ValueError(refusalText(name, value, accepted), { value, accepted });
}

/** The error for a value of a type that is not accepted. */
export function typeRefusal(name: string, value: unknown, accepted: string): TypeError {
  return typeError(refusalText(name, value, accepted), { value, accepted });
}

/** The value of the option `name`, if it is one of these. @throws ValueError for any other */
export function oneOf<T>(name: string, value: T, accepted: readonly T[]): T {
  if (accepted.includes(value)) return value;
  throw refusal(name, value, accepted.map(shortRepr).join(", "));
}

function refusalText(name: string, value: unknown, accepted: string): string {
  return `${name} can't be ${shortRepr(value)}; accepted: ${accepted}`;
}
