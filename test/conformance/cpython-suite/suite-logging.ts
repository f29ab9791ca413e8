// What most of these tests begin with: a fresh logging tree whose root logs
// everything, through one handler, into a text. Lines are numbered messages, so that a
// test can say which of its calls got through and in which order. Only tests of this
// folder use it; it must leave nothing behind for the next test.

import assert from "node:assert/strict";
import { afterEach, beforeEach } from "node:test";

import { DEBUG, Formatter, NullHandler, StreamHandler, getLogger } from "../../../src/index.ts";
import type { Logger, LogRecord, TextStream } from "../../../src/index.ts";
import { resetLevelNames } from "../../../src/core/level.ts";
import { CapturedStderr } from "../../kit/captured-stderr.ts";
import { withFreshLogging } from "../fresh-logging.ts";

/** The format of the root's handler, as CPython's suite has it. */
export const LINE_FORMAT = "%(name)s -> %(levelname)s: %(message)s";

/** A stream that keeps what it is given. */
export class TextBuffer implements TextStream {
  text = "";

  write(text: string): void {
    this.text += text;
  }

  /** The lines so far, without their ends. */
  get lines(): string[] {
    return this.text === "" ? [] : this.text.replace(/\n$/, "").split("\n");
  }
}

/** Keeps the records that it is given, filters and all. */
export class RecordingHandler extends NullHandler {
  readonly records: LogRecord[] = [];

  /** The record is asked for its place now: once the call has returned nobody knows it. */
  override handle(record: LogRecord): LogRecord {
    assert.equal(typeof record.pathname, "string");
    this.records.push(record);
    return record;
  }

  /** The one record that there must be. */
  get only(): LogRecord {
    assert.equal(this.records.length, 1, "one record was expected");
    return this.last;
  }

  get last(): LogRecord {
    const record = this.records.at(-1);
    assert.ok(record !== undefined, "there is no record");
    return record;
  }
}

/** The state of one test. */
export class SuiteLogging {
  readonly root: Logger = getLogger();
  readonly stream: TextBuffer = new TextBuffer();
  readonly handler: StreamHandler = new StreamHandler(this.stream);
  #count = 0;

  constructor() {
    this.root.setLevel(DEBUG);
    this.handler.setFormatter(new Formatter(LINE_FORMAT));
    this.root.addHandler(this.handler);
  }

  /** The next number, as a message. */
  next(): string {
    this.#count += 1;
    return String(this.#count);
  }
}

/**
 * For the top of a `describe`: each test gets a state of its own, made before it
 * runs. Failures of handlers are kept in `stderr` and not printed.
 */
export function useSuiteLogging(): { readonly now: SuiteLogging; readonly stderr: CapturedStderr } {
  const stderr = new CapturedStderr();
  let now: SuiteLogging | null = null;
  beforeEach(() => {
    withFreshLogging(() => undefined);
    stderr.start();
    now = new SuiteLogging();
  });
  afterEach(() => {
    stderr.stop();
    now = null;
    withFreshLogging(() => undefined);
    resetLevelNames();
  });
  return {
    stderr,
    get now(): SuiteLogging {
      assert.ok(now !== null, "only within a test");
      return now;
    },
  };
}
