// The way of a log call from a level method to the handlers: read the arguments,
// make the record, hand it over, and see to it that no error gets back into the
// application. Logger, LoggerAdapter and the module-level functions come here.

import { bindFields } from "./bound-fields.ts";
import { readCall } from "./call.ts";
import type { Call } from "./call.ts";
import { captureStack, setOpening } from "./caller.ts";
import type { OpenCall } from "./caller.ts";
import { contextFields, isContextual } from "./context.ts";
import type { Handler } from "./handler.ts";
import { getLastResort } from "./last-resort.ts";
import { checkLevelInAnyCase, NOTSET } from "./level.ts";
import type { Level } from "./level.ts";
import type { Logger } from "./logger.ts";
import { onRejection } from "./on-rejection.ts";
import { takeStraight } from "./plan.ts";
import type { BoundFields, Plan } from "./plan.ts";
import { LogRecord } from "./record.ts";
import { getRaiseExceptions, reportError, reportFailure, writeStderr } from "./self-report.ts";
import { repr, toText } from "./value.ts";

/** CPython's keyword arguments of a log call. */
export interface LogOptions {
  /** Attributes to put onto the record; a key that is taken is a KeyError. */
  readonly extra?: Record<string, unknown> | null | undefined;
  /** The error that the record is about. */
  readonly excInfo?: unknown;
  /** True to add the stack of the call. */
  readonly stackInfo?: boolean | undefined;
  /** Python's spelling of `excInfo`. */
  readonly exc_info?: unknown;
  /** Python's spelling of `stackInfo`. */
  readonly stack_info?: boolean | undefined;
  /** How many frames up the caller is to be looked for; 1 is the call itself. */
  readonly stacklevel?: number | undefined;
}

const NO_FIELDS: BoundFields = Object.freeze({});

// Logger's own findCaller. While a logger has that one, nothing is looked for until
// a formatter asks; a subclass's own is called for every record.
let standardFinder: unknown = null;

/** For logger.ts: which findCaller is the standard one. */
export function setStandardFinder(finder: Logger["findCaller"]): void {
  standardFinder = finder;
}

/**
 * Logs what an application passed to a level method, whose function is `open`'s
 * boundary, as the plan for the level has it. Never throws.
 */
export function submit(
  logger: Logger,
  plan: Plan,
  levelno: number,
  msg: unknown,
  args: readonly unknown[],
  open: OpenCall,
): void {
  try {
    const { enabled, target, bound } = plan;
    if (enabled !== true && !(enabled ?? logger.isEnabledFor(levelno))) return;
    const around = isContextual ? contextFields() : null;
    if (target !== null && takeStraight(logger, target, levelno, msg, args, around)) return;
    if (!enterCall()) {
      reportTooDeep(logger, msg);
      return;
    }
    try {
      const call = readCall(msg, args);
      if (bound !== null) call.fields = bindFields(bound, call.fields ?? NO_FIELDS);
      deliverWithin(around, logger, levelno, call, null, open);
    } finally {
      depth -= 1; // here, not in a function: the stack may be full
    }
  } catch (error) {
    reportError(logger, error, "a record could not be made:", repr(msg));
  }
}

// What delivers a record may log, too, and be given that record in turn; and so may the
// values that are logged: a toString, a getter. A few calls inside one another are fair;
// what logs each time it is asked would go on until the stack is full, and an overflow in
// the wrong place of Node itself leaves a process that never ends.
const DEEPEST = 16;
// What logs twice each time makes 65,536 calls of one, sixteen deep. So those deeper than
// a handler's own, and theirs, are also counted.
const FAIR_DEPTH = 3;
const MOST_DEEP_CALLS = 100;
let depth = 0;
let deepCalls = 0;

// Begins a call, as `depth -= 1` ends it; false if it is one too many.
function enterCall(): boolean {
  if (depth === 0) deepCalls = 0;
  else if (depth >= FAIR_DEPTH) {
    if (depth >= DEEPEST || deepCalls >= MOST_DEEP_CALLS) return false;
    deepCalls += 1;
  }
  depth += 1;
  return true;
}

function reportTooDeep(logger: Logger, msg: unknown): void {
  const what = "not logged: a handler, filter, formatter or value logs each time it is asked";
  reportFailure(logger, what, () => `--- Logging error ---\n${what}; this one: ${repr(msg)}`);
}

/**
 * Makes the record of a call that has been read, with the fields of the context in front
 * of the call's, and hands it to the logger. A call made while too many others are under
 * way is reported instead.
 *
 * @throws KeyError if `extra` would overwrite an attribute; nothing else.
 */
export function deliver(
  logger: Logger,
  levelno: number,
  call: Call,
  options: LogOptions | null,
  open: OpenCall,
): void {
  nest(logger, call.msg, () =>
    deliverWithin(isContextual ? contextFields() : null, logger, levelno, call, options, open),
  );
}

/**
 * Runs what a call does, or a door before it hands one over, where the application's values
 * or functions are asked and may log in their turn. One too many is reported instead.
 */
