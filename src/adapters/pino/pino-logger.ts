// A logger of pino's shape over one of ours: its methods, children, bindings and levels.
// The door pino.ts makes the first of a family, `child` the others; applications and
// frameworks that were written for pino call them. What a call says goes to our logger's
// plans and handlers as any other, and no call throws.

import { EventEmitter } from "node:events";

import { openCalls } from "../../core/caller.ts";
import type { OpenCall } from "../../core/caller.ts";
import { nest, submit } from "../../core/delivery.ts";
import { CRITICAL, DEBUG, ERROR, INFO, WARNING } from "../../core/level.ts";
import type { Logger } from "../../core/logger.ts";
import { makePlan, NO_PLAN } from "../../core/plan.ts";
import type { BoundFields, Plan } from "../../core/plan.ts";
import { typeRefusal } from "../../core/refusal.ts";
import { reportError } from "../../core/self-report.ts";
import { changePlans, generation } from "../../core/staleness.ts";
import { toText } from "../../core/value.ts";
import type { Serializer } from "../../formatters/serializers.ts";
import { flushHandlers } from "./flush-handlers.ts";
import { LevelView } from "./level-view.ts";
import { readFields, readPinoCall, serialized } from "./pino-call.ts";
import type { PinoCall } from "./pino-call.ts";
import { labelFor, levelMapping, nameLevels, pinoLevelOf, PINO_LEVELS } from "./pino-levels.ts";
import { toDaybookLevel, toPinoLevel, TRACE } from "./pino-levels.ts";
import type { LevelMapping } from "./pino-levels.ts";
import { checkChildOptions, pinoShape } from "./pino-options.ts";
import type { PinoChildOptions, PinoShape } from "./pino-options.ts";

/** The version of pino whose calls these loggers take. */
export const PINO_VERSION = "10.4.0";

/** A method of a level. */
export type LogMethod = (first?: unknown, ...rest: unknown[]) => void;

/** A logger with a method for each custom level; its children have them too. */
export type PinoLoggerWith<Custom extends string> = {
  child<More extends string = never>(
    bindings: object,
    options?: PinoChildOptions<More>,
  ): PinoLoggerWith<Custom | More>;
} & PinoLogger &
  Readonly<Record<Custom, LogMethod>>;

/** What all loggers of a family have in common. */
export interface PinoFamily {
  readonly logger: Logger;
  /** Run before the first plan is made; sets up handlers where nobody has. */
  readonly prepare: () => void;
  /** Tells of changes of levels, to all of the family. */
  emitter: EventEmitter | null;
}

// Not data of the application's, as in pino.
// True while a call is read: its values, and a mixin, may log.
let isReading = false;

const NOT_BOUND: readonly string[] = ["level", "serializers", "formatters", "customLevels"];

/**
 * pino's methods over a logger. Its level is its own once one is set: the logger's own
 * doesn't count then, `disable()` and the levels of handlers do. Until then it is its
 * parent's, and in the end the logger's.
 */
export class PinoLogger {
  /** The levels by name and number, in pino's numbers. */
  readonly levels: LevelMapping;
  readonly #family: PinoFamily;
  readonly #parent: PinoLogger | null;
  readonly #shape: PinoShape;
  #bound: BoundFields | null;
  /** The logger with the level of this one; null for the parent's. */
  #view: LevelView | null = null;
  /** Where calls go, as of the newest plan. */
  #to: Logger;
  #trace: Plan = NO_PLAN;
  #debug: Plan = NO_PLAN;
  #info: Plan = NO_PLAN;
  #warn: Plan = NO_PLAN;
  #error: Plan = NO_PLAN;
  #fatal: Plan = NO_PLAN;
  /** The plans of custom levels, by our numbers. */
  #others: Map<number, Plan> | null = null;

  /** For the door and for `child`. Options are checked before. */
  constructor(
    family: PinoFamily,
    parent: PinoLogger | null,
    shape: PinoShape,
    levels: LevelMapping,
    bindings: object,
  ) {
    this.#family = family;
    this.#parent = parent;
    this.#shape = shape;
    this.#to = family.logger;
    this.#bound = parent === null ? null : parent.#bound;
    this.levels = levels;
    this.#bind(bindings);
    if (levels !== STANDARD_LEVELS) {
      for (const name of Object.keys(levels.values)) {
        if (!Object.hasOwn(PINO_LEVELS, name)) this.#addMethod(name);
      }
    }
  }

