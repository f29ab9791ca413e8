// The formatter of lines of JSON, one object a line, for log files that programs read.
// Handlers call it like any other; loggers' plans take its encoders, which need no
// record. All of its lines come from json-line.ts. They are always well-formed and
// on one line, whatever an application logs.

import { NO_ROOM } from "../core/line-encoder.ts";
import type { LineEncoder, LineEncoders } from "../core/line-encoder.ts";
import type { RecordFormatter } from "../core/formatter.ts";
import { identity } from "../core/identity.ts";
import { levelName } from "../core/level.ts";
import type { LogRecord } from "../core/record.ts";
import { jsonEncoder } from "./json-encoder.ts";
import { SpareWalk } from "./json-limits.ts";
import { putRecord } from "./json-line.ts";
import { readJsonOptions } from "./json-options.ts";
import type { JsonFormatterOptions } from "./json-options.ts";
import type { JsonShape } from "./json-shape.ts";

export type { JsonFormatterOptions, JsonKeys } from "./json-options.ts";
export type { JsonLevelFormat, JsonPreset } from "./json-presets.ts";

/**
 * Makes a line of JSON of a record: `time` (ISO 8601, UTC, milliseconds), `level`,
 * `logger`, `pid`, `msg`, then the fields and what `extra` gave the record, then
 * `error` and `stackInfo` where there are any. A field of such a name gets a `_`.
 * Other keys, and lines as pino, the Elastic Common Schema and OpenTelemetry have
 * them, are options.
 */
export class JsonFormatter implements RecordFormatter {
  readonly #shape: JsonShape;
  readonly #walks: SpareWalk;
  /** The bytes that `format` uses; empty while it does. */
  #bytes: Buffer = EMPTY;

  /** @throws TypeError or ValueError for options that don't exist, or can't be what they are. */
  constructor(options: JsonFormatterOptions = {}) {
    const { shape, limits } = readJsonOptions(options, this);
    this.#shape = shape;
    this.#walks = new SpareWalk(limits);
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

  /**
   * The writers of lines without a record; null if `format` was replaced, and if lines
   * show the caller, whom a record finds.
   */
  lineEncoders(): LineEncoders | null {
    if (this.format !== JsonFormatter.prototype.format) return null;
    if (this.#shape.caller.length > 0) return null;
    return { encoderFor: (name, levelno, bound) => this.#encoderFor(name, levelno, bound) };
  }

  #encoderFor(
    name: string,
    levelno: number,
    bound: Readonly<Record<string, unknown>> | null,
  ): LineEncoder | null {
    const facts = { name, levelno, levelname: levelName(levelno), process: identity().process };
    return jsonEncoder(facts, bound, this.#shape, this.#walks);
  }

  #put(bytes: Buffer, offset: number, record: LogRecord): number {
    const walk = this.#walks.take();
    const end = putRecord(bytes, offset, record, this.#shape, walk);
    this.#walks.give(walk);
    return end;
  }
}

const EMPTY: Buffer = Buffer.alloc(0);
const FIRST_ROOM = 8192;
/** One huge line must not hold its memory for ever. */
const MOST_KEPT = 1_048_576;
