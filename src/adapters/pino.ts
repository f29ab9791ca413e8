// The door for programs that were written for pino (`daybook/pino`): pino's functions and
// its loggers' methods, over our loggers and handlers. `import pino from "daybook/pino"`
// in place of `import pino from "pino"` is often all. What pino does in its own way, the
// transports and the shape of the line, belongs to our handlers and formatters here, and
// an option that would have no effect is an error.

import { BoundLogger } from "../core/bound-logger.ts";
import { typeError } from "../core/errors.ts";
import { Handler } from "../core/handler.ts";
import { getLogger } from "../core/hierarchy.ts";
import { Logger } from "../core/logger.ts";
import { typeRefusal } from "../core/refusal.ts";
import { JsonFormatter } from "../formatters/json.ts";
import { serializers } from "../formatters/serializers.ts";
import type { Serializer } from "../formatters/serializers.ts";
import { StreamHandler } from "../handlers/stream.ts";
import type { TextStream } from "../handlers/stream.ts";
import { anyLoggerOf } from "./check-logger.ts";
import { levelMapping, nameLevels, TRACE } from "./pino/pino-levels.ts";
import { checkPinoOptions, pinoShape } from "./pino/pino-options.ts";
import type { PinoOptions } from "./pino/pino-options.ts";
import { PINO_VERSION, PinoLogger, STANDARD_LEVELS } from "./pino/pino-logger.ts";
import type { PinoLoggerWith } from "./pino/pino-logger.ts";

export { PinoLogger } from "./pino/pino-logger.ts";
export type { LogMethod, PinoLoggerWith } from "./pino/pino-logger.ts";
export type { LevelMapping, StandardLevel } from "./pino/pino-levels.ts";
export type {
  FieldsFormatter,
  LogMethodHook,
  Mixin,
  PinoChildOptions,
  PinoOptions,
  PinoRedactOptions,
} from "./pino/pino-options.ts";
export { toDaybookLevel, toPinoLevel, TRACE } from "./pino/pino-levels.ts";

/** Where pino() writes itself: a stream, or a handler with or without a formatter. */
export type PinoDestination = TextStream | Handler;

/**
 * A logger of pino's shape.
 *
 * Without a destination its records go to `getLogger(options.name)`, or the root logger,
 * and so to the handlers that the application has set up. If there are none by the first
 * call, the root logger gets one that writes pino's lines to stdout, as the module-level
 * functions of Python's logging set it up. With a destination the logger stands for
 * itself: its lines go there alone.
 *
 * Its level is `info` as pino's is, or `options.level`; that of the daybook logger
 * doesn't count. A first argument that can be written to is the destination.
 *
 * @throws TypeError or ValueError for options that are not accepted; the message says
 * where daybook has the same thing.
 */
function makePino<Custom extends string = never>(
  options: PinoOptions<Custom> | PinoDestination = {},
  destination?: PinoDestination,
): PinoLoggerWith<Custom> {
  if (isDestination(options)) return makePino<Custom>({}, options);
  const isOwn = destination !== undefined;
  checkPinoOptions(options, isOwn);
  const logger = isOwn ? ownLogger(options, destination) : getLogger(options.name);
  const made = makeLogger(logger, options, isOwn ? nothing : () => setUp(logger));
  if (options.level === undefined && options.enabled !== false) made.level = "info";
  return made as PinoLoggerWith<Custom>;
}

/**
 * A logger of pino's shape over a logger of daybook, given as itself or by name. Its
 * level is the logger's, until it gets one of its own. What is bound to the logger by
 * `with()` is bound to this one. If there are no handlers by the first call, the root
 * logger gets one, as with `pino`.
 *
 * @throws as `pino`; also for `name`, which the logger has.
 */
export function pinoLogger<Custom extends string = never>(
  logger: Logger | BoundLogger | string,
  options: Omit<PinoOptions<Custom>, "name"> = {},
): PinoLoggerWith<Custom> {
  const given = anyLoggerOf(logger);
  checkPinoOptions(options, false);
  if ((options as PinoOptions).name !== undefined) {
    const accepted = "no name beside a logger";
    const { name } = options as PinoOptions;
    throw typeRefusal("name", name, accepted);
  }
  const target = given instanceof Logger ? given : given.logger;
  const made = makeLogger(target, options, () => setUp(target)) as PinoLoggerWith<Custom>;
  return given instanceof Logger ? made : (made.child({ ...given.fields }) as typeof made);
}

