// Errors as the text that follows a log line: the stack as Node prints it, then
// the errors it was caused by. The default formatter and the error reports use
// it. Errors come from anywhere, so every getter may throw and every chain may
// be a cycle; nothing here may throw.

import { errorMessage, errorText, inspectLine, isError, readProperty } from "./value.ts";

const DEEPEST = 20;

/**
 * The text of a thrown value, without a newline at the end. An Error gives its
 * stack, its own further properties such as `code`, then "Caused by:" and the
 * same of its `cause`, and the members of an AggregateError. Anything else that
 * was thrown gives one line.
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
    lines.push(`${prefix}${errorText(thrown)} [shown above]`);
    return;
  }
  seen.add(thrown);
  lines.push(prefix + stackText(thrown));
  const own = ownProperties(thrown);
  if (own !== "") lines.push(`    ${own}`);
  for (const member of membersOf(thrown)) describe(member, "One of: ", seen, lines);
  const cause = readProperty(thrown, "cause");
  if (cause !== undefined && cause !== null) describe(cause, "Caused by: ", seen, lines);
}

// An AggregateError's members. Anybody may have put anything there, also an array
// that is none (a revoked proxy, a subclass with a `slice` of its own).
function membersOf(error: Error): unknown[] {
  try {
    const members = readProperty(error, "errors");
    if (!Array.isArray(members)) return [];
    return Array.from({ length: Math.min(members.length, DEEPEST) }, (_, at) => members[at]);
  } catch {
    return [];
  }
}

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
