import assert from "node:assert/strict";
import { join } from "node:path";

import { configured, Kept, Sink } from "../../../test/kit/configured.ts";
import { getLogger } from "../../core/hierarchy.ts";
import type { LogRecord } from "../../core/record.ts";
import { Formatter } from "../../formatters/formatter.ts";
import { LogQueue } from "../../handlers/queue/log-queue.ts";
import { QueueListener } from "../../handlers/queue/queue-listener.ts";
import { QueueHandler } from "../../handlers/queue/queue.ts";
import { RotatingFileHandler } from "../../handlers/rotating-file.ts";
import { StreamHandler } from "../../handlers/stream.ts";
import { dictConfig } from "../dict-config.ts";
import type { DictConfig } from "../schema/document-types.ts";
import { registerClass, registerFactory, registerValue, unregister } from "../registry/registry.ts";

configured(
  "ext:// and cfg:// stand for registered values and other parts of the document",
  (folder) => {
    const sink = new Sink();
    registerValue("test.sink", sink);
    try {
      dictConfig({
        version: 1,
        files: { names: [join(folder, "zero.log"), join(folder, "one.log")], sizes: { "a b": 7 } },
        handlers: {
          sink: { class: "StreamHandler", stream: "ext://test.sink" },
          file: {
            class: "logging.handlers.RotatingFileHandler",
            filename: "cfg://files.names[1]",
            maxBytes: "cfg://files.sizes[a b]",
            delay: true,
          },
        },
        root: { handlers: ["sink", "file"] },
      });
      const [first, second] = getLogger().handlers;
      assert.ok(first instanceof StreamHandler && second instanceof RotatingFileHandler);
      assert.equal(first.stream, sink);
      assert.equal(second.baseFilename, join(folder, "one.log"));
      assert.equal(second.maxBytes, 7);
    } finally {
      unregister("test.sink");
    }
  },
);

configured("cfg:// that leads nowhere, or to itself, is an error", () => {
  const broken =
    (value: string): (() => void) =>
    () =>
      dictConfig({ version: 1, a: "cfg://b", b: "cfg://a", root: { level: value } });
  const message = "Unable to configure root logger";
  for (const [value, cause] of [
    ["cfg://nowhere", { name: "KeyError", message: "nowhere" }],
    ["cfg://a", { name: "ValueError", message: "cfg://a refers to itself" }],
    ["cfg://!", { name: "ValueError", message: "Unable to convert '!'" }],
    ["cfg://root!", { name: "ValueError", message: "Unable to convert 'root!' at '!'" }],
  ] as const) {
    assert.throws(broken(value), (error: Error) => {
      assert.equal(error.message, message);
      assert.ok(error.cause instanceof Error);
      assert.deepEqual({ name: error.cause.name, message: error.cause.message }, cause);
      return true;
    });
  }
});

configured("classes and functions of the program are called with the keys of the entry", () => {
  class Tagged extends Kept {
    readonly tag: unknown;
    constructor(options: { tag?: string } = {}) {
      super();
      this.tag = options.tag;
    }
  }
  class Positional extends Kept {
    readonly given: readonly unknown[];
    constructor(url: string, options: object = {}) {
      super();
      this.given = [url, options];
    }
  }
  registerClass("test.Tagged", Tagged);
  registerClass("test.Positional", Positional, {
    positional: ["url"],
    required: 1,
    options: ["maxItems"],
  });
  registerFactory(
    "test.upper",
    () =>
      new (class extends Formatter {
        override format(record: LogRecord): string {
          return super.format(record).toUpperCase();
        }
      })(),
  );
  dictConfig({
    version: 1,
    formatters: { upper: { "()": "test.upper" } },
    filters: { odd: { "()": () => (record: LogRecord) => record.levelno !== 30 } },
    handlers: {
      a: { class: "test.Tagged", tag: "x", formatter: "upper", filters: ["odd"] },
      b: { class: "test.Positional", url: "u", max_items: 3 },
      c: { class: Tagged, tag: "y" },
      d: { "()": (options: { n: number }) => new Tagged({ tag: `n${options.n}` }), n: 4 },
    },
    root: { handlers: ["a", "b", "c", "d"] },
  });
  const [a, b, c, d] = getLogger().handlers as [Tagged, Positional, Tagged, Tagged];
  assert.deepEqual([a.tag, c.tag, d.tag], ["x", "y", "n4"]);
  assert.deepEqual(b.given, ["u", { maxItems: 3 }]);
  getLogger().error("loud");
  getLogger().warning("filtered");
  assert.deepEqual(a.messages, ["LOUD"]);
  for (const name of ["test.Tagged", "test.Positional", "test.upper"]) unregister(name);
});

