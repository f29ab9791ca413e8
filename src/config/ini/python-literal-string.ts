// Python's string literals: prefixes, quotes of one or three, escapes. The tokens of
// python-literal-tokens.ts come from here. Formatted strings are refused: they
// would have to be evaluated.

import type { PythonFault } from "./python-literal-tokens.ts";

/** Where a string begins, and how. */
export interface StringStart {
  /** `r`, `b`, `u` and the like, in any case; empty for none. */
  readonly prefix: string;
  readonly quote: string;
  /** Where the prefix stands, and where the content begins. */
  readonly at: number;
  readonly from: number;
}

const PREFIXES = new Set(["", "r", "u", "b", "br", "rb"]);
const SIMPLE: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/**
 * The value of the string that begins at `start`: a string, or a Uint8Array for
 * one with a `b`.
 *
 * @throws what `fault` makes, for a string without end, a bad escape, a prefix that
 * is none or that asks for evaluation.
 */
export function pythonString(
  text: string,
  start: StringStart,
  fault: PythonFault,
): { value: string | Uint8Array; end: number } {
  const { quote, at, from } = start;
  const prefix = start.prefix.toLowerCase();
  if (/[ft]/.test(prefix)) throw fault("a formatted string is not accepted, only literals", at);
  if (!PREFIXES.has(prefix)) throw fault(`invalid string prefix ${prefix}`, at);
  const bytes = prefix.includes("b");
  const stop = endOfString(text, start, fault);
  const inside = text.slice(from, stop);
  if (bytes && /\P{ASCII}/u.test(inside)) {
    throw fault("bytes can only contain ASCII literal characters", at);
  }
  const value = prefix.includes("r") ? inside : unescaped(inside, bytes, from, fault);
  return {
    value: bytes ? Uint8Array.from(Buffer.from(value, "latin1")) : value,
    end: stop + quote.length,
  };
}

function endOfString(text: string, start: StringStart, fault: PythonFault): number {
  const { quote, at, from } = start;
  for (let index = from; index < text.length; index++) {
    if (text.startsWith(quote, index)) return index;
    if (text[index] === "\\") index++;
    else if (text[index] === "\n" && quote.length === 1) break;
  }
  throw fault("unterminated string literal", at);
}

function unescaped(inside: string, bytes: boolean, from: number, fault: PythonFault): string {
  const escape = /\\(?:x([^]{0,2})|u([^]{0,4})|U([^]{0,8})|(N)|([0-7]{1,3})|([^]))/g;
  return inside.replaceAll(escape, (all, x, u, long, name, octal, one, at: number) => {
    if (octal !== undefined) {
      const code = Number.parseInt(octal, 8);
      return String.fromCharCode(bytes ? code & 0xff : code);
    }
    if (one !== undefined) return SIMPLE[one] ?? all;
    // In bytes these three are no escapes.
    if (bytes && x === undefined) return all;
    if (name !== undefined) throw fault("\\N{...} is not accepted; use \\u or \\U", from + at);
    return hexCharacter(all, x ?? u ?? long, from + at, fault);
  });
}

function hexCharacter(escape: string, digits: string, at: number, fault: PythonFault): string {
  const wanted = { x: 2, u: 4, U: 8 }[escape[1] ?? ""];
  const code = /^[\da-fA-F]+$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
  if (digits.length !== wanted || !(code <= 0x10ffff)) {
    throw fault(`invalid escape ${escape}: ${wanted} hexadecimal digits are needed`, at);
  }
  return String.fromCodePoint(code);
}
