// Errors as the text that follows a log line: the stack as Node prints it, then
// the errors it was caused by. The default formatter and the error reports use
// it. Errors come from anywhere, so every getter may throw and every chain may
// be a cycle; nothing here may throw.

import { errorMessage, errorText, inspectLine, isError, readProperty } from "./value.ts";

/** Errors that are shown with their stacks, in one text. */
const DEEPEST = 20;

/**
 * The text of a thrown value, without a newline at the end. An Error gives its
 * stack, its own further properties such as `code`, then "One of:" and the same of
 * each member of an AggregateError, "Thrown:" and "Suppressed:" and the two errors of
 * a SuppressedError, "Caused by:" and its `cause`. Anything else that was thrown gives
 * one line.
 */
export function exceptionText(thrown: unknown): string {
  const lines: string[] = [];
  for (const { error, prefix, text } of errorChain(thrown)) {
    lines.push(prefix + (error === null ? text : stackText(error)));
    const own = error === null ? "" : ownProperties(error);
    if (own !== "") lines.push(`    ${own}`);
  }
  return lines.join("\n");
}

/** One of the errors that a thrown value is made of, as it is told after the others. */
export interface ChainedError {
  /** How it belongs to those before: `Caused by: `, `One of: ` or the like; empty for the first. */
  readonly prefix: string;
  /** In how many others it is, not counting those it merely caused. */
  readonly depth: number;
  /** Null for what is no error, or was told before, or is one too many; `text` says so. */
  readonly error: Error | null;
  readonly text: string;
}

/** A thrown value and all that belongs to it, in the order in which `exceptionText` tells it. */
export function errorChain(thrown: unknown): ChainedError[] {
  const chain: ChainedError[] = [];
  describe(thrown, "", 0, new Set(), chain);
  return chain;
}

function describe(
  thrown: unknown,
  prefix: string,
  depth: number,
  seen: Set<unknown>,
  chain: ChainedError[],
): void {
  if (!isError(thrown)) {
    chain.push({ prefix, depth, error: null, text: inspectLine(thrown) });
    return;
  }
  if (seen.has(thrown) || seen.size >= DEEPEST) {
    const why = seen.has(thrown) ? "shown above" : "too many errors to show";
    chain.push({ prefix, depth, error: null, text: `${errorText(thrown)} [${why}]` });
    return;
  }
  seen.add(thrown);
  chain.push({ prefix, depth, error: thrown, text: "" });
  describeMembers(thrown, depth + 1, seen, chain);
  describeSuppressed(thrown, depth + 1, seen, chain);
  const cause = readProperty(thrown, "cause");
  if (cause !== undefined && cause !== null) describe(cause, "Caused by: ", depth, seen, chain);
}

// An AggregateError's members. Anybody may have put anything there, also an array
// that is none (a revoked proxy, a subclass with a `slice` of its own).
function describeMembers(
  error: Error,
  depth: number,
  seen: Set<unknown>,
  chain: ChainedError[],
): void {
  const prefix = "One of: ";
  const { members, more } = membersOf(error);
  for (const member of members) describe(member, prefix, depth, seen, chain);
  if (more > 0) chain.push({ prefix, depth, error: null, text: `... ${more} more` });
}

function membersOf(error: Error): { members: unknown[]; more: number } {
  try {
    const members = readProperty(error, "errors");
    if (!Array.isArray(members)) return { members: [], more: 0 };
    const count = Math.min(members.length, DEEPEST);
    const shown = Array.from({ length: count }, (_, at) => members[at]);
    return { members: shown, more: members.length - count };
  } catch {
    return { members: [], more: 0 };
  }
}

// What `using` throws when the end of a block fails after the block itself did. Known
// by its name: not every version of Node has the class.
function describeSuppressed(
  thrown: Error,
  depth: number,
  seen: Set<unknown>,
  chain: ChainedError[],
): void {
  if (readProperty(thrown, "name") !== "SuppressedError") return;
  for (const [key, prefix] of SUPPRESSED) {
    const value = readProperty(thrown, key);
    if (value !== undefined) describe(value, prefix, depth, seen, chain);
  }
}

const SUPPRESSED = [
  ["error", "Thrown: "],
  ["suppressed", "Suppressed: "],
] as const;

/** The stack of an error as Node prints it, its header included; never throws. */
export function stackText(error: Error): string {
  // Programs change `message` after the stack was taken: say both then.
  const stack = readProperty(error, "stack");
  if (typeof stack !== "string" || stack === "") return errorText(error);
  return stack.includes(errorMessage(error)) ? stack : `${errorText(error)}\n${stack}`;
}

/** What else an error has, such as `code`, on one line; empty for nothing. */
export function ownProperties(error: Error): string {
  try {
    const own: Record<string, unknown> = {};
    for (const key of Object.keys(error)) {
      if (["name", "message", "stack", "cause", "errors"].includes(key)) continue;
      Object.defineProperty(own, key, { value: readProperty(error, key), enumerable: true });
    }
    return Object.keys(own).length === 0 ? "" : inspectLine(own);
  } catch {
    return "";
  }
}
