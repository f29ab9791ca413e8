// The formatter of lines of JSON, one object a line, for log files that programs read.
// Handlers call it like any other; loggers' plans take its encoders, which need no
// record. All of its lines come from json-line.ts. They are always well-formed and
// on one line, whatever an application logs.

import { NO_ROOM } from "../core/line-encoder.ts";
import type { LineEncoder, LineEncoders } from "../core/line-encoder.ts";
import type { RecordFormatter } from "../core/formatter.ts";
import { identity } from "../core/identity.ts";
import { levelName } from "../core/level.ts";
import { checkOptionNames } from "../core/options.ts";
import type { LogRecord } from "../core/record.ts";
import { jsonEncoder, SpareWalk } from "./json-encoder.ts";
import { checkLimits, JSON_LIMITS } from "./json-limits.ts";
import { putRecord } from "./json-line.ts";

/** How much of large values a line shows. */
export interface JsonFormatterOptions {
  /** How deep values nest; what is deeper is `"[Object]"` or `"[Array]"`. 8 if not given. */
  readonly maxDepth?: number | undefined;
  /** How many items of an array or object are shown, then how many there are more. 1000. */
  readonly maxItems?: number | undefined;
  /** The length of strings in values, in UTF-16 units; the message is always whole. 65,536. */
  readonly maxLength?: number | undefined;
}

const OPTIONS: readonly string[] = Object.keys(JSON_LIMITS);

/**
 * Makes a line of JSON of a record: `time` (ISO 8601, UTC, milliseconds), `level`,
 * `logger`, `pid`, `msg`, then the fields and what `extra` gave the record, then
 * `error` and `stackInfo` where there are any. A field of such a name gets a `_`.
 */
export class JsonFormatter implements RecordFormatter {
  readonly #walks: SpareWalk;
  /** The bytes that `format` uses; empty while it does. */
  #bytes: Buffer = EMPTY;

  /** @throws TypeError for options that don't exist, ValueError for a limit that is none. */
  constructor(options: JsonFormatterOptions = {}) {
    checkOptionNames(options, OPTIONS);
    const {
      maxDepth = JSON_LIMITS.maxDepth,
      maxItems = JSON_LIMITS.maxItems,
      maxLength = JSON_LIMITS.maxLength,
    } = options;
    this.#walks = new SpareWalk(checkLimits({ maxDepth, maxItems, maxLength }));
  }

  /**
   * The line, without a newline. Sets `record.message`.
   *
   * @throws what `getMessage()` throws if message and arguments don't fit.
   */
  format(record: LogRecord): string {
    record.message = record.getMessage();
    let bytes = this.#bytes.length === 0 ? Buffer.allocUnsafeSlow(FIRST_ROOM) : this.#bytes;
    this.#bytes = EMPTY;
    let end = this.#put(bytes, 0, record);
    while (end === NO_ROOM) {
      bytes = Buffer.allocUnsafeSlow(bytes.length * 4);
      end = this.#put(bytes, 0, record);
    }
    const line = bytes.toString("utf8", 0, end - 1);
    if (bytes.length <= MOST_KEPT) this.#bytes = bytes;
    return line;
  }

  /** The writers of lines without a record; null if `format` was replaced. */
  lineEncoders(): LineEncoders | null {
    if (this.format !== JsonFormatter.prototype.format) return null;
    return { encoderFor: (name, levelno, bound) => this.#encoderFor(name, levelno, bound) };
  }

  #encoderFor(
    name: string,
    levelno: number,
    bound: Readonly<Record<string, unknown>> | null,
  ): LineEncoder | null {
    return jsonEncoder(name, levelName(levelno), identity().process, bound, this.#walks);
  }

  #put(bytes: Buffer, offset: number, record: LogRecord): number {
    const walk = this.#walks.take();
    const end = putRecord(bytes, offset, record, walk);
    this.#walks.give(walk);
    return end;
  }
}

const EMPTY: Buffer = Buffer.alloc(0);
const FIRST_ROOM = 8192;
/** One huge line must not hold its memory for ever. */
const MOST_KEPT = 1_048_576;
