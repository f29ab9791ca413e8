// The handler of last resort: where a program configured no handler at all, its
// warnings and worse still reach stderr as bare messages. Loggers ask for it when
// they find no handler. It is made on first use, so an import makes nothing.

import { checkHandler } from "./check-method.ts";
import { Handler } from "./handler.ts";
import { WARNING } from "./level.ts";
import type { Level } from "./level.ts";
import type { LogRecord } from "./record.ts";
import { writeStderr } from "./self-report.ts";

/** Writes to the process's stderr of the moment, whatever it was at construction. */
class StderrHandler extends Handler {
  constructor(level: Level = WARNING) {
    super(level);
  }

  override emit(record: LogRecord): void {
    writeStderr(`${this.formatOrFallback(record)}\n`);
  }
}

let lastResort: Handler | null | undefined;

/** The handler for records that find no other; null if it was switched off. */
export function getLastResort(): Handler | null {
  if (lastResort === undefined) lastResort = new StderrHandler();
  return lastResort;
}

/** Replaces the handler of last resort; null switches it off. @throws TypeError for what has no `handle` method. */
export function setLastResort(handler: Handler | null): void {
  if (handler !== null) checkHandler(handler);
  lastResort = handler;
}
