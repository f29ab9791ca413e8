// What tests of configurations need: a logging tree as after an import and an empty
// folder for each test, a stream and a handler that keep what they are given.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { Handler } from "../../src/core/handler.ts";
import type { LogRecord } from "../../src/core/record.ts";
import { withFreshLogging } from "../conformance/fresh-logging.ts";

/** A stream that keeps what it is given. */
export class Sink {
  text = "";
  write(text: string): void {
    this.text += text;
  }
}

/** A handler that keeps messages, and says whether it was closed. */
export class Kept extends Handler {
  readonly messages: string[] = [];
  closed = false;
  override emit(record: LogRecord): void {
    this.messages.push(this.format(record));
  }
  override close(): void {
    this.closed = true;
    super.close();
  }
}

/** A test with logging as after an import, and an empty folder. */
export function configured(name: string, action: (folder: string) => void): void {
  test(name, () => {
    const folder = mkdtempSync(join(tmpdir(), "configured-"));
    try {
      withFreshLogging(() => action(folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
