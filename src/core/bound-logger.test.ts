import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

import { Recorder } from "../../test/kit/recorder.ts";
import { LoggerAdapter } from "./adapter.ts";
import { BoundLogger } from "./bound-logger.ts";
import { withContext } from "./context.ts";
import { Manager, RootLogger } from "./hierarchy.ts";
import type { Level } from "./level.ts";
import type { Logger } from "./logger.ts";
import type { LogRecord } from "./record.ts";

const named = ({ name, msg, fields }: LogRecord): string =>
  `${name} ${String(msg)} ${JSON.stringify(fields)}`;

let log: Logger;
let recorder: Recorder;

beforeEach(() => {
  const manager = new Manager(new RootLogger("INFO"));
  recorder = new Recorder();
  manager.root.addHandler(recorder);
  log = manager.getLogger("shop");
});

describe("A bound logger", () => {
  it("knows the types of its fields", () => {
    const bound = log.with({ requestId: "7f", attempt: 1 });
    const more = bound.with({ attempt: "second", user: { id: 7 } });
    // What is checked here is that these lines compile.
    const attempt: number = bound.fields.attempt;
    const again: string = more.fields.attempt;
    const id: number = more.fields.user.id;
    const any: BoundLogger = more;
    const requestId: string = more.fields.requestId;
    // @ts-expect-error a field is not to be assigned
    assert.throws(() => (more.fields.requestId = "8"), TypeError);
    interface Request {
      readonly method: string;
    }
    const request: Request = { method: "GET" };
    const ofInterface: BoundLogger = log.with(request);
    assert.deepEqual([attempt, again, id, requestId], [1, "second", 7, "7f"]);
    assert.equal(any.fields["attempt"], "second");
    assert.equal(ofInterface.fields["method"], "GET");
  });

  it("has children of the same fields", () => {
    const child = log.with({ requestId: "7f" }).getChild("db");
    assert.ok(child instanceof BoundLogger);
    assert.equal(child.name, "shop.db");
    child.info("m", { id: 1 });
    child.getChild("pool").with({ a: 1 }).warning("n");
    assert.deepEqual(recorder.take(named), [
      'shop.db m {"requestId":"7f","id":1}',
      'shop.db.pool n {"requestId":"7f","a":1}',
    ]);
    child.logger.setLevel("ERROR");
    assert.equal(child.getEffectiveLevel(), 40);
  });

  it("takes level names that are known to the compiler, and any other", () => {
    const levels: Level[] = ["INFO", "WARNING", 35, "ERROR"];
    const own: string = "CRITICAL";
    for (const level of [...levels, own]) log.with({ a: 1 }).log(level, "m");
    assert.equal(recorder.take(named).length, 5);
  });
});

describe("An adapter's with()", () => {
  it("binds fields in front of the call's, and leaves the adapter's extra what it is", () => {
    for (const mergeExtra of [false, true]) {
      const adapter = new LoggerAdapter(log, { tenant: "t", id: "extra" }, mergeExtra);
      const bound = adapter.with({ a: 1, b: 2 });
      assert.ok(bound instanceof LoggerAdapter);
      bound.with({ b: 3, c: 4 }).info("m", { a: 5, d: 6 });
      withContext({ requestId: "7f", a: 0 }, () => bound.error("n", new Error("no")));
      bound.debug("off");
      const [record, other] = recorder.records;
      assert.equal(Reflect.get(record ?? {}, "tenant"), "t");
      assert.equal(Reflect.get(other ?? {}, "tenant"), "t");
      assert.deepEqual(recorder.take(named), [
        'shop m {"a":5,"b":3,"c":4,"d":6}',
        'shop n {"requestId":"7f","a":1,"b":2}',
      ]);
    }
  });

  it("counts as the call's own where an adapter merges its extra", () => {
    const adapter = new LoggerAdapter(log, { id: "extra" }, true);
    adapter.with({ id: "bound" }).info("m");
    assert.equal(Reflect.get(recorder.records[0] ?? {}, "id"), "bound");
  });

  it("keeps process() of the adapter, and the place of the call", () => {
    class Prefixed extends LoggerAdapter {
      override process(
        ...given: Parameters<LoggerAdapter["process"]>
      ): ReturnType<LoggerAdapter["process"]> {
        const [msg, options] = super.process(...given);
        return [`[x] ${String(msg)}`, options];
      }
    }
    let place = "";
    recorder.addFilter((record) => {
      place = record.filename;
      return true;
    });
    new Prefixed(log).with({ a: 1 }).info("m");
    assert.deepEqual(recorder.take(named), ['shop [x] m {"a":1}']);
    assert.match(place, /^bound-logger\.test\.[jt]s$/);
  });

  it("refuses what is no plain object", () => {
    assert.throws(
      () => new LoggerAdapter(log).with(5 as never),
      /fields can't be 5; accepted: a plain/,
    );
  });
});
