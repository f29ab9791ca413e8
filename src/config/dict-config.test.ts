import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { configured, Kept, Sink } from "../../test/kit/configured.ts";
import { getHandlerByName } from "../core/handler.ts";
import { getLogger, getManager } from "../core/hierarchy.ts";
import { shutdown } from "../core/shutdown.ts";
import { FileHandler } from "../handlers/file.ts";
import { MemoryHandler } from "../handlers/memory.ts";
import { dictConfig } from "./dict-config.ts";
import type { DictConfig } from "./schema/document-types.ts";

configured("a document configures formatters, filters, handlers, loggers and the root", () => {
  const [out, audit] = [new Sink(), new Sink()];
  const document: DictConfig = {
    version: 1,
    formatters: { brief: { format: "{levelname}:{name}:{message}", style: "{" } },
    filters: { db: { name: "app.db" } },
    handlers: {
      console: { class: "StreamHandler", stream: out, formatter: "brief" },
      audit: { class: "logging.StreamHandler", stream: audit, level: "ERROR", filters: ["db"] },
    },
    loggers: { "app.db": { level: "DEBUG", handlers: ["audit"] } },
    root: { level: "INFO", handlers: ["console"] },
  };
  dictConfig(document);
  getLogger("app.db").debug("connected");
  getLogger("app.db").error("lost");
  getLogger("app").debug("quiet");
  assert.equal(out.text, "DEBUG:app.db:connected\nERROR:app.db:lost\n");
  assert.equal(audit.text, "lost\n");
  assert.equal(getHandlerByName("audit")?.level, 40);
});

configured("a document that names a missing handler changes nothing", (folder) => {
  const kept = new Kept();
  const file = join(folder, "a.log");
  writeFileSync(file, "what was there\n");
  dictConfig({
    version: 1,
    handlers: { kept },
    loggers: { app: { level: "ERROR" } },
    root: { handlers: ["kept"], level: "DEBUG" },
  });
  assert.throws(
    () =>
      dictConfig({
        version: 1,
        handlers: { file: { class: "FileHandler", filename: file, mode: "w" } },
        loggers: { app: { level: "DEBUG", handlers: ["file"], propagate: false } },
        root: { handlers: ["ghost"] },
      }),
    { name: "ValueError", message: "Unable to configure root logger" },
  );
  assert.equal(kept.closed, false);
  assert.equal(getHandlerByName("kept"), kept);
  assert.equal(getHandlerByName("file"), null);
  const app = getLogger("app");
  assert.deepEqual([app.level, app.handlers.length, app.propagate], [40, 0, true]);
  app.error("still here");
  assert.deepEqual(kept.messages, ["still here"]);
  assert.equal(readFileSync(file, "utf8"), "what was there\n");
});

configured("handlers that were made for a document that failed are closed", () => {
  const made: Kept[] = [];
  const factory = (): Kept => {
    const handler = new Kept();
    made.push(handler);
    return handler;
  };
  assert.throws(() =>
    dictConfig({
      version: 1,
      handlers: {
        a: { "()": factory },
        b: { class: "FileHandler", filename: "/no/such/folder/x" },
      },
    }),
  );
  assert.deepEqual(
    made.map(({ closed }) => closed),
    [true],
  );
});

configured("a file of mode w is emptied by a document without mistakes", (folder) => {
  const file = join(folder, "a.log");
  writeFileSync(file, "yesterday\n");
  dictConfig({
    version: 1,
    handlers: { file: { class: "FileHandler", filename: file, mode: "w" } },
    root: { handlers: ["file"] },
  });
  getLogger().warning("today");
  shutdown();
  assert.equal(readFileSync(file, "utf8"), "today\n");
});

configured(
  "the former handlers are closed, and what they held back is delivered first",
  (folder) => {
    const file = join(folder, "a.log");
    const held: DictConfig = {
      version: 1,
      handlers: {
        file: { class: "FileHandler", filename: file },
        held: { class: "MemoryHandler", capacity: 10, target: "file" },
      },
      root: { handlers: ["held"] },
    };
    dictConfig(held);
    const [former] = getLogger().handlers;
    getLogger().warning("one");
    dictConfig(held);
    getLogger().warning("two");
    assert.notEqual(getLogger().handlers[0], former);
    assert.equal(readFileSync(file, "utf8"), "one\n");
    shutdown();
    assert.equal(readFileSync(file, "utf8"), "one\ntwo\n");
  },
);

configured("loggers that are not named are disabled, but for those below a named one", () => {
  getLogger("other");
  const below = getLogger("app.db.pool");
  below.setLevel("ERROR");
  getLogger("app.db");
  dictConfig({ version: 1, loggers: { "app.db": {} } });
  assert.equal(getLogger("other").disabled, true);
  assert.deepEqual([below.disabled, below.level], [false, 0]);
  dictConfig({ version: 1, disableExistingLoggers: false });
  assert.equal(getLogger("other").disabled, false);
});

configured("an incremental document changes levels and nothing else", () => {
  const kept = new Kept();
  dictConfig({ version: 1, handlers: { kept }, root: { handlers: ["kept"], level: "ERROR" } });
  dictConfig({
    version: 1,
    incremental: true,
    handlers: { kept: { level: "WARNING" } },
    loggers: { app: { level: 10, handlers: ["nowhere"] } },
    root: { level: "INFO" },
  });
  assert.deepEqual([kept.level, getLogger("app").level, getLogger().level], [30, 10, 20]);
  assert.deepEqual(getLogger().handlers, [kept]);
  // A mistake further down undoes nothing, since nothing was done.
  assert.throws(() =>
    dictConfig({
      version: 1,
      incremental: true,
      handlers: { kept: { level: "DEBUG" } },
      root: { level: "LOUD" },
    }),
  );
  assert.equal(kept.level, 30);
});

