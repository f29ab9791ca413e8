import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { getHandlerByName, Handler } from "../core/handler.ts";
import { Logger } from "../core/logger.ts";
import { makeLogRecord } from "../core/record.ts";
import type { LogRecord } from "../core/record.ts";
import { shutdown } from "../core/shutdown.ts";
import { Formatter } from "../formatters/formatter.ts";
import { BufferingHandler } from "./buffering.ts";
import { MemoryHandler } from "./memory.ts";
import type { MemoryHandlerOptions } from "./memory.ts";

class Recorder extends Handler {
  readonly lines: string[] = [];

  override emit(record: LogRecord): void {
    this.lines.push(this.format(record));
  }
}

const stderr = new CapturedStderr();
let target: Recorder;
let logger: Logger;
beforeEach(() => {
  target = new Recorder();
  logger = new Logger("app", 1);
  stderr.start();
});
afterEach(() => stderr.stop());

function attach(capacity: number, options: MemoryHandlerOptions = { target }): MemoryHandler {
  const handler = new MemoryHandler(capacity, options);
  logger.addHandler(handler);
  return handler;
}

describe("MemoryHandler", () => {
  it("holds records back until its buffer is full", () => {
    const handler = attach(3);
    logger.info("one");
    logger.info("two");
    assert.deepEqual(target.lines, []);
    assert.equal(handler.buffer.length, 2);
    logger.info("three");
    assert.deepEqual(target.lines, ["one", "two", "three"]);
    assert.equal(handler.buffer.length, 0);
  });

  it("holds records back until one is as bad as flushLevel, which may be a name", () => {
    attach(100, { target, flushLevel: "WARNING" });
    logger.info("before");
    logger.warning("bad");
    logger.info("after");
    assert.deepEqual(target.lines, ["before", "bad"]);
  });

  it("flushes at ERROR if it is told no level", () => {
    attach(100);
    logger.warning("bad");
    assert.deepEqual(target.lines, []);
    logger.error("worse");
    assert.deepEqual(target.lines, ["bad", "worse"]);
  });

  it("keeps what it has while there is no target, and gives it to one that comes", () => {
    const handler = attach(1, {});
    logger.error("one");
    logger.error("two");
    handler.flush();
    assert.equal(handler.buffer.length, 2);
    handler.setTarget(target);
    assert.equal(handler.target, target);
    handler.flush();
    assert.deepEqual(target.lines, ["one", "two"]);
  });

  it("gives records to the filters of its target, and doesn't ask for the target's level", () => {
    target.setLevel("CRITICAL");
    target.addFilter((record) => record.msg !== "no");
    attach(2);
    logger.info("yes");
    logger.info("no");
    assert.deepEqual(target.lines, ["yes"]);
  });

  it("flushes when it is closed, unless flushOnClose is false", () => {
    const flushing = attach(100);
    const silent = attach(100, { target, flushOnClose: false });
    logger.info("held");
    silent.close();
    assert.deepEqual(target.lines, []);
    flushing.close();
    assert.deepEqual(target.lines, ["held"]);
    assert.equal(flushing.target, null);
  });

  it("is flushed by shutdown, unless flushOnClose is false", () => {
    attach(100);
    logger.info("pushed out");
    shutdown();
    assert.deepEqual(target.lines, ["pushed out"]);

    logger = new Logger("app", 1);
    attach(100, { target, flushOnClose: false });
    logger.info("thrown away");
    shutdown();
    assert.deepEqual(target.lines, ["pushed out"]);
  });

  it("keeps the place of a call for a target that shows it later", () => {
    target.setFormatter(new Formatter("%(filename)s %(funcName)s %(message)s"));
    const handler = attach(100);
    function payOut(): void {
      logger.info("paid");
    }
    payOut();
    handler.flush();
    assert.match(target.lines.join(), /^memory\.test\.[jt]s payOut paid$/);
  });

  it("gives what its target logs to it meanwhile to the target afterwards, and not for ever", () => {
    const handler = attach(1);
    target.addFilter((record) => {
      if (record.msg === "one") logger.info("from the filter");
      return true;
    });
    logger.info("one");
    assert.deepEqual(target.lines, ["one", "from the filter"]);

    target.addFilter(() => {
      logger.info("and again");
      return true;
    });
    logger.info("without end");
    const given = target.lines.length;
    assert.ok(given < 100, `${given} records were given`);
    assert.ok(handler.buffer.length <= 2);
  });

  it("gives the others to a target that throws at one, and reports that one", () => {
    const lines: string[] = [];
    const broken = {
      handle(record: LogRecord) {
        if (record.msg === "two") throw new Error("not this one");
        lines.push(record.getMessage());
        return record;
      },
    };
    attach(3, { target: broken as unknown as Handler });
    for (const msg of ["one", "two", "three"]) logger.info(msg);
    assert.deepEqual(lines, ["one", "three"]);
    assert.match(stderr.text, /not this one[^]*Message: 'two'/);
  });

  it("refuses what can't be a capacity, a level, a target or an option, by its value", () => {
    const bad = (make: () => unknown, name: string, message: RegExp): void =>
      void assert.throws(make, { name, message });
    bad(
      () => new MemoryHandler("10" as unknown as number),
      "TypeError",
      /^capacity can't be '10'; accepted: a number of records$/,
    );
    bad(() => new MemoryHandler(NaN), "TypeError", /^capacity can't be NaN/);
    bad(
      () => new MemoryHandler(1, { flushLevel: "LOUD" }),
      "ValueError",
      /^Unknown level: 'LOUD'$/,
    );
    const none = { target: {} as unknown as Handler };
    bad(() => new MemoryHandler(1, none), "TypeError", /^a handler can't be \{\}; accepted: /);
    const misspelt = { flushlevel: 10 } as unknown as MemoryHandlerOptions;
    bad(
      () => new MemoryHandler(1, misspelt),
      "TypeError",
      /^unknown option "flushlevel"; accepted: /,
    );
    const handler = new MemoryHandler(1);
    bad(() => handler.setTarget(7 as unknown as Handler), "TypeError", /^a handler can't be 7/);
  });
});

describe("BufferingHandler", () => {
  it("empties its buffer when it is full, and when it is closed", () => {
    const handler = new BufferingHandler(2);
    handler.name = "buffering";
    handler.handle(makeLogRecord({ msg: "one" }));
    assert.equal(handler.buffer.length, 1);
    handler.handle(makeLogRecord({ msg: "two" }));
    assert.equal(handler.buffer.length, 0);
    handler.handle(makeLogRecord({ msg: "three" }));
    handler.close();
    assert.equal(handler.buffer.length, 0);
    assert.equal(getHandlerByName("buffering"), null);
  });

  it("asks a subclass whether it is full, and has it flush", () => {
    const flushed: string[][] = [];
    class Pairs extends BufferingHandler {
      override shouldFlush(record: LogRecord): boolean {
        return record.msg === "now";
      }
      override flush(): void {
        flushed.push(this.buffer.map((record) => record.getMessage()));
        super.flush();
      }
    }
    const handler = new Pairs(1);
    for (const msg of ["a", "b", "now", "c"]) handler.handle(makeLogRecord({ msg }));
    assert.deepEqual(flushed, [["a", "b", "now"]]);
  });

  it("gives up its name even if a subclass can't flush", () => {
    let mended = false;
    class Broken extends BufferingHandler {
      override flush(): void {
        if (!mended) throw new Error("can't flush");
      }
    }
    const handler = new Broken(1);
    handler.name = "broken";
    assert.throws(() => handler.close(), /can't flush/);
    assert.equal(getHandlerByName("broken"), null);
    mended = true; // for the end of this process
  });
});

describe("the target of a MemoryHandler", () => {
  it("can't be the handler itself, nor one whose records come back", () => {
    const [first, second, third] = [1, 2, 3].map(() => new MemoryHandler(10));
    assert.ok(first && second && third);
    const refused = {
      name: "ValueError",
      message: /^target can't be .*; accepted: a handler whose/,
    };
    assert.throws(() => first.setTarget(first), refused);
    second.setTarget(first);
    third.target = second;
    assert.throws(() => first.setTarget(third), refused);
    assert.throws(() => (first.target = second), refused);
    assert.equal(first.target, null);
    first.setTarget(target);
    third.handle(makeLogRecord({ msg: "x" }));
    for (const handler of [third, second, first]) handler.flush();
    assert.deepEqual(target.lines, ["x"]);
  });

  it("may fail later, which is reported", async () => {
    const late = { handle: () => Promise.reject(new Error("late target")) };
    const handler = new MemoryHandler(1, { target: late as unknown as Handler });
    handler.handle(makeLogRecord({ msg: "x" }));
    await new Promise((resolve) => setImmediate(resolve));
    assert.match(stderr.text, /Error: late target[^]*Message: 'x'/);
  });

  it("is let go of by close, which tells what it was not given", () => {
    const echo = new Recorder();
    const handler = attach(1, { target: echo });
    echo.addFilter(() => {
      handler.buffer.push(makeLogRecord({ msg: "again" }));
      handler.flush();
      return true;
    });
    logger.info("x");
    handler.close();
    const { length } = handler.buffer;
    assert.ok(length > 0);
    assert.match(stderr.text, /1 record was not given to the target before the handler was closed/);
    assert.equal(handler.target, null);
  });
});
