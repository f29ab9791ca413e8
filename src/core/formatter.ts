// What a handler needs of a formatter, and the formatter of handlers that were
// given none: the bare message with its traces. The full Formatter with format
// strings lives in the formatters room and extends it.

import { exceptionText } from "./exception.ts";
import { guardTrace } from "./line-breaks.ts";
import type { LineBreaks } from "./line-breaks.ts";
import { putLongText, putText } from "./line-bytes.ts";
import { NEEDS_RECORD, NO_ROOM } from "./line-encoder.ts";
import type { LineEncoder, LineEncoders } from "./line-encoder.ts";
import type { LogRecord } from "./record.ts";

/** Anything that makes a record's text. It may throw; the handler copes. */
export interface RecordFormatter {
  format(record: LogRecord): string;
  /** Writers of lines without a record; null if this formatter can't do without one. */
  lineEncoders?(): LineEncoders | null;
}

/** Which `formatException` made a record's `exc_text`. */
const textMakers = new WeakMap<LogRecord, MessageFormatter["formatException"]>();

/** The message, then the error's text and the stack, each on lines of its own. */
export class MessageFormatter implements RecordFormatter {
  /** What becomes of line breaks and control characters in data; "keep", as in Python. */
  readonly lineBreaks: LineBreaks = "keep";

  /**
   * Sets `record.message`, makes the line, and appends `exc_text` and `stack_info`, as
   * CPython does. `exc_text` is made here unless it is there: set by hand, or made by a
   * formatter with the same `formatException`. (In CPython the first formatter's text
   * serves all, whatever their methods.)
   *
   * @throws what `getMessage()` throws if message and arguments don't fit.
   */
  format(record: LogRecord): string {
    record.message = record.getMessage();
    let text = this.formatMessage(record);
    if (isPresent(record.exc_info) && this.#lacksText(record)) {
      record.exc_text = this.formatException(record.exc_info);
      textMakers.set(record, this.formatException);
    }
    if (record.exc_text) text = this.#appended(text, record.exc_text);
    if (record.stack_info) text = this.#appended(text, this.formatStack(record.stack_info));
    return text;
  }

  #appended(text: string, trace: string): string {
    return text + guardTrace(trace, this.lineBreaks, text.endsWith("\n"));
  }

  #lacksText(record: LogRecord): boolean {
    if (!record.exc_text) return true;
    const maker = textMakers.get(record);
    return maker !== undefined && maker !== this.formatException;
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

  /**
   * Writers of the bare message, in UTF-8. Null where a subclass or the object itself
   * has replaced a method that makes the line.
   */
  lineEncoders(): LineEncoders | null {
    if (!isStandard(this)) return null;
    const encoder = new MessageEncoder(this);
    return { encoderFor: () => encoder };
  }
}

const methods = MessageFormatter.prototype;

function isStandard(formatter: MessageFormatter): boolean {
  return (
    formatter.format === methods.format &&
    formatter.formatMessage === methods.formatMessage &&
    hasStandardTraces(formatter)
  );
}

/** Whether the texts of error and stack are made by this class's own methods. */
export function hasStandardTraces(formatter: MessageFormatter): boolean {
  return (
    formatter.formatException === methods.formatException &&
    formatter.formatStack === methods.formatStack
  );
}

class MessageEncoder implements LineEncoder {
  readonly #formatter: MessageFormatter;

  constructor(formatter: MessageFormatter) {
    this.#formatter = formatter;
  }

  encode(
    bytes: Buffer,
    offset: number,
    _ms: number,
    message: string,
    _fields: Readonly<Record<string, unknown>> | null,
    error: unknown,
  ): number {
    try {
      // Methods may be replaced on the object itself, and nobody hears of it.
      if (!isStandard(this.#formatter)) return NEEDS_RECORD;
      const at = putText(bytes, offset, message);
      return at < 0 ? at : putEnd(bytes, offset, at, error);
    } catch {
      return NEEDS_RECORD; // the stack is full
    }
  }
}

/**
 * Puts what follows the text of a line that begins at `start` and ends, so far, at
 * `at`: the error's text, if there is one, as `lineBreaks` wants it, and the newline.
 */
export function putEnd(
  bytes: Buffer,
  start: number,
  at: number,
  error: unknown,
  lineBreaks: LineBreaks = "keep",
): number {
  let end = at;
  if (isPresent(error)) {
    const text = exceptionText(error);
    if (text !== "") {
      const endsLine = end > start && bytes[end - 1] === NEWLINE;
      end = putLongText(bytes, end, guardTrace(text, lineBreaks, endsLine));
      if (end < 0) return end;
    }
  }
  return putNewline(bytes, end);
}

const NEWLINE = 10;

function putNewline(bytes: Buffer, at: number): number {
  if (at >= bytes.length) return NO_ROOM;
  bytes[at] = NEWLINE;
  return at + 1;
}

/** Whether `exc_info` is a thing that was thrown. */
export function isPresent(excInfo: unknown): boolean {
  return excInfo !== null && excInfo !== undefined && excInfo !== false;
}
