import assert from "node:assert/strict";
import { MessageChannel } from "node:worker_threads";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../../test/kit/captured-stderr.ts";
import { Handler } from "../../core/handler.ts";
import { Logger } from "../../core/logger.ts";
import { LogRecord, makeLogRecord } from "../../core/record.ts";
import { Formatter } from "../../formatters/formatter.ts";
import { shutdown } from "../../core/shutdown.ts";
import { LogQueue } from "./log-queue.ts";
import { PortQueue } from "./port-queue.ts";
import { QueueHandler } from "./queue.ts";
import type { RecordQueue } from "./log-queue.ts";

const stderr = new CapturedStderr();
let queue: LogQueue;
let handler: QueueHandler;
let logger: Logger;
beforeEach(() => {
  stderr.start();
  queue = new LogQueue();
  handler = new QueueHandler(queue);
  logger = new Logger("app", 1);
  logger.addHandler(handler);
});
afterEach(() => stderr.stop());

function got(): LogRecord {
  const record = queue.get();
  assert.ok(record instanceof LogRecord);
  return record;
}

test("a record goes on the queue with its message finished and nothing else to be made", () => {
  const seen: LogRecord[] = [];
  class Witness extends Handler {
    override emit(record: LogRecord): void {
      seen.push(record);
    }
  }
  logger.addHandler(new Witness());
  const error = new Error("why");
  logger.logRecord("ERROR", "paid %d of %d", [1, 2], {
    excInfo: error,
    stackInfo: true,
    extra: { order: 7 },
  });
  const record = got();
  assert.match(
    record.msg as string,
    /^paid 1 of 2\nError: why\n[^]*\nStack \(most recent call last\):\n/,
  );
  assert.equal(record.message, record.msg);
  assert.equal(record.getMessage(), record.msg);
  assert.deepEqual(
    [record.args, record.exc_info, record.exc_text, record.stack_info],
    [null, null, null, null],
  );
  assert.equal(Reflect.get(record, "order"), 7);
  assert.deepEqual([record.name, record.levelname], ["app", "ERROR"]);
  // The one that the other handlers get is as it was.
  const [original] = seen;
  assert.ok(original !== undefined && original !== record);
  assert.equal(original.msg, "paid %d of %d");
  assert.deepEqual(original.args, [1, 2]);
  assert.equal(original.exc_info, error);
  assert.match(original.stack_info ?? "", /^Stack/);
});

test("a record on the queue keeps its fields and its place", () => {
  function payOut(): void {
    logger.info("paid %s", "all", { id: 7 });
  }
  payOut();
  const record = got();
  assert.deepEqual({ ...record.fields }, { id: 7 });
  assert.equal(record.funcName, "payOut");
  assert.match(record.pathname, /queue\.test\.[jt]s$/);
});

test("the handler's own formatter finishes the message", () => {
  handler.setFormatter(new Formatter("%(name)s: %(message)s"));
  logger.info("100%% of %s", "it");
  const record = got();
  assert.equal(record.msg, "app: 100% of it");
  assert.equal(record.getMessage(), "app: 100% of it");
});

test("a full queue is reported, and the application doesn't notice", () => {
  queue = new LogQueue(1);
  handler = new QueueHandler(queue);
  logger.handlers = [handler];
  logger.info("first");
  logger.info("second");
  assert.match(stderr.text, /QueueFull: the queue is full[^]*Message: 'second'/);
  assert.equal(queue.refused, 1);
  assert.equal(got().msg, "first");
});

test("a message that can't be made is reported, and goes as it was written", () => {
  logger.logRecord("INFO", "%d apples", ["no"]);
  assert.match(stderr.text, /--- Logging error ---[^]*Message: '%d apples'/);
  assert.match(got().msg as string, /^%d apples \(arguments: \[ 'no' \]\)$/);
});

test("prepare and enqueue may be replaced for queues of another kind", () => {
  const sent: unknown[] = [];
  class Texts extends QueueHandler {
    override enqueue(record: LogRecord): void {
      sent.push(`${record.levelname} ${String(record.msg)}`);
    }
  }
  logger.handlers = [new Texts({ put: assert.fail })];
  logger.warning("hot");
  assert.deepEqual(sent, ["WARNING hot"]);
});

test("what has no put method is no queue", () => {
  assert.throws(() => new QueueHandler([] as unknown as RecordQueue), {
    name: "TypeError",
    message: /^a queue can't be \[\]; accepted: a LogQueue, /,
  });
});

test("a queue or an enqueue that is async is reported when it fails", async () => {
  const late = { put: () => Promise.reject(new Error("late put")) };
  new QueueHandler(late).handle(new LogRecord("a", 30, "f.ts", 1, "one", [], null));
  class Late extends QueueHandler {
    override enqueue(): Promise<void> {
      return Promise.reject(new Error("late enqueue"));
    }
  }
  new Late(queue).handle(new LogRecord("a", 30, "f.ts", 1, "two", [], null));
  await new Promise((resolve) => setImmediate(resolve));
  assert.match(stderr.text, /Error: late put[^]*Message: 'one'/);
  assert.match(stderr.text, /Error: late enqueue[^]*Message: 'two'/);
});

test("the last handler of a queue that nobody listens to says what is left on it", () => {
  const other = new QueueHandler(queue);
  for (let i = 0; i < 3; i += 1) logger.info("waits");
  queue.put(null); // a listener's end mark is no record
  handler.close();
  assert.equal(stderr.text, "");
  other.close();
  assert.match(
    stderr.text,
    /^--- Logging error ---\nIn <QueueHandler \(NOTSET\)>: 3 records are left/,
  );
  stderr.text = "";
  handler.close();
  handler.close();
  assert.equal(stderr.text.split("left").length, 2, "each of them, once");
  stderr.text = "";
  logger.info("one more");
  shutdown();
  assert.match(stderr.text, /4 records are left on a queue that no listener takes from/);
});

test("nothing is said of queues that somebody listens to, or whose kind nobody knows", () => {
  const end = queue.subscribe(() => {});
  logger.info("heard of");
  handler.close();
  end();
  const items: unknown[] = [];
  const foreign = new QueueHandler({ put: (item: unknown) => void items.push(item) });
  foreign.handle(makeLogRecord({ name: "a", levelno: 20, msg: "elsewhere" }));
  foreign.close();
  const { port1, port2 } = new MessageChannel();
  const remote = new QueueHandler(new PortQueue(port1));
  remote.handle(makeLogRecord({ name: "a", levelno: 20, msg: "to another thread" }));
  remote.close();
  port1.close();
  port2.close();
  assert.equal(items.length, 1);
  assert.equal(stderr.text, "");
});
