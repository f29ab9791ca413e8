// LoggerAdapter: a logger with contextual attributes, CPython's class of this name.
// What its process() returns goes onto the record by the rules of `extra`. Adapters
// nest; the place of the call stays that of the outermost one.

import { bindFields } from "./bound-fields.ts";
import { readCall } from "./call.ts";
import type { Call } from "./call.ts";
import type { Boundary } from "./caller.ts";
import { checkMethod } from "./check-method.ts";
import { KeyError } from "./errors.ts";
import { checkLevel, CRITICAL, DEBUG, ERROR, INFO, levelName, WARNING } from "./level.ts";
import type { Level } from "./level.ts";
import { asExcInfo, deliver, levelOfCall } from "./delivery.ts";
import type { LogOptions } from "./delivery.ts";
import { Logger } from "./logger.ts";
import type { LoggerManager } from "./logger.ts";
import { readLogOptions } from "./log-options.ts";
import type { BoundFields } from "./plan.ts";
import type { RecordArgs } from "./record-args.ts";
import { reportError } from "./self-report.ts";
import { readProperty, repr } from "./value.ts";

/**
 * Wraps a logger, or another adapter, and gives its records `extra`. With
 * `mergeExtra` an `extra` passed along with a call (by an outer adapter, or to
 * logRecord) is kept too, and wins; without it, it is replaced: CPython 3.13's rule.
 * A call's own fields are such an `extra`: with `mergeExtra` an attribute of a field's
 * name has the field's value, without it the adapter's.
 *
 * The level methods throw a KeyError if a key of `extra` is an attribute of records
 * already: it is a mistake of the program that no fallback can mend.
 */
export class LoggerAdapter {
  readonly logger: Logger | LoggerAdapter;
  readonly extra: Record<string, unknown> | null;
  readonly mergeExtra: boolean;
  /** The level method that a subclass's own `log` was called by. */
  #calledBy: Boundary | null = null;
  /** What `with` has bound. */
  #bound: BoundFields | null = null;

  /** @throws TypeError for what is neither a Logger nor an adapter. */
  constructor(
    logger: Logger | LoggerAdapter,
    extra: Record<string, unknown> | null = null,
    mergeExtra = false,
  ) {
    if (!(logger instanceof Logger)) {
      const accepted = "a Logger or a LoggerAdapter";
      checkMethod(logger, "process", "the logger of an adapter", accepted);
    }
    this.logger = logger;
    this.extra = extra;
    this.mergeExtra = mergeExtra;
  }

  /** The logger's name. */
  get name(): string {
    return this.logger.name;
  }

  get manager(): LoggerManager | null {
    return this.logger.manager;
  }

  /**
   * This adapter, in another, with fields that go with every call, in front of the call's
   * own. What `process` of this one does, it still does.
   *
   * @throws TypeError for what is no plain object.
   */
  with(fields: object): LoggerAdapter {
    const adapter = new LoggerAdapter(this, null, true);
    adapter.#bound = Object.freeze(bindFields(null, fields));
    return adapter;
  }

  /** Message and options as they go on to the logger; to be overridden for other uses. */
  process(msg: unknown, options: LogOptions): [msg: unknown, options: LogOptions] {
    const { extra } = this;
    if (!this.mergeExtra) return [msg, { ...options, extra }];
    const merged: Record<string, unknown> = Object.create(null);
    for (const source of [extra, options.extra]) {
      if (source) for (const key of Object.keys(source)) merged[key] = readProperty(source, key);
    }
    return [msg, { ...options, extra: merged }];
  }

  /** Logs at DEBUG, as `Logger.debug`. */
  debug(msg: unknown, ...args: unknown[]): void {
    this.#submit(DEBUG, msg, args, LoggerAdapter.prototype.debug);
  }

  /** Logs at INFO, as `Logger.info`. */
  info(msg: unknown, ...args: unknown[]): void {
    this.#submit(INFO, msg, args, LoggerAdapter.prototype.info);
  }

  /** Logs at WARNING, as `Logger.warning`. */
  warning(msg: unknown, ...args: unknown[]): void {
    this.#submit(WARNING, msg, args, LoggerAdapter.prototype.warning);
  }

  /** The same as `warning`. */
  warn(msg: unknown, ...args: unknown[]): void {
    this.#submit(WARNING, msg, args, LoggerAdapter.prototype.warn);
  }

  /** Logs at ERROR, as `Logger.error`. */
  error(msg: unknown, ...args: unknown[]): void {
    this.#submit(ERROR, msg, args, LoggerAdapter.prototype.error);
  }

  /** Logs at ERROR with an error, as `Logger.exception`. */
  exception(msg: unknown, ...args: unknown[]): void {
    this.#submit(ERROR, msg, args, LoggerAdapter.prototype.exception);
  }

  /** Logs at CRITICAL, as `Logger.critical`. */
  critical(msg: unknown, ...args: unknown[]): void {
    this.#submit(CRITICAL, msg, args, LoggerAdapter.prototype.critical);
  }

