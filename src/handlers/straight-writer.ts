// Writes one line with one append, where its file needs nothing else: durability
// `write` and `fsync`. A log outlet owns one, and takes the way of records wherever
// this says no; the line is then not in the file.

import type { LineEncoder } from "../core/line-encoder.ts";
import { runSync } from "../platform/run-sync.ts";
import type { Appender, FileSystem } from "../platform/run-sync.ts";
import { mendBefore } from "../rotation/append.ts";
import type { Writer } from "../rotation/append.ts";
import type { Landed } from "../rotation/fs-op.ts";
import { noteStraight, straightFile } from "../rotation/straight.ts";

/** Longer lines go the way of records. */
const LONGEST = 65_536;

/** Encodes lines into the same bytes again and again, and appends them. */
export class StraightWriter {
  /** Lines written. */
  written = 0;
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

  /** Encodes a line; what the encoder gives. */
  encode(
    encoder: LineEncoder,
    ms: number,
    message: string,
    fields: Readonly<Record<string, unknown>> | null,
    error: unknown,
  ): number {
    return encoder.encode(this.#bytes, 0, ms, message, fields, error);
  }

  /** A copy of the line that was encoded. */
  encoded(end: number): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, end));
  }

  /** Appends the line that was encoded; whether it is in its file. Never throws. */
  write(created: number, length: number): boolean {
    const writer = this.#writer;
    const file = straightFile(writer, created, length);
    if (file === null) return false;
    try {
      const landed = this.#append(file.fd, length);
      const result = noteStraight(writer, file, length, landed);
      if (result === "short") return false;
      if (result === "look") runSync(mendBefore(writer, file, landed), this.#fs);
    } catch {
      return false; // reported by the way of records, which tries again
    }
    this.written += 1;
    return true;
  }
}
