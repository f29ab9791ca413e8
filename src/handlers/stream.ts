// The handler that writes lines to a stream: stderr, stdout, or anything with a
// write method. FileHandler builds on it. It never closes a stream it was given,
// and a stream that breaks (EPIPE) must not end the application.

import { Handler } from "../core/handler.ts";
import { levelName } from "../core/level.ts";
import type { LogRecord } from "../core/record.ts";
import { onRejection } from "../core/on-rejection.ts";
import { guardStream, reportError } from "../core/self-report.ts";
import { typeError } from "../core/errors.ts";
import { readProperty, shortRepr, toText } from "../core/value.ts";
import { makeBlocking } from "../platform/blocking-pipe.ts";

/** All that a StreamHandler asks of a stream. */
export interface TextStream {
  write(text: string): unknown;
}

/** Writes each record's line to a stream, in one write. */
export class StreamHandler extends Handler {
  /** What ends a line. */
  terminator = "\n";
  /** Where lines go; null only in subclasses that open their stream later. */
  stream: TextStream | null;

  /**
   * `stream` defaults to the process's stderr of this moment. The process's own streams
   * write at once from then on, also into pipes: see blocking-pipe.ts.
   *
   * @throws TypeError for something that can't be written to.
   */
  constructor(stream: TextStream | null = process.stderr) {
    super();
    this.stream = stream === null ? null : checkStream(stream);
  }

  /**
   * Writes to another stream from now on. Returns the one before, or null if it is
   * the same.
   */
  setStream(stream: TextStream): TextStream | null {
    if (stream === this.stream) return null;
    const before = this.stream;
    this.flush();
    this.stream = checkStream(stream);
    return before;
  }

  override emit(record: LogRecord): void {
    const line = this.formatOrFallback(record) + this.terminator;
    const { stream } = this;
    if (stream === null) return;
    // A destroyed stream takes a write without a word, and drops it.
    if ((stream as { destroyed?: unknown }).destroyed === true)
      throw new Error("the stream is closed");
    const answer: unknown = stream.write(line);
    if (typeof answer === "object") {
      onRejection(answer, this, (error) => this.handleError(record, error));
    }
  }

  /** Calls the stream's own flush, where it has one. */
  override flush(): void {
    const { stream } = this;
    if (stream === null) return;
    const flush = readProperty(stream, "flush");
    if (typeof flush !== "function") return;
    const answer: unknown = flush.call(stream);
    onRejection(answer, this, (error) => reportError(this, error, "a log stream failed"));
  }

  /** CPython's repr, such as `<StreamHandler <stderr> (NOTSET)>`. */
  override toString(): string {
    const name = streamName(this.stream);
    return `<${this.constructor.name} ${name === "" ? "" : `${name} `}(${levelName(this.level)})>`;
  }
}

function checkStream(stream: TextStream): TextStream {
  const given: unknown = stream;
  const write = typeof given === "object" && given !== null ? readProperty(given, "write") : null;
  if (typeof write !== "function") {
    const accepted = "an object with a write(text) method";
    throw typeError(`a stream can't be ${shortRepr(given)}; accepted: ${accepted}`, {
      value: given,
      accepted,
    });
  }
  guardStream(stream);
  makeBlocking(stream);
  return stream;
}

function streamName(stream: TextStream | null): string {
  if (stream === process.stderr) return "<stderr>";
  if (stream === process.stdout) return "<stdout>";
  const name = stream === null ? undefined : readProperty(stream, "name");
  return name === undefined ? "" : toText(name);
}
