// A logger that keeps what it is given: for tests of what is logged, not of how it
// looks. Each is the top of a tree of its own, so that nothing of one test shows in
// another.

import assert from "node:assert/strict";

import { Handler } from "../../src/core/handler.ts";
import { Manager, RootLogger } from "../../src/core/hierarchy.ts";
import type { Logger } from "../../src/core/logger.ts";
import type { LogRecord } from "../../src/core/record.ts";
import { until } from "./until.ts";

/** What a test compares of a record. */
export interface RecordedCall {
  readonly level: string;
  readonly name: string;
  readonly message: string;
  readonly fields: Record<string, unknown>;
  readonly error: unknown;
}

/** A tree of loggers, at level 1, and its records. */
export class RecordedLog {
  readonly calls: RecordedCall[] = [];
  readonly #manager = new Manager(new RootLogger(1));

  constructor() {
    const { calls } = this;
    class Recorder extends Handler {
      override emit(record: LogRecord): void {
        const { levelname: level, name, fields, exc_info: error } = record;
        calls.push({ level, name, message: record.getMessage(), fields: { ...fields }, error });
      }
    }
    this.#manager.root.addHandler(new Recorder());
  }

  logger(name: string): Logger {
    return this.#manager.getLogger(name);
  }

  /** The only call so far; waits for it. */
  async only(): Promise<RecordedCall> {
    await until(() => this.calls.length > 0);
    assert.equal(this.calls.length, 1, JSON.stringify(this.calls));
    return this.last;
  }

  get last(): RecordedCall {
    const last = this.calls.at(-1);
    assert.ok(last !== undefined, "a call was expected");
    return last;
  }
}