export function nest(logger: Logger, msg: unknown, action: () => void): void {
  if (!enterCall()) {
    reportTooDeep(logger, msg);
    return;
  }
  try {
    action();
  } finally {
    depth -= 1;
  }
}

function deliverWithin(
  around: BoundFields | null,
  logger: Logger,
  levelno: number,
  call: Call,
  options: LogOptions | null,
  open: OpenCall,
): void {
  if (around !== null) call.fields = bindFields(around, call.fields ?? NO_FIELDS);
  const record = make(logger, levelno, call, options, open);
  if (call.fields !== null) addFields(record, call.fields);
  hand(logger, record);
}

// Those that a factory of the application's put there stand in front.
function addFields(record: LogRecord, fields: Record<string, unknown>): void {
  const made = LogRecord.fieldsOf(record);
  LogRecord.setFields(record, made === null ? fields : bindFields(made, fields));
}

function hand(logger: Logger, record: LogRecord): void {
  try {
    logger.handle(record);
  } catch (error) {
    // Only an overridden handle() or filter() of a subclass can throw here.
    reportError(logger, error, "the record could not be handled");
  } finally {
    LogRecord.endCall(record);
  }
}

/** The number of a level given to a log call; null, and a report, for one that is none. */
export function levelOfCall(
  logger: Logger,
  level: Level,
  msg: unknown,
  args: readonly unknown[],
): number | null {
  if (typeof level === "number" && !Number.isNaN(level)) return level;
  try {
    return checkLevelInAnyCase(level);
  } catch (error) {
    reportError(logger, error, `not logged: ${repr(msg)}`, toText(args));
    return null;
  }
}

/** What `excInfo` stands for: null unless it is something that was thrown. */
export function asExcInfo(value: unknown): unknown {
  return value === undefined || typeof value === "boolean" ? null : value;
}

function make(
  logger: Logger,
  levelno: number,
  call: Call,
  options: LogOptions | null,
  constant: OpenCall,
): LogRecord {
  const stacklevel = options?.stacklevel ?? 1;
  const open = stacklevel === 1 ? constant : { boundary: constant.boundary, stacklevel };
  const { msg, args, excInfo } = call;
  const extra = options?.extra ?? null;
  const before = setOpening(open);
  try {
    if (logger.findCaller !== standardFinder) {
      const [file, line, func, sinfo] = logger.findCaller(options?.stackInfo ?? false, stacklevel);
      return logger.makeRecord(
        logger.name,
        levelno,
        file,
        line,
        msg,
        args,
        excInfo,
        func,
        extra,
        sinfo,
      );
    }
    const sinfo = options?.stackInfo ? captureStack(open.boundary) : null;
    return logger.makeRecord(logger.name, levelno, null, 0, msg, args, excInfo, null, extra, sinfo);
  } finally {
    setOpening(before);
  }
}

/** The first level that is set, from this logger upwards; NOTSET if none is. */
export function inheritedLevel(from: Logger | null): number {
  let logger = from;
  while (logger !== null && logger.level === NOTSET) logger = logger.parent;
  return logger === null ? NOTSET : logger.level;
}

/** Whether this logger or one that it propagates to has a handler. */
export function anyHandlers(from: Logger): boolean {
  let logger: Logger | null = from;
  while (logger !== null && logger.handlers.length === 0) {
    logger = logger.propagate ? logger.parent : null;
  }
  return logger !== null;
}

/**
 * Gives a record to the handlers whose level allows it, upwards while loggers
 * propagate. Returns whether there was any handler, even one whose level refused.
 */
export function giveToAll(from: Logger, record: LogRecord): boolean {
  let found = false;
  let logger: Logger | null = from;
  while (logger !== null) {
    for (const handler of logger.handlers) {
      found = true;
      if (takes(handler, record)) give(handler, record);
    }
    logger = logger.propagate ? logger.parent : null;
  }
  return found;
}

// So written, an object that has `handle` and no level gets everything. What came from
// another process may be no number, and throw; the handler will say what it makes of it.
function takes(handler: Handler, record: LogRecord): boolean {
  try {
    return !(record.levelno < handler.level);
  } catch {
    return true;
  }
}

// A subclass's handle() may throw; the other handlers get the record all the same.
function give(handler: Handler, record: LogRecord): void {
  try {
    const answer: unknown = handler.handle(record);
    if (answer !== record && answer !== false) {
      onRejection(answer, handler, (error) => tellUnhandled(handler, error));
    }
  } catch (error) {
    tellUnhandled(handler, error);
  }
}

function tellUnhandled(handler: Handler, error: unknown): void {
  reportError(handler, error, "the record could not be handled");
}

/** What happens to a record that found no handler: last resort, or one warning. */
export function noHandlers(logger: Logger, record: LogRecord): void {
  const lastResort = getLastResort();
  if (lastResort !== null) {
    if (takes(lastResort, record)) give(lastResort, record);
    return;
  }
  const { manager } = logger;
  if (manager === null || manager.emittedNoHandlerWarning || !getRaiseExceptions()) return;
  manager.emittedNoHandlerWarning = true;
  writeStderr(`No handlers could be found for logger "${logger.name}"\n`);
}
