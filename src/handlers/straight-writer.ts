// Writes one line with one append, where its file needs nothing else: durability
// `write` and `fsync`. A log outlet owns one, and takes the way of records wherever
// this says no; the line is then not in the file.

import { NEEDS_RECORD } from "../core/line-encoder.ts";
import type { LineEncoder } from "../core/line-encoder.ts";
import { runSync } from "../platform/run-sync.ts";
import type { Appender, FileSystem } from "../platform/run-sync.ts";
import { mendBefore } from "../rotation/append.ts";
import type { Writer } from "../rotation/append.ts";
import { UNKNOWN_POSITION } from "../rotation/fs-op.ts";
import type { Landed } from "../rotation/fs-op.ts";
import type { OpenFile } from "../rotation/log-site.ts";
import { noteStraight, straightFile } from "../rotation/straight.ts";

/** Longer lines go the way of records. */
const LONGEST = 65_536;

/** Encodes lines into the same bytes again and again, and appends them. */
export class StraightWriter {
  /** Lines written. */
  written = 0;
  /** Whether a line is being encoded: its values may run the application's code, which may log. */
  isEncoding = false;
  readonly #writer: Writer;
  readonly #fs: FileSystem;
  readonly #bytes: Buffer = Buffer.alloc(LONGEST);
  readonly #append: Appender;

  constructor(writer: Writer, fs: FileSystem) {
    this.#writer = writer;
    this.#fs = fs;
    const bytes = this.#bytes;
    this.#append =
      fs.appender?.(bytes) ??
      ((fd, length) =>
        fs.perform({ op: "append", fd, bytes: bytes.subarray(0, length) }) as Landed);
  }

  /** Encodes a line; what the encoder gives. Never throws, unless the stack is full. */
  encode(
    encoder: LineEncoder,
    ms: number,
    message: string,
    fields: Readonly<Record<string, unknown>> | null,
    error: unknown,
  ): number {
    this.isEncoding = true;
    try {
      return encoder.encode(this.#bytes, 0, ms, message, fields, error);
    } catch {
      return NEEDS_RECORD; // the stack is full
    } finally {
      this.isEncoding = false;
    }
  }

  /** Appends the line that was encoded; whether it is in its file. Never throws. */
  write(created: number, length: number): boolean {
    let file: OpenFile | null = null;
    let landed: Landed | null = null;
    try {
      file = straightFile(this.#writer, created, length);
      if (file === null) return false;
      landed = this.#append(file.fd, length);
      const result = noteStraight(this.#writer, file, length, landed);
      if (result === "look") runSync(mendBefore(this.#writer, file, landed), this.#fs);
    } catch {
      // A failure is told by the way of records, which tries again. But what is in the
      // file is there, also if the stack was too full for the rest.
      if (file !== null) file.end = UNKNOWN_POSITION;
    }
    if (landed?.written !== length) return false;
    this.written += 1;
    return true;
  }
}
