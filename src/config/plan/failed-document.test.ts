import assert from "node:assert/strict";
import { test } from "node:test";

import { CapturedStderr } from "../../../test/kit/captured-stderr.ts";
import { configured, Kept } from "../../../test/kit/configured.ts";
import { Handler } from "../../core/handler.ts";
import { getLogger, getManager, setLoggerClass } from "../../core/hierarchy.ts";
import type { Level } from "../../core/level.ts";
import { Logger } from "../../core/logger.ts";
import { Formatter } from "../../formatters/formatter.ts";
import { MemoryHandler } from "../../handlers/memory.ts";
import { StreamHandler } from "../../handlers/stream.ts";
import { LogQueue } from "../../handlers/queue/log-queue.ts";
import { QueueHandler } from "../../handlers/queue/queue.ts";
import { QueueListener } from "../../handlers/queue/queue-listener.ts";
import { dictConfig } from "../dict-config.ts";
import { applyIniText } from "../file-config.ts";
import { registerFactory } from "../registry/registry.ts";
import { RuntimeError } from "../python-errors.ts";

const apply = (document: object): (() => void) => {
  return () => dictConfig(document);
};

configured("a document that fails closes what it made, not what others put in use", () => {
  const held = new Kept();
  const target = new Kept();
  let own: Kept | undefined;
  const factory = (): Handler => {
    const logger = getLogger("library");
    const used = new Kept();
    logger.addHandler(used);
    const later = new Kept();
    logger.addHandler(new MemoryHandler(10, { target: later }));
    made.push(used, later);
    own = new Kept();
    return own;
  };
  const made: Kept[] = [];
  getLogger().addHandler(new MemoryHandler(10, { target }));
  getLogger().addHandler(held);
  assert.throws(
    apply({ version: 1, handlers: { a: { "()": factory }, b: { class: "NoSuchHandler" } } }),
  );
  assert.deepEqual(
    [...made, held, target].map(({ closed }) => closed),
    [false, false, false, false],
  );
  assert.equal(own?.closed, true);
});

configured("a configuration within a configuration is refused, and the next one is not", () => {
  const kept = new Kept();
  const factory = (): Handler => {
    dictConfig({ version: 1, handlers: { kept }, root: { handlers: ["kept"] } });
    return new Kept();
  };
  const refusal = new RuntimeError("a configuration can't be applied while one is applied");
  Object.assign(refusal, { path: "handlers.a" });
  for (const inner of [{ version: 1 }, { version: 1, incremental: true }]) {
    assert.throws(
      apply({ version: 1, handlers: { a: { "()": () => dictConfig(inner as never) } } }),
      {
        message: "Unable to configure handler 'a'",
        cause: refusal,
      },
    );
  }
  assert.throws(apply({ version: 1, handlers: { a: { "()": factory } } }));
  assert.deepEqual(getLogger().handlers, []);
  dictConfig({ version: 1, handlers: { kept }, root: { handlers: ["kept"] } });
  assert.deepEqual(getLogger().handlers, [kept]);
});

configured(
  "a document that fails leaves the handlers that its functions return as they were",
  () => {
    const shared = new StreamHandler({ write: () => true });
    const formatter = new Formatter("before %(message)s");
    const filter = (): boolean => true;
    shared.setLevel("ERROR");
    shared.setFormatter(formatter);
    shared.addFilter(filter);
    const document = {
      version: 1,
      formatters: { f: { format: "after %(message)s" } },
      filters: { n: { name: "app" } },
      handlers: {
        a: {
          "()": () => shared,
          level: "DEBUG",
          formatter: "f",
          filters: ["n"],
          ".": {
            terminator: "!",
            extra: 1,
            level: 7,
            name: "other",
            formatter: new Formatter("%(name)s"),
          },
        },
        b: { class: "NoSuchHandler" },
      },
    };
    assert.throws(apply(document));
    assert.equal(shared.level, 40);
    assert.equal(shared.formatter, formatter);
    assert.deepEqual(shared.filters, [filter]);
    assert.deepEqual([shared.terminator, shared.name, "extra" in shared], ["\n", null, false]);
    // The schema comes last of all.
    assert.throws(
      apply({
        ...document,
        handlers: { a: document.handlers.a, b: { class: "NullHandler", level: "x" } },
      }),
    );
    assert.equal(shared.level, 40);
    dictConfig({ ...document, handlers: { a: document.handlers.a } });
    assert.deepEqual([shared.level, shared.terminator, shared.name], [7, "!", "a"]);
  },
);

configured("loggers that a configuration made before it failed are gone", () => {
  let count = 0;
  class Picky extends Logger {
    constructor(name: string) {
      super(name);
      count += 1;
      if (count % 2 === 0) throw new Error("one is enough");
    }
  }
  const below = getLogger("app.db.pool");
  const names = [...getManager().loggerDict.keys()];
  const { parent } = below;
  setLoggerClass(Picky);
  try {
    for (const incremental of [false, true]) {
      const loggers = { "app.db": { level: "DEBUG" }, "app.web": { level: "INFO" } };
      assert.throws(apply({ version: 1, incremental, loggers }), { message: "one is enough" });
      assert.deepEqual([...getManager().loggerDict.keys()], names);
      assert.equal(below.parent, parent);
    }
  } finally {
    setLoggerClass(Logger);
  }
  // The gaps are as they were, too: who fills one is the parent of those below.
  const db = getLogger("app.db");
  assert.equal(below.parent, db);
  const app = getLogger("app");
  assert.equal(db.parent, app);
});

configured("a function that throws nothing at all is an error of its handler", () => {
  for (const thrown of [undefined, null, "text", 5]) {
    const factory = (): never => {
      throw thrown;
    };
    assert.throws(apply({ version: 1, handlers: { a: { "()": factory } } }), {
      name: "ValueError",
      message: "Unable to configure handler 'a'",
      path: "handlers.a",
    });
  }
});

