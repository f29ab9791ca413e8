// The door for NestJS: a logger service, for `NestFactory.create(AppModule, { logger })`
// and as a provider. What Nest and its `Logger` hand over (messages, then maybe a stack,
// then the context) becomes ordinary calls of ordinary loggers, one for each context.
// Nothing of Nest is imported: a LoggerService is any object with its methods.

import type { BoundLogger } from "../core/bound-logger.ts";
import { ValueError } from "../core/errors.ts";
import { CRITICAL, DEBUG, ERROR, INFO, WARNING } from "../core/level.ts";
import { Logger } from "../core/logger.ts";
import { checkOptionNames } from "../core/options.ts";
import { typeRefusal } from "../core/refusal.ts";
import { reportError } from "../core/self-report.ts";
import { shortRepr } from "../core/value.ts";
import { loggerOf } from "./check-logger.ts";
import { nestMessages, readNestCall, readNestError } from "./nest/nest-call.ts";

/** Nest's names of levels. */
export type NestLogLevel = "log" | "error" | "warn" | "debug" | "verbose" | "fatal";

/** Options of a NestLogger. */
export interface NestLoggerOptions {
  /** The logger above those of the contexts, or its name; "nest" if not given. */
  readonly logger?: Logger | string | undefined;
  /** The context of calls that name none; null for none. */
  readonly context?: string | null | undefined;
  /** Nest's levels that are on, as for `setLogLevels`; all if not given. */
  readonly logLevels?: readonly NestLogLevel[] | undefined;
}

/** The level of Nest's `verbose`: below DEBUG. `addLevelName` can give it a name. */
export const VERBOSE = 5;

const LEVELS: Readonly<Record<NestLogLevel, number>> = {
  fatal: CRITICAL,
  error: ERROR,
  warn: WARNING,
  log: INFO,
  debug: DEBUG,
  verbose: VERBOSE,
};
const NAMES = Object.keys(LEVELS) as NestLogLevel[];

/** How many contexts get a logger of their own: loggers stay for ever, and any text can be a context. */
const MOST_CONTEXTS = 1000;
const CONTEXT_NAME = /^[\p{L}\p{N}_:$<>-]+(?:\.[\p{L}\p{N}_:$<>-]+)*$/u;

/**
 * Nest's LoggerService over daybook's loggers. The context is the logger's name:
 * `OrdersService` logs as `nest.OrdersService`, whose level can be set by itself. A
 * context that is no name (blanks, or more than 1000 different ones) is the field
 * `context` instead. Objects behind a message are its fields, an Error its error;
 * `error` takes an Error or a stack.
 */
export class NestLogger {
  readonly logger: Logger;
  readonly #ownContext: string | null;
  #context: string | null;
  #on: ReadonlySet<NestLogLevel> = new Set(NAMES);
  readonly #loggers = new Map<string, Logger>();

  /** @throws TypeError or ValueError for options that are none. */
  constructor(options: NestLoggerOptions = {}) {
    checkOptionNames(options, ["logger", "context", "logLevels"]);
    this.logger = loggerOf(options.logger ?? "nest");
    this.#ownContext = checkContext(options.context ?? null);
    this.#context = this.#ownContext;
    if (options.logLevels !== undefined) this.setLogLevels(options.logLevels);
  }

  /** At INFO. */
  log(message: unknown, ...optionalParams: unknown[]): void {
    this.#submit("log", message, optionalParams);
  }

  /** At ERROR; `(message, stack?, context?)`, where message or stack may be an Error. */
  error(message: unknown, ...optionalParams: unknown[]): void {
    this.#submit("error", message, optionalParams);
  }

  /** At WARNING. */
  warn(message: unknown, ...optionalParams: unknown[]): void {
    this.#submit("warn", message, optionalParams);
  }

  /** At DEBUG. */
  debug(message: unknown, ...optionalParams: unknown[]): void {
    this.#submit("debug", message, optionalParams);
  }

  /** At VERBOSE, 5. */
  verbose(message: unknown, ...optionalParams: unknown[]): void {
    this.#submit("verbose", message, optionalParams);
  }

  /** At CRITICAL; arguments as those of `error`. */
  fatal(message: unknown, ...optionalParams: unknown[]): void {
    this.#submit("fatal", message, optionalParams);
  }

  /**
   * Which of Nest's methods log at all; loggers and handlers have their say besides.
   *
   * @throws ValueError for a level that Nest does not have.
   */
  setLogLevels(levels: readonly NestLogLevel[]): void {
    const wrong = Array.isArray(levels) ? levels.find((name) => !NAMES.includes(name)) : levels;
    if (wrong !== undefined) {
      const accepted = `a list of ${NAMES.join(", ")}`;
      throw new ValueError(`log levels can't be ${shortRepr(wrong)}; accepted: ${accepted}`, {
        value: levels,
        accepted,
      });
    }
    this.#on = new Set(levels);
  }

  /** Whether one of Nest's methods logs, for a call without a context. */
  isLevelEnabled(level: NestLogLevel): boolean {
    return this.#on.has(level) && this.#target(this.#context).isEnabledFor(LEVELS[level]);
  }

  /** The context of calls that name none, as ConsoleLogger's; for loggers of transient scope. */
  setContext(context: string): void {
    this.#context = checkContext(context);
  }

  /** Back to the context of the options, as ConsoleLogger's. */
  resetContext(): void {
    this.#context = this.#ownContext;
  }

  #submit(name: NestLogLevel, message: unknown, params: readonly unknown[]): void {
    if (!this.#on.has(name)) return;
    try {
      const read = name === "error" || name === "fatal" ? readNestError : readNestCall;
      const call = read([message, ...params]);
      const target = this.#target(call.context ?? this.#context);
      const level = LEVELS[name];
      if (!target.isEnabledFor(level)) return;
      for (const { text, extras } of nestMessages(call)) {
        // Nest's messages are no formats. One that nothing follows isn't read as one.
        if (extras.length === 0) target.log(level, text);
        else target.log(level, text.replaceAll("%", "%%"), ...extras);
      }
    } catch (error) {
      reportError(this.logger, error, "a message of Nest could not be logged");
    }
  }

  #target(context: string | null): Logger | BoundLogger {
    if (context === null) return this.logger;
    const known = this.#loggers.get(context);
    if (known !== undefined) return known;
    if (this.#loggers.size >= MOST_CONTEXTS || !isName(context)) {
      return this.logger.with({ context });
    }
    const logger = this.logger.getChild(context);
    this.#loggers.set(context, logger);
    return logger;
  }
}

function isName(context: string): boolean {
  return context.length <= 100 && CONTEXT_NAME.test(context);
}

function checkContext(context: string | null): string | null {
  if (context === null || typeof context === "string") return context === "" ? null : context;
  const accepted = "a string";
  throw typeRefusal("a context", context, accepted);
}