configured("handlers that no logger holds can be found by their names", () => {
  dictConfig({ version: 1, handlers: { alone: { class: "MemoryHandler", capacity: 3 } } });
  assert.ok(getHandlerByName("alone") instanceof MemoryHandler);
  dictConfig({ version: 1 });
  assert.equal(getHandlerByName("alone"), null);
});

configured("a document is left as it was", () => {
  const document = {
    version: 1,
    formatters: { f: { format: "%(message)s" } },
    handlers: { h: { class: "logging.StreamHandler", formatter: "f", stream: "ext://sys.stdout" } },
    root: { handlers: ["h"] },
  };
  const before = structuredClone(document);
  dictConfig(document);
  assert.deepEqual(document, before);
});

configured("what is no document is refused", () => {
  for (const [document, name, message] of [
    [5, "TypeError", "a configuration can't be 5; accepted: an object"],
    [null, "TypeError", "a configuration can't be null; accepted: an object"],
    [{}, "ValueError", "dictionary doesn't specify a version"],
    [{ version: "1" }, "ValueError", "Unsupported version: 1"],
    [{ version: 1, handlers: 5 }, "TypeError", "handlers can't be 5; accepted: an object"],
    [
      { version: 1, disable_existing_loggers: true, disableExistingLoggers: true },
      "ValueError",
      "disable_existing_loggers and disableExistingLoggers should not be specified together",
    ],
  ] as const) {
    assert.throws(() => dictConfig(document as unknown as DictConfig), { name, message });
  }
});

configured("both ways to write a handler of files lead to the same", (folder) => {
  const filename = join(folder, "a.log");
  dictConfig({
    version: 1,
    handlers: {
      python: { class: "logging.FileHandler", filename, delay: true, encoding: null, errors: null },
      ours: { class: "FileHandler", filename, delay: true, durability: "buffered" },
      snake: {
        class: "FileHandler",
        filename,
        delay: true,
        flush_interval_ms: 5,
        durability: "journal",
      },
    } as never,
    root: { handlers: ["python", "ours", "snake"] },
  });
  for (const handler of getLogger().handlers) {
    assert.ok(handler instanceof FileHandler);
    assert.equal(handler.baseFilename, filename);
  }
});

configured(
  "a key that looks like one that means something is told once, and changes nothing",
  () => {
    const stderr = new CapturedStderr();
    stderr.start();
    try {
      for (const _ of [1, 2]) {
        dictConfig({
          version: 1,
          disable_existing_logger: false,
          handler: {},
          settings: { anything: 1 },
          filters: { made: { "()": () => () => true, nam: "x" } },
          loggers: { app: { handler: ["a"], level: "INFO", comment: "keep" } },
          root: { Level: "INFO", propagate: false },
        });
      }
    } finally {
      stderr.stop();
    }
    assert.deepEqual(stderr.text.trimEnd().split("\n"), [
      "disable_existing_logger of a logging configuration means nothing: disable_existing_loggers is meant?",
      "handler of a logging configuration means nothing: handlers is meant?",
      "loggers.app.handler of a logging configuration means nothing: handlers is meant?",
      "root.Level of a logging configuration means nothing: level is meant?",
    ]);
    assert.equal(getLogger("app").level, 20);
  },
);

configured("loggers below one that is configured start anew, by the dots of their names", () => {
  const names = ["a", "a.b", "a.b.c", "a..d", "ab.c", "x", "x.y", ".z", "root.w"];
  for (const name of names) getLogger(name).setLevel("ERROR");
  getManager().getLogger("root").setLevel("ERROR");
  // "x" is configured below only: "gap" was no name before, nor is the root an ancestor by name.
  dictConfig({ version: 1, loggers: { a: {}, gap: {}, "x.y": {} }, root: { level: "INFO" } });
  const anew = names.filter((name) => getLogger(name).level === 0);
  assert.deepEqual(anew, ["a.b", "a.b.c", "a..d"]);
  const disabled = names.filter((name) => getLogger(name).disabled);
  assert.deepEqual(disabled, ["ab.c", "x", ".z", "root.w"]);
});

configured("records on a queue whose listener was never started are told when it goes", () => {
  const stderr = new CapturedStderr();
  const out = new Sink();
  const handlers = {
    out: { class: "StreamHandler", stream: out },
    queue: { class: "QueueHandler", handlers: ["out"] },
  };
  dictConfig({ version: 1, handlers, root: { handlers: ["queue"], level: "INFO" } });
  getLogger().info("paid");
  getLogger().info("sent");
  stderr.start();
  dictConfig({ version: 1 });
  stderr.stop();
  assert.match(stderr.text, /2 records are left on a queue that no listener takes from/);
  assert.equal(out.text, "");
});

configured("of a formatter's format and fmt the format counts, as Python looks at no other", () => {
  const out = new Sink();
  dictConfig({
    version: 1,
    formatters: { brief: { format: "%(name)s:%(message)s", fmt: "%(message)s" } },
    handlers: { console: { class: "StreamHandler", stream: out, formatter: "brief" } },
    root: { handlers: ["console"] },
  } as DictConfig);
  getLogger("app").warning("hello");
  assert.equal(out.text, "app:hello\n");
});
