// A handler that keeps records, for tests of what reaches handlers.

import { Handler } from "../../src/core/handler.ts";
import type { LogRecord } from "../../src/core/record.ts";

/** Keeps what it is given. */
export class Recorder extends Handler {
  readonly records: LogRecord[] = [];

  /** The messages so far. */
  get texts(): string[] {
    return this.records.map((record) => record.getMessage());
  }

  override emit(record: LogRecord): void {
    this.records.push(record);
  }

  /** The records so far, each as message and fields (or as `shown` says); they are gone then. */
  take(
    shown: (record: LogRecord) => string = (record) =>
      `${record.getMessage()} ${JSON.stringify(record.fields)}`,
  ): string[] {
    return this.records.splice(0).map(shown);
  }
}
