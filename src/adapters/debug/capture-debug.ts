// What packages say through the package `debug` as records: its output is redirected to
// the loggers of the namespaces. The application hands us its own `debug`; nothing of it
// is imported here. Which namespaces are on stays debug's business (DEBUG=..., enable).

import { format, stripVTControlCharacters } from "node:util";

import type { OpenCall } from "../../core/caller.ts";
import { deliver } from "../../core/delivery.ts";
import { getLogger } from "../../core/hierarchy.ts";
import { checkLevel } from "../../core/level.ts";
import type { Level } from "../../core/level.ts";
import { checkOptionNames } from "../../core/options.ts";
import { typeRefusal } from "../../core/refusal.ts";
import { reportError } from "../../core/self-report.ts";
import { errorText, isError, readProperty, toText } from "../../core/value.ts";
import { isDelivering, whileDelivering } from "../console/delivering.ts";
import { loggerNameOf } from "./namespaces.ts";

/** What is used of the package `debug`: what `import debug from "debug"` gives. */
export interface DebugModule {
  (namespace: string): unknown;
  log: (...args: never[]) => unknown;
  formatArgs: (...args: never[]) => unknown;
  coerce: (...args: never[]) => unknown;
}

/** Options of `captureDebug(debug, options)`. */
export interface CaptureDebugOptions {
  /** The level of the records; `DEBUG` if not given. */
  readonly level?: Level | undefined;
  /** Makes the name of a namespace's logger; `app:db` is `app.db` if not given. */
  readonly loggerName?: ((namespace: string) => string) | undefined;
}

type Method = (this: object, ...args: unknown[]) => unknown;

const OPTIONS: readonly string[] = ["level", "loggerName"];
const captured = new WeakSet<object>();

/**
 * Makes records of what is said through `debug`: at DEBUG, from the logger `app.db` for
 * the namespace `app:db`. An Error as the only argument is the record's error. debug has
 * decided what is on, so the logger's level doesn't count; its filters and the handlers'
 * levels do. Where a logger has no handler, debug prints as before. An instance with a
 * `log` of its own keeps it.
 *
 * @returns a function that takes it back
 * @throws TypeError for what is not the package `debug`, or bad options; Error if it is
 * captured already
 */
export function captureDebug(debug: DebugModule, options: CaptureDebugOptions = {}): () => void {
  checkOptionNames(options, OPTIONS);
  checkModule(debug);
  const level = checkLevel(options.level ?? "DEBUG");
  if (captured.has(debug)) {
    throw new Error(
      "debug is captured already; call the function that captureDebug() returned before",
    );
  }
  captured.add(debug);
  const before = { log: debug.log, formatArgs: debug.formatArgs, coerce: debug.coerce };
  const ours = redirection(before, level, options.loggerName ?? loggerNameOf);
  Object.assign(debug, ours);
  return () => {
    captured.delete(debug);
    for (const name of ["log", "formatArgs", "coerce"] as const) {
      if (Reflect.get(debug, name) === ours[name]) Object.assign(debug, { [name]: before[name] });
    }
  };
}

function redirection(
  before: Pick<DebugModule, "log" | "formatArgs" | "coerce">,
  level: number,
  loggerName: (namespace: string) => string,
): Record<"log" | "formatArgs" | "coerce", Method> {
  // debug turns an Error into the text of its stack before it hands it on, in one call.
  let error: Error | null = null;
  const print = (instance: object, args: unknown[]): void => {
    if (error !== null) args[0] = readProperty(error, "stack");
    (before.formatArgs as Method).call(instance, args);
    (before.log as Method).apply(instance, args);
  };
  const log: Method = function (...args) {
    const namespace = toText(readProperty(this, "namespace"));
    const logger = getLogger(loggerName(namespace));
    try {
      if (isDelivering() || !logger.hasHandlers()) return print(this, args);
      const text = textOf(this, args);
      const call = { msg: text, args: [], excInfo: error, fields: null };
      const open: OpenCall = { boundary: this as never, stacklevel: 1 };
      whileDelivering(() => deliver(logger, level, call, null, open));
    } catch (failure) {
      reportError(logger, failure, "a debug call could not be logged:", toText(args[0]));
    } finally {
      error = null;
    }
    return undefined;
  };
  const coerce: Method = (value) => {
    error = isError(value) ? value : null;
    return error === null ? value : errorText(error);
  };
  // Neither a prefix nor colours nor the time: records have those.
  return { log, formatArgs: () => undefined, coerce };
}

function textOf(instance: object, args: readonly unknown[]): string {
  const text = format(...args);
  return readProperty(instance, "useColors") === true ? stripVTControlCharacters(text) : text;
}

function checkModule(debug: unknown): void {
  const isIt =
    typeof debug === "function" &&
    ["log", "formatArgs", "coerce"].every(
      (name) => typeof readProperty(debug, name) === "function",
    );
  if (isIt) return;
  const accepted = 'what `import debug from "debug"` gives';
  throw typeRefusal("debug", debug, accepted);
}
