// What becomes of the calls of one logger at one level, worked out at the first of
// them and kept until something changes (staleness.ts): whether they are off, and
// whether they may go straight from their arguments to the bytes of a handler.
// That way is open where nothing on it needs a record: no filter, no subclass, no
// factory, one handler that takes lines, a formatter that encodes them. It must give
// the same bytes as the way by a record; where it can't, the call goes that way.

import { readCall } from "./call.ts";
import { now } from "./clock.ts";
import { hasContextLevels, noticeTracing } from "./context.ts";
import { ContextEncoders } from "./context-encoders.ts";
import type { MakeEncoder } from "./context-encoders.ts";
import type { Handler } from "./handler.ts";
import type { LineEncoder } from "./line-encoder.ts";
import type { LineSink } from "./line-sink.ts";
import type { Logger } from "./logger.ts";
import { formatPercent } from "./percent.ts";
import { isStandardFactory } from "./record.ts";
import { areNone, unwrapArgs } from "./record-args.ts";
import { generation } from "./staleness.ts";
import { isError, isPlainObject, toText } from "./value.ts";

/** The fields that a `with()` has bound. */
export type BoundFields = Readonly<Record<string, unknown>>;

/** A handler on the straight way, as it was when the plan was made. */
interface Target {
  readonly handler: Handler;
  readonly sink: LineSink;
  readonly encoder: LineEncoder;
  readonly methods: HandlerMethods;
  readonly makeEncoder: MakeEncoder;
  readonly bound: BoundFields | null;
  /** Null until the first call within a context. */
  inContext: ContextEncoders | null;
}

type HandlerMethods = Pick<Handler, "handle" | "emit" | "format" | "filter"> & {
  readonly formatter: Handler["formatter"];
  readonly formatMethod: unknown;
};

export interface Plan {
  /** When it was made, if calls are off: a call of then returns after one comparison. Else `NEVER`. */
  readonly offAt: number;
  /** When it was made, see `generation`; `NEVER` for not yet. */
  readonly generation: number;
  /** Whether calls are on; null: the logger's `isEnabledFor` says so, each time. */
  readonly enabled: boolean | null;
  /** What goes with every call; null for nothing. */
  readonly bound: BoundFields | null;
  /** Null: every call makes a record. */
  readonly target: Target | null;
}

/** Older than anything. Not NaN: compared with whole numbers, it would cost a nanosecond a call. */
const NEVER = -1;

/** What a logger has before its first call. */
export const NO_PLAN: Plan = unplanned(false, null);

/** For levels that have no plan: each call asks, and makes a record. */
export const ASK: Plan = unplanned(null, null);

/** A plan that knows of no straight way and never goes stale. */
export function unplanned(enabled: boolean | null, bound: BoundFields | null): Plan {
  return { offAt: NEVER, generation: NEVER, enabled, bound, target: null };
}

type LoggerMethods = Pick<
  Logger,
  "handle" | "callHandlers" | "makeRecord" | "findCaller" | "filter" | "isEnabledFor"
>;

let standard: LoggerMethods | null = null;
let straightWay = true;
// Each is true within itself: what runs there of the application's may log.
let isPlanning = false;
let isTaking = false;

/** For logger.ts: the methods that no subclass has replaced. */
export function setStandardMethods(methods: LoggerMethods): void {
  standard = methods;
}

/**
 * Closes the straight way for all loggers, or opens it again, and tells what it was:
 * tests compare the two ways.
 */
export function useStraightWay(open: boolean): boolean {
  const before = straightWay;
  straightWay = open;
  return before;
}

/**
 * The plan of this moment for a logger, a level, and what is bound. Where a method of a
 * subclass throws, each call asks, and submit() reports it.
 */
export function makePlan(logger: Logger, levelno: number, bound: BoundFields | null): Plan {
  // What is bound is encoded here, and its values may log. Those calls make records.
  if (isPlanning) return unplanned(null, bound);
  isPlanning = true;
  try {
    return planned(logger, levelno, bound);
  } catch {
    return unplanned(null, bound);
  } finally {
    isPlanning = false;
  }
}

function planned(logger: Logger, levelno: number, bound: BoundFields | null): Plan {
  noticeTracing();
  const isOwn = logger.isEnabledFor !== standard?.isEnabledFor;
  const enabled = isOwn || dependsOnContext(logger, levelno) ? null : logger.isEnabledFor(levelno);
  const target = isOwn || enabled === false ? null : targetOf(logger, levelno, bound);
  return { offAt: enabled === false ? generation : NEVER, generation, enabled, bound, target };
}

// The level of a context decides in place of the logger's, but not against what is
// switched off altogether.
function dependsOnContext(logger: Logger, levelno: number): boolean {
  return hasContextLevels && !logger.disabled && levelno > (logger.manager?.disable ?? 0);
}

/**
 * Takes a call the straight way.
 *
 * @param around what surrounds the call; null for nothing
 * @returns false if it must make a record; nothing was written then.
 */
