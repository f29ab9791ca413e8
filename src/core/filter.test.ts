import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Handler } from "./handler.ts";
import { Manager, RootLogger } from "./hierarchy.ts";
import type { Logger } from "./logger.ts";
import type { LogRecord } from "./record.ts";

class Recorder extends Handler {
  readonly lines: string[] = [];
  last: LogRecord | null = null;

  override emit(record: LogRecord): void {
    this.last = record;
    this.lines.push(this.format(record));
  }
}

let log: Logger;
let recorder: Recorder;

beforeEach(() => {
  log = new Manager(new RootLogger("DEBUG")).getLogger("app");
  recorder = new Recorder();
  log.addHandler(recorder);
});

test("a filter may ask for fields that a record doesn't have, and add some", () => {
  log.addFilter(({ fields }) => {
    if (fields["user"] === undefined) fields["user"] = "nobody";
    return true;
  });
  log.info("x");
  assert.equal(recorder.last?.fields["user"], "nobody");
  log.info("x", { user: "ann" });
  assert.equal(recorder.last?.fields["user"], "ann");
});

test("a filter may put another record in place", () => {
  log.addFilter((record) => {
    const copy = record.copy();
    copy.msg = "replaced";
    return copy;
  });
  log.info("x");
  assert.deepEqual(recorder.lines, ["replaced"]);
  log.addFilter(() => false);
  log.info("y");
  assert.equal(recorder.lines.length, 1);
});
