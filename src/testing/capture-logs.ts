// Captures what a piece of code logs, and puts everything back as it was, also if the
// code throws, and when it is done if it is asynchronous. Python's assertLogs is the
// model. Captures of one logger may overlap: each gets everything while it lasts, and
// the last one to end puts back what there was before the first.

import type { Handler } from "../core/handler.ts";
import { getLogger } from "../core/hierarchy.ts";
import { checkLevelInAnyCase } from "../core/level.ts";
import type { Level } from "../core/level.ts";
import type { Logger } from "../core/logger.ts";
import { isThenable } from "../core/on-rejection.ts";
import { checkOptionNames } from "../core/options.ts";
import type { RecordFormatter } from "../core/formatter.ts";
import { typeRefusal } from "../core/refusal.ts";
import { CaptureHandler } from "./capture-handler.ts";

/** How captureLogs captures. */
export interface CaptureLogsOptions {
  /** The level that the logger has meanwhile; if not given, everything is captured. */
  readonly level?: Level | undefined;
  /** What makes the `lines`; if not given, they are the messages with their traces. */
  readonly formatter?: RecordFormatter | undefined;
}

interface Before {
  readonly handlers: readonly Handler[];
  readonly level: number;
  readonly propagate: boolean;
  readonly disabled: boolean;
  /** The captures under way, with their levels. */
  readonly captures: Map<CaptureHandler, number>;
}

/** Below every level there is, but not NOTSET, which would ask the parent. */
const EVERYTHING = Number.MIN_SAFE_INTEGER;

const under = new WeakMap<Logger, Before>();

/**
 * Runs `fn` and returns what the logger, and those below it, logged meanwhile: a
 * CaptureHandler; a promise of one, if `fn` returns a promise. Meanwhile the records go
 * nowhere else. `fn` is given the handler, too. What `fn` throws, or is rejected with, is
 * thrown on when the logger is as it was before.
 *
 * @param logger a logger or its name; null for the root logger
 * @throws TypeError or ValueError for a logger, function or option that is none.
 */
export function captureLogs<Result>(
  logger: Logger | string | null,
  fn: (logs: CaptureHandler) => Result,
  options: CaptureLogsOptions = {},
): Result extends PromiseLike<unknown> ? Promise<CaptureHandler> : CaptureHandler {
  const source = loggerOf(logger);
  if (typeof fn !== "function") {
    const accepted = "a function that logs";
    throw typeRefusal("fn", fn, accepted);
  }
  checkOptionNames(options, ["level", "formatter"]);
  const level = options.level === undefined ? EVERYTHING : checkLevelInAnyCase(options.level);
  const capture = new CaptureHandler(level);
  if (options.formatter !== undefined) capture.setFormatter(options.formatter);
  return run(source, capture, level, fn) as ReturnType<typeof captureLogs<Result>>;
}

function run(
  logger: Logger,
  capture: CaptureHandler,
  level: number,
  fn: (logs: CaptureHandler) => unknown,
): CaptureHandler | Promise<CaptureHandler> {
  begin(logger, capture, level);
  let isAsync = false;
  try {
    const result = fn(capture);
    if (!isThenable(result)) return capture;
    isAsync = true;
    return finish(logger, capture, result);
  } finally {
    if (!isAsync) end(logger, capture);
  }
}

async function finish(
  logger: Logger,
  capture: CaptureHandler,
  result: PromiseLike<unknown>,
): Promise<CaptureHandler> {
  try {
    await result;
    return capture;
  } finally {
    end(logger, capture);
  }
}

function begin(logger: Logger, capture: CaptureHandler, level: number): void {
  let before = under.get(logger);
  if (before === undefined) {
    const { handlers, level: own, propagate, disabled } = logger;
    before = { handlers, level: own, propagate, disabled, captures: new Map() };
    under.set(logger, before);
  }
  before.captures.set(capture, level);
  logger.propagate = false;
  logger.disabled = false;
  apply(logger, before);
}

function end(logger: Logger, capture: CaptureHandler): void {
  const before = under.get(logger);
  if (before === undefined) return;
  before.captures.delete(capture);
  if (before.captures.size > 0) {
    apply(logger, before);
    return;
  }
  under.delete(logger);
  logger.handlers = before.handlers;
  logger.level = before.level;
  logger.propagate = before.propagate;
  logger.disabled = before.disabled;
}

function apply(logger: Logger, { captures }: Before): void {
  logger.handlers = [...captures.keys()];
  logger.level = Math.min(...captures.values());
}

function loggerOf(logger: Logger | string | null): Logger {
  if (logger === null || typeof logger === "string") return getLogger(logger);
  if (typeof logger === "object" && "handlers" in logger && "propagate" in logger) return logger;
  const accepted = "a logger, its name, or null for the root logger";
  throw typeRefusal("logger", logger, accepted);
}