export function takeStraight(
  logger: Logger,
  target: Target,
  levelno: number,
  msg: unknown,
  args: readonly unknown[],
  around: BoundFields | null,
): boolean {
  if (!straightWay || isTaking) return false;
  isTaking = true;
  try {
    if (!isAsItWas(logger, target)) return false;
    return around === null
      ? take(target, levelno, msg, args)
      : takeRead(target, levelno, msg, args, around);
  } catch {
    return false; // what it was, the way by a record tells; a full stack, for one
  } finally {
    isTaking = false;
  }
}

function take(target: Target, levelno: number, msg: unknown, args: readonly unknown[]): boolean {
  const { sink, encoder } = target;
  if (typeof msg === "string") {
    if (args.length === 0) return sink.put(encoder, now(), levelno, msg, null, null);
    if (args.length === 1 && isNoFormat(msg)) {
      const arg = args[0];
      if (isPlainObject(arg)) return sink.put(encoder, now(), levelno, msg, arg, null);
      if (isError(arg)) return sink.put(encoder, now(), levelno, msg, null, arg);
    }
  }
  return takeRead(target, levelno, msg, args, null);
}

function takeRead(
  target: Target,
  levelno: number,
  msg: unknown,
  args: readonly unknown[],
  around: BoundFields | null,
): boolean {
  const isFields = args.length === 1 && typeof msg === "string" && isNoFormat(msg);
  if (isFields && isPlainObject(args[0])) return put(target, levelno, msg, args[0], null, around);
  const call = readCall(msg, args);
  const text = toText(call.msg);
  const given = unwrapArgs(call.args);
  const message = areNone(given) ? text : formatPercent(text, given);
  return put(target, levelno, message, call.fields, call.excInfo, around);
}

function put(
  target: Target,
  levelno: number,
  message: string,
  fields: BoundFields | null,
  error: unknown,
  around: BoundFields | null,
): boolean {
  const { sink, makeEncoder, bound } = target;
  if (around === null) return sink.put(target.encoder, now(), levelno, message, fields, error);
  const encoders = (target.inContext ??= new ContextEncoders(makeEncoder, bound));
  const encoder = encoders.encoderFor(around);
  if (encoder === null) return false;
  return sink.put(encoder, now(), levelno, message, encoders.fieldsFor(fields), error);
}

// Most calls come with one of few texts, and those are the same string each time.
let lastWithout = "";

/** Whether a message has no placeholder, so that all that follows it is fields and error. */
function isNoFormat(msg: string): boolean {
  if (msg === lastWithout) return true;
  if (msg.includes("%")) return false;
  lastWithout = msg;
  return true;
}

// Methods may be replaced on the objects themselves, by spies for one, and nobody
// hears of it. V8 folds these comparisons into the look at the object's shape.
function isAsItWas(logger: Logger, { handler, methods }: Target): boolean {
  return (
    hasStandardMethods(logger) &&
    handler.handle === methods.handle &&
    handler.emit === methods.emit &&
    handler.format === methods.format &&
    handler.filter === methods.filter &&
    methods.formatter?.format === methods.formatMethod
  );
}

function hasStandardMethods(logger: Logger): boolean {
  return (
    standard !== null &&
    logger.handle === standard.handle &&
    logger.callHandlers === standard.callHandlers &&
    logger.makeRecord === standard.makeRecord &&
    logger.findCaller === standard.findCaller &&
    logger.filter === standard.filter &&
    logger.isEnabledFor === standard.isEnabledFor
  );
}

function targetOf(logger: Logger, levelno: number, bound: BoundFields | null): Target | null {
  if (!hasStandardMethods(logger) || logger.filters.length > 0 || !isStandardFactory()) return null;
  const handler = onlyHandler(logger, levelno);
  const sink = handler?.lineSink?.() ?? null;
  if (handler === null || sink === null) return null;
  const { name } = logger;
  const makeEncoder: MakeEncoder = (before) => encoderOf(handler, name, levelno, before);
  const encoder = makeEncoder(bound);
  if (encoder === null) return null;
  const { handle, emit, format, filter, formatter } = handler;
  const methods = { handle, emit, format, filter, formatter, formatMethod: formatter?.format };
  return { handler, sink, encoder, methods, makeEncoder, bound, inContext: null };
}

function encoderOf(
  handler: Handler,
  name: string,
  levelno: number,
  bound: BoundFields | null,
): LineEncoder | null {
  try {
    return handler.lineEncoders()?.encoderFor(name, levelno, bound) ?? null;
  } catch {
    return null; // a formatter of the application's own; `format` will say what is wrong
  }
}

/** The handler that takes the calls of this level, if it is exactly one. */
function onlyHandler(from: Logger, levelno: number): Handler | null {
  let found: Handler | null = null;
  let logger: Logger | null = from;
  while (logger !== null) {
    for (const handler of logger.handlers) {
      if (levelno < handler.level) continue;
      if (found !== null) return null;
      found = handler;
    }
    logger = logger.propagate ? logger.parent : null;
  }
  return found;
}