  /** The same as `critical`. */
  fatal(msg: unknown, ...args: unknown[]): void {
    this.#submit(CRITICAL, msg, args, LoggerAdapter.prototype.fatal);
  }

  /**
   * Logs at a level given as number or name. The level methods call it where a subclass
   * overrides it, as CPython's do, and the place of the call is that of the outermost.
   */
  log(level: Level, msg: unknown, ...args: unknown[]): void {
    const levelno = levelOfCall(this.#innermost(), level, msg, args);
    if (levelno === null || !this.isEnabledFor(levelno)) return;
    const boundary = this.#calledBy ?? this.log;
    this.#calledBy = null; // what is logged in the course of this call has its own
    this.#safely(msg, () => this.#read(levelno, msg, args, boundary));
  }

  /** CPython's `log(level, msg, *args, **kwargs)`; see `Logger.logRecord`. */
  logRecord(level: Level, msg: unknown, args: RecordArgs = [], options: LogOptions = {}): void {
    const levelno = checkLevel(level);
    if (!this.isEnabledFor(levelno)) return;
    const call: Call = { msg, args, excInfo: null, fields: null };
    this.#safely(msg, () =>
      this.#deliver(levelno, call, options ?? {}, LoggerAdapter.prototype.logRecord),
    );
  }

  isEnabledFor(level: Level): boolean {
    return this.logger.isEnabledFor(level);
  }

  /** Sets the level of the logger itself. */
  setLevel(level: Level): void {
    this.logger.setLevel(level);
  }

  getEffectiveLevel(): number {
    return this.logger.getEffectiveLevel();
  }

  hasHandlers(): boolean {
    return this.logger.hasHandlers();
  }

  /** CPython's repr, such as `<LoggerAdapter a.b (INFO)>`. */
  toString(): string {
    return `<${this.constructor.name} ${this.name} (${levelName(this.getEffectiveLevel())})>`;
  }

  #submit(levelno: number, msg: unknown, args: readonly unknown[], boundary: Boundary): void {
    this.#safely(msg, () => {
      if (!this.isEnabledFor(levelno)) return;
      if (this.log === LoggerAdapter.prototype.log) {
        this.#read(levelno, msg, args, boundary);
        return;
      }
      const before = this.#calledBy;
      this.#calledBy = boundary;
      try {
        this.log(levelno, msg, ...args);
      } finally {
        this.#calledBy = before;
      }
    });
  }

  // What a subclass overrides may throw, and `extra` may be a proxy that does. A KeyError is
  // CPython's own, for an `extra` that would overwrite an attribute.
  #safely(msg: unknown, action: () => void): void {
    try {
      action();
    } catch (error) {
      if (error instanceof KeyError) throw error;
      reportError(this.#innermost(), error, "a record could not be made:", repr(msg));
    }
  }

  #read(levelno: number, msg: unknown, args: readonly unknown[], boundary: Boundary): void {
    const call = readCall(msg, args);
    this.#deliver(levelno, call, { excInfo: call.excInfo }, boundary);
  }

  // From the outside in, each adapter has its say, as CPython's nested calls do. Options
  // are read last: a subclass's process() may take some out that are its own.
  #deliver(levelno: number, call: Call, first: LogOptions, boundary: Boundary): void {
    let fields = this.#behindBound(call.fields);
    let [msg, given] = this.#processed(call.msg, first, fields);
    let target = this.logger;
    while (!(target instanceof Logger)) {
      fields = target.#behindBound(fields);
      [msg, given] = target.#processed(msg, given, fields);
      target = target.logger;
    }
    const options = readLogOptions(target, given, boundary);
    const excInfo = asExcInfo(options.excInfo);
    const open = { boundary, stacklevel: options.stacklevel ?? 1 };
    deliver(target, levelno, { ...call, msg, excInfo, fields }, options, open);
  }

  #behindBound(fields: Record<string, unknown> | null): Record<string, unknown> | null {
    return this.#bound === null ? fields : bindFields(this.#bound, fields ?? {});
  }

  // With mergeExtra the call's own fields win over this adapter's extra, as the call's
  // `extra` does: the attribute gets the field's value.
  #processed(
    msg: unknown,
    given: LogOptions,
    fields: Readonly<Record<string, unknown>> | null,
  ): [msg: unknown, options: LogOptions] {
    const [text, options] = this.process(msg, given);
    const { extra } = this;
    const merged = options?.extra;
    if (!this.mergeExtra || fields === null || !extra || !merged) return [text, options];
    const own: Record<string, unknown> = Object.assign(Object.create(null), merged);
    for (const key of Object.keys(extra)) {
      const isOurs = Object.hasOwn(merged, key) && !Object.hasOwn(given?.extra ?? {}, key);
      if (isOurs && Object.hasOwn(fields, key)) own[key] = readProperty(fields, key);
    }
    return [text, { ...options, extra: own }];
  }

  #innermost(): Logger {
    const { logger } = this;
    return logger instanceof Logger ? logger : logger.#innermost();
  }
}
