// Keys of a document that mean nothing where they stand and look like one that does:
// `handler` for `handlers`. CPython leaves them alone, and so does dictConfig, since any
// key may be there for the program or for `cfg://`; but somebody should say so. Only
// tells, after a document has been applied; never an error.

import { isPlainObject } from "../../core/value.ts";
import { pathTo } from "../config-error.ts";
import { slipOf } from "../near-names.ts";

const DOCUMENT: readonly string[] = [
  "version",
  "incremental",
  "disable_existing_loggers",
  "disableExistingLoggers",
  "formatters",
  "filters",
  "handlers",
  "loggers",
  "root",
];
const FILTER: readonly string[] = ["name"];
const LOGGER: readonly string[] = ["level", "handlers", "filters", "propagate"];

/** One line for each such key of a document that has been applied. */
export function slipsIn(document: unknown): string[] {
  try {
    const { filters, loggers, root } = readable(document);
    return [
      ...slipsOf(document, "", DOCUMENT),
      ...slipsOfEntries(filters, "filters", FILTER),
      ...slipsOfEntries(loggers, "loggers", LOGGER),
      // For the root, `propagate` is no slip: it is there in many a document, for nothing.
      ...slipsOf(root, "root", LOGGER),
    ];
  } catch {
    return []; // a getter that throws this time
  }
}

function slipsOfEntries(section: unknown, path: string, known: readonly string[]): string[] {
  return Object.entries(readable(section)).flatMap(([name, entry]) =>
    slipsOf(entry, pathTo(path, name), known),
  );
}

function slipsOf(entry: unknown, path: string, known: readonly string[]): string[] {
  const keys = Object.keys(readable(entry));
  // What is made by `()` gets all other keys.
  if (keys.includes("()")) return [];
  return keys.flatMap((key) => {
    if (known.includes(key)) return [];
    const meant = slipOf(key, known);
    if (meant === null || keys.includes(meant)) return [];
    return [`${pathTo(path, key)} of a logging configuration means nothing: ${meant} is meant?`];
  });
}

function readable(value: unknown): Readonly<Record<string, unknown>> {
  if (value instanceof Map) return Object.fromEntries(value);
  return isPlainObject(value) ? value : {};
}
