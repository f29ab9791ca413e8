// Reading a command's arguments: what parseArgs leaves to do, with one wording for
// all mistakes. Commands call it before they do anything; every error names the
// value and what is accepted.

import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";

import { ArgumentError } from "./argument-error.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** What parseArgs gives for these options, strictly, with positional arguments. */
export type ReadArguments<T extends Options> = ReturnType<
  typeof parseArgs<{ options: T; strict: true; allowPositionals: true }>
>;

/** @throws {ArgumentError} for an option that doesn't exist, or lacks its value. */
export function readArguments<T extends Options>(
  args: readonly string[],
  options: T,
): ReadArguments<T> {
  try {
    return parseArgs({
      args: withNumbersAttached(args),
      options,
      strict: true,
      allowPositionals: true,
    }) as ReadArguments<T>;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const what = error.message.split(/\.? To specify|\n/)[0]?.replace(/\.$/, "");
    throw new ArgumentError(`${what}; accepted: ${namesOf(options)}`);
  }
}

/**
 * The same for a command of options alone.
 *
 * @throws {ArgumentError} as `readArguments`, and for an argument that is no option.
 */
export function readOptions<T extends Options>(
  args: readonly string[],
  options: T,
): ReadArguments<T>["values"] {
  const { values, positionals } = readArguments(args, options);
  if (positionals.length === 0) return values;
  const what = `unexpected argument ${JSON.stringify(positionals[0])}`;
  throw new ArgumentError(`${what}; accepted: ${namesOf(options)}`);
}

function namesOf(options: Options): string {
  return [...Object.keys(options), "help"].map((name) => `--${name}`).join(", ");
}

/** `--periods -1` as `--periods=-1`: parseArgs would take the number for an option of its own. */
function withNumbersAttached(args: readonly string[]): string[] {
  const attached: string[] = [];
  for (const arg of args) {
    const before = attached.at(-1);
    if (before?.startsWith("--") && !before.includes("=") && /^-\d/.test(arg))
      attached[attached.length - 1] = `${before}=${arg}`;
    else attached.push(arg);
  }
  return attached;
}

/** @throws {ArgumentError} for what is no whole number from `low` to `high`. */
export function wholeNumber(name: string, text: string, low: number, high: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw refuse(name, text, `a whole number from ${low} to ${high}`);
}

/** @throws {ArgumentError} for what is none of these words. */
export function oneOf<T extends string>(name: string, text: string, accepted: readonly T[]): T {
  const found = accepted.find((each) => each === text);
  if (found !== undefined) return found;
  throw refuse(name, text, accepted.join(", "));
}

/** The error for the value of an option. */
export function refuse(name: string, value: string, accepted: string): ArgumentError {
  return new ArgumentError(`--${name} is ${JSON.stringify(value)}; accepted: ${accepted}`);
}
