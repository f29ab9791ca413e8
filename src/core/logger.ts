// The public methods of a logger and the way of a record through it: one compare,
// then record, filters, and the handlers of the logger and its ancestors. The
// hierarchy makes loggers; applications call them. A level method must never throw
// into the application, and a disabled one must cost next to nothing.

import { BoundLogger } from "./bound-logger.ts";
import { captureStack, captureCaller, getOpening, LEVEL_METHODS, openCalls } from "./caller.ts";
import type { Call } from "./call.ts";
import { checkHandler } from "./check-method.ts";
import { contextLevel, hasContextLevels, noticeTracing } from "./context.ts";
import {
  anyHandlers,
  asExcInfo,
  deliver,
  giveToAll,
  inheritedLevel,
  levelOfCall,
  noHandlers,
  setStandardFinder,
  submit,
} from "./delivery.ts";
import type { LogOptions } from "./delivery.ts";
import { typeError } from "./errors.ts";
import { Filterer } from "./filter.ts";
import type { Handler } from "./handler.ts";
import { checkLevel, CRITICAL, DEBUG, ERROR, INFO, levelName, NOTSET, WARNING } from "./level.ts";
import type { Level } from "./level.ts";
import { readLogOptions } from "./log-options.ts";
import { ASK, makePlan, NO_PLAN, setStandardMethods } from "./plan.ts";
import type { Plan } from "./plan.ts";
import { applyExtra, makeRecordByFactory } from "./record.ts";
import type { LogRecord } from "./record.ts";
import type { RecordArgs } from "./record-args.ts";
import { changePlans, generation } from "./staleness.ts";
import { repr } from "./value.ts";

/** What a logger needs of the hierarchy that it belongs to. */
export interface LoggerManager {
  readonly root: Logger;
  /** Levels up to this one are off for all loggers. */
  readonly disable: number;
  emittedNoHandlerWarning: boolean;
  getLogger(name: string): Logger;
  /** All direct children of a logger. */
  childrenOf(logger: Logger): Set<Logger>;
}

const NO_HANDLERS: readonly Handler[] = Object.freeze([]);

/** A named logger. Made by getLogger; never with `new`, except by subclasses' factories. */
export class Logger extends Filterer {
  /** The hierarchy of loggers that were made without one. */
  static manager: LoggerManager | null = null;

  readonly name: string;
  manager: LoggerManager | null = Logger.manager;
  #parent: Logger | null = null;
  #propagate = true;
  #handlers: readonly Handler[] = NO_HANDLERS;
  #disabled = false;
  #level: number;
  /** The lowest level that is on, as of the generation beside it. */
  #enabledFrom = Infinity;
  #enabledAt = -1;
  // One field each: a disabled call must cost next to nothing.
  #debug: Plan = NO_PLAN;
  #info: Plan = NO_PLAN;
  #warning: Plan = NO_PLAN;
  #error: Plan = NO_PLAN;
  #critical: Plan = NO_PLAN;

  constructor(name: string, level: Level = NOTSET) {
    super();
    this.name = name;
    this.#level = checkLevel(level);
  }

  /** The logger's own level; NOTSET (0) means that of the nearest ancestor that has one. */
  get level(): number {
    return this.#level;
  }
  set level(level: Level) {
    this.setLevel(level);
  }

  get parent(): Logger | null {
    return this.#parent;
  }
  set parent(parent: Logger | null) {
    this.#parent = parent;
    changePlans();
  }

  /** Whether records also go to the handlers of the ancestors. */
  get propagate(): boolean {
    return this.#propagate;
  }
  set propagate(propagate: boolean) {
    this.#propagate = propagate;
    changePlans();
  }

  /** The handlers in their order. The list itself can't be changed: assign another, or add and remove. */
  get handlers(): readonly Handler[] {
    return this.#handlers;
  }
  set handlers(handlers: readonly Handler[]) {
    const list = [...handlers];
    for (const handler of list) checkHandler(handler);
    this.#handlers = Object.freeze(list);
    changePlans();
  }

  /** True silences the logger. */
  get disabled(): boolean {
    return this.#disabled;
  }
  set disabled(disabled: boolean) {
    this.#disabled = disabled;
    changePlans();
  }

  /** The root of the logger's hierarchy. */
  get root(): Logger {
    return this.manager?.root ?? this;
  }

  /** @throws ValueError or TypeError for a level that is none. */
  setLevel(level: Level): void {
    this.#level = checkLevel(level);
    changePlans();
  }

