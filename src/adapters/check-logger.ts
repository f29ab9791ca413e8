// Refuses what is no logger, at the moment in which a door is given it: later it would
// be a log call that throws. Doors that take a logger as an option come here.

import { BoundLogger } from "../core/bound-logger.ts";
import { typeError } from "../core/errors.ts";
import { Logger } from "../core/logger.ts";
import { shortRepr } from "../core/value.ts";

/** Accepts a logger, and one with fields bound. @throws TypeError for what is neither. */
export function checkLogger<Given extends Logger | BoundLogger>(logger: Given): Given {
  if (logger instanceof Logger || logger instanceof BoundLogger) return logger;
  const accepted = "a logger that getLogger() made, or one with fields bound by with()";
  throw typeError(`a logger can't be ${shortRepr(logger)}; accepted: ${accepted}`, {
    value: logger,
    accepted,
  });
}
