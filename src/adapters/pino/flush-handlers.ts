// Flushes the handlers that the records of a logger go to. The doors call it where the
// library that they stand for flushes: pino's `fatal` and `flush`, the end of winston's
// streams. It must not throw, nor stop at a handler that does.

import type { Logger } from "../../core/logger.ts";
import { onRejection } from "../../core/on-rejection.ts";
import { reportError } from "../../core/self-report.ts";

/** Flushes the handlers of this logger and of those that it propagates to; failures are reported. */
export function flushHandlers(from: Logger): void {
  let logger: Logger | null = from;
  while (logger !== null) {
    for (const handler of logger.handlers) {
      const report = (error: unknown): void => reportError(handler, error, "flushing failed");
      try {
        const answer: unknown = handler.flush();
        onRejection(answer, handler, report);
      } catch (error) {
        report(error);
      }
    }
    logger = logger.propagate ? logger.parent : null;
  }
}
