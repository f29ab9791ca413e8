import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { MessageChannel, Worker } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";

import { CapturedStderr } from "../../../test/kit/captured-stderr.ts";
import { Handler } from "../../core/handler.ts";
import { Logger } from "../../core/logger.ts";
import { makeLogRecord } from "../../core/record.ts";
import type { LogRecord } from "../../core/record.ts";
import { PortQueue } from "./port-queue.ts";
import { QueueListener } from "./queue-listener.ts";
import { QueueHandler } from "./queue.ts";

class Recorder extends Handler {
  readonly lines: string[] = [];

  override emit(record: LogRecord): void {
    this.lines.push(`${record.threadName} ${record.filename} ${this.format(record)}`);
  }
}

const stderr = new CapturedStderr();
const ports: MessagePort[] = [];
let near: MessagePort;
let far: MessagePort;
beforeEach(() => {
  stderr.start();
  const { port1, port2 } = new MessageChannel();
  near = port1;
  far = port2;
  ports.push(near, far);
});
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
  stderr.stop();
});

const url = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
const LOGGING_THREAD = `
  import { workerData } from "node:worker_threads";
  import { getLogger } from ${url("../../core/hierarchy.js")};
  import { PortQueue } from ${url("./port-queue.js")};
  import { QueueHandler } from ${url("./queue.js")};
  const logger = getLogger("in.thread");
  logger.setLevel("DEBUG");
  logger.addHandler(new QueueHandler(new PortQueue(workerData)));
  for (let i = 0; i < 500; i += 1) logger.info("%d", i, { cycle: globalThis, call: () => i });
  logger.error("over");`;

function startThread(): Worker {
  const source = `data:text/javascript,${encodeURIComponent(LOGGING_THREAD)}`;
  return new Worker(new URL(source), { workerData: far, transferList: [far] });
}

test("a listener gets what a worker thread logs, all of it and in its order", async () => {
  const target = new Recorder();
  const listener = new QueueListener(new PortQueue(near), [target]);
  listener.start();
  const thread = startThread();
  await new Promise((resolve) => thread.once("exit", resolve));
  listener.stop();
  const texts = target.lines.map((line) => line.split(" ").at(-1));
  assert.deepEqual(texts, [...Array.from({ length: 500 }, (_, i) => String(i)), "over"]);
  assert.match(target.lines[0] ?? "", /^Thread-\d+ /);
});

test("a listener that has not had a turn is drained when it stops", async () => {
  const target = new Recorder();
  const listener = new QueueListener(new PortQueue(near), [target]);
  const handler = new QueueHandler(new PortQueue(far));
  listener.start();
  for (let i = 0; i < 10; i += 1) handler.handle(makeLogRecord({ msg: "x" }));
  listener.stop();
  assert.equal(target.lines.length, 10);
  // What else comes over the port is left alone, and the queue may be used again.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none
  far.postMessage({ hello: "there" });
  handler.handle(makeLogRecord({ msg: "again" }));
  listener.start();
  listener.stop();
  assert.equal(target.lines.length, 11);
});

test("records that come one after the other wake the listener each time", async () => {
  const target = new Recorder();
  const listener = new QueueListener(new PortQueue(near, { keepAlive: true }), [target]);
  const handler = new QueueHandler(new PortQueue(far));
  listener.start();
  for (let i = 1; i <= 3; i += 1) {
    handler.handle(makeLogRecord({ msg: "x" }));
    while (target.lines.length < i) await new Promise((resolve) => setImmediate(resolve));
  }
  listener.stop();
  assert.equal(target.lines.length, 3);
});

test("a record for a port that is closed is reported", async () => {
  const logger = new Logger("app", 1);
  logger.addHandler(new QueueHandler(new PortQueue(near)));
  const closed = new Promise((resolve) => near.once("close", resolve));
  const alive = setInterval(() => {}, 1000); // an open port doesn't keep us
  far.close();
  await closed;
  clearInterval(alive);
  logger.info("too late");
  assert.match(stderr.text, /Error: the port is closed[^]*Message: 'too late'/);
});

test("what is no port is refused", () => {
  assert.throws(() => new PortQueue({} as MessagePort), {
    name: "TypeError",
    message: "a port can't be {}; accepted: a MessagePort of node:worker_threads",
  });
  assert.throws(() => new PortQueue(near, { ref: true } as object), /unknown option "ref"/);
});
