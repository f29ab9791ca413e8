// The text of a pino message: `%s %d %i %f %j %o %O` and `%%`, by the rules of the small
// formatter that pino uses. They are not ours and not util.format's: an argument that
// nothing asks for is not appended, and without arguments nothing is replaced. Reads
// whatever an application passes and never throws.

import { inspectLine, readProperty, toText } from "../../core/value.ts";

/** How `%j`, `%o` and `%O` show what is neither text nor function. */
export type Stringify = (value: unknown) => string;

/**
 * `template` with its placeholders filled from `args`, left to right. A percent sign
 * with any other letter takes an argument too, and stays as it is, as in pino; so does
 * a placeholder whose argument is missing, or null for `%d %i %f`, or undefined for `%j`.
 */
export function quickFormat(
  template: string,
  args: readonly unknown[],
  stringify: Stringify = jsonText,
): string {
  if (args.length === 0) return template;
  let text = "";
  let from = 0;
  let next = 0;
  for (let at = template.indexOf("%"); at >= 0; at = template.indexOf("%", at)) {
    const letter = template[at + 1];
    if (letter === undefined) break;
    const shown = letter === "%" ? "%" : placed(letter, next, args, stringify);
    if (letter !== "%") next += 1;
    if (shown === null) {
      at += 1;
      continue;
    }
    text += template.slice(from, at) + shown;
    at += 2;
    from = at;
  }
  return text + template.slice(from);
}

// What a placeholder becomes; null where it stays.
function placed(
  letter: string,
  index: number,
  args: readonly unknown[],
  stringify: Stringify,
): string | null {
  if (index >= args.length) return null;
  const value = args[index];
  switch (letter) {
    case "s":
      return asString(value);
    case "d":
    case "f":
      return value === null || value === undefined ? null : String(asNumber(value));
    case "i":
      return value === null || value === undefined ? null : String(Math.floor(asNumber(value)));
    case "j":
    case "o":
    case "O":
      if (value === undefined) return null;
      if (typeof value === "string") return `'${value}'`;
      return typeof value === "function" ? functionName(value) : stringify(value);
    default:
      return null;
  }
}

/** A value as JSON; what JSON can't hold, such as a cycle or a bigint, as one line of `inspect`. */
export function jsonText(value: unknown): string {
  try {
    return String(JSON.stringify(value));
  } catch {
    return inspectLine(value);
  }
}

function functionName(value: object): string {
  const name = readProperty(value, "name");
  return typeof name === "string" && name !== "" ? name : "<anonymous>";
}

// As JavaScript says it ("[object Object]"), or as we do where it refuses.
function asString(value: unknown): string {
  try {
    return String(value);
  } catch {
    return toText(value);
  }
}

function asNumber(value: unknown): number {
  try {
    return Number(value);
  } catch {
    return NaN; // a symbol, or an object that can't be a number
  }
}
