// The handler that writes lines to a stream: stderr, stdout, or anything with a
// write method. FileHandler builds on it. It never closes a stream it was given,
// and a stream that breaks (EPIPE) must not end the application.

import { Writable } from "node:stream";

import { Handler } from "../core/handler.ts";
import { levelName } from "../core/level.ts";
import type { LogRecord } from "../core/record.ts";
import { onRejection } from "../core/on-rejection.ts";
import { typeRefusal } from "../core/refusal.ts";
import { guardStream, reportError } from "../core/self-report.ts";
import { readProperty, toText } from "../core/value.ts";
import { makeBlocking } from "../platform/blocking-pipe.ts";

/** As guardStream says it, so that both are counted together. */
const STREAM_FAILED = "a log stream failed";

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
  /** Whose failed writes #countLost counts. */
  #countedStream: TextStream | null = null;
  #countLost: LossCounter = () => {};

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
    const answer: unknown = isNodes(stream)
      ? stream.write(line, this.#counterOf(stream))
      : stream.write(line);
    if (typeof answer === "object") {
      onRejection(answer, this, (error) => this.handleError(record, error));
    }
  }

  #counterOf(stream: Writable): LossCounter {
    if (stream !== this.#countedStream) {
      this.#countedStream = stream;
      this.#countLost = lossCounter(stream);
    }
    return this.#countLost;
  }

  /** Calls the stream's own flush, where it has one. */
  override flush(): void {
    const { stream } = this;
    if (stream === null) return;
    const flush = readProperty(stream, "flush");
    if (typeof flush !== "function") return;
    const answer: unknown = flush.call(stream);
    onRejection(answer, this, (error) => reportError(this, error, STREAM_FAILED));
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
    throw typeRefusal("a stream", given, accepted);
  }
  guardStream(stream);
  makeBlocking(stream);
  return stream;
}

type LossCounter = (error?: Error | null) => void;

/** Errors that a stream's own event tells, and so the first of the lines that they cost. */
const told = new WeakSet<Error>();

/** Whether it has Node's own `write`; another need not know of callbacks. */
function isNodes(stream: TextStream): stream is Writable {
  return stream.write === Writable.prototype.write;
}

/**
 * Hears of each write's end. A stream that fails has one event for all the lines that
 * wait in it: this counts the others. Not of stderr, where nothing could be told.
 */
function lossCounter(stream: Writable): LossCounter {
  return (error) => {
    if (error === undefined || error === null || streamName(stream) === "<stderr>") return;
    const { code } = error as { readonly code?: unknown };
    if (code !== "ERR_STREAM_DESTROYED" && !told.has(error)) told.add(error);
    else reportError(stream, error, STREAM_FAILED);
  };
}

function streamName(stream: TextStream | null): string {
  if (stream === process.stderr) return "<stderr>";
  if (stream === process.stdout) return "<stdout>";
  const name = stream === null ? undefined : readProperty(stream, "name");
  return name === undefined ? "" : toText(name);
}
