// The message of a debug call, as the package `debug` words it: `%o` and `%O` inspect,
// further letters may have formatters of the application's, what is left goes through
// util.format. `%c` and its CSS, meant for browsers, vanish. Nothing here throws.

import { format, inspect } from "node:util";

import { errorText, inspectLine, isError, toText } from "../../core/value.ts";

/** Makes the text of an argument, by the letter of its placeholder. */
export type DebugFormatter = (value: unknown) => string;

/** What a call says. */
export interface DebugMessage {
  readonly text: string;
  /** The first Error among the arguments. */
  readonly error: Error | null;
}

const STANDARD: Readonly<Record<string, DebugFormatter>> = {
  o: (value) => {
    const lines = inspect(value).split("\n");
    return lines.map((line) => line.trim()).join(" ");
  },
  O: (value) => inspect(value),
};

/**
 * The message of a call's arguments.
 *
 * @param formatters by letter, besides `o` and `O`; an own property of that name counts
 */
export function debugMessage(
  given: readonly unknown[],
  formatters: Readonly<Record<string, DebugFormatter>>,
): DebugMessage {
  const args = given.length === 0 ? [undefined] : [...given];
  const at = args.findIndex((arg) => isError(arg));
  const error = at < 0 ? null : (args[at] as Error);
  if (error !== null) args[at] = errorText(error);
  // What is no text, or an error's, is no format.
  if (typeof args[0] !== "string" || at === 0) args.unshift(at === 0 ? "%s" : "%O");
  try {
    return { text: format(...inlined(args, formatters)), error };
  } catch {
    return { text: args.map((arg) => inspectLine(arg)).join(" "), error };
  }
}

// Puts what formatters make into the format, escaped: util.format comes after.
function inlined(
  args: readonly unknown[],
  formatters: Readonly<Record<string, DebugFormatter>>,
): unknown[] {
  const [template, ...values] = args;
  let next = 0;
  const text = toText(template).replace(/%([a-zA-Z%])/g, (match, letter: string) => {
    if (letter === "%") return match;
    const formatter = formatterOf(letter, formatters);
    if (formatter === null || next >= values.length) {
      next += 1;
      return match;
    }
    const [value] = values.splice(next, 1);
    return toText(formatter(value)).replaceAll("%", "%%");
  });
  // Without arguments util.format leaves doubled signs alone.
  return values.length === 0 ? ["%s", text.replaceAll("%%", "%")] : [text, ...values];
}

function formatterOf(
  letter: string,
  formatters: Readonly<Record<string, DebugFormatter>>,
): DebugFormatter | null {
  for (const table of [formatters, STANDARD]) {
    const formatter = Object.hasOwn(table, letter) ? table[letter] : undefined;
    if (typeof formatter === "function") return formatter;
  }
  return null;
}
