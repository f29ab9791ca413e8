import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { MessageChannel } from "node:worker_threads";

import {
  CRITICAL,
  DEBUG,
  ERROR,
  Formatter,
  getLogger,
  Handler,
  LogRecord,
  WARNING,
} from "../../../src/index.ts";
import type { Logger } from "../../../src/index.ts";
import { LogQueue } from "../../../src/handlers/queue/log-queue.ts";
import type { ListenableQueue, RecordQueue } from "../../../src/handlers/queue/log-queue.ts";
import { PortQueue } from "../../../src/handlers/queue/port-queue.ts";
import { QueueListener } from "../../../src/handlers/queue/queue-listener.ts";
import { QueueHandler } from "../../../src/handlers/queue/queue.ts";
import { LINE_FORMAT, useSuiteLogging } from "./suite-logging.ts";

/** Keeps levels and messages. */
class Collector extends Handler {
  readonly seen: [number, string][] = [];

  override emit(record: LogRecord): void {
    this.seen.push([record.levelno, record.getMessage()]);
  }
}

describe("QueueHandlerTest", () => {
  const suite = useSuiteLogging();
  let queue: LogQueue;
  let handler: QueueHandler;
  let logger: Logger;
  beforeEach(() => {
    queue = new LogQueue(-1);
    handler = new QueueHandler(queue);
    logger = getLogger("queued");
    logger.propagate = false;
    logger.setLevel(WARNING);
    logger.addHandler(handler);
  });

  function logThree(): void {
    for (const method of ["warning", "error", "critical"] as const) {
      logger[method](suite.now.next());
    }
  }

  it("queue_handler", () => {
    logger.debug("not wanted");
    logger.info("not wanted");
    assert.equal(queue.get(), undefined);
    logger.warning("number %d", 7);
    const record = queue.get();
    assert.ok(record instanceof LogRecord);
    const { name, msg, args, message } = record;
    assert.deepEqual([name, msg, args, message], ["queued", "number 7", null, "number 7"]);
  });

  it("formatting", () => {
    handler.setFormatter(new Formatter(LINE_FORMAT));
    logger.warning("as a line");
    const { msg, message } = queue.get() as LogRecord;
    assert.deepEqual([msg, message], Array(2).fill("queued -> WARNING: as a line"));
  });

  it("queue_listener", async () => {
    const all = new Collector();
    const listener = new QueueListener(queue, [all]);
    listener.start();
    logThree();
    assert.deepEqual(all.seen, [], "no log call waits for the handlers");
    listener.stop();
    listener.stop();
    assert.deepEqual(all.seen, [
      [WARNING, "1"],
      [ERROR, "2"],
      [CRITICAL, "3"],
    ]);

    const few = new Collector();
    few.setLevel(CRITICAL);
    const choosy = new QueueListener(queue, [few], { respectHandlerLevel: true });
    choosy.start();
    logThree();
    for (let turn = 0; few.seen.length === 0 && turn < 1000; turn += 1) await setImmediate();
    assert.deepEqual(few.seen, [[CRITICAL, "6"]]);
    choosy.stop();
    assert.equal(all.seen.length, 3);
  });

  it("queue_listener_with_StreamHandler", () => {
    const listener = new QueueListener(queue, [suite.now.handler]);
    listener.start();
    logger.exception(new RangeError("on purpose"), "failed");
    logger.logRecord(ERROR, "with a stack", [], { stackInfo: true });
    listener.stop();
    const { text } = suite.now.stream;
    assert.equal(text.match(/RangeError: on purpose/g)?.length, 1);
    assert.equal(text.match(/Stack \(most recent call last\):/g)?.length, 1);
    assert.match(text, /^queued -> ERROR: failed\nRangeError: on purpose\n +at /);
  });

  // The handler that puts onto the queue makes a text of its own, which no other's shows.
  it("queue_listener_with_multiple_handlers", () => {
    handler.setFormatter(new Formatter(LINE_FORMAT));
    logger.addHandler(suite.now.handler);
    const listener = new QueueListener(queue, [new Collector()]);
    listener.start();
    logger.error("once");
    listener.stop();
    assert.equal(suite.now.stream.text, "queued -> ERROR: once\n");
  });
});

const REPEAT = 20;

/** Counts its calls. */
class CountingListener extends QueueListener {
  calls = 0;

  override handle(_record: LogRecord): void {
    this.calls += 1;
  }
}

describe("QueueListenerTest", () => {
  useSuiteLogging();

  /** Five records through a queue whose listener is stopped at once; how many it handled. */
  function logFive(name: string, near: RecordQueue, far: ListenableQueue): number {
    const logger = getLogger(name);
    logger.setLevel(DEBUG);
    const handler = new QueueHandler(near);
    logger.addHandler(handler);
    const listener = new CountingListener(far, []);
    listener.start();
    for (let count = 0; count < 5; count += 1) logger.info("record %d", count);
    listener.stop();
    logger.removeHandler(handler);
    handler.close();
    return listener.calls;
  }

  /** The two ends of a queue between threads: where Python has processes, Node has these. */
  async function withPorts(action: (near: PortQueue, far: PortQueue) => void): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    try {
      action(new PortQueue(port1), new PortQueue(port2));
    } finally {
      port1.close();
      await setImmediate();
    }
  }

  it("handle_called_with_queue_queue", () => {
    for (let round = 0; round < REPEAT; round += 1) {
      const queue = new LogQueue();
      assert.equal(logFive(`near ${round}`, queue, queue), 5);
    }
  });

  it("handle_called_with_mp_queue", async () => {
    for (let round = 0; round < REPEAT; round += 1) {
      await withPorts((near, far) => {
        assert.equal(logFive(`far ${round}`, near, far), 5);
      });
    }
  });

  it("no_messages_in_queue_after_stop", async () => {
    for (let round = 0; round < REPEAT; round += 1) {
      const queue = new LogQueue();
      logFive(`near ${round}`, queue, queue);
      assert.equal(queue.get(), undefined);
      assert.equal(queue.unfinished, 0);
      await withPorts((near, far) => {
        logFive(`far ${round}`, near, far);
        assert.equal(far.get(), undefined);
      });
    }
  });

  it("calls_task_done_after_stop", async () => {
    const queue = new LogQueue();
    const listener = new QueueListener(queue, []);
    listener.start();
    queue.put(new LogRecord("n", 20, "", 0, "m", [], null));
    listener.stop();
    assert.throws(() => queue.taskDone(), { name: "ValueError" });
    await queue.join();
  });
});