/** A listener that starts by itself, as some applications' do. */
class Eager extends QueueListener {
  constructor(...args: ConstructorParameters<typeof QueueListener>) {
    super(...args);
    made.push(this);
    this.start();
  }
}
let made: Eager[] = [];

configured("a document that fails stops the listeners that it has made, and no others", () => {
  made = [];
  const queue = new LogQueue();
  const kept = new Kept();
  const before = new Eager(queue, [kept]);
  const ownKind = { start: (): void => {}, stop: (): void => assert.fail("it was there before") };
  const holder = new QueueHandler(queue);
  holder.listener = ownKind;
  made = [];
  const late = new Kept();
  const factory = (): Handler => {
    const handler = new QueueHandler(queue);
    handler.listener = new Eager(queue, []);
    return handler;
  };
  const borrowing = (listener: { start(): void; stop(): void }) => (): Handler => {
    const handler = new QueueHandler(queue);
    handler.listener = listener;
    return handler;
  };
  getLogger().addHandler(new QueueHandler(queue));
  getLogger().error("waits for the one before");
  assert.throws(
    apply({
      version: 1,
      handlers: {
        a: { class: "QueueHandler", queue, listener: Eager, handlers: [late] },
        b: { class: "QueueHandler", queue, listener: () => before },
        c: { "()": factory },
        d: { "()": borrowing(before) },
        e: { "()": borrowing(ownKind) },
        f: { class: "QueueHandler", queue, listener: Eager, noSuchOption: 1 },
      },
    }),
    /Unable to configure handler 'f'/,
  );
  assert.deepEqual(
    made.map(({ isStarted }) => isStarted),
    [false, false, false],
  );
  assert.equal(before.isStarted, true);
  before.stop();
  assert.deepEqual([kept.messages, late.messages], [["waits for the one before"], []]);
});

class Locked extends Logger {
  isLocked = false;
  override setLevel(level: Level): void {
    if (this.isLocked) throw new Error("the level is fixed");
    super.setLevel(level);
  }
}

configured("what can't be put back doesn't keep the rest from it", () => {
  const old = new Kept();
  setLoggerClass(Locked);
  const audit = getLogger("audit") as Locked;
  setLoggerClass(Logger);
  audit.isLocked = true;
  const late = getLogger("late");
  late.setLevel("ERROR");
  getLogger().addHandler(old);
  let own: Kept | null = null;
  const factory = (): Handler => (own = new Kept());
  const document = {
    version: 1,
    handlers: { own: { "()": factory } },
    loggers: { late: { level: "INFO", handlers: ["own"] }, fresh: {}, audit: { level: 10 } },
    root: { level: "DEBUG", handlers: ["own"] },
  };
  assert.throws(apply(document), { message: "the level is fixed" });
  assert.deepEqual([late.level, late.handlers, getLogger().level], [40, [], 30]);
  assert.deepEqual(getLogger().handlers, [old]);
  assert.deepEqual([...getManager().loggerDict.keys()], ["audit", "late"]);
  assert.equal((own as Kept | null)?.closed, true);
  assert.equal(old.closed, false);
});

configured("an incremental document that fails puts back what it can", () => {
  class Stubborn extends Handler {
    calls = 0;
    override setLevel(level: Level): void {
      this.calls += 1;
      if (this.calls > 1) throw new Error("once is enough");
      super.setLevel(level);
    }
  }
  const handlers = { a: new Stubborn(10), b: new Kept(20), c: new Stubborn(30) };
  handlers.c.calls = 1;
  dictConfig({ version: 1, handlers });
  const levels = { a: { level: 50 }, b: { level: 50 }, c: { level: 50 } };
  assert.throws(apply({ version: 1, incremental: true, handlers: levels }), /once is enough/);
  assert.deepEqual(
    Object.values(handlers).map(({ level }) => level),
    [10, 20, 30],
  );
});

test("a promise in the place of what a document wants is refused, and its rejection told", async (t) => {
  const stderr = new CapturedStderr();
  stderr.start();
  t.after(() => stderr.stop());
  const unhandled: unknown[] = [];
  const keep = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", keep);
  t.after(() => process.off("unhandledRejection", keep));
  let count = 0;
  const late = async (): Promise<never> => {
    count += 1;
    throw new Error(`too late ${count}`);
  };
  const noFormatter = function format(): unknown {
    return late();
  };
  Object.defineProperty(noFormatter, "prototype", { value: undefined });
  for (const document of [
    { handlers: { h: { "()": late } } },
    { handlers: { h: { class: late } } },
    { formatters: { f: { "()": late } } },
    { formatters: { f: { class: noFormatter } } },
    { filters: { f: { "()": late } }, root: { filters: ["f"] } },
    { handlers: { h: { class: "QueueHandler", queue: { "()": late } } } },
    { handlers: { h: { class: "QueueHandler", listener: late } } },
    { handlers: { h: { class: "QueueHandler", listener: { "()": late } } } },
  ]) {
    assert.throws(apply({ version: 1, ...document }), JSON.stringify(document));
  }
  registerFactory("failed.Document", late);
  const ini = "[loggers]\nkeys=root\n[handlers]\nkeys=h\n[formatters]\nkeys=\n[logger_root]\n";
  const text = `${ini}handlers=h\n[handler_h]\nclass=failed.Document\nargs=(1,)\n`;
  assert.throws(() => applyIniText(text, "test.ini", {}));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(unhandled, []);
  assert.equal(count, 9);
  for (let each = 1; each <= count; each += 1) assert.ok(stderr.text.includes(`too late ${each}`));
});
