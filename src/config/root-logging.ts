// The log functions of the module itself, CPython's logging.info() and so on: they
// log to the root logger, and set it up by basicConfig() if nobody did. For small
// programs; anything bigger has loggers of its own.

import type { Boundary } from "../core/caller.ts";
import { getLogger } from "../core/hierarchy.ts";
import { ASK } from "../core/plan.ts";
import { CRITICAL, DEBUG, ERROR, INFO, WARNING } from "../core/level.ts";
import type { Level } from "../core/level.ts";
import { levelOfCall, submit } from "../core/delivery.ts";
import { reportError } from "../core/self-report.ts";
import { basicConfig } from "./basic-config.ts";

/** Logs at DEBUG to the root logger, as `Logger.debug`; without a handler basicConfig() gives it one. */
export function debug(msg: unknown, ...args: unknown[]): void {
  logToRoot(DEBUG, msg, args, debug);
}

/** Logs at INFO to the root logger, as `Logger.info`; without a handler basicConfig() gives it one. */
export function info(msg: unknown, ...args: unknown[]): void {
  logToRoot(INFO, msg, args, info);
}

/** Logs at WARNING to the root logger, as `Logger.warning`; without a handler basicConfig() gives it one. */
export function warning(msg: unknown, ...args: unknown[]): void {
  logToRoot(WARNING, msg, args, warning);
}

/** The same as `warning`. */
export function warn(msg: unknown, ...args: unknown[]): void {
  logToRoot(WARNING, msg, args, warn);
}

/** Logs at ERROR to the root logger, as `Logger.error`; without a handler basicConfig() gives it one. */
export function error(msg: unknown, ...args: unknown[]): void {
  logToRoot(ERROR, msg, args, error);
}

/** Logs at ERROR with an error, as `Logger.exception`. */
export function exception(msg: unknown, ...args: unknown[]): void {
  logToRoot(ERROR, msg, args, exception);
}

/** Logs at CRITICAL to the root logger, as `Logger.critical`; without a handler basicConfig() gives it one. */
export function critical(msg: unknown, ...args: unknown[]): void {
  logToRoot(CRITICAL, msg, args, critical);
}

/** The same as `critical`. */
export function fatal(msg: unknown, ...args: unknown[]): void {
  logToRoot(CRITICAL, msg, args, fatal);
}

/** Logs at a level given as number or name. */
export function log(level: Level, msg: unknown, ...args: unknown[]): void {
  const levelno = levelOfCall(getLogger(), level, msg, args);
  if (levelno !== null) logToRoot(levelno, msg, args, log);
}

function logToRoot(
  levelno: number,
  msg: unknown,
  args: readonly unknown[],
  boundary: Boundary,
): void {
  const root = getLogger();
  try {
    if (root.handlers.length === 0) basicConfig();
  } catch (error) {
    reportError(root, error, "the root logger could not be set up");
  }
  submit(root, ASK, levelno, msg, args, { boundary, stacklevel: 1 });
}
