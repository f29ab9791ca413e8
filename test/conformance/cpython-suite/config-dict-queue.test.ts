import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { MessageChannel } from "node:worker_threads";

import * as daybook from "../../../src/index.ts";
import { getHandlerByName, getHandlerNames } from "../../../src/index.ts";
import { dictConfig } from "../../../src/config/dict-config.ts";
import {
  registerClass,
  registerFactory,
  unregister,
} from "../../../src/config/registry/registry.ts";
import { LogQueue } from "../../../src/handlers/queue/log-queue.ts";
import type { ListenableQueue } from "../../../src/handlers/queue/log-queue.ts";
import { PortQueue } from "../../../src/handlers/queue/port-queue.ts";
import { QueueListener } from "../../../src/handlers/queue/queue-listener.ts";
import { QueueHandler } from "../../../src/handlers/queue/queue.ts";
import { useLogFolder } from "./log-folder.ts";
import { useSuiteLogging } from "./suite-logging.ts";

class OwnQueue extends LogQueue {}

/** Has a queue's methods and is none by its class. */
class LikeQueue implements ListenableQueue {
  readonly #queue = new LogQueue();

  put(item: unknown): void {
    this.#queue.put(item);
  }

  get(): unknown {
    return this.#queue.get();
  }

  subscribe(wake: () => void): () => void {
    return this.#queue.subscribe(wake);
  }
}

class OwnListener extends QueueListener {}

class NoListener extends Map<string, string> {}

type ListenerArguments = ConstructorParameters<typeof QueueListener>;

/** A function that makes a function that makes the listener, as Python's partial(). */
function listenerMaker(
  given: Record<string, unknown>,
): (...args: ListenerArguments) => QueueListener {
  assert.deepEqual(given, { first: null, second: "two" });
  return (queue, handlers, options) => new OwnListener(queue, handlers, options);
}

describe("ConfigDictTest", () => {
  useSuiteLogging();
  const folder = useLogFolder();
  beforeEach(() => {
    registerClass("suite.OwnQueue", OwnQueue, { positional: ["maxsize"] });
    registerFactory("suite.makeQueue", () => new LogQueue());
    registerClass("suite.OwnListener", OwnListener);
    registerFactory("suite.listenerMaker", listenerMaker);
  });
  afterEach(() => {
    for (const name of ["OwnQueue", "makeQueue", "OwnListener", "listenerMaker"]) {
      unregister(`suite.${name}`);
    }
  });

  /** A queue in front of a file, under a name that comes before the file's. */
  function queueDocument(queue?: unknown, listener?: unknown): Record<string, unknown> {
    return {
      version: 1,
      handlers: {
        file: { class: "logging.FileHandler", filename: folder.path },
        ahead: {
          class: "logging.handlers.QueueHandler",
          handlers: ["file"],
          ...(queue === undefined ? {} : { queue }),
          ...(listener === undefined ? {} : { listener }),
        },
      },
      root: { level: "DEBUG", handlers: ["ahead"] },
    };
  }

  function configured(document: Record<string, unknown>): QueueHandler {
    dictConfig(document);
    const handler = getHandlerByName("ahead");
    assert.ok(handler instanceof QueueHandler);
    assert.deepEqual([...getHandlerNames()].toSorted(), ["ahead", "file"]);
    return handler;
  }

  it("config_queue_handler", () => {
    let expected = "";
    const queues = [
      undefined,
      "suite.makeQueue",
      "suite.OwnQueue",
      { "()": "suite.OwnQueue", maxsize: 10 },
      new OwnQueue(),
      new LikeQueue(),
    ];
    const listeners = [
      undefined,
      "suite.OwnListener",
      OwnListener,
      { "()": "suite.listenerMaker", first: null, second: "two" },
    ];
    for (const queue of queues) {
      for (const listener of listeners) {
        const handler = configured(queueDocument(queue, listener));
        assert.ok(
          handler.listener instanceof (listener === undefined ? QueueListener : OwnListener),
        );
        assert.equal(handler.listener.queue, handler.queue);
        handler.listener.start();
        daybook.debug("debug");
        daybook.info("info");
        daybook.warning("warning");
        handler.listener.stop();
        expected += "debug\ninfo\nwarning\n";
        assert.equal(folder.files()["app.log"], expected);
      }
    }
    for (const [queue, listener] of [
      ...[4, NoListener, "", "suite.nothing", {}].map((bad) => [bad, undefined] as const),
      ...[4, NoListener, "", "suite.nothing", {}].map((bad) => [undefined, bad] as const),
    ]) {
      assert.throws(() => dictConfig(queueDocument(queue, listener)), {
        name: "ValueError",
        message: "Unable to configure handler 'ahead'",
      });
    }
    assert.equal(folder.files()["app.log"], expected);
  });

  // Where Python has queues between processes, these are between threads.
  it("multiprocessing_queues", () => {
    const { port1, port2 } = new MessageChannel();
    for (const queue of [new PortQueue(port1), new PortQueue(port2, { keepAlive: false })]) {
      const handler = configured(queueDocument(queue));
      assert.equal(handler.queue, queue);
      assert.ok(handler.listener instanceof QueueListener);
      assert.equal(handler.listener.queue, queue);
    }
    port1.close();
  });

  it("111615", () => {
    const { port1, port2 } = new MessageChannel();
    const sink = { class: "logging.handlers.QueueHandler", queue: new PortQueue(port1) };
    dictConfig({ version: 1, handlers: { sink }, root: { handlers: ["sink"], level: "DEBUG" } });
    daybook.info("to the other end");
    const { msg } = new PortQueue(port2).get() as daybook.LogRecord;
    assert.equal(msg, "to the other end");
    port1.close();
  });

  it("kwargs_passing", () => {
    class OwnHandler extends QueueHandler {
      readonly given: object;

      constructor(queue: LogQueue, given: object) {
        super(queue);
        this.given = given;
      }
    }
    registerClass("suite.OwnHandler", OwnHandler, { positional: ["queue"], options: ["colour"] });
    const own = { class: OwnHandler, colour: "red" };
    dictConfig({ version: 1, handlers: { own }, root: { level: "DEBUG", handlers: ["own"] } });
    const handler = getHandlerByName("own");
    assert.ok(handler instanceof OwnHandler);
    assert.deepEqual(handler.given, { colour: "red" });
    unregister("suite.OwnHandler");
  });
});
