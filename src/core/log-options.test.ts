import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { LoggerAdapter } from "./adapter.ts";
import type { LogOptions } from "./delivery.ts";
import { Handler } from "./handler.ts";
import { Manager, RootLogger } from "./hierarchy.ts";
import type { Logger } from "./logger.ts";
import type { LogRecord } from "./record.ts";

class Recorder extends Handler {
  override emit(record: LogRecord): void {
    seen.push(record);
  }
}

const stderr = new CapturedStderr();
let log: Logger;
let seen: LogRecord[];
beforeEach(() => {
  stderr.start();
  seen = [];
  log = new Manager(new RootLogger("DEBUG")).getLogger("a.b");
  log.addHandler(new Recorder());
});
afterEach(() => stderr.stop());

test("exc_info and stack_info are taken by Python's spelling, also through an adapter", () => {
  const error = new Error("boom");
  for (const target of [log, new LoggerAdapter(log, { request: 7 })]) {
    target.logRecord("ERROR", "x", [], { exc_info: error, stack_info: true });
    assert.equal(seen.at(-1)?.exc_info, error);
    assert.match(seen.at(-1)?.stack_info ?? "", /^Stack/);
  }
  const ours = new Error("ours");
  log.logRecord("ERROR", "x", [], { exc_info: error, excInfo: ours });
  assert.equal(seen.at(-1)?.exc_info, ours);
  assert.equal(stderr.text, "");
});

test("an option that doesn't exist is told once, with its place, and costs no record", () => {
  const options = { stack_level: 2, excInfo: null } as LogOptions;
  for (let i = 0; i < 3; i += 1) log.logRecord("INFO", "x", [], options);
  new LoggerAdapter(log).logRecord("INFO", "x", [], options);
  assert.equal(seen.length, 4);
  assert.equal(stderr.text.match(/unknown option 'stack_level'; accepted: extra, /g)?.length, 1);
  assert.match(stderr.text, /Called from .*log-options\.test\.ts, line \d+\n$/);
});

test("options that are none are told, and null means none", () => {
  log.logRecord("ERROR", "x", [], null as unknown as LogOptions);
  assert.equal(stderr.text, "");
  log.logRecord("ERROR", "x", [], new Error("lost") as LogOptions);
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  log.logRecord("ERROR", "x", [], proxy);
  assert.equal(seen.length, 3);
  assert.match(stderr.text, /options can't be Error\('lost'\); accepted: extra, excInfo/);
});

test("names that an adapter's own process takes out are not told", () => {
  class Taking extends LoggerAdapter {
    override process(
      msg: unknown,
      { tenant, ...rest }: LogOptions & { tenant?: string },
    ): [unknown, LogOptions] {
      return [`${tenant} ${String(msg)}`, rest];
    }
  }
  new Taking(log).logRecord("INFO", "x", [], { tenant: "ada" } as LogOptions);
  assert.equal(seen.at(-1)?.getMessage(), "ada x");
  assert.equal(stderr.text, "");
});
