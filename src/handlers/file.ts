// The handler of one plain log file, CPython's FileHandler. Every record is one
// synchronous append, done when the call returns. A file that fails is reported
// once per burst and tried again with the next record. Rotation is elsewhere.

import { encoderFor } from "../core/encoding.ts";
import type { Encoder, EncodingErrors } from "../core/encoding.ts";
import { ValueError } from "../core/errors.ts";
import { levelName } from "../core/level.ts";
import { checkOptionNames } from "../core/options.ts";
import type { LogRecord } from "../core/record.ts";
import { reportError, reportRecovery } from "../core/self-report.ts";
import { repr } from "../core/value.ts";
import { absoluteLogPath } from "../platform/log-location.ts";
import { openLog } from "../platform/open-log.ts";
import type { LogOpener, OpenLog, OpenMode } from "../platform/open-log.ts";
import { registerLogFile } from "./log-files.ts";
import { StreamHandler } from "./stream.ts";
import type { TextStream } from "./stream.ts";

/** What a FileHandler may be told, by CPython's names. */
export interface FileHandlerOptions {
  /** "a" goes on at the end of the file (the default), "w" empties it first. */
  readonly mode?: OpenMode | undefined;
  /** utf-8 if not given; also ascii, latin-1, utf-16-le. */
  readonly encoding?: string | null | undefined;
  /** True opens the file with the first record, not before. */
  readonly delay?: boolean | undefined;
  /** What becomes of text that the encoding can't hold; "backslashreplace" if not given. */
  readonly errors?: EncodingErrors | null | undefined;
}

/** The names of those. */
export const FILE_OPTIONS: readonly string[] = ["mode", "encoding", "delay", "errors"];

/** Appends records to a file. */
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

  /**
   * @param opener for subclasses that open the file in another way.
   * @throws ValueError for an unknown mode, encoding or handling of errors, or a
   * path that is a directory; TypeError for options that don't exist, or are no
   * object; what Node throws if the file can't be opened.
   */
  constructor(path: string | URL, options: FileHandlerOptions = {}, opener: LogOpener = openLog) {
    checkOptionNames(options, FILE_OPTIONS);
    super(null);
    this.mode = checkMode(options.mode ?? "a");
    this.encoding = options.encoding ?? "utf-8";
    this.#encode = encoderFor(this.encoding, options.errors ?? "backslashreplace");
    this.baseFilename = absoluteLogPath(path);
    this.delay = options.delay ?? false;
    this.#opener = opener;
    if (!this.delay) this.stream = this.#open();
    registerLogFile(this);
  }

  /**
   * Appends the record's line. After close() the file is opened again in mode "a";
   * in mode "w" the record is dropped (CPython's rule: what was written stays).
   */
  override emit(record: LogRecord): void {
    if (this.stream === null) {
      if (this.mode === "w" && this.#closed) return;
      try {
        this.stream = this.#open();
      } catch (error) {
        this.#failed = true;
        throw error;
      }
    }
    try {
      super.emit(record);
    } catch (error) {
      this.#failed = true;
      this.#release();
      throw error;
    }
    if (this.#failed) {
      this.#failed = false;
      reportRecovery(this);
    }
  }

  /**
   * Closes the file and opens what is at its path now, to go on at its end: for a log
   * that another program has renamed. Does nothing while the file is not open. Never
   * throws: a failure is reported, and the next record tries again.
   */
  reopen(): void {
    if (!(this.stream instanceof EncodedFile)) return;
    try {
      this.#release();
      this.stream = this.#open();
    } catch (error) {
      this.#failed = true;
      reportError(this, error, "reopening the file failed");
    }
  }

  /** Closes the file. */
  override close(): void {
    this.#closed = true;
    this.#release();
    super.close();
  }

  override toString(): string {
    return `<${this.constructor.name} ${this.baseFilename} (${levelName(this.level)})>`;
  }

  // Mode "w" empties the file once, not again when it is reopened after a failure.
  #open(): TextStream {
    const file = this.#opener(this.baseFilename, this.#opened ? "a" : this.mode, this.#stump);
    this.#opened = true;
    return new EncodedFile(file, this.#encode);
  }

  #release(): void {
    const { stream } = this;
    this.stream = null;
    if (!(stream instanceof EncodedFile)) return;
    this.#stump = stream.stump;
    stream.close();
  }
}

class EncodedFile implements TextStream {
  readonly #file: OpenLog;
  readonly #encode: Encoder;

  constructor(file: OpenLog, encode: Encoder) {
    this.#file = file;
    this.#encode = encode;
  }

  write(text: string): void {
    this.#file.write(this.#encode(text));
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
  throw new ValueError(`invalid mode: ${repr(mode)}`, { value: mode, accepted: "'a' or 'w'" });
}
