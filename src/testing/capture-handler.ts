// The handler for tests: keeps the records that it is given, as they were, and asserts
// what must and must not be among them. A failure shows all that was logged. It works
// under every test runner: what it throws are AssertionErrors of node:assert.

import { AssertionError } from "node:assert";

import { Handler } from "../core/handler.ts";
import { ERROR, NOTSET } from "../core/level.ts";
import type { Level } from "../core/level.ts";
import { checkOptionNames } from "../core/options.ts";
import { LogRecord } from "../core/record.ts";
import { errorText, inspectLine, isError, toText } from "../core/value.ts";
import { COUNT, numberOption } from "../filters/number-option.ts";
import { copyValue } from "../handlers/kept-record.ts";
import { differences, messageOf, readWanted } from "./wanted-record.ts";
import type { WantedRecord } from "./wanted-record.ts";

/** How many records a failure shows: the last ones. */
const MOST_SHOWN = 50;

/** A log call, or the handler itself, that went wrong. */
export interface CaptureFailure {
  readonly record: LogRecord;
  readonly error: unknown;
}

/** What assertLogged is to count. */
export interface AssertLoggedOptions {
  /** How many such records there must be, from 1; if not given, one or more. */
  readonly times?: number | undefined;
}

/** Keeps what is logged, for a test to look at. */
export class CaptureHandler extends Handler {
  /** Copies of the records, the oldest first, with the fields that they had then. */
  records: readonly LogRecord[] = [];
  /** Their lines by this handler's formatter. */
  lines: readonly string[] = [];
  /** What failed: arguments that don't fit their message, formatters that throw. */
  failures: readonly CaptureFailure[] = [];
  #kept: LogRecord[] = [];
  #made: string[] = [];

  /** @throws ValueError or TypeError for a level that is none. */
  constructor(level: Level = NOTSET) {
    super(level);
    this.clear();
  }

  /** The finished messages, without traces. */
  get messages(): readonly string[] {
    return this.#kept.map(messageOf);
  }

  override emit(record: LogRecord): void {
    const line = this.formatOrFallback(record);
    this.#kept.push(copyOf(record));
    this.#made.push(line);
  }

  /** Keeps the failure for the test, in place of a report on stderr. */
  override handleError(record: LogRecord, error: unknown): void {
    this.failures = [...this.failures, { record, error }];
  }

  /** Forgets all that was logged. The lists that were read before stay as they are. */
  clear(): void {
    this.#kept = [];
    this.#made = [];
    this.records = this.#kept;
    this.lines = this.#made;
    this.failures = [];
  }

  /** The records that are as wanted; all, if nothing is. A text or pattern alone is the message. */
  find(wanted: WantedRecord | string | RegExp = {}): LogRecord[] {
    const read = readWanted(wanted);
    return this.#kept.filter((record) => differences(record, read).length === 0);
  }

  /**
   * Asserts that such a record was logged, once or more, or exactly `times`. Returns the
   * first, for a closer look. Without an argument: that anything was logged.
   *
   * @throws AssertionError that shows what was logged.
   */
  assertLogged(
    wanted: WantedRecord | string | RegExp = {},
    options: AssertLoggedOptions = {},
  ): LogRecord {
    const read = readWanted(wanted);
    checkOptionNames(options, ["times"]);
    const times = options.times === undefined ? null : numberOption("times", options.times, COUNT);
    const found = this.find(read);
    const [first] = found;
    if (first !== undefined && (times === null || found.length === times)) return first;
    const count = times === null ? "" : ` (${times} times, not ${found.length})`;
    throw this.#failure(`expected to be logged${count}: ${wantedText(read)}`, read);
  }

  /**
   * Asserts that no such record was logged. Without an argument: that nothing was.
   *
   * @throws AssertionError that shows what was logged.
   */
  assertNotLogged(wanted: WantedRecord | string | RegExp = {}): void {
    const read = readWanted(wanted);
    if (this.find(read).length === 0) return;
    throw this.#failure(`expected not to be logged: ${wantedText(read)}`, null);
  }

  /**
   * Asserts that nothing was logged at ERROR or above, and that no call was malformed.
   *
   * @throws AssertionError that shows what was logged.
   */
  assertNoErrors(): void {
    if (this.failures.length > 0) {
      throw this.#failure("expected no failure of logging itself", null);
    }
    if (this.#kept.every((record) => record.levelno < ERROR)) return;
    throw this.#failure("expected no record at ERROR or above", null);
  }

  #failure(what: string, wanted: WantedRecord | null): AssertionError {
    const all = this.#kept.map((record) => describe(record, wanted));
    const shown = all.slice(-MOST_SHOWN);
    const cut = all.length - shown.length;
    const lines = all.length === 0 ? ["  nothing"] : shown.map((line) => `  ${line}`);
    if (cut > 0) lines.unshift(`  ... ${cut} before`);
    for (const { record, error } of this.failures) {
      const text = isError(error) ? errorText(error) : inspectLine(error);
      lines.push(`  failed: ${inspectLine(record.msg)}: ${text}`);
    }
    const message = `${what}\nlogged:\n${lines.join("\n")}`;
    return new AssertionError({ message });
  }
}

function copyOf(record: LogRecord): LogRecord {
  void record.lineno; // where it was logged is found out now, or never
  const copy = record.copy();
  copy.message = messageOf(record);
  copy.args = copyValue(record.args) as LogRecord["args"];
  const fields = LogRecord.fieldsOf(record);
  if (fields === null) return copy;
  for (const name of Object.keys(fields)) copy.fields[name] = copyValue(fields[name]);
  return copy;
}

function describe(record: LogRecord, wanted: WantedRecord | null): string {
  const { levelname, name, exc_info: thrown } = record;
  const parts = [toText(levelname), toText(name), inspectLine(messageOf(record))];
  const fields = LogRecord.fieldsOf(record);
  if (fields !== null && Object.keys(fields).length > 0) parts.push(inspectLine({ ...fields }));
  if (thrown !== null && thrown !== undefined) {
    parts.push(`[${isError(thrown) ? errorText(thrown) : inspectLine(thrown)}]`);
  }
  const others = wanted === null ? [] : differences(record, wanted);
  if (others.length > 0) parts.push(`(other: ${others.join(", ")})`);
  return parts.join(" ");
}

function wantedText(wanted: WantedRecord): string {
  const parts = Object.entries(wanted).filter(([, part]) => part !== undefined);
  if (parts.length === 0) return "anything";
  return parts
    .map(([name, part]) => {
      if (typeof part === "function") return `${name} ${part.name}`;
      return `${name} ${inspectLine(part)}`;
    })
    .join(", ");
}
