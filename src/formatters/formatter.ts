// The Formatter with format strings, CPython's class of this name: a record's line
// by a format in one of three styles, its time by strftime. Handlers call format().
// Formats are parsed in the constructor, the text of a second is made once.

import { KeyError, ValueError } from "../core/errors.ts";
import { hasStandardTraces, MessageFormatter } from "../core/formatter.ts";
import type { LineEncoders } from "../core/line-encoder.ts";
import { checkLineBreaks, guardLiteral, guardText } from "../core/line-breaks.ts";
import type { LineBreaks } from "../core/line-breaks.ts";
import { checkOptionNames } from "../core/options.ts";
import type { LogRecord } from "../core/record.ts";
import { typeRefusal } from "../core/refusal.ts";
import { repr, toText } from "../core/value.ts";
import { AscTime } from "./asc-time.ts";
import { BraceStyle } from "./brace.ts";
import { DollarStyle } from "./dollar.ts";
import { PercentStyle } from "./percent.ts";
import { fieldLookup } from "./record-values.ts";
import type { Defaults, FormatStyle, TextPiece } from "./record-values.ts";
import { textEncoder } from "./text-encoder.ts";
import type { TextSource } from "./text-encoder.ts";
import { checkZone } from "./wall-time.ts";
import type { FormatterZone } from "./wall-time.ts";

/** The styles of format strings: printf, str.format, and string.Template. */
export type StyleName = "%" | "{" | "$";

/** What a Formatter may be told besides its format, by CPython's names. */
export interface FormatterOptions {
  /** How asctime is written, for strftime; CPython's `2024-01-02 03:04:05,678` if not given. */
  readonly datefmt?: string | null | undefined;
  /** The style of the format; `%` if not given. */
  readonly style?: StyleName | undefined;
  /** False accepts a format without checking it. */
  readonly validate?: boolean | undefined;
  /** Values for fields that a record doesn't have. */
  readonly defaults?: Defaults | null | undefined;
  /** The zone of asctime: "local" (the default), "UTC", an IANA name, or an offset. */
  readonly timeZone?: FormatterZone | undefined;
  /**
   * What becomes of line breaks and control characters in data (message, fields, names,
   * errors). "keep", the default, leaves them, as Python does: then a line feed in a
   * user's name begins a line of its own, which may look like any other, and an escape
   * sequence reaches the terminal. "indent" sets further lines in and makes the other
   * controls visible (`\x1b`); with "escape" a record is one line. What the format itself
   * has, such as colours, stays; what is behind a line break of the format is set in.
   */
  readonly lineBreaks?: LineBreaks | undefined;
}

const OPTIONS: readonly string[] = "datefmt style validate defaults timeZone lineBreaks".split(" ");

/** Makes a line of a record. */
export class Formatter extends MessageFormatter {
  /**
   * The zone that asctime is written in, by Python's name; `timeZone` of the options.
   * May be set on an instance or in a subclass.
   */
  converter: FormatterZone;
  /** How the time is written where there is no `datefmt`. */
  defaultTimeFormat = "%Y-%m-%d %H:%M:%S";
  /** What is made of that and the milliseconds; null leaves them out. */
  defaultMsecFormat: string | null = "%s,%03d";
  readonly datefmt: string | null;
  readonly style: StyleName;
  readonly defaults: Defaults | null;
  override readonly lineBreaks: LineBreaks;
  readonly #style: FormatStyle;
  #pieces: readonly TextPiece[] | null | undefined;
  readonly #time: AscTime = new AscTime(this);

