// The options of the pino door: which of pino's it takes, what they mean here, and what
// it says about the others. An option that would have no effect is an error, with the
// place where daybook has the same thing. Nothing here is called while logging.

import { compileRedaction } from "../../core/redaction.ts";
import type { Redaction, RedactOption, RedactOptions } from "../../core/redaction.ts";
import { typeError } from "../../core/errors.ts";
import { checkOptionsObject } from "../../core/options.ts";
import { refusal } from "../../core/refusal.ts";
import { isPlainObject, shortRepr } from "../../core/value.ts";
import { serializers as standard } from "../../formatters/serializers.ts";
import type { Serializer } from "../../formatters/serializers.ts";
import type { PinoLogger } from "./pino-logger.ts";

/** Calls what a log call would have done; `args` may be changed before. */
export type LogMethodHook = (
  this: PinoLogger,
  args: unknown[],
  method: (this: PinoLogger, ...args: unknown[]) => void,
  level: number,
) => void;

/** What is masked: pino's `paths`, `censor` and `remove`, and daybook's `keys`. */
export interface PinoRedactOptions extends Omit<RedactOptions, "censor"> {
  readonly censor?: string | ((value: unknown, path: string[]) => unknown) | undefined;
}

/** What `child` takes as its second argument. */
export interface PinoChildOptions<Custom extends string = never> {
  /** The child's own level: a name, or pino's number. */
  readonly level?: string | number | undefined;
  /** Added to those of the parent. */
  readonly serializers?: Readonly<Record<string, Serializer>> | undefined;
  /** In place of the parent's. What the parent has bound is masked already. */
  readonly redact?: readonly string[] | PinoRedactOptions | undefined;
  /** Behind the parent's. */
  readonly msgPrefix?: string | undefined;
  /** Further levels, in pino's numbers. */
  readonly customLevels?: Readonly<Record<Custom, number>> | undefined;
  readonly formatters?: { readonly log?: FieldsFormatter | undefined } | undefined;
}

/** Gets the fields of a call, and answers with those to be logged. */
export type FieldsFormatter = (fields: Record<string, unknown>) => object;

/** pino's options that have a meaning here. */
export interface PinoOptions<Custom extends string = never> extends PinoChildOptions<Custom> {
  /** The logger's name (`getLogger(name)`); the root logger if not given. */
  readonly name?: string | undefined;
  /** False: nothing is logged, as with level `silent`. */
  readonly enabled?: boolean | undefined;
  /** Fields of every line. `null`: no pid and hostname, only where pino() makes the handler. */
  readonly base?: Readonly<Record<string, unknown>> | null | undefined;
  /** Gives every call further fields; the call's own win. */
  readonly mixin?: Mixin | undefined;
  /** How the two are merged, if not so. */
  readonly mixinMergeStrategy?: ((fields: object, mixed: object) => object) | undefined;
  /** Puts all fields of a call under this key. */
  readonly nestedKey?: string | undefined;
  /** The field that holds the message if a call has no text: `msg`. */
  readonly messageKey?: string | undefined;
  /** The field that holds the error: `err`. */
  readonly errorKey?: string | undefined;
  /** Called with each new child. */
  readonly onChild?: ((child: PinoLogger) => void) | undefined;
  readonly hooks?: { readonly logMethod?: LogMethodHook | undefined } | undefined;
}

/** Fields for a call: gets its own, pino's number of the level, and the logger. */
export type Mixin = (fields: object, level: number, logger: PinoLogger) => object;

/** What calls are read with; children have their own. */
export interface PinoShape {
  readonly serializers: ReadonlyMap<string, Serializer>;
  /** What the application gave, without the default of `err`. */
  readonly given: Readonly<Record<string, Serializer>>;
  readonly redaction: Redaction | null;
  readonly mixin: Mixin | null;
  readonly merge: ((fields: object, mixed: object) => object) | null;
  readonly formatFields: FieldsFormatter | null;
  readonly nestedKey: string | null;
  readonly messageKey: string;
  readonly errorKey: string;
  readonly msgPrefix: string | null;
  readonly logMethod: LogMethodHook | null;
  readonly onChild: ((child: PinoLogger) => void) | null;
}

const CHILD_OPTIONS: readonly string[] =
  "level serializers redact msgPrefix customLevels formatters".split(" ");

const OPTIONS: readonly string[] = [
  ...CHILD_OPTIONS,
  ..."name enabled base mixin mixinMergeStrategy nestedKey messageKey errorKey onChild hooks".split(
    " ",
  ),
];

const FORMATTERS_PLACE = "an option of the formatter: new JsonFormatter({ preset: 'pino', ... })";

/** pino's options that are something else here: where it is. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  timestamp: FORMATTERS_PLACE,
  crlf: "the `terminator` of a StreamHandler",
  depthLimit: "maxDepth, " + FORMATTERS_PLACE,
  edgeLimit: "maxItems, " + FORMATTERS_PLACE,
  transport: "a handler (FileHandler, TimedRotatingFileHandler, QueueHandler and others)",
  browser: "nothing: daybook runs in Node.js",
  levelComparison: "nothing: levels ascend",
  useOnlyCustomLevels: "nothing: pino's six levels are always there",
  prettyPrint: "a formatter for people",
};

/** Values that say what is so anyway. */
const HARMLESS: Readonly<Record<string, unknown>> = {
  timestamp: true,
  crlf: false,
  levelComparison: "ASC",
  useOnlyCustomLevels: false,
};

