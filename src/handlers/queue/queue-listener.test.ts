import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, it } from "node:test";

import { CapturedStderr } from "../../../test/kit/captured-stderr.ts";
import { Handler } from "../../core/handler.ts";
import { Logger } from "../../core/logger.ts";
import type { LogRecord } from "../../core/record.ts";
import { shutdown } from "../../core/shutdown.ts";
import { LogQueue } from "./log-queue.ts";
import type { ListenableQueue } from "./log-queue.ts";
import { QueueListener } from "./queue-listener.ts";
import { QueueHandler } from "./queue.ts";

class Recorder extends Handler {
  readonly lines: string[] = [];

  override emit(record: LogRecord): void {
    this.lines.push(this.format(record));
  }
}

const stderr = new CapturedStderr();
let queue: LogQueue;
let logger: Logger;
let target: Recorder;
let listener: QueueListener;
beforeEach(() => {
  stderr.start();
  queue = new LogQueue();
  logger = new Logger("app", 1);
  logger.addHandler(new QueueHandler(queue));
  target = new Recorder();
  listener = new QueueListener(queue, [target]);
});
afterEach(() => {
  listener.stop();
  stderr.stop();
});

describe("QueueListener", () => {
  it("handles records in turns of its own, in their order", async () => {
    logger.info("before the start");
    listener.start();
    for (let i = 0; i < 1000; i += 1) logger.info("%d", i);
    assert.deepEqual(target.lines, []);
    await queue.join();
    assert.equal(target.lines.length, 1001);
    assert.deepEqual(target.lines.slice(0, 3), ["before the start", "0", "1"]);
    assert.equal(target.lines.at(-1), "999");
    assert.equal(queue.unfinished, 0);
  });

  it("lets other turns of the event loop in between, however much waits", async () => {
    listener.start();
    for (let i = 0; i < 2000; i += 1) logger.info("%d", i);
    while (target.lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(target.lines.length < 2000, `${target.lines.length} in one turn`);
  });

  it("handles all that waits when it is stopped, and may be stopped again", () => {
    listener.start();
    for (let i = 0; i < 1000; i += 1) logger.info("%d", i);
    listener.stop();
    assert.equal(target.lines.length, 1000);
    assert.equal(queue.unfinished, 0);
    listener.stop();
    assert.equal(queue.size, 0);
    assert.equal(listener.isStarted, false);
  });

  it("takes nothing while it is stopped, and that when it is started again", () => {
    listener.stop();
    listener.start();
    listener.stop();
    logger.info("meanwhile");
    assert.deepEqual(target.lines, []);
    listener.start();
    listener.stop();
    assert.deepEqual(target.lines, ["meanwhile"]);
  });

  it("gives every record to every handler, unless it respects their levels", () => {
    const errors = new Recorder();
    errors.setLevel("ERROR");
    errors.addFilter((record) => record.msg !== "veto");
    const careful = new QueueListener(queue, [target, errors], { respectHandlerLevel: true });
    const plain = new QueueListener(queue, new Set([errors]));
    const log = (): void => {
      for (const text of ["veto", "fine"]) logger.info(text);
      for (const text of ["veto", "bad"]) logger.error(text);
    };
    careful.start();
    log();
    careful.stop();
    assert.deepEqual([target.lines, errors.lines], [["veto", "fine", "veto", "bad"], ["bad"]]);
    plain.start();
    log();
    plain.stop();
    assert.deepEqual(errors.lines, ["bad", "fine", "bad"]);
  });

  it("ends at a null that somebody else put on the queue", async () => {
    listener.start();
    logger.info("one");
    queue.put(QueueListener.sentinel);
    logger.info("two");
    while (listener.isStarted) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(target.lines, ["one"]);
    assert.equal(queue.size, 1);
  });

  it("stops when one of its own handlers says so, after what waited then", () => {
    target.addFilter((record) => {
      if (record.msg === "stop") listener.stop();
      return true;
    });
    listener.start();
    for (const text of ["stop", "waited"]) logger.info(text);
    listener.stop();
    logger.info("came later");
    assert.deepEqual(target.lines, ["stop", "waited"]);
  });

  it("goes on when one of its own handlers stops it and starts it again", async () => {
    target.addFilter((record) => {
      if (record.msg !== "again") return true;
      listener.stop();
      listener.start();
      return true;
    });
    listener.start();
    for (const text of ["again", "waited"]) logger.info(text);
    await queue.join();
    assert.equal(listener.isStarted, true);
    logger.info("later");
    await queue.join();
    assert.deepEqual(target.lines, ["again", "waited", "later"]);
    for (const text of ["again", "behind it"]) logger.info(text);
    listener.stop();
    assert.equal(listener.isStarted, true);
    logger.info("last");
    await queue.join();
    assert.deepEqual(target.lines.slice(3), ["again", "behind it", "last"]);
    assert.equal(stderr.text, "");
  });

  it("handles all that waits when a handler stops it, however much it is", async () => {
    target.addFilter((record) => {
      if (record.msg === "stop") listener.stop();
      if (record.msg === "999") logger.info("after the stop");
      return true;
    });
    listener.start();
    logger.info("stop");
    for (let i = 0; i < 1000; i += 1) logger.info("%d", i);
    while (listener.isStarted) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(target.lines.length, 1001);
    assert.match(stderr.text, /1 record was left on the queue when the listener stopped/);
  });

  it("goes on after a shutdown that one of its handlers asks for", async () => {
    target.addFilter((record) => {
      if (record.msg === "shutdown") shutdown();
      return true;
    });
    listener.start();
    for (const text of ["shutdown", "waited"]) logger.info(text);
    await queue.join();
    assert.equal(listener.isStarted, true);
    logger.info("later");
    await queue.join();
    assert.deepEqual(target.lines, ["shutdown", "waited", "later"]);
  });

  it("reports handlers that fail later, and a queue that answers with promises", async () => {
    const late = { level: 0, handle: () => Promise.reject(new Error("late handle")) };
    const quick = new QueueListener(queue, [late as unknown as Handler]);
    quick.start();
    logger.info("one");
    quick.stop();
    const slow = {
      put() {},
      get: () => Promise.reject(new Error("late get")),
      subscribe: () => () => {},
    };
    const waiting = new QueueListener(slow, []);
    waiting.start();
    waiting.stop();
    await new Promise((resolve) => setImmediate(resolve));
    assert.match(stderr.text, /Error: late handle/);
    assert.match(stderr.text, /the item of a queue can't be a promise; accepted: an item at once/);
    assert.match(stderr.text, /Error: late get/);
  });

  it("handles what its handlers log to the same queue, but not for ever", () => {
    target.addFilter((record) => {
      if (record.msg === "one") logger.info("two");
      if (record.msg === "endless") logger.info("endless");
      return true;
    });
    listener.start();
    logger.info("one");
    listener.stop();
    assert.deepEqual(target.lines, ["one", "two"]);
    listener.start();
    logger.info("endless");
    listener.stop();
    assert.ok(target.lines.length < 100);
    assert.match(stderr.text, /1 record was left on the queue when the listener stopped/);
  });

  it("reports a handler that throws, and gives the record to the others", () => {
    const broken = {
      level: 0,
      handle() {
        throw new Error("no");
      },
    };
    listener = new QueueListener(queue, [broken as unknown as Handler, target]);
    listener.start();
    logger.info("one");
    listener.stop();
    assert.deepEqual(target.lines, ["one"]);
    assert.match(stderr.text, /Error: no[^]*the record could not be handled/);
  });

  it("goes through prepare, handle and dequeue, which may be replaced", () => {
    class Loud extends QueueListener {
      override prepare(record: LogRecord): LogRecord {
        const copy = record.copy();
        copy.msg = String(copy.msg).toUpperCase();
        return copy;
      }
    }
    listener = new Loud(queue, [target]);
    listener.start();
    logger.info("quiet");
    listener.stop();
    assert.deepEqual(target.lines, ["QUIET"]);
  });

  it("drains a full queue whose end mark finds no room", () => {
    class Tight implements ListenableQueue {
      readonly items: unknown[] = [];
      put(item: unknown): void {
        if (this.items.length >= 2) throw new Error("no room");
        this.items.push(item);
      }
      get(): unknown {
        return this.items.shift();
      }
      subscribe(): () => void {
        return () => {};
      }
    }
    const tight = new Tight();
    logger.handlers = [new QueueHandler(tight)];
    logger.info("one");
    logger.info("two");
    listener = new QueueListener(tight, [target]);
    listener.start();
    listener.stop();
    assert.deepEqual(target.lines, ["one", "two"]);
    assert.match(stderr.text, /no room/);
    assert.equal(tight.items.length, 0);
  });

  it("is drained by shutdown, and goes on listening", () => {
    listener.start();
    logger.info("one");
    shutdown();
    assert.deepEqual(target.lines, ["one"]);
    assert.equal(listener.isStarted, true);
    logger.info("two");
    listener.stop();
    assert.deepEqual(target.lines, ["one", "two"]);
  });

  it("refuses what is no queue, no handler and no option, by its value", () => {
    const bad = (make: () => unknown, message: RegExp): void =>
      void assert.throws(make, { name: "TypeError", message });
    bad(
      () => new QueueListener({ put() {} } as unknown as LogQueue, []),
      /^the queue of a listener can't be .*; accepted: a LogQueue, /,
    );
    bad(() => new QueueListener(queue, [7 as unknown as Handler]), /^a handler can't be 7/);
    bad(() => new QueueListener(queue, target as unknown as Handler[]), /^handlers can't be /);
    const misspelt = { respect_handler_level: true } as object;
    bad(() => new QueueListener(queue, [], misspelt), /^unknown option "respect_handler_level"/);
  });
});

describe("a process that ends", () => {
  const url = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
  const script = (end: string): string => `
    import { writeSync } from "node:fs";
    import { getLogger } from ${url("../../core/hierarchy.js")};
    import { LogQueue } from ${url("./log-queue.js")};
    import { QueueHandler } from ${url("./queue.js")};
    import { QueueListener } from ${url("./queue-listener.js")};
    import { StreamHandler } from ${url("../stream.js")};
    const queue = new LogQueue();
    const listener = new QueueListener(queue, [
      new StreamHandler({ write: (text) => writeSync(1, text) }),
    ]);
    listener.start();
    getLogger().addHandler(new QueueHandler(queue));
    for (let i = 0; i < 3; i += 1) getLogger().warning("%d", i);
    process.on("exit", () => getLogger().warning("at exit"));
    ${end}`;

  const cases: readonly [how: string, end: string, status: number][] = [
    ["by process.exit", "process.exit(3);", 3],
    ["by itself", "", 0],
    ["by an error that nobody caught", 'throw new Error("bad");', 1],
  ];
  for (const [how, end, expected] of cases) {
    it(`handles what waits, and what is logged at its very end: ${how}`, () => {
      const { stdout, status } = spawnSync(
        process.execPath,
        ["--input-type=module", "--eval", script(end)],
        { encoding: "utf8" },
      );
      assert.equal(stdout, "0\n1\n2\nat exit\n");
      assert.equal(status, expected);
    });
  }

  it("says that handlers are one array, to who gives them one by one as in Python", () => {
    assert.throws(() => new QueueListener(queue, target as unknown as Handler[]), {
      name: "TypeError",
      message:
        "handlers can't be <Recorder (NOTSET)>; accepted: one array of handlers, also of a single one: [a, b]",
    });
  });
});
