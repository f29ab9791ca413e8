// A handler that does nothing, for libraries that log: with it on their top logger
// a program that configures nothing isn't bothered by the last resort.

import { Handler } from "../core/handler.ts";
import type { LogRecord } from "../core/record.ts";

/** Takes records and drops them. */
export class NullHandler extends Handler {
  override handle(record: LogRecord): LogRecord {
    return record;
  }

  override emit(): void {}
}
