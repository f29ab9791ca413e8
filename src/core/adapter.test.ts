import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { LoggerAdapter } from "./adapter.ts";
import { KeyError } from "./errors.ts";
import { Handler } from "./handler.ts";
import { Manager, RootLogger } from "./hierarchy.ts";
import type { Logger } from "./logger.ts";
import { extraNames } from "./record.ts";
import type { LogRecord } from "./record.ts";

let log: Logger;
let seen: LogRecord[];

class Recorder extends Handler {
  override emit(record: LogRecord): void {
    void record.funcName;
    seen.push(record);
  }
}

beforeEach(() => {
  seen = [];
  log = new Manager(new RootLogger("DEBUG")).getLogger("a.b");
  log.addHandler(new Recorder());
});

function extras(): Record<string, unknown> {
  const record = seen.at(-1);
  assert.ok(record);
  return Object.fromEntries(extraNames(record).map((key) => [key, Reflect.get(record, key)]));
}

test("an adapter's extra goes onto the records, beside the call's fields", () => {
  const adapter = new LoggerAdapter(log, { request: 7 });
  adapter.info("user %s", "ann", { id: 1 });
  assert.deepEqual(extras(), { request: 7 });
  assert.equal(seen.at(-1)?.getMessage(), "user ann");
  assert.equal(seen.at(-1)?.fields["id"], 1);
});

test("extra replaces that of the call unless it is merged, and the call's wins then", () => {
  const options = { extra: { request: 8, user: "ann" } };
  new LoggerAdapter(log, { request: 7 }).logRecord(20, "x", [], options);
  assert.deepEqual(extras(), { request: 7 });
  new LoggerAdapter(log, { request: 7, ip: "::1" }, true).logRecord(20, "x", [], options);
  assert.deepEqual(extras(), { request: 8, ip: "::1", user: "ann" });
});

test("a merged extra gives way to the call's own fields, any other stays the adapter's", () => {
  const fields = { request: 8, id: 1 };
  new LoggerAdapter(log, { request: 7, ip: "::1" }, true).info("x", fields);
  assert.deepEqual(extras(), { request: 8, ip: "::1" });
  assert.deepEqual({ ...seen.at(-1)?.fields }, fields);
  new LoggerAdapter(log, { request: 7 }).info("x", fields);
  assert.deepEqual(extras(), { request: 7 });
  // What the outer one has replaced is no longer the call's.
  const outer = new LoggerAdapter(new LoggerAdapter(log, { request: 1, id: 2 }, true), {
    request: 7,
  });
  outer.info("x", fields);
  assert.deepEqual(extras(), { request: 7, id: 1 });
});

test("nested adapters each have their say, from the outside in", () => {
  const inner = new LoggerAdapter(log, { a: 1 }, true);
  const outer = new LoggerAdapter(inner, { b: 2 });
  outer.warning("x");
  assert.deepEqual(extras(), { a: 1, b: 2 });
  assert.equal(outer.name, "a.b");
  assert.equal(String(outer), "<LoggerAdapter a.b (DEBUG)>");
});

test("the place of the call is that of the outermost adapter's caller", () => {
  const outer = new LoggerAdapter(new LoggerAdapter(log, {}), {});
  function caller(): void {
    outer.error("x");
  }
  caller();
  assert.equal(seen.at(-1)?.funcName, "caller");
});

test("a subclass may change the message in process()", () => {
  class Prefixed extends LoggerAdapter {
    override process(msg: unknown, options: object): [unknown, object] {
      return [`[7] ${String(msg)}`, options];
    }
  }
  new Prefixed(log).info("paid %d", 5);
  assert.equal(seen.at(-1)?.getMessage(), "[7] paid 5");
});

test("an extra key that is an attribute is a KeyError, as in Python", () => {
  const adapter = new LoggerAdapter(log, { levelname: "mine" });
  assert.throws(() => adapter.info("x"), KeyError);
  log.setLevel("ERROR");
  adapter.info("not even made");
  assert.equal(seen.length, 0);
});

test("errors are found as by a logger, and a key named __proto__ is data", () => {
  const error = new Error("boom");
  const adapter = new LoggerAdapter(log, JSON.parse('{"__proto__": 5}'), true);
  adapter.exception("could not %s", "pay", error);
  assert.equal(seen.at(-1)?.exc_info, error);
  assert.equal(Object.hasOwn(seen.at(-1) ?? {}, "__proto__"), true);
});

test("what is neither a logger nor an adapter is refused at construction", () => {
  for (const wrong of [null, {}, log.with({ id: 1 })]) {
    assert.throws(() => new LoggerAdapter(wrong as never), {
      name: "TypeError",
      message: /accepted: a Logger or a LoggerAdapter/,
    });
  }
});
