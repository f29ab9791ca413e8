// What a handler needs of a formatter, and the formatter of handlers that were
// given none: the bare message with its traces. The full Formatter with format
// strings lives in the formatters room and extends it.

import { exceptionText } from "./exception.ts";
import type { LogRecord } from "./record.ts";

/** Anything that makes a record's text. It may throw; the handler copes. */
export interface RecordFormatter {
  format(record: LogRecord): string;
}

/** The message, then the error's text and the stack, each on lines of its own. */
export class MessageFormatter implements RecordFormatter {
  /**
   * Sets `record.message`, makes the line, and appends `exc_text` (made here if no
   * formatter did before) and `stack_info`, as CPython does.
   *
   * @throws what `getMessage()` throws if message and arguments don't fit.
   */
  format(record: LogRecord): string {
    record.message = record.getMessage();
    let text = this.formatMessage(record);
    if (present(record.exc_info) && !record.exc_text) {
      record.exc_text = this.formatException(record.exc_info);
    }
    if (record.exc_text) text = appended(text, record.exc_text);
    if (record.stack_info) text = appended(text, this.formatStack(record.stack_info));
    return text;
  }

  /** The line itself. */
  formatMessage(record: LogRecord): string {
    return record.message ?? "";
  }

  /** The text of an error: its stack, then the errors it was caused by. */
  formatException(error: unknown): string {
    return exceptionText(error);
  }

  /** The text of `stack_info`; as it is. */
  formatStack(stackInfo: string): string {
    return stackInfo;
  }
}

function present(excInfo: unknown): boolean {
  return excInfo !== null && excInfo !== undefined && excInfo !== false;
}

function appended(text: string, more: string): string {
  return text.endsWith("\n") ? text + more : `${text}\n${more}`;
}
