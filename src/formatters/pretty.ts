// The formatter for people at a terminal while they develop: time, level, logger and
// message in a line, the fields behind it or below, errors with the code they happened
// in. ConsoleHandler makes one; any handler may have it. It is made to be read, not
// parsed, and no data can forge a line or send a code to the terminal.

import { isPresent } from "../core/formatter.ts";
import type { RecordFormatter } from "../core/formatter.ts";
import { escapeControls, INDENT, indentLines } from "../core/line-breaks.ts";
import { extraNames, LogRecord } from "../core/record.ts";
import { compileRedaction } from "../core/redaction.ts";
import type { Redaction } from "../core/redaction.ts";
import { isError, readProperty, toText } from "../core/value.ts";
import { AscTime } from "./asc-time.ts";
import { painted, Palette } from "./pretty-colors.ts";
import { errorLines, setIn, stackLines } from "./pretty-error.ts";
import { readPrettyOptions } from "./pretty-options.ts";
import type { PrettyFormatterOptions, ReadPrettyOptions } from "./pretty-options.ts";
import { showKey, showValue } from "./pretty-value.ts";

/** As wide as the longest of the standard levels' names. */
const LEVEL_WIDTH = "CRITICAL".length;

/**
 * Makes the lines of a record for a terminal, such as
 * `12:34:56.789 INFO     httpd: user ada paid 1250  id=7 method=card`. Further lines, of the
 * message, of long fields, and of errors, are set in by four spaces.
 */
export class PrettyFormatter implements RecordFormatter {
  readonly #options: ReadPrettyOptions;
  readonly #palette: Palette;
  readonly #time: AscTime;
  readonly #redaction: Redaction | null;

  /**
   * @throws TypeError for options that don't exist or have the wrong type, ValueError
   * for an unknown zone or colour, or a redaction that can't be.
   */
  constructor(options: PrettyFormatterOptions = {}) {
    const read = readPrettyOptions(options);
    this.#options = read;
    this.#palette = new Palette(read.colors, read.levelColors);
    this.#redaction = read.redact === null ? null : compileRedaction(read.redact);
    this.#time = new AscTime({
      converter: read.timeZone,
      defaultTimeFormat: "%H:%M:%S",
      defaultMsecFormat: "%s.%03d",
      datefmt: null,
    });
  }

  /**
   * The lines, without a newline at the end. Sets `record.message`.
   *
   * @throws what `getMessage()` throws if message and arguments don't fit.
   */
  format(record: LogRecord): string {
    record.message = record.getMessage();
    const below: string[] = [];
    const line = this.#head(record) + this.#fields(record, below);
    below.push(...this.#traces(record));
    return [line, ...setIn(below, INDENT)].join("\n");
  }

  #head(record: LogRecord): string {
    const { dim } = this.#palette;
    const level = escapeControls(toText(record.levelname));
    const paint = this.#palette.ofLevel(level, record.levelno);
    const padding = " ".repeat(Math.max(0, LEVEL_WIDTH - level.length) + 1);
    const time = this.#timeOf(record);
    const name = escapeControls(toText(record.name));
    return (
      (time === "" ? "" : `${painted(dim, time)} `) +
      painted(paint, level) +
      padding +
      (name === "" ? "" : `${painted(dim, `${name}:`)} `) +
      indentLines(record.message ?? "", INDENT)
    );
  }

  #timeOf(record: LogRecord): string {
    const { timeFormat } = this.#options;
    if (timeFormat === null) return "";
    return escapeControls(this.#time.text(record.created, record.msecs, timeFormat ?? null));
  }

  // What is short follows the message; the lines of the rest are put into `below`.
  #fields(record: LogRecord, below: string[]): string {
    let inline = "";
    for (const [key, value] of this.#entries(record)) {
      const name = painted(this.#palette.key, showKey(key));
      if (isError(value)) {
        below.push(`${name}:`, ...setIn(errorLines(value, this.#errorStyle()), INDENT));
        continue;
      }
      const shown = showValue(value, this.#palette);
      if (shown.inline) inline += ` ${name}${painted(this.#palette.dim, "=")}${shown.lines[0]}`;
      else below.push(`${name}:`, ...setIn(shown.lines, INDENT));
    }
    return inline === "" ? "" : ` ${inline}`;
  }

  #entries(record: LogRecord): [key: string, value: unknown][] {
    const { fields: wanted } = this.#options;
    if (wanted === false) return [];
    const fields = LogRecord.fieldsOf(record) ?? {};
    const masked = this.#redaction === null ? fields : this.#redaction.fields(fields);
    const entries: [string, unknown][] = [];
    for (const key of Object.keys(masked)) entries.push([key, readProperty(masked, key)]);
    for (const key of extraNames(record)) {
      const value = readProperty(record, key);
      entries.push([key, this.#redaction === null ? value : this.#redaction.value(key, value)]);
    }
    const given = entries.filter(([, value]) => value !== undefined);
    if (wanted === true) return given;
    return wanted.flatMap((key) => given.filter(([name]) => name === key));
  }

  #traces(record: LogRecord): string[] {
    const { exc_info, exc_text, stack_info } = record;
    const style = this.#errorStyle();
    const lines: string[] = [];
    if (isPresent(exc_info)) {
      const thrown = this.#redaction === null ? exc_info : this.#redaction.error(exc_info);
      if (thrown !== null) lines.push(...errorLines(thrown, style));
    } else if (exc_text) lines.push(...stackLines(exc_text, style));
    if (stack_info) lines.push(...stackLines(stack_info, style));
    return lines;
  }

  #errorStyle(): { palette: Palette; codeFrame: boolean } {
    return { palette: this.#palette, codeFrame: this.#options.codeFrame };
  }
}
