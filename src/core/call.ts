// What the arguments of a log call mean. The level methods hand over what the
// application passed; out come the message, its arguments, the error and the
// structured fields. Only the shape decides, nothing is formatted here, and
// nothing that was passed is dropped: what can't be placed stays an argument, and
// getMessage() will say that it doesn't fit.

import { formatPercent } from "./percent.ts";
import { percentTemplate } from "./percent-parse.ts";
import type { RecordArgs } from "./record-args.ts";
import { errorMessage, errorText, isError, isPlainObject, readProperty } from "./value.ts";

/** A log call, sorted. */
export interface Call {
  msg: unknown;
  args: RecordArgs;
  /** The error of the call; null if there is none. */
  excInfo: unknown;
  /** The structured fields in a null-prototype object; null if there are none. */
  fields: Record<string, unknown> | null;
}

const NO_ARGS: readonly unknown[] = Object.freeze([]);

/**
 * Sorts a call's arguments. Placeholders of the message take theirs from the left.
 * Of what is left over at the end, plain objects are fields and one Error is the
 * call's error, in either order. An Error that a placeholder takes is the call's
 * error too, unless another one was left over. An Error in place of the message is
 * the call's error; the message is then the next argument if that is a string,
 * else the error's own.
 *
 * A message that something follows is a format, so its `%%` is one percent sign,
 * also where all that follows are fields and error.
 */
export function readCall(msg: unknown, args: readonly unknown[]): Call {
  if (isError(msg)) return readErrorCall(msg, args);
  if (args.length === 0) return { msg, args: NO_ARGS, excInfo: null, fields: null };
  if (typeof msg !== "string") return readArguments(msg, args, 0, null);
  return asFormat(readArguments(msg, args, placeholders(msg, args), null));
}

function readErrorCall(error: Error, args: readonly unknown[]): Call {
  const [text, ...rest] = args;
  if (typeof text === "string") {
    const call = readArguments(text, rest, placeholders(text, rest), error);
    return rest.length === 0 ? call : asFormat(call);
  }
  return readArguments(errorMessage(error) || errorText(error), args, 0, error);
}

function readArguments(
  msg: unknown,
  args: readonly unknown[],
  taken: number,
  error: Error | null,
): Call {
  let excInfo = error;
  let fields: Record<string, unknown> | null = null;
  let count = args.length;
  let left: Error | null = null;
  for (; count > taken; count--) {
    const last = args[count - 1];
    if (isPlainObject(last)) fields = withFields(last, fields);
    else if (left === null && isError(last)) left = last;
    else break;
  }
  excInfo ??= left;
  for (let i = 0; excInfo === null && i < count; i++) {
    const arg = args[i];
    if (isError(arg)) excInfo = arg;
  }
  // A second error has no place of its own: it stays an argument, to be seen.
  if (left !== null && left !== excInfo)
    return { msg, args: [...args.slice(0, count), left], excInfo, fields };
  return { msg, args: count === args.length ? args : args.slice(0, count), excInfo, fields };
}

// A record without arguments prints its message untouched (Python's rule). So where
// fields and error were all there was, the doubled signs are resolved here.
function asFormat(call: Call): Call {
  const { msg, args } = call;
  if (typeof msg !== "string" || !Array.isArray(args) || args.length > 0) return call;
  if (!msg.includes("%%")) return call;
  try {
    call.msg = formatPercent(msg, args);
  } catch {
    // No well-formed format; it stays as it was written.
  }
  return call;
}

// How many arguments the message takes. With %(key)s it is one, the mapping.
function placeholders(msg: string, args: readonly unknown[]): number {
  if (args.length === 0 || !msg.includes("%")) return 0;
  const template = percentTemplate(msg);
  if (!template.keyed) return template.positional;
  return typeof args[0] === "object" && args[0] !== null && !isError(args[0]) ? 1 : 0;
}

// A copy, so that later changes by the application don't show; keys of an object
// further left don't replace those further right.
function withFields(
  source: Record<string, unknown>,
  later: Record<string, unknown> | null,
): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.create(null);
  try {
    for (const key of Object.keys(source)) fields[key] = readProperty(source, key);
  } catch {
    fields["fields"] = "[unreadable object]";
  }
  return later === null ? fields : Object.assign(fields, later);
}
