// The handler of one plain log file, CPython's FileHandler. Every record is one
// synchronous append, done when the call returns; with `durability`, `onFull` or one of
// their companions the lines go another way, that of plain-log.ts. A file that fails is
// reported once per burst and tried again with the next record. Rotation is elsewhere.

import { encoderFor, isUtf8 } from "../core/encoding.ts";
import type { Encoder, EncodingErrors } from "../core/encoding.ts";
import { ValueError } from "../core/errors.ts";
import { levelName } from "../core/level.ts";
import type { LineSink } from "../core/line-sink.ts";
import { checkOptionNames } from "../core/options.ts";
import type { LogRecord } from "../core/record.ts";
import { reportError, reportRecovery } from "../core/self-report.ts";
import { shortRepr } from "../core/value.ts";
import { absoluteLogPath } from "../platform/log-location.ts";
import { openLog } from "../platform/open-log.ts";
import type { LogOpener, OpenLog, OpenMode } from "../platform/open-log.ts";
import type { FileHandlerStats } from "./file-handler-stats.ts";
import { registerLogFile } from "./log-files.ts";
import { PlainLog } from "./plain-log.ts";
import {
  DURABILITY_OPTIONS,
  checkDurability,
  endsLinesPlainly,
  guardStreamFields,
} from "./plain-options.ts";
import type { PlainDurabilityOptions } from "./plain-options.ts";
import { hasStandardMethods } from "./standard-methods.ts";
import { StreamHandler } from "./stream.ts";
import type { TextStream } from "./stream.ts";

/** What a FileHandler may be told, by CPython's names and ours. */
export interface FileHandlerOptions extends PlainDurabilityOptions {
  /** "a" goes on at the end of the file (the default), "w" empties it first. */
  readonly mode?: OpenMode | undefined;
  /** utf-8 if not given; also ascii, latin-1, and, without durability, utf-16-le. */
  readonly encoding?: string | null | undefined;
  /** True opens the file with the first record, not before. */
  readonly delay?: boolean | undefined;
  /** What becomes of text that the encoding can't hold; "backslashreplace" if not given. */
  readonly errors?: EncodingErrors | null | undefined;
}

/** The names of all of them. */
export const FILE_OPTIONS: readonly string[] = [
  "mode",
  "encoding",
  "delay",
  "errors",
  ...DURABILITY_OPTIONS,
];

/**
 * Appends records to a file.
 *
 * Guarantees: when the log call returns, the kernel has the whole record; `durability`
 * chooses another moment. With it, or one of its companions, any number of processes may
 * append to one file, and what a killed one left unfinished is mended; no `stream` is
 * opened then, and none can be set. A file that is renamed in the course of that goes on
 * being written until `reopen`; one that is removed takes with it what was written until
 * the next look, half a second later at most, and then a new one is begun.
 */