  trace(first?: unknown, ...rest: unknown[]): void {
    if (this.#trace.offAt === generation) return;
    if (this.#trace.generation !== generation) this.#trace = this.#plan(TRACE);
    this.#submit(this.#trace, TRACE, first, rest, CALLS.trace);
  }

  debug(first?: unknown, ...rest: unknown[]): void {
    if (this.#debug.offAt === generation) return;
    if (this.#debug.generation !== generation) this.#debug = this.#plan(DEBUG);
    this.#submit(this.#debug, DEBUG, first, rest, CALLS.debug);
  }

  info(first?: unknown, ...rest: unknown[]): void {
    if (this.#info.offAt === generation) return;
    if (this.#info.generation !== generation) this.#info = this.#plan(INFO);
    this.#submit(this.#info, INFO, first, rest, CALLS.info);
  }

  warn(first?: unknown, ...rest: unknown[]): void {
    if (this.#warn.offAt === generation) return;
    if (this.#warn.generation !== generation) this.#warn = this.#plan(WARNING);
    this.#submit(this.#warn, WARNING, first, rest, CALLS.warn);
  }

  error(first?: unknown, ...rest: unknown[]): void {
    if (this.#error.offAt === generation) return;
    if (this.#error.generation !== generation) this.#error = this.#plan(ERROR);
    this.#submit(this.#error, ERROR, first, rest, CALLS.error);
  }

  /** Logs at CRITICAL and flushes the handlers before it returns. */
  fatal(first?: unknown, ...rest: unknown[]): void {
    if (this.#fatal.offAt === generation) return;
    if (this.#fatal.generation !== generation) this.#fatal = this.#plan(CRITICAL);
    this.#submit(this.#fatal, CRITICAL, first, rest, CALLS.fatal);
    flushHandlers(this.#to);
  }

  /** Logs nothing, whatever the level. */
  silent(_first?: unknown, ..._rest: unknown[]): void {}

  /**
   * A logger with more fields, and by `options` with a level, serializers, redaction, a
   * prefix or custom levels of its own.
   *
   * @throws TypeError without bindings; TypeError or ValueError for bad options.
   */
  child<More extends string = never>(
    bindings: object,
    options: PinoChildOptions<More> = {},
  ): PinoLoggerWith<More> {
    if (typeof bindings !== "object" || bindings === null) {
      const accepted = "an object of fields, such as { module: 'db' }";
      throw typeRefusal("the bindings of a child", bindings, accepted);
    }
    const given = options ?? {};
    checkChildOptions(given);
    const { level, customLevels } = given;
    const levels =
      customLevels === undefined ? this.levels : levelMapping(customLevels, this.levels);
    if (customLevels !== undefined) nameLevels(levels);
    const shape = keepsShape(given) ? this.#shape : pinoShape(given, this.#shape);
    const child = new PinoLogger(this.#family, this, shape, levels, bindings);
    // A child is new: nobody follows it, and no plan anywhere goes stale by it.
    if (level !== undefined && level !== this.level) child.#setLevel(level);
    try {
      shape.onChild?.(child);
    } catch (error) {
      reportError(this, error, "onChild threw");
    }
    return child as PinoLoggerWith<More>;
  }

  /** What is bound, as a copy. */
  bindings(): Record<string, unknown> {
    return { ...this.#bound };
  }

  /** Binds more fields to this logger; children that are there already don't get them. */
  setBindings(bindings: object): void {
    this.#bind(bindings);
    this.#trace = this.#debug = this.#info = this.#warn = this.#error = this.#fatal = NO_PLAN;
    this.#others = null;
  }

  /** The name of the level from which on calls are logged; `silent` if none are. */
  get level(): string {
    return labelFor(this.levelVal, this.levels);
  }
  /** A name, or pino's number. @throws ValueError for one that is no level. */
  set level(level: string | number) {
    this.#setLevel(level);
    // Those that follow this logger have plans, too.
    changePlans();
  }

  /** The level in pino's numbers; Infinity if silent. */
  get levelVal(): number {
    return toPinoLevel(this.#target().getEffectiveLevel());
  }

  /** Whether calls of this level (by its name) are logged. */
  isLevelEnabled(level: string): boolean {
    const { values } = this.levels;
    const value = Object.hasOwn(values, level) ? values[level] : undefined;
    return value !== undefined && this.#target().isEnabledFor(toDaybookLevel(value));
  }

  /** What stands in front of each message; undefined if nothing does. */
  get msgPrefix(): string | undefined {
    return this.#shape.msgPrefix ?? undefined;
  }

  /** The serializers that the application gave; Fastify asks for them. */
  get serializers(): Readonly<Record<string, Serializer>> {
    return this.#shape.given;
  }

  /** The logger that the calls go to. */
  get logger(): Logger {
    return this.#family.logger;
  }

  get version(): string {
    return PINO_VERSION;
  }

  /** Flushes the handlers, then calls `callback`. @throws TypeError if that is no function. */
  flush(callback?: (error?: Error) => void): void {
    if (callback !== undefined && callback !== null && typeof callback !== "function") {
      const accepted = "a function";
      throw typeRefusal("the callback of flush", callback, accepted);
    }
    flushHandlers(this.#to);
    callback?.();
  }

  /** Listens to `level-change` of all of the family: `(name, number, nameBefore, numberBefore, logger)`. */
  on(event: string, listener: (...args: unknown[]) => void): this {
    this.#family.emitter ??= new EventEmitter();
    this.#family.emitter.on(event, listener);
    return this;
  }

  /** As `on`, for the next time only. */
  once(event: string, listener: (...args: unknown[]) => void): this {
    this.#family.emitter ??= new EventEmitter();
    this.#family.emitter.once(event, listener);
    return this;
  }

  /** Takes a listener back. */
  off(event: string, listener: (...args: unknown[]) => void): this {
    this.#family.emitter?.off(event, listener);
    return this;
  }

  get [Symbol.toStringTag](): string {
    return "Pino";
  }

  #setLevel(level: string | number): void {
    const before = this.levelVal;
    const value = pinoLevelOf(level, this.levels);
    const own = toDaybookLevel(value);
    if (this.#view === null) this.#view = new LevelView(this.#family.logger, own);
    else this.#view.setLevel(own);
    this.#to = this.#view;
    const { labels } = this.levels;
    const { emitter } = this.#family;
    const old = labelFor(before, this.levels);
    emitter?.emit("level-change", labels[value], value, old, before, this);
  }

  #target(): Logger {
    if (this.#view !== null) return this.#view;
    return this.#parent === null ? this.#family.logger : this.#parent.#target();
  }

  #plan(levelno: number): Plan {
    this.#family.prepare();
    this.#to = this.#target();
    return makePlan(this.#to, levelno, this.#bound);
  }

  #submit(plan: Plan, levelno: number, first: unknown, rest: unknown[], open: OpenCall): void {
    if (plan.enabled === false) return;
    if (!isReading) this.#log(plan, levelno, first, rest, open);
    else nest(this.#to, first, () => this.#log(plan, levelno, first, rest, open));
  }

  #log(plan: Plan, levelno: number, first: unknown, rest: unknown[], open: OpenCall): void {
    const { logMethod } = this.#shape;
    try {
      if (plan.enabled === null && !this.#to.isEnabledFor(levelno)) return;
      if (logMethod === null) this.#send(plan, levelno, first, rest, open);
      else {
        const send = (...args: unknown[]): void =>
          this.#send(plan, levelno, args[0], args.slice(1), open);
        logMethod.call(this, [first, ...rest], send, toPinoLevel(levelno));
      }
    } catch (error) {
      reportError(this.#to, error, "a record could not be made:", toText(first));
    }
  }

  #send(plan: Plan, levelno: number, first: unknown, rest: unknown[], open: OpenCall): void {
    const { message, fields, error } = this.#read(levelno, first, rest);
    const args: unknown[] = [];
    if (fields !== null) args.push(fields);
    if (error !== null) args.push(error);
    // The message is finished: what follows it must not make it a format again.
    const isFormat = args.length > 0 && message.includes("%");
    const text = isFormat ? message.replaceAll("%", "%%") : message;
    submit(this.#to, plan, levelno, text, args, open);
  }

  #read(levelno: number, first: unknown, rest: unknown[]): PinoCall {
    const before = isReading;
    isReading = true;
    try {
      return readPinoCall(first, rest, this.#shape, toPinoLevel(levelno), this);
    } finally {
      isReading = before;
    }
  }

  #bind(bindings: object): void {
    const bound: Record<string, unknown> = Object.create(null);
    Object.assign(bound, this.#bound);
    const given = readFields(bindings, this);
    for (const key of Object.keys(given)) {
      if (NOT_BOUND.includes(key)) continue;
      const value = serialized(key, given[key], this.#shape, this);
      if (value !== undefined && typeof value !== "function") bound[key] = value;
    }
    const masked = this.#shape.redaction?.fields(bound) ?? bound;
    this.#bound = Object.keys(masked).length === 0 ? null : Object.freeze(masked);
  }

  #addMethod(name: string): void {
    const levelno = toDaybookLevel(this.levels.values[name] ?? Infinity);
    const method: LogMethod = (first, ...rest) => {
      this.#submit(this.#otherPlan(levelno), levelno, first, rest, open);
    };
    const open: OpenCall = { boundary: method, stacklevel: 1 };
    Object.defineProperty(this, name, { value: method, configurable: true, writable: true });
  }

  #otherPlan(levelno: number): Plan {
    this.#others ??= new Map();
    let plan = this.#others.get(levelno);
    if (plan === undefined || plan.generation !== generation) {
      plan = this.#plan(levelno);
      this.#others.set(levelno, plan);
    }
    return plan;
  }
}

/** The levels of loggers without custom ones. */
export const STANDARD_LEVELS: LevelMapping = levelMapping(null);

const CALLS = openCalls(PinoLogger.prototype, ["trace", "debug", "info", "warn", "error", "fatal"]);

// Most children have nothing of their own but fields and a level.
function keepsShape({ serializers, redact, msgPrefix, formatters }: PinoChildOptions): boolean {
  return (
    serializers === undefined &&
    redact === undefined &&
    msgPrefix === undefined &&
    formatters === undefined
  );
}
