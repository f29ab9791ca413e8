// Makes the storm's lines out of log calls, in both ways that a call can take: from a
// record, and straight into a handler's bytes. The call's message says all that the line
// has to say besides its time. Used inside worker processes only.

import type { RecordFormatter } from "../core/formatter.ts";
import { NO_ROOM } from "../core/line-encoder.ts";
import type { LineEncoder, LineEncoders } from "../core/line-encoder.ts";
import type { LogRecord } from "../core/record.ts";
import { formatLine } from "./line.ts";

/** The message of a line's call. */
export function messageOf(worker: string, seq: number, padLength: number): string {
  return `${worker} ${seq} ${padLength}`;
}

/** Writes the line that the checker reads back. */
export class StormFormatter implements RecordFormatter {
  /** Epoch milliseconds of the call that was formatted last. */
  lastMs = 0;
  readonly #encoder: LineEncoder = {
    encode: (bytes, offset, ms, message) => this.#encode(bytes, offset, ms, message),
  };
  readonly #encoders: LineEncoders = { encoderFor: () => this.#encoder };

  format(record: LogRecord): string {
    this.lastMs = timeOf(record);
    return textOf(this.lastMs, record.getMessage());
  }

  lineEncoders(): LineEncoders {
    return this.#encoders;
  }

  #encode(bytes: Buffer, offset: number, ms: number, message: string): number {
    this.lastMs = ms;
    const text = `${textOf(ms, message)}\n`;
    const length = Buffer.byteLength(text);
    if (offset + length > bytes.length) return NO_ROOM;
    return offset + bytes.write(text, offset);
  }
}

/** A record's time in whole milliseconds; storm clocks show no finer ones. */
export function timeOf(record: LogRecord): number {
  return Math.round(record.created * 1000);
}

function textOf(ms: number, message: string): string {
  const [worker = "", seq, padLength] = message.split(" ");
  return formatLine({ worker, seq: Number(seq), ms, padLength: Number(padLength) });
}
