// basicConfig: the one-call set-up of the root logger, CPython's function of this
// name. Applications call it once at their start; the module-level log functions
// call it if nobody did. It checks what it is given before it changes anything
// but the file, which it opens last; CPython changes first and checks afterwards.

import { checkHandler } from "../core/check-method.ts";
import { ValueError } from "../core/errors.ts";
import type { EncodingErrors } from "../core/encoding.ts";
import type { Handler } from "../core/handler.ts";
import { getLogger } from "../core/hierarchy.ts";
import { checkLevel } from "../core/level.ts";
import type { Level } from "../core/level.ts";
import { checkOptionsObject } from "../core/options.ts";
import { typeRefusal } from "../core/refusal.ts";
import { Formatter } from "../formatters/formatter.ts";
import type { StyleName } from "../formatters/formatter.ts";
import { FileHandler } from "../handlers/file.ts";
import { StreamHandler } from "../handlers/stream.ts";
import type { TextStream } from "../handlers/stream.ts";
import type { OpenMode } from "../platform/open-log.ts";

/** CPython's arguments of basicConfig, by CPython's names. */
export interface BasicConfig {
  /** Logs to this file. */
  readonly filename?: string | URL | null | undefined;
  /** "a" (the default) or "w"; only with `filename`. */
  readonly filemode?: OpenMode | undefined;
  /** The format; `levelname:name:message` in the style's own writing if not given. */
  readonly format?: string | undefined;
  readonly datefmt?: string | null | undefined;
  readonly style?: StyleName | undefined;
  /** The root logger's level; unchanged (WARNING) if not given. */
  readonly level?: Level | null | undefined;
  /** Logs to this stream; stderr if nothing else is said. */
  readonly stream?: TextStream | null | undefined;
  /** Handlers made by the caller; those without a formatter get the one made here. */
  readonly handlers?: Iterable<Handler> | null | undefined;
  /** True removes and closes the handlers that the root logger has. */
  readonly force?: boolean | undefined;
  readonly encoding?: string | null | undefined;
  readonly errors?: EncodingErrors | null | undefined;
}

/** What basicConfig takes for a format if none is given, in style `%`. */
export const BASIC_FORMAT = "%(levelname)s:%(name)s:%(message)s";

/** The same for each style. */
const BASIC_FORMATS: ReadonlyMap<string, string> = new Map([
  ["%", BASIC_FORMAT],
  ["{", "{levelname}:{name}:{message}"],
  ["$", "${levelname}:${name}:${message}"],
]);

const OPTIONS: readonly string[] =
  "filename filemode format datefmt style level stream handlers force encoding errors".split(" ");

/**
 * Gives the root logger a handler with a formatter, and a level. Does nothing if it
 * has handlers, unless `force` is true.
 *
 * @throws ValueError, with CPython's text, for options that contradict each other,
 * a bad style, format or level, or options that don't exist; TypeError for options
 * that are no object, and handlers that are none; what opening the file throws.
 */
export function basicConfig(options: BasicConfig = {}): void {
  checkOptionsObject(options, OPTIONS);
  const root = getLogger();
  if (options.force === true) {
    for (const handler of root.handlers) {
      root.removeHandler(handler);
      handler.close();
    }
  }
  if (root.handlers.length > 0) return;
  checkOptions(options);
  const formatter = configuredFormatter(options);
  const level = options.level ?? null;
  if (level !== null) checkLevel(level);
  for (const handler of configuredHandlers(options)) {
    if (handler.formatter === null) handler.setFormatter(formatter);
    root.addHandler(handler);
  }
  if (level !== null) root.setLevel(level);
}

function checkOptions(options: BasicConfig): void {
  const { handlers, filename, stream } = options;
  const hasHandlers = handlers !== undefined && handlers !== null;
  if (hasHandlers && (stream !== undefined || filename !== undefined)) {
    throw new ValueError(
      "'stream' or 'filename' should not be specified together with 'handlers'",
      { value: { handlers, stream, filename }, accepted: "one of the three" },
    );
  }
  if (stream !== undefined && filename !== undefined) {
    throw new ValueError("'stream' and 'filename' should not be specified together", {
      value: { stream, filename },
      accepted: "one of the two",
    });
  }
  const unknown = Object.keys(options).filter((key) => !OPTIONS.includes(key));
  if (unknown.length > 0) {
    throw new ValueError(`Unrecognised argument(s): ${unknown.join(", ")}`, {
      value: unknown,
      accepted: OPTIONS.join(", "),
    });
  }
}

function configuredHandlers(options: BasicConfig): Iterable<Handler> {
  const { handlers, filename, stream, filemode, encoding, errors } = options;
  if (handlers !== undefined && handlers !== null) return checkedHandlers(handlers);
  if (filename !== undefined && filename !== null && filename !== "") {
    return [new FileHandler(filename, { mode: filemode, encoding, errors })];
  }
  return [new StreamHandler(stream ?? process.stderr)];
}

// All of them before the first one is added.
function checkedHandlers(handlers: Iterable<Handler>): readonly Handler[] {
  const given: unknown = handlers;
  if (typeof given !== "object" || given === null || !(Symbol.iterator in given)) {
    const accepted = "an array, or another iterable object, of handlers";
    throw typeRefusal("handlers", given, accepted);
  }
  const list = [...handlers];
  for (const handler of list) checkHandler(handler);
  return list;
}

function configuredFormatter(options: BasicConfig): Formatter {
  const style = options.style ?? "%";
  const basic = BASIC_FORMATS.get(style);
  if (basic === undefined) {
    throw new ValueError(`Style must be one of: ${[...BASIC_FORMATS.keys()].join(",")}`, {
      value: style,
      accepted: "%, { or $",
    });
  }
  return new Formatter(options.format ?? basic, { datefmt: options.datefmt, style });
}
