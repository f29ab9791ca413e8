// The base of everything that delivers records: filters, then emit, and whatever
// goes wrong stops here. Loggers call handle(); subclasses implement emit(). An
// error of a handler is reported on stderr and never reaches the application.

import { checkMethod } from "./check-method.ts";
import { Filterer } from "./filter.ts";
import { MessageFormatter } from "./formatter.ts";
import type { RecordFormatter } from "./formatter.ts";
import { checkLevel, levelName, NOTSET } from "./level.ts";
import type { Level } from "./level.ts";
import type { LineEncoders } from "./line-encoder.ts";
import type { LineSink } from "./line-sink.ts";
import { recordValue } from "./record.ts";
import type { LogRecord } from "./record.ts";
import { exceptionText } from "./exception.ts";
import { onRejection } from "./on-rejection.ts";
import { nameOf, reportFailure } from "./self-report.ts";
import { registerHandler } from "./shutdown.ts";
import { changePlans } from "./staleness.ts";
import { errorText, inspectLine, isError, repr, toText } from "./value.ts";

const defaultFormatter = new MessageFormatter();
const named = new Map<string, WeakRef<Handler>>();

/** Delivers records. Subclasses override `emit`, and `close` where they hold something. */
export class Handler extends Filterer {
  #level: number;
  #formatter: RecordFormatter | null = null;
  #name: string | null = null;
  /** The record that the formatter failed at; null once that is reported. */
  #unformatted: LogRecord | null = null;

  /** @throws ValueError or TypeError for a level that is none. */
  constructor(level: Level = NOTSET) {
    super();
    this.#level = checkLevel(level);
    registerHandler(this);
  }

  /** Records below this level are not given to the handler. Set it with setLevel. */
  get level(): number {
    return this.#level;
  }
  set level(level: number) {
    this.#level = level;
    changePlans();
  }

  /** Null: the message alone, with its traces. */
  get formatter(): RecordFormatter | null {
    return this.#formatter;
  }
  set formatter(formatter: RecordFormatter | null) {
    this.#formatter = formatter;
    changePlans();
  }

  /** The name under which getHandlerByName finds the handler; null if it has none. */
  get name(): string | null {
    return this.#name;
  }
  set name(name: string | null) {
    this.#forget();
    this.#name = name;
    if (name !== null && name !== "") named.set(name, new WeakRef<Handler>(this));
  }

  /** @throws ValueError or TypeError for a level that is none. */
  setLevel(level: Level): void {
    this.level = checkLevel(level);
  }

  /**
   * Sets the formatter; null for the bare message.
   *
   * @throws TypeError for what has no `format` method.
   */
  setFormatter(formatter: RecordFormatter | null): void {
    if (formatter !== null) {
      const accepted = "a Formatter, an object with a format(record) method, or null";
      checkMethod(formatter, "format", "a formatter", accepted);
    }
    this.formatter = formatter;
  }

  /**
   * Filters the record and emits it. Returns the record that was emitted (a filter
   * may have replaced it), or false if a filter stopped it. The level is not
   * checked here: the logger does that.
   */
  handle(record: LogRecord): LogRecord | false {
    const passed = this.filter(record);
    if (passed === false) return false;
    try {
      const answer: unknown = this.emit(passed);
      if (answer !== undefined)
        onRejection(answer, this, (error) => this.handleError(passed, error));
    } catch (error) {
      this.handleError(passed, error);
    }
    return passed;
  }

  /** Delivers one record; to be overridden. What it throws, or is rejected with, goes to handleError. */
  emit(_record: LogRecord): void {
    throw new Error("emit must be implemented by Handler subclasses");
  }

  /** The record's text by this handler's formatter. @throws what the formatter throws. */
  format(record: LogRecord): string {
    try {
      return (this.formatter ?? defaultFormatter).format(record);
    } catch (error) {
      this.#unformatted = record;
      throw error;
    }
  }