configured("a subclass of a known class is called as that one", () => {
  const sink = new Sink();
  class Loud extends StreamHandler {}
  dictConfig({
    version: 1,
    handlers: { a: { class: Loud, stream: sink, ".": { terminator: "!\n" } } },
    root: { handlers: ["a"] },
  });
  getLogger().error("x");
  assert.equal(sink.text, "x!\n");
});

configured("attributes can't replace a method by a value, nor the object's class", () => {
  for (const attributes of ['{"emit": "x"}', '{"__proto__": {}}', '{"toString": 1}']) {
    const document = `{"version": 1, "handlers": {"a": {"class": "NullHandler", ".": ${attributes}}}}`;
    assert.throws(
      () => dictConfig(JSON.parse(document) as DictConfig),
      (error: Error) => (error.cause as Error).name === "TypeError",
    );
  }
});

configured("a queue handler gets its queue, its listener and the listener's handlers", () => {
  const kept = new Kept();
  kept.setLevel("ERROR");
  const queue = new LogQueue();
  dictConfig({
    version: 1,
    handlers: {
      // Sorted before the handler it needs: it is made in the second round.
      a: { class: "QueueHandler", queue, handlers: ["kept"], respect_handler_level: true },
      kept,
      other: { class: "logging.handlers.QueueHandler", queue: "queue.Queue" },
    },
    root: { handlers: ["a"] },
  });
  const [handler] = getLogger().handlers;
  assert.ok(handler instanceof QueueHandler && handler.listener instanceof QueueListener);
  assert.equal(handler.queue, queue);
  getLogger().warning("below");
  getLogger().error("above");
  handler.listener.start();
  handler.listener.stop();
  assert.deepEqual(kept.messages, ["above"]);
});

configured("a listener that runs is stopped, and its queue emptied, by the next document", () => {
  const kept = new Kept();
  dictConfig({
    version: 1,
    handlers: { kept, queue: { class: "QueueHandler", handlers: ["kept"] } },
    root: { handlers: ["queue"] },
  });
  const [handler] = getLogger().handlers;
  assert.ok(handler instanceof QueueHandler && handler.listener instanceof QueueListener);
  handler.listener.start();
  getLogger().error("waiting");
  dictConfig({ version: 1 });
  assert.deepEqual(kept.messages, ["waiting"]);
  assert.equal(handler.listener.isStarted, false);
});

configured("bad queues and listeners are CPython's errors", () => {
  for (const [entry, message] of [
    [{ queue: 42 }, "Invalid queue specifier 42"],
    [{ queue: { size: 1 } }, "Invalid queue specifier { size: 1 }"],
    [{ queue: "sys.stdout" }, "Invalid queue specifier 'sys.stdout'"],
    [{ listener: 42 }, "Invalid listener specifier 42"],
    [{ listener: Kept }, "Invalid listener specifier [class Kept extends Handler]"],
    [{ listener: () => ({ start: true }) }, "Invalid listener specifier { start: true }"],
  ] as const) {
    const handlers = { q: { class: "logging.handlers.QueueHandler", ...entry } };
    assert.throws(
      () => dictConfig({ version: 1, handlers }),
      (error: Error) => (error.cause as Error).message === message,
    );
  }
});

configured("two spellings of one option of a queue handler are refused", () => {
  const both = { respect_handler_level: true, respectHandlerLevel: false };
  const handlers = { q: { class: "QueueHandler", ...both } };
  assert.throws(
    () => dictConfig({ version: 1, handlers }),
    (error: Error & { path?: string; accepted?: string }) => {
      const { message } = error.cause as Error;
      const [first, second] = ["respect_handler_level", "respectHandlerLevel"];
      assert.equal(message, `${first} and ${second} should not be specified together`);
      assert.equal(error.path, "handlers.q.respectHandlerLevel");
      assert.equal(error.accepted, `${first} or ${second}, not both`);
      return true;
    },
  );
});