  /**
   * `format` defaults to the bare message.
   *
   * @throws ValueError for an unknown style or zone, for other `lineBreaks`, or a format
   * that isn't valid in its style; TypeError for a format or a zone that is no text, for
   * options that don't exist, or are no object.
   */
  constructor(format: string | null = null, options: FormatterOptions = {}) {
    super();
    checkFormat(format);
    checkOptionNames(options, OPTIONS);
    const { datefmt, style = "%", validate = true, defaults, timeZone = "local" } = options;
    const { lineBreaks = "keep" } = options;
    checkZone(timeZone);
    checkLineBreaks(lineBreaks);
    this.converter = timeZone;
    this.datefmt = datefmt ?? null;
    this.style = style;
    this.defaults = defaults ?? null;
    this.lineBreaks = lineBreaks;
    this.#style = makeStyle(style, format, this.defaults);
    if (validate) this.#style.validate();
  }

  /** The format string in use. */
  get fmt(): string {
    return this.#style.format;
  }

  /** Whether lines show the time, so that `record.asctime` is needed. */
  usesTime(): boolean {
    return this.#style.usesTime;
  }

  /** @throws ValueError "Formatting field not found in record", or as getMessage() does. */
  override format(record: LogRecord): string {
    if (this.usesTime()) record.asctime = this.formatTime(record, this.datefmt);
    return super.format(record);
  }

  override formatMessage(record: LogRecord): string {
    try {
      return this.lineBreaks === "keep" ? this.#style.render(record) : this.#guarded(record);
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      throw new ValueError(`Formatting field not found in record: ${repr(error.value)}`, {
        value: error.value,
        accepted: "a record attribute, a structured field, or a key of `defaults`",
        cause: error,
      });
    }
  }

  // Piece by piece: what the format says is the developer's, what a record says is data.
  #guarded(record: LogRecord): string {
    const { lineBreaks } = this;
    const pieces = (this.#pieces ??= this.#style.pieces());
    if (pieces === null) return guardText(this.#style.render(record), lineBreaks);
    const lookup = fieldLookup(this.defaults);
    let text = "";
    for (const piece of pieces) {
      if (typeof piece === "string") text += guardLiteral(piece, lineBreaks);
      else {
        const value = lookup(record, piece.key);
        const shown = piece.render === null ? toText(value) : piece.render(value);
        text += piece.key === "asctime" ? shown : guardText(shown, lineBreaks);
      }
    }
    return text;
  }

  /** The record's time by `datefmt`, or by the two default formats. */
  formatTime(record: LogRecord, datefmt: string | null = null): string {
    return this.#time.text(record.created, record.msecs, datefmt);
  }

  /**
   * Writers of lines in UTF-8. Null where a subclass or the object itself has replaced
   * a method that makes the line, or the format says what only a record knows.
   */
  override lineEncoders(): LineEncoders | null {
    const pieces = isStandard(this) ? this.#style.pieces() : null;
    if (pieces === null || this.usesTime() !== pieces.some(isTime)) return null;
    const source: TextSource = {
      pieces,
      time: this.#time,
      defaults: this.defaults,
      lineBreaks: this.lineBreaks,
      isStandard: () => isStandard(this),
    };
    return {
      encoderFor: (name, levelno, bound) => textEncoder(source, name, levelno, bound),
    };
  }
}

const methods = Formatter.prototype;

function isStandard(formatter: Formatter): boolean {
  return (
    formatter.format === methods.format &&
    formatter.formatMessage === methods.formatMessage &&
    formatter.formatTime === methods.formatTime &&
    formatter.usesTime === methods.usesTime &&
    hasStandardTraces(formatter)
  );
}

function isTime(piece: TextPiece): boolean {
  return typeof piece !== "string" && piece.key === "asctime";
}

// Who passes the options in its place hears it here, not from a string's method.
function checkFormat(format: unknown): void {
  if (format === null || typeof format === "string") return;
  const accepted = "a string, null, or undefined";
  throw typeRefusal("a format", format, accepted);
}

function makeStyle(style: string, format: string | null, defaults: Defaults | null): FormatStyle {
  if (style === "%") return new PercentStyle(format, defaults);
  if (style === "{") return new BraceStyle(format, defaults);
  if (style === "$") return new DollarStyle(format, defaults);
  throw new ValueError("Style must be one of: %,{,$", { value: style, accepted: "%, { or $" });
}
