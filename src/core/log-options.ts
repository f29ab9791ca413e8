// What `logRecord` and adapters are given as keyword arguments, read before a record is
// made. Python's own spellings are taken, and a name that means nothing is told, since
// with it an error or a stack would be lost in silence. Nothing here may throw: it is
// part of a log call.

import { captureCaller } from "./caller.ts";
import type { Boundary } from "./caller.ts";
import type { LogOptions } from "./delivery.ts";
import { reportOnce } from "./self-report.ts";
import { isError, readProperty, shortRepr } from "./value.ts";

/** Options as the delivery reads them: our spellings only. */
export type ReadLogOptions = Omit<LogOptions, "exc_info" | "stack_info">;

const KNOWN: readonly string[] = ["extra", "excInfo", "stackInfo", "stacklevel"];

const ALIASES: Readonly<Record<string, "excInfo" | "stackInfo">> = Object.freeze(
  Object.assign(Object.create(null), { exc_info: "excInfo", stack_info: "stackInfo" }),
);

const NONE: ReadLogOptions = Object.freeze({});

// Names may come from data: nobody needs to be told of more than these.
const MOST_TOLD = 50;
const told = new Set<string>();

/**
 * The options of one call whose public method is `boundary`. Each name that is not known
 * is reported once in a process, with the place of the call that had it first; the
 * record is made without it. `null` means no options; of two spellings ours counts.
 */
export function readLogOptions(
  logger: object,
  options: LogOptions | null | undefined,
  boundary: Boundary,
): ReadLogOptions {
  const given: unknown = options;
  if (given === null || given === undefined) return NONE;
  const names = isError(given) ? null : namesOf(given);
  if (names === null) {
    tell(logger, typeof given, `options can't be ${shortRepr(given)}`, boundary);
    return NONE;
  }
  const read: Record<string, unknown> = {};
  for (const name of names) {
    const alias = ALIASES[name];
    if (KNOWN.includes(name)) read[name] = readProperty(given as object, name) ?? read[name];
    else if (alias !== undefined) read[alias] ??= readProperty(given as object, name);
    else tell(logger, `.${name}`, `unknown option ${shortRepr(name)}`, boundary);
  }
  return read as ReadLogOptions;
}

// Null for what is no object, or a proxy that refuses.
function namesOf(options: unknown): string[] | null {
  try {
    return typeof options === "object" && options !== null ? Object.keys(options) : null;
  } catch {
    return null;
  }
}

function tell(logger: object, key: string, what: string, boundary: Boundary): void {
  if (told.has(key) || told.size >= MOST_TOLD) return;
  told.add(key);
  const { pathname, lineno } = captureCaller(boundary, 1);
  const accepted = [...KNOWN, ...Object.keys(ALIASES)].join(", ");
  reportOnce(
    logger,
    `--- Logging error ---\nlogRecord: ${what}; accepted: ${accepted}\n` +
      `The record is logged without it. Called from ${pathname}, line ${lineno}`,
  );
}
