// Cuts a Python expression, as fileConfig's files have them in `args` and `kwargs`,
// into tokens: numbers, strings, names, operators. python-literal.ts calls it and
// puts the tokens together. Nothing is looked up and nothing is run here.

import { pythonString } from "./python-literal-string.ts";

/** One token. `at` and `end` are positions in the text. */
export type PythonToken =
  | { readonly kind: "value"; readonly value: unknown; readonly at: number; readonly end: number }
  | { readonly kind: "name"; readonly text: string; readonly at: number; readonly end: number }
  | { readonly kind: "operator"; readonly text: string; readonly at: number; readonly end: number }
  | { readonly kind: "end"; readonly at: number; readonly end: number };

/** Makes the error for what is wrong at a position. */
export type PythonFault = (message: string, at: number) => SyntaxError;

const SPACE = /[ \t\f]*(?:#[^\n]*)?/y;
const NUMBER =
  /(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:(?:\d(?:_?\d)*)?\.\d(?:_?\d)*|\d(?:_?\d)*\.?)(?:[eE][+-]?\d(?:_?\d)*)?)/y;
const NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const STRING = /([bBrRuUfFtT]{0,2})("""|'''|"|')/y;
const OPERATORS = ["**", "//", "<<", ">>", ..."()[]{},:.+-*/%|&~^=@<>!;"];
const BRACKETS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/**
 * The tokens of the text, the last one of kind `end`. Line ends count as space
 * within brackets and around the whole, and are an error elsewhere.
 *
 * @throws what `fault` makes, for anything that is no token.
 */
export function pythonTokens(text: string, fault: PythonFault): readonly PythonToken[] {
  const tokens: PythonToken[] = [];
  const open: string[] = [];
  let at = 0;
  for (;;) {
    at = afterSpace(text, at, open.length > 0 || tokens.length === 0, fault);
    if (at >= text.length) break;
    const token = tokenAt(text, at, fault);
    if (token.kind === "operator") follow(open, token.text, at, fault);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: "end", at: text.length, end: text.length });
  return tokens;
}

function afterSpace(text: string, from: number, inside: boolean, fault: PythonFault): number {
  let at = from;
  for (;;) {
    at = matchAt(SPACE, text, at)?.end ?? at;
    if (text[at] === "\\" && text[at + 1] === "\n") at += 2;
    else if (text[at] === "\n" && inside) at++;
    else if (text[at] === "\n") {
      const rest = text.slice(at).search(/[^\s]/);
      if (rest === -1) return text.length;
      throw fault("a line end is only accepted between brackets", at);
    } else return at;
  }
}

function tokenAt(text: string, at: number, fault: PythonFault): PythonToken {
  const string = matchAt(STRING, text, at);
  if (string !== null) {
    const [, prefix = "", quote = ""] = string.groups;
    const { value, end } = pythonString(text, { prefix, quote, at, from: string.end }, fault);
    return { kind: "value", value, at, end };
  }
  const number = matchAt(NUMBER, text, at);
  if (number !== null) {
    const { end } = number;
    if (/[\p{L}\p{N}_]/u.test(text[end] ?? "")) throw fault("invalid number", at);
    return { kind: "value", value: numberValue(text.slice(at, end), at, fault), at, end };
  }
  const name = matchAt(NAME, text, at);
  if (name !== null) return { kind: "name", text: text.slice(at, name.end), at, end: name.end };
  const operator = OPERATORS.find((each) => text.startsWith(each, at));
  if (operator === undefined) throw fault("invalid character", at);
  return { kind: "operator", text: operator, at, end: at + operator.length };
}

function matchAt(
  pattern: RegExp,
  text: string,
  at: number,
): { groups: readonly string[]; end: number } | null {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found === null ? null : { groups: found, end: at + found[0].length };
}

// Keeps the list of open brackets, so that line ends within them count as space.
function follow(open: string[], text: string, at: number, fault: PythonFault): void {
  if (text === "(" || text === "[" || text === "{") open.push(text);
  const opener = BRACKETS[text];
  if (opener === undefined) return;
  if (open.pop() !== opener) throw fault(`unmatched ${text}`, at);
}

// Whole numbers that a double can't hold exactly become bigints, as Python's are exact.
function numberValue(text: string, at: number, fault: PythonFault): number | bigint {
  const digits = text.replaceAll("_", "").toLowerCase();
  const whole = /^(?:\d+|0[xob][\da-f]+)$/.test(digits);
  if (!whole) return Number(digits);
  if (/^0+[1-9]/.test(digits)) {
    throw fault("leading zeros in whole numbers are not accepted; use 0o for octal", at);
  }
  const value = BigInt(digits);
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
