// Takes what a door is given for a logger, and refuses what is none at that moment: later
// it would be a log call that throws. All doors that take a logger come here.

import { BoundLogger } from "../core/bound-logger.ts";
import { getLogger } from "../core/hierarchy.ts";
import { Logger } from "../core/logger.ts";
import { typeRefusal } from "../core/refusal.ts";

/** A logger, or the one of a name. @throws TypeError for what is neither. */
export function loggerOf(given: unknown): Logger {
  const logger = named(given);
  if (logger instanceof Logger) return logger;
  throw typeRefusal("a logger", given, "a Logger, or the name of one");
}

/** The same, or a logger with fields bound. @throws TypeError for what is none of these. */
export function anyLoggerOf(given: unknown): Logger | BoundLogger {
  const logger = named(given);
  if (logger instanceof Logger || logger instanceof BoundLogger) return logger;
  throw typeRefusal(
    "a logger",
    given,
    "a Logger, one with fields bound by with(), or the name of one",
  );
}

function named(given: unknown): unknown {
  return typeof given === "string" ? getLogger(given) : given;
}
