// The handler for the console: pretty lines on a terminal, and what suits whoever reads the
// stream where it is none: plain text, JSON, or systemd's journal. It is a StreamHandler
// that chooses its own formatter. It must never end the application, also when the reader
// of the stream has gone (`node app | head`).

import type { LogRecord } from "../core/record.ts";
import type { RecordFormatter } from "../core/formatter.ts";
import { consoleManner, readConsoleOptions } from "./console-options.ts";
import type { ConsoleHandlerOptions, ReadConsoleOptions } from "./console-options.ts";
import { StreamHandler } from "./stream.ts";
import type { TextStream } from "./stream.ts";

/**
 * Writes records to stderr, to stdout or to another stream, each in one write. What it
 * writes follows from the options and from the stream of the moment it is made, or is
 * given another by `setStream`. A formatter set with `setFormatter` takes the place of
 * the one chosen here, and then has to mind terminals itself.
 */
export class ConsoleHandler extends StreamHandler {
  readonly #options: ReadConsoleOptions;
  #chosen: RecordFormatter;
  #journald: boolean;

  /**
   * @throws TypeError or ValueError for options that don't exist or can't be, naming the
   * value and what is accepted.
   */
  constructor(options: ConsoleHandlerOptions = {}) {
    // Before there is a handler: shutdown knows each one.
    const read = readConsoleOptions(options);
    const { formatter, journald } = consoleManner(read, read.stream);
    super(read.stream);
    this.#options = read;
    this.#chosen = formatter;
    this.#journald = journald;
    this.setFormatter(formatter);
  }

  /** As StreamHandler's; the formatter is chosen anew, unless one was set. */
  override setStream(stream: TextStream): TextStream | null {
    const before = super.setStream(stream);
    if (before === null) return null;
    const { formatter, journald } = consoleManner(this.#options, stream);
    this.#journald = journald;
    if (this.formatter === this.#chosen) this.setFormatter(formatter);
    this.#chosen = formatter;
    return before;
  }

  protected override formatOrFallback(record: LogRecord): string {
    const text = super.formatOrFallback(record);
    if (!this.#journald) return text;
    const prefix = `<${journalPriority(record.levelno)}>`;
    // The journal makes an entry of each line, and each has a priority of its own.
    return prefix + text.replaceAll("\n", `\n${prefix}`);
  }
}

/** Syslog's severity for a level, 0 to 7: 2 for CRITICAL, then err, warning, notice, info, debug. */
function journalPriority(levelno: number): number {
  if (levelno >= 50) return 2;
  if (levelno >= 40) return 3;
  if (levelno >= 30) return 4;
  if (levelno >= 25) return 5;
  return levelno >= 20 ? 6 : 7;
}
