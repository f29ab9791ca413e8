import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { Handler } from "./handler.ts";
import { Manager, RootLogger } from "./hierarchy.ts";
import type { LogRecord } from "./record.ts";

class Recorder extends Handler {
  readonly lines: string[] = [];

  override emit(record: LogRecord): void {
    this.lines.push(this.formatOrFallback(record));
  }
}

const stderr = new CapturedStderr();
beforeEach(() => stderr.start());
afterEach(() => stderr.stop());

test("hostile arguments never cost a record, nor throw into the application", () => {
  const recorder = new Recorder();
  const manager = new Manager(new RootLogger("DEBUG"));
  manager.root.addHandler(recorder);
  const log = manager.getLogger("app");
  const trap = (): never => {
    throw new Error("trap");
  };
  class HostileMap extends Map<unknown, unknown> {
    override get size(): number {
      return trap();
    }
  }
  const revoked = Proxy.revocable<unknown[]>([], {});
  revoked.revoke();
  const aggregate = Object.assign(new Error("many"), { errors: revoked.proxy });
  const hostile: unknown[] = [new HostileMap([[1, 2]]), revoked.proxy, aggregate];
  for (const value of hostile) {
    for (const message of ["plain", "%s", "%d", "%(key)s"]) log.info(message, value);
    log.exception(value, "with %s", value);
    log.logRecord("INFO", "exact %s", [value], { excInfo: value, stackInfo: true });
    log.logRecord("INFO", "exact %s", value as unknown[]);
  }
  assert.equal(recorder.lines.length, hostile.length * 7);
});