/**
 * Checks the options of a new logger.
 *
 * @throws TypeError or ValueError that names the option and what is accepted.
 */
export function checkPinoOptions(options: PinoOptions<string>, makesHandler: boolean): void {
  checkNames(options, OPTIONS);
  checkType(options, "name", "string");
  checkType(options, "enabled", "boolean");
  checkType(options, "mixin", "function");
  checkType(options, "mixinMergeStrategy", "function");
  checkType(options, "nestedKey", "string");
  checkType(options, "messageKey", "string");
  checkType(options, "errorKey", "string");
  checkType(options, "onChild", "function");
  checkGroup(options, "hooks", "logMethod", "streamWrite: a handler or a formatter of your own");
  const { base } = options;
  if (base === null && !makesHandler) {
    const accepted = "null only with a destination; else keys: { pid: null, hostname: null }, ";
    throw refusal("base", base, accepted + FORMATTERS_PLACE);
  }
  if (base !== undefined && base !== null && !isPlainObject(base)) {
    throw refusal("base", base, "a plain object, or null");
  }
  checkChildValues(options);
}

/** Checks the options of a child, as checkPinoOptions does. */
export function checkChildOptions(options: PinoChildOptions<string>): void {
  checkNames(options, CHILD_OPTIONS);
  checkChildValues(options);
}

/** What calls are read with, by options that have been checked; a child's begin with its parent's. */
export function pinoShape(options: PinoOptions<string>, before: PinoShape | null): PinoShape {
  const { serializers, redact, msgPrefix, formatters } = options;
  const given = { ...before?.given, ...serializers };
  const all = new Map(before?.serializers ?? [["err", standard.err]]);
  for (const [key, serializer] of Object.entries(serializers ?? {})) all.set(key, serializer);
  return {
    serializers: all,
    given,
    redaction:
      redact === undefined ? (before?.redaction ?? null) : compileRedaction(redact as RedactOption),
    mixin: options.mixin ?? before?.mixin ?? null,
    merge: options.mixinMergeStrategy ?? before?.merge ?? null,
    formatFields: formatters?.log ?? before?.formatFields ?? null,
    nestedKey: options.nestedKey ?? before?.nestedKey ?? null,
    messageKey: options.messageKey ?? before?.messageKey ?? "msg",
    errorKey: options.errorKey ?? before?.errorKey ?? "err",
    msgPrefix:
      msgPrefix === undefined ? (before?.msgPrefix ?? null) : (before?.msgPrefix ?? "") + msgPrefix,
    logMethod: options.hooks?.logMethod ?? before?.logMethod ?? null,
    onChild: options.onChild ?? before?.onChild ?? null,
  };
}

function checkChildValues(options: PinoChildOptions<string>): void {
  checkType(options, "msgPrefix", "string");
  checkGroup(options, "formatters", "log", `level, bindings: ${FORMATTERS_PLACE}`);
  const { serializers, customLevels } = options;
  if (customLevels !== undefined && !isPlainObject(customLevels)) {
    throw refusal("customLevels", customLevels, "an object of numbers by name");
  }
  if (serializers === undefined) return;
  const accepted = "an object of functions by field";
  if (typeof serializers !== "object" || serializers === null) {
    throw refusal("serializers", serializers, accepted);
  }
  for (const [key, serializer] of Object.entries(serializers) as [string, unknown][]) {
    if (typeof serializer === "function") continue;
    throw refusal(`serializers.${key}`, serializer, accepted);
  }
}

// What is undefined was not given: Fastify passes such.
function checkNames(options: object, known: readonly string[]): void {
  checkOptionsObject(options, known);
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    if (known.includes(name) || value === undefined) continue;
    if (Object.hasOwn(HARMLESS, name) && HARMLESS[name] === value) continue;
    const place = Object.hasOwn(ELSEWHERE, name) ? ELSEWHERE[name] : undefined;
    const accepted = place === undefined ? known.join(", ") : `in daybook it is ${place}`;
    throw typeError(`unknown option ${shortRepr(name)}; accepted: ${accepted}`, {
      value: name,
      accepted,
    });
  }
}

function checkType(options: object, name: string, type: "string" | "boolean" | "function"): void {
  const value: unknown = Reflect.get(options, name);
  if (value === undefined || typeof value === type) return;
  throw refusal(name, value, `a ${type}`);
}

// An object of functions of which we have one.
function checkGroup(options: object, name: string, ours: string, elsewhere: string): void {
  const group: unknown = Reflect.get(options, name);
  if (group === undefined) return;
  const accepted = `an object with a function ${ours} (${elsewhere})`;
  if (typeof group !== "object" || group === null) throw refusal(name, group, accepted);
  for (const [key, value] of Object.entries(group) as [string, unknown][]) {
    if (value === undefined || (key === ours && typeof value === "function")) continue;
    throw refusal(`${name}.${key}`, value, accepted);
  }
}
