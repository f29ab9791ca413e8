// What an `info` of winston says, in our terms: message, fields and error. winston has
// put the call together before: the level and the arguments are behind symbols, an
// Error may be the info itself, its message, or the first argument. The values are the
// application's; nothing here throws.

import type { Call } from "../../core/call.ts";
import { errorMessage, isError, readProperty, toText } from "../../core/value.ts";

/** The name of the level as winston counts, untouched by colours. */
export const LEVEL: symbol = Symbol.for("level");
/** The arguments behind the message. */
const SPLAT = Symbol.for("splat");

/** What is no field: our record has it, or winston put it there for itself. */
const NO_FIELDS: ReadonlySet<string> = new Set(["level", "message", "splat"]);
/** What an info has of an error that is the record's own. */
const OF_ERRORS: ReadonlySet<string> = new Set(["stack", "cause", "name", "error", "err"]);

/** The call that an info was made of. */
export function readInfo(info: object): Call {
  const error = errorOf(info);
  const fields: Record<string, unknown> = Object.create(null);
  for (const key of keysOf(info)) {
    if (NO_FIELDS.has(key)) continue;
    const value = readProperty(info, key);
    if (value === undefined || (error !== null && isOfError(key, value, error))) continue;
    fields[key] = value;
  }
  return {
    msg: messageOf(info, error),
    args: [],
    excInfo: error ?? strayStack(info, fields),
    fields: Object.keys(fields).length === 0 ? null : fields,
  };
}

function messageOf(info: object, error: Error | null): string {
  const message = readProperty(info, "message");
  if (isError(message)) return errorMessage(message);
  if (message === undefined && error !== null) return errorMessage(error);
  return message === undefined ? "" : toText(message);
}

// The error as it was thrown: `error(err)`, `error({ message: err })`, `error("x", err)`,
// and `error("x", { error: err })`.
function errorOf(info: object): Error | null {
  if (isError(info)) return info;
  const splat: unknown = Reflect.get(info, SPLAT);
  const first = Array.isArray(splat) ? (splat[0] as unknown) : undefined;
  const candidates = [readProperty(info, "message"), first];
  for (const key of ["error", "err"]) candidates.push(readProperty(info, key));
  return candidates.find(isError) ?? null;
}

// winston copies an error's own properties, which stay fields, and its stack, which the
// record's error has.
function isOfError(key: string, value: unknown, error: Error): boolean {
  return OF_ERRORS.has(key) && (value === error || value === readProperty(error, key));
}

// A format, errors({ stack: true }) for one, may leave no error but the stack's text.
// An Error that says just this stands in, so that the stack is printed as one.
function strayStack(info: object, fields: Record<string, unknown>): unknown {
  const stack = fields["stack"];
  if (typeof stack !== "string" || !/\n\s+at /.test(stack)) return null;
  delete fields["stack"];
  const message = toText(readProperty(info, "message"));
  const error = new Error(message);
  error.stack = stack;
  const named = /^(\w+)(?:: |\n)/.exec(stack);
  if (named?.[1] !== undefined) error.name = named[1];
  return error;
}

function keysOf(info: object): string[] {
  try {
    return Object.keys(info);
  } catch {
    return [];
  }
}