  /**
   * The record's text, come what may: if formatting fails, the failure is reported
   * and the text shows the message as it was written, with its arguments.
   */
  protected formatOrFallback(record: LogRecord): string {
    try {
      const text: unknown = this.format(record);
      if (typeof text === "string") return text;
      onRejection(text, this, (error) => this.handleError(record, error));
      return toText(text);
    } catch (error) {
      this.handleError(record, error);
      return this.#fallback(record);
    }
  }

  /**
   * Reports that a record could not be handled; silent if `raiseExceptions` is false.
   * Failures of a kind are told once per burst. Of those of the formatter each
   * message makes a kind: they are mistakes in the calls, and all calls want mending.
   */
  handleError(record: LogRecord, error: unknown): void {
    let summary = isError(error) ? errorText(error) : inspectLine(error);
    if (this.#unformatted === record) summary += ` in the message ${shortMessage(record)}`;
    this.#unformatted = null;
    reportFailure(this, summary, () => failureText(this, record, error));
  }

  /** Where lines can be taken without a record; null, as here, where they can't. See line-sink.ts. */
  lineSink(): LineSink | null {
    return null;
  }

  /** The line encoders of this handler's formatter; null if it has none. */
  lineEncoders(): LineEncoders | null {
    return (this.#formatter ?? defaultFormatter).lineEncoders?.() ?? null;
  }

  /** Pushes out what is buffered; the base buffers nothing. */
  flush(): void {}

  /** Releases what the handler holds and its name. Overriders call `super.close()`. */
  close(): void {
    this.#forget();
  }

  /** CPython's repr, such as `<Handler (WARNING)>`. */
  override toString(): string {
    return `<${this.constructor.name} (${levelName(this.level)})>`;
  }

  #forget(): void {
    if (this.#name !== null && named.get(this.#name)?.deref() === this) named.delete(this.#name);
  }

  // The line keeps its shape if only the message was at fault.
  #fallback(record: LogRecord): string {
    const copy = messageMade(record);
    try {
      return String(this.format(copy));
    } catch {
      const fields = toText(recordValue(copy, "fields"));
      const message = `${toText(copy.msg)}${fields === "" ? "" : ` ${fields}`}`;
      copy.msg = `${toText(record.levelname)}:${toText(record.name)}:${message}`;
      return defaultFormatter.format(copy);
    }
  }
}

/** The handler of this name, or null; handlers that are gone are not found. */
export function getHandlerByName(name: string): Handler | null {
  return named.get(name)?.deref() ?? null;
}

/** The names of all handlers that have one. */
export function getHandlerNames(): readonly string[] {
  return [...named]
    .filter(([, reference]) => reference.deref() !== undefined)
    .map(([name]) => name);
}

// A copy whose message is finished: as it should be, or, if the arguments don't
// fit, as it was written, with the arguments behind it.
function messageMade(record: LogRecord): LogRecord {
  const copy = record.copy();
  try {
    copy.msg = record.getMessage();
  } catch {
    copy.msg = `${toText(record.msg)} (arguments: ${argumentsText(record)})`;
  }
  copy.args = [];
  return copy;
}

// The message as the application wrote it, short enough for one line of a report.
function shortMessage(record: LogRecord): string {
  const { msg } = record;
  return repr(typeof msg === "string" && msg.length > 200 ? `${msg.slice(0, 200)}...` : msg);
}

function argumentsText(record: LogRecord): string {
  try {
    return Array.isArray(record.args) ? inspectLine([...record.args]) : toText(record.args);
  } catch {
    return inspectLine(record.args); // a revoked proxy
  }
}

// CPython's report: the error, where the application logged, what it wanted to say.
function failureText(handler: Handler, record: LogRecord, error: unknown): string {
  const lines = ["--- Logging error ---", exceptionText(error)];
  const [, ...frames] = record.callStack().split("\n");
  if (frames.length > 0) lines.push("Call stack:", ...frames);
  lines.push(`Handler: ${nameOf(handler)}`, `Message: ${repr(record.msg)}`);
  lines.push(`Arguments: ${argumentsText(record)}`);
  return lines.join("\n");
}