export class FileHandler extends StreamHandler {
  /** The absolute path, fixed at construction. */
  readonly baseFilename: string;
  readonly mode: OpenMode;
  readonly encoding: string;
  readonly delay: boolean;
  readonly #encode: Encoder;
  readonly #opener: LogOpener;
  #closed = false;
  #failed = false;
  #opened = false;
  /** The file ends in a stump of a line: the disk filled up in mid-line. */
  #stump = false;
  /** Null: records go to `stream`. */
  #plain: PlainLog | null = null;
  /** Whether the line encoders' bytes are this handler's. */
  readonly #isStandardText: boolean;
  readonly #counts: FileCounts = {
    written: 0,
    dropped: 0,
    reopened: 0,
    mended: 0,
    bytes: 0,
    errors: 0,
  };

  /**
   * @param opener for subclasses that open the file in another way.
   * @param lookMs for subclasses that look at the path before they write: real milliseconds
   *   between two looks, 0 before each write; null: they don't. With durability only.
   * @throws ValueError for an unknown mode, encoding or handling of errors, a
   * path that is a directory, and the other options' values; TypeError for options that
   * don't exist, or are no object; what Node throws if the file can't be opened.
   */
  constructor(
    path: string | URL,
    options: FileHandlerOptions = {},
    opener: LogOpener = openLog,
    lookMs: number | null = null,
  ) {
    checkOptionNames(options, FILE_OPTIONS);
    super(null);
    this.mode = checkMode(options.mode ?? "a");
    this.encoding = options.encoding ?? "utf-8";
    const errors = options.errors ?? "backslashreplace";
    this.#encode = encoderFor(this.encoding, errors);
    this.#isStandardText = isUtf8(this.encoding) && errors === "backslashreplace";
    this.baseFilename = absoluteLogPath(path);
    this.delay = options.delay ?? false;
    this.#opener = opener;
    const outlet = checkDurability(options, this.encoding, this.#encode);
    if (outlet !== null) {
      const { mode, delay } = this;
      this.#plain = new PlainLog(this, { mode, delay, outlet, lookMs });
      guardStreamFields(this);
    } else if (!this.delay) {
      this.stream = this.#open();
    }
    registerLogFile(this);
  }

  /**
   * Appends the record's line. After close() the file is opened again in mode "a";
   * in mode "w" the record is dropped (CPython's rule: what was written stays).
   */
  override emit(record: LogRecord): void {
    if (this.#plain !== null) {
      this.#emitTo(this.#plain, record);
      return;
    }
    if (this.stream === null) {
      if (this.mode === "w" && this.#closed) {
        this.#counts.dropped += 1;
        return;
      }
      try {
        this.stream = this.#open();
      } catch (error) {
        this.#fail(1);
        throw error;
      }
    }
    try {
      super.emit(record);
    } catch (error) {
      this.#fail(1);
      this.#release();
      throw error;
    }
    this.#counts.written += 1;
    if (this.#failed) {
      this.#failed = false;
      reportRecovery(this);
    }
  }

  /** With durability: takes lines without a record, unless a subclass or a filter wants one. */
  override lineSink(): LineSink | null {
    if (this.#plain === null || this.filters.length > 0 || !this.#isStandardText) return null;
    if (!hasStandardMethods(this, FileHandler.prototype) || !endsLinesPlainly(this)) return null;
    return this.#plain.sink;
  }

  /**
   * What this handler has done so far. Without durability nothing waits in memory and
   * nothing is synced, and `bytes` are those that went to the handler's own file.
   */
  stats(): FileHandlerStats {
    return this.#plain?.stats() ?? { ...NOTHING_DONE, ...this.#counts };
  }

  /** With durability: writes what waits in memory. Otherwise calls the stream's own flush, if it has one. */
  override flush(): void {
    if (this.#plain === null) super.flush();
    else this.#plain.flush();
  }

  /**
   * Closes the file and opens what is at its path now, to go on at its end: for a log
   * that another program has renamed. Does nothing while the file is not open. Never
   * throws: a failure is reported, and the next record tries again.
   */
  reopen(): void {
    this.#plain?.reopen();
    if (!(this.stream instanceof EncodedFile)) return;
    try {
      this.#release();
      this.stream = this.#open();
      this.#counts.reopened += 1;
    } catch (error) {
      this.#fail(0);
      reportError(this, error, "reopening the file failed");
    }
  }

  /** Closes the file. */
  override close(): void {
    this.#closed = true;
    try {
      this.#plain?.close();
      this.#release();
    } finally {
      super.close();
    }
  }

  override toString(): string {
    return `<${this.constructor.name} ${this.baseFilename} (${levelName(this.level)})>`;
  }

  /**
   * For subclasses that look at the path: looks now, and opens the file again if that
   * leads to another one. With durability only. @throws the system's error
   */
  protected followPath(): void {
    this.#plain?.follow();
  }

  #emitTo(plain: PlainLog, record: LogRecord): void {
    let bytes: Uint8Array;
    try {
      const line = this.formatOrFallback(record) + this.terminator;
      // What follows must not become part of the line, whatever a subclass's terminator is.
      bytes = this.#encode(line.endsWith("\n") ? line : `${line}\n`);
    } catch (error) {
      plain.lose();
      throw error;
    }
    plain.take(bytes, record);
  }

  #fail(records: number): void {
    this.#failed = true;
    this.#counts.errors += 1;
    this.#counts.dropped += records;
  }

  // Mode "w" empties the file once, not again when it is reopened after a failure.
  #open(): TextStream {
    const file = this.#opener(this.baseFilename, this.#opened ? "a" : this.mode, this.#stump);
    this.#opened = true;
    return new EncodedFile(file, this.#encode, this.#counts);
  }

  #release(): void {
    const { stream } = this;
    this.stream = null;
    if (!(stream instanceof EncodedFile)) return;
    this.#stump = stream.stump;
    stream.close();
  }
}

type FileCounts = {
  -readonly [
    name in "written" | "dropped" | "reopened" | "mended" | "bytes" | "errors"
  ]: FileHandlerStats[name];
};

const NOTHING_DONE = {
  late: 0,
  rolled: 0,
  removed: 0,
  archived: 0,
  buffered: 0,
  spilled: 0,
  fsyncs: 0,
};

class EncodedFile implements TextStream {
  readonly #file: OpenLog;
  readonly #encode: Encoder;
  readonly #counts: FileCounts;

  constructor(file: OpenLog, encode: Encoder, counts: FileCounts) {
    this.#file = file;
    this.#encode = encode;
    this.#counts = counts;
  }

  write(text: string): void {
    const bytes = this.#encode(text);
    const { stump } = this.#file;
    this.#file.write(bytes);
    this.#counts.bytes += bytes.length;
    if (stump) this.#counts.mended += 1;
  }

  get stump(): boolean {
    return this.#file.stump;
  }

  close(): void {
    this.#file.close();
  }
}

function checkMode(mode: OpenMode): OpenMode {
  const accepted: readonly unknown[] = ["a", "w"];
  if (accepted.includes(mode)) return mode;
  throw new ValueError(`invalid mode: ${shortRepr(mode)}`, { value: mode, accepted: "'a' or 'w'" });
}
