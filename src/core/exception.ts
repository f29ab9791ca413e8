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
  describe(thrown, "", new Set(), lines);
  return lines.join("\n");
}

function describe(thrown: unknown, prefix: string, seen: Set<unknown>, lines: string[]): void {
  if (!isError(thrown)) {
    lines.push(`${prefix}${inspectLine(thrown)}`);
    return;
  }
  if (seen.has(thrown) || seen.size >= DEEPEST) {
    const why = seen.has(thrown) ? "shown above" : "too many errors to show";
    lines.push(`${prefix}${errorText(thrown)} [${why}]`);
    return;
  }
  seen.add(thrown);
  lines.push(prefix + stackText(thrown));
  const own = ownProperties(thrown);
  if (own !== "") lines.push(`    ${own}`);
  describeMembers(thrown, seen, lines);
  describeSuppressed(thrown, seen, lines);
  const cause = readProperty(thrown, "cause");
  if (cause !== undefined && cause !== null) describe(cause, "Caused by: ", seen, lines);
}

// An AggregateError's members. Anybody may have put anything there, also an array
// that is none (a revoked proxy, a subclass with a `slice` of its own).
function describeMembers(error: Error, seen: Set<unknown>, lines: string[]): void {
  const { members, more } = membersOf(error);
  for (const member of members) describe(member, "One of: ", seen, lines);
  if (more > 0) lines.push(`One of: ... ${more} more`);
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
function describeSuppressed(thrown: Error, seen: Set<unknown>, lines: string[]): void {
  if (readProperty(thrown, "name") !== "SuppressedError") return;
  for (const [key, prefix] of SUPPRESSED) {
    const value = readProperty(thrown, key);
    if (value !== undefined) describe(value, prefix, seen, lines);
  }
}

const SUPPRESSED = [
  ["error", "Thrown: "],
  ["suppressed", "Suppressed: "],
] as const;

// Programs change `message` after the stack was taken: say both then.
function stackText(error: Error): string {
  const stack = readProperty(error, "stack");
  if (typeof stack !== "string" || stack === "") return errorText(error);
  return stack.includes(errorMessage(error)) ? stack : `${errorText(error)}\n${stack}`;
}

function ownProperties(error: Error): string {
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