/** pino's levels, as loggers without custom ones have them. */
export const levels: PinoLogger["levels"] = STANDARD_LEVELS;

/** The version of pino whose calls are taken. */
export const version: string = PINO_VERSION;

/** The serializers `err`, `req` and `res`, in the shapes of pino-std-serializers. */
export const stdSerializers: Readonly<Record<"err" | "req" | "res", Serializer>> = serializers;

/** Not here. @throws TypeError that says what to use. */
export function transport(): never {
  throw absent("transport", "a handler: FileHandler, TimedRotatingFileHandler, QueueHandler ...");
}

/** Not here. @throws TypeError that says what to use. */
export function multistream(): never {
  throw absent("multistream", "several handlers of one logger, each with a level of its own");
}

/** Not here. @throws TypeError that says what to use. */
export function destination(): never {
  throw absent("destination", "a stream or a handler, new FileHandler(path), as second argument");
}

/** pino's function, and its other names as its properties. */
export type PinoDoor = typeof makePino & {
  readonly pino: PinoDoor;
  readonly levels: typeof levels;
  readonly version: string;
  readonly stdSerializers: typeof stdSerializers;
  readonly transport: typeof transport;
  readonly multistream: typeof multistream;
  readonly destination: typeof destination;
};

const names = { levels, version, stdSerializers, transport, multistream, destination };

/** Makes a logger of pino's shape; see its call signature. */
export const pino: PinoDoor = Object.assign(makePino, names) as PinoDoor;
Object.assign(pino, { pino });

export default pino;

function absent(name: string, accepted: string): TypeError {
  return typeError(`daybook/pino has no ${name}; accepted: ${accepted}`, { value: name, accepted });
}

function nothing(): void {}

function makeLogger(logger: Logger, options: PinoOptions<string>, prepare: () => void): PinoLogger {
  const { customLevels, base, level, enabled } = options;
  const mapping = customLevels === undefined ? STANDARD_LEVELS : levelMapping(customLevels);
  checkMethodNames(customLevels ?? {});
  nameLevels(mapping);
  const family = { logger, prepare, emitter: null };
  const made = new PinoLogger(family, null, pinoShape(options, null), mapping, base ?? {});
  if (enabled === false) made.level = "silent";
  else if (level !== undefined) made.level = level;
  return made;
}

function checkMethodNames(custom: Readonly<Record<string, number>>): void {
  for (const name of Object.keys(custom)) {
    if (!(name in PinoLogger.prototype)) continue;
    const accepted = "a name that no method has";
    throw typeRefusal("a custom level", name, accepted);
  }
}

// A logger in no tree, with one handler.
function ownLogger(options: PinoOptions<string>, destination: PinoDestination): Logger {
  const logger = new Logger(options.name ?? "", TRACE);
  const handler = destination instanceof Handler ? destination : new StreamHandler(destination);
  if (handler.formatter === null) handler.setFormatter(pinoFormatter(options));
  logger.addHandler(handler);
  return logger;
}

function pinoFormatter({ base, messageKey, errorKey }: PinoOptions<string>): JsonFormatter {
  const keys: Record<string, string | null> = {};
  // pino's base is pid and hostname; one's own takes their place.
  if (base !== undefined) for (const key of ["pid", "hostname"]) keys[key] = null;
  if (messageKey !== undefined) keys["message"] = messageKey;
  if (errorKey !== undefined) keys["error"] = errorKey;
  return new JsonFormatter({ preset: "pino", keys });
}

function setUp(logger: Logger): void {
  if (logger.hasHandlers()) return;
  const handler = new StreamHandler(process.stdout);
  handler.setFormatter(new JsonFormatter({ preset: "pino" }));
  getLogger().addHandler(handler);
}

function isDestination(value: object): value is PinoDestination {
  return value instanceof Handler || typeof (value as { write?: unknown }).write === "function";
}