  /**
   * This logger with fields that go with every call, in front of the call's own.
   *
   * @throws TypeError for what is no plain object.
   */
  with<Bound extends object>(fields: Bound): BoundLogger<Bound> {
    return new BoundLogger(this, fields);
  }

  /** Logs at DEBUG, arguments and fields as `info`. */
  debug(msg: unknown, ...args: unknown[]): void {
    if (this.#debug.offAt === generation) return;
    if (this.#debug.generation !== generation) this.#debug = makePlan(this, DEBUG, null);
    submit(this, this.#debug, DEBUG, msg, args, CALLS.debug);
  }

  /**
   * Logs at INFO: `info("user %s paid %d", name, cents, { id })`. Placeholders are Python's and take
   * their arguments from the left; a plain object left over is the record's fields, an Error its
   * error. With anything behind the message a percent sign in it is `%%`. Never throws.
   */
  info(msg: unknown, ...args: unknown[]): void {
    if (this.#info.offAt === generation) return;
    if (this.#info.generation !== generation) this.#info = makePlan(this, INFO, null);
    submit(this, this.#info, INFO, msg, args, CALLS.info);
  }

  /** Logs at WARNING, arguments and fields as `info`. */
  warning(msg: unknown, ...args: unknown[]): void {
    if (this.#warning.offAt === generation) return;
    if (this.#warning.generation !== generation) this.#warning = makePlan(this, WARNING, null);
    submit(this, this.#warning, WARNING, msg, args, CALLS.warning);
  }

  /** The same as `warning`. */
  warn(msg: unknown, ...args: unknown[]): void {
    if (this.#warning.offAt === generation) return;
    if (this.#warning.generation !== generation) this.#warning = makePlan(this, WARNING, null);
    submit(this, this.#warning, WARNING, msg, args, CALLS.warn);
  }

  /** Logs at ERROR, as `info`: `error("could not pay %s", id, err)`, or `error(err)` alone. The error's stack goes along. */
  error(msg: unknown, ...args: unknown[]): void {
    if (this.#error.offAt === generation) return;
    if (this.#error.generation !== generation) this.#error = makePlan(this, ERROR, null);
    submit(this, this.#error, ERROR, msg, args, CALLS.error);
  }

  /**
   * Logs at ERROR with an error: `exception(err, "could not pay %s", id)` or
   * `exception("could not pay %s", id, err)`. JavaScript knows no "current"
   * exception, so one that isn't passed isn't logged.
   */
  exception(msg: unknown, ...args: unknown[]): void {
    if (this.#error.offAt === generation) return;
    if (this.#error.generation !== generation) this.#error = makePlan(this, ERROR, null);
    submit(this, this.#error, ERROR, msg, args, CALLS.exception);
  }

  /** Logs at CRITICAL, arguments and fields as `error`. */
  critical(msg: unknown, ...args: unknown[]): void {
    if (this.#critical.offAt === generation) return;
    if (this.#critical.generation !== generation) this.#critical = makePlan(this, CRITICAL, null);
    submit(this, this.#critical, CRITICAL, msg, args, CALLS.critical);
  }

  /** The same as `critical`. */
  fatal(msg: unknown, ...args: unknown[]): void {
    if (this.#critical.offAt === generation) return;
    if (this.#critical.generation !== generation) this.#critical = makePlan(this, CRITICAL, null);
    submit(this, this.#critical, CRITICAL, msg, args, CALLS.fatal);
  }

  /** Logs at a level given as number or name; one that is none is reported, with the message. */
  log(level: Level, msg: unknown, ...args: unknown[]): void {
    const levelno = levelOfCall(this, level, msg, args);
    if (levelno !== null) submit(this, ASK, levelno, msg, args, CALLS.log);
  }

  /**
   * CPython's `log(level, msg, *args, **kwargs)` to the letter: all arguments are
   * positional (one non-empty mapping alone is for `%(key)s`), and nothing is read
   * as fields or error. `exc_info` and `stack_info` may be spelled so. An option that
   * doesn't exist is reported once and left out: it never throws, and costs no record.
   *
   * @throws KeyError if `extra` would overwrite an attribute, ValueError or
   * TypeError for a level that is none; nothing else.
   */
  logRecord(level: Level, msg: unknown, args: RecordArgs = [], options: LogOptions = {}): void {
    const levelno = checkLevel(level);
    if (!this.isEnabledFor(levelno)) return;
    const read = readLogOptions(this, options, CALLS.logRecord.boundary);
    const call: Call = { msg, args, excInfo: asExcInfo(read.excInfo), fields: null };
    deliver(this, levelno, call, read, CALLS.logRecord);
  }

  /**
   * Whether a record of this level would be made, here and now: a context's level counts.
   *
   * @throws for a level that is none.
   */
  isEnabledFor(level: Level): boolean {
    if (this.disabled) return false;
    const levelno = typeof level === "number" ? level : checkLevel(level);
    if (hasContextLevels && contextLevel() !== null) return levelno >= this.#lowestLevel();
    if (this.#enabledAt !== generation) {
      noticeTracing();
      this.#enabledFrom = this.#lowestLevel();
      this.#enabledAt = generation;
    }
    return levelno >= this.#enabledFrom;
  }

  // Levels are whole numbers: off up to `disable` is on from the next one.
  #lowestLevel(): number {
    return Math.max(this.getEffectiveLevel(), (this.manager?.disable ?? 0) + 1);
  }

  /**
   * The level that counts: that of the context (`withContext`), if it has one, else the
   * own one, else the first that is set among the ancestors.
   */
  getEffectiveLevel(): number {
    const level = hasContextLevels ? contextLevel() : null;
    if (level !== null) return level;
    return this.#level === NOTSET ? inheritedLevel(this.parent) : this.#level;
  }

  /**
   * Adds a handler at the end; one that is already there is not added again.
   *
   * @throws TypeError for what has no `handle` method.
   */
  addHandler(handler: Handler): void {
    checkHandler(handler);
    if (!this.handlers.includes(handler)) this.handlers = [...this.handlers, handler];
  }

  /** Removes a handler, without closing it; does nothing if it isn't there. */
  removeHandler(handler: Handler): void {
    this.handlers = this.handlers.filter((other) => other !== handler);
  }

  /** Whether this logger or an ancestor that it propagates to has a handler. */
  hasHandlers(): boolean {
    return anyHandlers(this);
  }

  /** The logger below this one: `getLogger("a").getChild("b.c")` is `getLogger("a.b.c")`. */
  getChild(suffix: string): Logger {
    if (this.manager === null) {
      const accepted = "a logger that getLogger() made";
      throw typeError(`logger ${repr(this.name)} has no hierarchy; accepted: ${accepted}`, {
        value: this,
        accepted,
      });
    }
    return this.manager.getLogger(this.root === this ? suffix : `${this.name}.${suffix}`);
  }

  /** The loggers directly below this one (CPython 3.12 and later). */
  getChildren(): Set<Logger> {
    return this.manager?.childrenOf(this) ?? new Set();
  }

  /**
   * Where the current log call was made: file, line, function, and the stack's text
   * or null. A subclass may override it; it is then called for every record.
   */
  findCaller(stackInfo = false, stacklevel = 1): [string, number, string, string | null] {
    const boundary = getOpening()?.boundary ?? Logger.prototype.findCaller;
    const { pathname, lineno, funcName } = captureCaller(boundary, stacklevel);
    return [pathname, lineno, funcName, stackInfo ? captureStack(boundary) : null];
  }

  /**
   * Makes a record by the factory and puts `extra` onto it. A null `pathname` is
   * found out when somebody asks for it during the call.
   *
   * @throws KeyError if `extra` would overwrite an attribute.
   */
  makeRecord(
    name: string,
    level: number,
    pathname: string | null,
    lineno: number,
    msg: unknown,
    args: RecordArgs,
    excInfo: unknown,
    func: string | null = null,
    extra: Record<string, unknown> | null = null,
    sinfo: string | null = null,
  ): LogRecord {
    const record = makeRecordByFactory(
      name,
      level,
      pathname,
      lineno,
      msg,
      args,
      excInfo,
      func,
      sinfo,
    );
    if (extra !== null) applyExtra(record, extra);
    return record;
  }

  /** Filters a record and gives it to the handlers, unless the logger is disabled. */
  handle(record: LogRecord): void {
    if (this.disabled) return;
    const passed = this.filter(record);
    if (passed !== false) this.callHandlers(passed);
  }

  /**
   * Gives a record to the handlers of this logger and of the ancestors it
   * propagates to, each if its level allows. Levels and filters of the ancestors
   * themselves are not asked (CPython's rule). Without any handler the last resort
   * takes it.
   */
  callHandlers(record: LogRecord): void {
    if (!giveToAll(this, record)) noHandlers(this, record);
  }

  /** CPython's repr, such as `<Logger a.b (WARNING)>`. */
  override toString(): string {
    return `<${this.constructor.name} ${this.name} (${levelName(this.getEffectiveLevel())})>`;
  }
}

const methods = Logger.prototype;
setStandardFinder(methods.findCaller);
setStandardMethods(methods);

const CALLS = openCalls(methods, [...LEVEL_METHODS, "logRecord"]);
