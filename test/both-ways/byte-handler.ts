// A handler that keeps its lines as bytes in memory and takes them by both ways, as
// the file handlers do: straight from a call, or by a record and its text. For tests
// that compare the two.

import { encoderFor } from "../../src/core/encoding.ts";
import { Handler } from "../../src/core/handler.ts";
import type { LineSink } from "../../src/core/line-sink.ts";
import type { LogRecord } from "../../src/core/record.ts";
import { heapStore } from "../../src/rotation/line-store.ts";
import { LineBuffer } from "../../src/handlers/line-buffer.ts";

const CAPACITY = 1 << 14;
const ALWAYS = { start: -Infinity, end: Infinity, suffix: "" };
const encode = encoderFor("utf-8");

/** Keeps lines, and counts how many came straight. */
export class ByteHandler extends Handler implements LineSink {
  straight = 0;
  readonly #buffer = new LineBuffer(heapStore(CAPACITY, 1000), CAPACITY, () => ALWAYS);
  readonly #lines: Buffer[] = [];
  #busy = false;

  override emit(record: LogRecord): void {
    this.#lines.push(Buffer.from(encode(`${this.formatOrFallback(record)}\n`)));
  }

  override lineSink(): LineSink | null {
    return this.filters.length === 0 ? this : null;
  }

  put(...[encoder, ms, , message, fields, error]: Parameters<LineSink["put"]>): boolean {
    // What is logged while a line is encoded would be encoded into it.
    if (this.#busy || this.#buffer.refuses(ms / 1000)) return false;
    this.#busy = true;
    const end = this.#buffer.encode(encoder, ms, message, fields, error);
    this.#busy = false;
    if (end < 0) return false;
    this.#buffer.commit(end);
    this.#lines.push(Buffer.from(this.#buffer.waiting()?.batch.bytes ?? []));
    this.#buffer.clear();
    this.straight += 1;
    return true;
  }

  /** All lines so far, one behind the other. */
  take(): Buffer {
    return Buffer.concat(this.#lines.splice(0));
  }
}
