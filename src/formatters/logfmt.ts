// The formatter of logfmt lines, `level=info msg="user paid" user=ada`, which people read
// and Loki, Heroku, Splunk and a grep take apart. Handlers call it like any other; loggers'
// plans take its encoders, which need no record. All of its lines come from
// logfmt-line.ts, and are one line each, whatever an application logs.

import { bindFields } from "../core/bound-fields.ts";
import type { RecordFormatter } from "../core/formatter.ts";
import { levelName } from "../core/level.ts";
import { putLongText } from "../core/line-bytes.ts";
import { NEEDS_RECORD } from "../core/line-encoder.ts";
import type { LineEncoder, LineEncoders } from "../core/line-encoder.ts";
import { checkOptionNames } from "../core/options.ts";
import { compileRedaction } from "../core/redaction.ts";
import type { Redaction, RedactOption } from "../core/redaction.ts";
import { extraNames, LogRecord } from "../core/record.ts";
import { refusal, typeRefusal } from "../core/refusal.ts";
import { isPlainObject, readProperty } from "../core/value.ts";
import { checkLimits, JSON_LIMITS } from "./json-limits.ts";
import { LogfmtHead, logfmtLine } from "./logfmt-line.ts";
import type { LogfmtNested, LogfmtParts, LogfmtSettings } from "./logfmt-line.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What a LogfmtFormatter may be told. */
export interface LogfmtFormatterOptions {
  /** What a nested value becomes: `user.name=ada` ("dotted", the default), or one text of JSON. */
  readonly nested?: LogfmtNested | undefined;
  /** Fields of every line, behind the logger's name; read once. */
  readonly base?: Fields | undefined;
  /** What is masked in fields and errors: paths, or `{ paths, keys, censor, remove }`. */
  readonly redact?: RedactOption | undefined;
  /** How deep values nest; what is deeper is `[Object]` or `[Array]`. 8 if not given. */
  readonly maxDepth?: number | undefined;
  /** How many items of an array or object are shown, then how many there are more. 1000. */
  readonly maxItems?: number | undefined;
  /** The length of texts in values, in UTF-16 units; the message is always whole. 65,536. */
  readonly maxLength?: number | undefined;
}

const OPTIONS: readonly string[] = ["nested", "base", "redact", ...Object.keys(JSON_LIMITS)];

/**
 * Makes a logfmt line of a record: `time` (ISO 8601, UTC, milliseconds), `level` in lower
 * case, `logger`, what `base` has, `msg`, then the fields and what `extra` gave the
 * record, then `error.type`, `error.message`, `error.stack` and what else the error has,
 * and `stackInfo`. A key that is taken gets a `_`; so does what a key can't have.
 */
export class LogfmtFormatter implements RecordFormatter {
  readonly #settings: LogfmtSettings;
  readonly #base: Fields | null;
  readonly #redaction: Redaction | null;
  /** The head of the last record: mostly the next one has the same. */
  #last: { readonly level: string; readonly logger: string; readonly head: LogfmtHead } | null =
    null;

  /**
   * @throws TypeError for options that don't exist or are of the wrong type, ValueError
   * for a limit or a word that is not accepted.
   */
  constructor(options: LogfmtFormatterOptions = {}) {
    checkOptionNames(options, OPTIONS);
    const { nested = "dotted", base, redact } = options;
    const {
      maxDepth = JSON_LIMITS.maxDepth,
      maxItems = JSON_LIMITS.maxItems,
      maxLength = JSON_LIMITS.maxLength,
    } = options;
    checkNested(nested);
    checkBase(base);
    this.#settings = { limits: checkLimits({ maxDepth, maxItems, maxLength }), nested };
    this.#redaction = redact === undefined ? null : compileRedaction(redact);
    this.#base = base === undefined ? null : this.#masked(bindFields(null, base));
  }

  /**
   * The line, without a newline. Sets `record.message`.
   *
   * @throws what `getMessage()` throws if message and arguments don't fit.
   */
  format(record: LogRecord): string {
    const message = record.getMessage();
    record.message = message;
    const { created, levelname, name, exc_info, exc_text, stack_info } = record;
    return this.#line({
      ms: Math.round(created * 1000),
      head: this.#headOf(String(levelname), String(name)),
      message,
      fields: LogRecord.fieldsOf(record),
      extras: extraNames(record).map((key) => [key, readProperty(record, key)] as const),
      error: exc_info,
      errorText: exc_text,
      stackInfo: stack_info,
    });
  }

  /** The writers of lines without a record; null if `format` was replaced. */
  lineEncoders(): LineEncoders | null {
    if (this.format !== LogfmtFormatter.prototype.format) return null;
    return {
      encoderFor: (name, levelno, bound) => {
        const head = new LogfmtHead(levelName(levelno), name, this.#base, this.#settings);
        return new LogfmtEncoder(head, bound, (parts) => this.#line(parts));
      },
    };
  }

  #line(parts: LogfmtParts): string {
    const redaction = this.#redaction;
    if (redaction === null) return logfmtLine(parts, this.#settings);
    const { fields, extras, error } = parts;
    const masked: LogfmtParts = {
      ...parts,
      fields: fields === null ? null : redaction.fields(fields),
      extras: extras.map(([key, value]) => [key, redaction.value(key, value)] as const),
      error: redaction.error(error),
    };
    return logfmtLine(masked, this.#settings);
  }

  #masked(fields: Fields): Fields {
    return this.#redaction === null ? fields : this.#redaction.fields(fields);
  }

  #headOf(level: string, logger: string): LogfmtHead {
    const last = this.#last;
    if (last !== null && last.level === level && last.logger === logger) return last.head;
    const head = new LogfmtHead(level, logger, this.#base, this.#settings);
    this.#last = { level, logger, head };
    return head;
  }
}

class LogfmtEncoder implements LineEncoder {
  readonly #head: LogfmtHead;
  readonly #bound: Fields | null;
  readonly #line: (parts: LogfmtParts) => string;

  constructor(head: LogfmtHead, bound: Fields | null, line: (parts: LogfmtParts) => string) {
    this.#head = head;
    this.#bound = bound;
    this.#line = line;
  }

  encode(
    bytes: Buffer,
    offset: number,
    ms: number,
    message: string,
    fields: Fields | null,
    error: unknown,
  ): number {
    try {
      const line = this.#line({
        ms: Math.round(ms),
        head: this.#head,
        message,
        fields: this.#merged(fields),
        extras: [],
        error,
        errorText: null,
        stackInfo: null,
      });
      return putLongText(bytes, offset, `${line}\n`);
    } catch {
      return NEEDS_RECORD; // a proxy refuses, or the stack is full
    }
  }

  #merged(fields: Fields | null): Fields | null {
    if (this.#bound === null) return fields;
    return fields === null ? this.#bound : bindFields(this.#bound, fields);
  }
}

function checkNested(nested: unknown): void {
  if (nested === "dotted" || nested === "json") return;
  const accepted = '"dotted" or "json"';
  throw refusal("nested", nested, accepted);
}

function checkBase(base: unknown): void {
  if (base === undefined || isPlainObject(base)) return;
  const accepted = 'a plain object such as { service: "shop" }';
  throw typeRefusal("base", base, accepted);
}
