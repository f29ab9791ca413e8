// captureWarnings: Node's warnings (deprecations, too many listeners, what a program
// gives process.emitWarning) as log records instead of lines on stderr. While they are
// captured Node's own printer is off, so that none comes twice; other listeners of the
// 'warning' event are left alone. Nothing happens on import.

import { placeInStack } from "../core/caller.ts";
import { getLogger } from "../core/hierarchy.ts";
import { WARNING } from "../core/level.ts";
import { reportError } from "../core/self-report.ts";
import { errorMessage, inspectLine, isError, readProperty, toText } from "../core/value.ts";
import { NullHandler } from "../handlers/null.ts";

type WarningListener = (warning: Error) => void;

/**
 * The logger of warnings. Its name is Python's, odd as it is in JavaScript: a
 * configuration that knows how to deal with warnings knows it by that name.
 */
const LOGGER = "py.warnings";

let isCapturing = false;
/** Node's printer, while it is off; null if it was not there, as with --no-warnings. */
let printer: WarningListener | null = null;

/**
 * True logs the warnings of this thread to the logger "py.warnings" at WARNING; false
 * has Node print them again. The message is CPython's, `file:line: Kind: message`, with
 * the warning's code and detail where it has them; it is followed by the stack where
 * Node was asked to trace warnings (--trace-warnings). The record's place is that of
 * the warning. A logger that has no handler gets a NullHandler, so that without any
 * configuration a captured warning is not printed, as in CPython.
 */
export function captureWarnings(capture: boolean): void {
  if (Boolean(capture) === isCapturing) return;
  isCapturing = !isCapturing;
  if (isCapturing) {
    printer = findPrinter();
    if (printer !== null) process.off("warning", printer);
    process.on("warning", logWarning);
    return;
  }
  process.off("warning", logWarning);
  // Where it was, in front of all others.
  if (printer !== null) process.prependListener("warning", printer);
  printer = null;
}

// Node doesn't say which listener is its own: it is known by its name, and by a word
// that no program has a use for. If a later Node calls it otherwise, warnings are both
// logged and printed.
function findPrinter(): WarningListener | null {
  const isPrinter = (listener: WarningListener): boolean =>
    listener.name === "onWarning" && String(listener).includes("traceProcessWarnings");
  return process.listeners("warning").find(isPrinter) ?? null;
}

function logWarning(warning: unknown): void {
  const logger = getLogger(LOGGER);
  try {
    if (isUnwanted(warning)) return;
    if (logger.handlers.length === 0) logger.addHandler(new NullHandler());
    if (!logger.isEnabledFor(WARNING)) return;
    const { pathname, lineno, funcName } = placeInStack(stackOf(warning));
    const place = lineno === 0 ? "" : `${pathname}:${lineno}: `;
    const text = place + warningText(warning);
    const thrown = isTraced(warning) ? warning : null;
    logger.handle(
      logger.makeRecord(logger.name, WARNING, pathname, lineno, text, [], thrown, funcName),
    );
  } catch (error) {
    reportError(logger, error, "a warning could not be logged:", inspectLine(warning));
  }
}

function warningText(warning: unknown): string {
  if (!isError(warning)) return `Warning: ${toText(warning)}`;
  const code = readProperty(warning, "code");
  const detail = readProperty(warning, "detail");
  const kind = toText(readProperty(warning, "name"));
  const shownCode = code === undefined ? "" : `[${toText(code)}] `;
  const text = `${kind}: ${shownCode}${errorMessage(warning)}`;
  return typeof detail === "string" ? `${text}\n${detail}` : text;
}

function stackOf(warning: unknown): string {
  return isError(warning) ? toText(readProperty(warning, "stack")) : "";
}

function isTraced(warning: unknown): boolean {
  const flags = process as { traceProcessWarnings?: unknown; traceDeprecation?: unknown };
  return (
    Boolean(flags.traceProcessWarnings) ||
    (isDeprecation(warning) && Boolean(flags.traceDeprecation))
  );
}

function isDeprecation(warning: unknown): boolean {
  return isError(warning) && readProperty(warning, "name") === "DeprecationWarning";
}

// What was switched off by its code or kind (--disable-warning) Node still emits in
// some versions, and its printer drops it.
function isUnwanted(warning: unknown): boolean {
  if (!isError(warning)) return false;
  const names = [readProperty(warning, "code"), readProperty(warning, "name")];
  return disabledWarnings().some((disabled) => names.includes(disabled));
}

function disabledWarnings(): string[] {
  const options = [...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(/\s+/)];
  return options.flatMap((option, at) => {
    if (option === "--disable-warning") return options[at + 1] ?? [];
    return option.startsWith("--disable-warning=") ? option.slice(18) : [];
  });
}
