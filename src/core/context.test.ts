import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { recordedTree } from "../../test/kit/recorded-tree.ts";
import { Formatter } from "../formatters/formatter.ts";
import { JsonFormatter } from "../formatters/json.ts";
import { LogQueue } from "../handlers/queue/log-queue.ts";
import { QueueHandler } from "../handlers/queue/queue.ts";
import { packRecord, unpackRecord } from "../handlers/queue/packed-record.ts";
import { LoggerAdapter } from "./adapter.ts";
import { bindContext, enterContext, getContext, withContext } from "./context.ts";
import { getLogRecordFactory, LogRecord, setLogRecordFactory } from "./record.ts";

let { log, recorder } = recordedTree();

beforeEach(() => {
  ({ log, recorder } = recordedTree());
});

describe("withContext", () => {
  it("gives its fields to the calls within, and to no other", () => {
    log.info("before");
    const answer = withContext({ requestId: "7f" }, () => {
      log.info("within", { id: 1 });
      return 42;
    });
    log.info("after");
    assert.equal(answer, 42);
    assert.deepEqual(recorder.take(), [
      "before {}",
      'within {"requestId":"7f","id":1}',
      "after {}",
    ]);
  });

  it("adds the fields of an inner context; a key of both keeps its place", () => {
    withContext({ a: 1, b: 2 }, () => {
      withContext({ c: 3, a: 4 }, () => log.info("inner"));
      log.info("outer");
    });
    assert.deepEqual(recorder.take(), ['inner {"a":4,"b":2,"c":3}', 'outer {"a":1,"b":2}']);
  });

  it("stands in front of what is bound, and that in front of the call's own", () => {
    withContext({ from: "context", a: 1 }, () => {
      log.with({ from: "bound", b: 2 }).info("m", { from: "call", c: 3 });
      log.with({ from: "bound" }).log("INFO", "m");
    });
    assert.deepEqual(recorder.take(), [
      'm {"from":"call","a":1,"b":2,"c":3}',
      'm {"from":"bound","a":1}',
    ]);
  });

  it("reaches every way to log", () => {
    const adapter = new LoggerAdapter(log, { tenant: "t" });
    const extras: unknown[] = [];
    recorder.addFilter((record) => {
      extras.push(Reflect.get(record, "tenant"));
      return record.fields["requestId"] === "7f";
    });
    withContext({ requestId: "7f" }, () => {
      log.logRecord("INFO", "%s", ["logRecord"]);
      log.log(25, "log");
      adapter.info("adapter", { id: 1 });
      adapter.logRecord("INFO", "adapter's");
      log.exception("error", new Error("no"));
    });
    log.info("filtered");
    assert.deepEqual(recorder.take(), [
      'logRecord {"requestId":"7f"}',
      'log {"requestId":"7f"}',
      'adapter {"requestId":"7f","id":1}',
      'adapter\'s {"requestId":"7f"}',
      'error {"requestId":"7f"}',
    ]);
    assert.deepEqual(extras, [undefined, undefined, "t", "t", undefined, undefined]);
  });

  it("is seen by every formatter", () => {
    withContext({ requestId: "7f" }, () => log.info("m", { id: 1 }));
    const [record] = recorder.records;
    assert.ok(record);
    const text = (format: string): string => new Formatter(format).format(record);
    assert.equal(text("%(requestId)s %(message)s"), "7f m");
    assert.equal(text("%(fields)s"), "{ requestId: '7f', id: 1 }");
    assert.equal(new Formatter("{requestId} {id}", { style: "{" }).format(record), "7f 1");
    assert.match(new JsonFormatter().format(record), /"msg":"m","requestId":"7f","id":1\}$/);
  });

  it("goes along with a record to a queue and to another thread", () => {
    const queue = new LogQueue();
    log.addHandler(new QueueHandler(queue));
    withContext({ requestId: "7f" }, () => log.info("m"));
    const queued = queue.get() as LogRecord;
    assert.deepEqual({ ...queued.fields }, { requestId: "7f" });
    const there = unpackRecord(structuredClone(packRecord(queued)));
    assert.deepEqual({ ...there?.fields }, { requestId: "7f" });
  });

  it("follows promises, timers, ticks, events and streams", async () => {
    const emitter = new EventEmitter();
    const work = async (id: number): Promise<void> => {
      log.info("start");
      await sleep(1);
      log.info("awaited");
      await new Promise<void>((resolve) => {
        setTimeout(() => {
          log.info("timer");
          setImmediate(() => {
            log.info("immediate");
            process.nextTick(() => {
              log.info("tick");
              queueMicrotask(() => {
                log.info("microtask");
                resolve();
              });
            });
          });
        }, 1);
      });
      emitter.once(`done ${id}`, () => log.info("event"));
      emitter.emit(`done ${id}`);
      await pipeline(Readable.from(["chunk"]), async (source) => {
        for await (const chunk of source) log.info(String(chunk));
      });
    };
    await Promise.all([1, 2, 3].map((id) => withContext({ id }, () => work(id))));
    assert.deepEqual({ ...getContext() }, {});
    const lines = recorder.take();
    const steps = ["start", "awaited", "timer", "immediate", "tick", "microtask", "event", "chunk"];
    assert.equal(lines.length, 3 * steps.length);
    for (const id of [1, 2, 3]) {
      const own = lines.filter((line) => line.endsWith(`{"id":${id}}`));
      assert.deepEqual(
        own.map((line) => line.split(" ")[0]),
        steps,
      );
    }
  });

  it("passes on what the function throws, and is over then", async () => {
    const error = new Error("no");
    assert.throws(
      () =>
        withContext({ a: 1 }, () => {
          throw error;
        }),
      error,
    );
    await assert.rejects(
      withContext({ a: 1 }, async () => {
        await sleep(1);
        throw error;
      }),
      error,
    );
    assert.deepEqual({ ...getContext() }, {});
  });

  it("copies its fields, and takes any key and any value for data", () => {
    const fields = JSON.parse(
      '{"__proto__": 1, "toString": 2, "9": 3, "constructor": 4}',
    ) as object;
    Object.defineProperty(fields, "bad", {
      enumerable: true,
      get() {
        throw new RangeError("no");
      },
    });
    withContext(fields, () => {
      Object.assign(fields, { late: true });
      log.info("m", JSON.parse('{"__proto__": 5, "own": 6}'));
      assert.equal(getContext()["__proto__"], 1);
      log.info("n");
    });
    const [first, second] = recorder.records;
    assert.ok(first && second);
    assert.deepEqual(Object.entries(first.fields), [
      ["9", 3],
      ["__proto__", 5],
      ["toString", 2],
      ["constructor", 4],
      ["bad", "[bad threw RangeError: no]"],
      ["own", 6],
    ]);
    assert.equal(Object.getPrototypeOf(first.fields), null);
    assert.equal(second.fields["__proto__"], 1);
    assert.equal(Object.hasOwn(Object.prototype, "own"), false);
  });

  it("runs with fields that can't be read, and says so in them", () => {
    const hostile = new Proxy(
      {},
      {
        ownKeys() {
          throw new RangeError("planted");
        },
      },
    );
    const result = withContext({ a: 1 }, () =>
      withContext(hostile, () => {
        log.info("m");
        return 7;
      }),
    );
    assert.equal(result, 7);
    assert.deepEqual(recorder.take(), ['m {"a":1,"fields":"[unreadable object]"}']);
  });

  it("lets a filter change a record's fields without changing the context", () => {
    recorder.addFilter((record) => {
      record.fields["seen"] = true;
      return true;
    });
    withContext({ a: 1 }, () => {
      log.info("m");
      assert.deepEqual({ ...getContext() }, { a: 1 });
    });
    assert.deepEqual(recorder.take(), ['m {"a":1,"seen":true}']);
  });

  it("puts its fields behind those of a record factory", () => {
    const before = getLogRecordFactory();
    setLogRecordFactory((...args) => {
      const record = new LogRecord(...args);
      record.fields["host"] = "h1";
      return record;
    });
    try {
      withContext({ a: 1 }, () => log.info("m", { b: 2 }));
      log.info("n");
    } finally {
      setLogRecordFactory(before);
    }
    assert.deepEqual(recorder.take(), ['m {"host":"h1","a":1,"b":2}', 'n {"host":"h1"}']);
  });

  it("refuses what is no fields, no function or no option, by name", () => {
    const nothing = (): void => {};
    assert.throws(() => withContext(null as never, nothing), {
      name: "TypeError",
      message: /fields can't be null; accepted: a plain object/,
    });
    assert.throws(() => withContext([] as never, nothing), /fields can't be \[\]/);
    assert.throws(
      () => withContext({}, 5 as never),
      /withContext can't run 5; accepted: a function/,
    );
    assert.throws(() => withContext({}, nothing, { lvl: 1 } as never), /unknown option "lvl"/);
    assert.throws(() => withContext({}, nothing, { level: "LOUD" }), {
      name: "ValueError",
      message: "Unknown level: 'LOUD'",
    });
    assert.throws(() => enterContext("x" as never), /fields can't be 'x'/);
    assert.throws(() => bindContext(null as never), /bindContext can't bind null/);
  });
});

describe("getContext", () => {
  it("gives the fields of all contexts around, frozen, the same object each time", () => {
    assert.deepEqual(Object.keys(getContext()), []);
    withContext({ a: 1 }, () => {
      withContext({ b: 2 }, () => {
        const fields = getContext();
        assert.deepEqual(Object.entries(fields), [
          ["a", 1],
          ["b", 2],
        ]);
        assert.equal(Object.getPrototypeOf(fields), null);
        assert.ok(Object.isFrozen(fields));
        assert.equal(getContext(), fields);
        assert.throws(() => Object.assign(fields, { a: 9 }), TypeError);
      });
    });
  });
});

describe("enterContext", () => {
  it("is there for the rest of the run and what that starts, and for no other run", async () => {
    const runs = [1, 2].map(async (id) => {
      await sleep(1);
      enterContext({ id });
      enterContext({ more: true });
      log.info("entered");
      await sleep(1);
      setTimeout(() => log.info("timer"), 1);
      await sleep(5);
      log.info("awaited");
    });
    await Promise.all(runs);
    log.info("outside");
    const lines = recorder.take();
    assert.equal(lines.pop(), "outside {}");
    for (const id of [1, 2]) {
      const own = lines.filter((line) => line.endsWith(` {"id":${id},"more":true}`));
      assert.deepEqual(
        own.map((line) => line.split(" ")[0]),
        ["entered", "timer", "awaited"],
      );
    }
  });

  it("ends with the withContext around it", () => {
    withContext({ a: 1 }, () => {
      enterContext({ b: 2 });
      log.info("m");
    });
    log.info("n");
    assert.deepEqual(recorder.take(), ['m {"a":1,"b":2}', "n {}"]);
  });
});

describe("bindContext", () => {
  it("brings a callback's own context to wherever it is called", async () => {
    const emitter = new EventEmitter();
    const bound = withContext({ a: 1 }, () =>
      bindContext(function (this: unknown, text: string, n: number): string {
        log.info(text);
        return `${String(this)} ${n}`;
      }),
    );
    assert.equal(bound.call("me", "m", 2), "me 2");
    emitter.on("event", (text: string) => void bound(text, 1));
    withContext({ b: 2 }, () => emitter.emit("event", "n"));
    await once(emitterLater(emitter), "later");
    assert.deepEqual(recorder.take(), ['m {"a":1}', 'n {"a":1}']);
  });

  it("can be asked outside of any context, and takes the function out of one", () => {
    const bound = bindContext(() => log.info("m"));
    withContext({ a: 1 }, bound);
    assert.deepEqual(recorder.take(), ["m {}"]);
  });
});

function emitterLater(emitter: EventEmitter): EventEmitter {
  setImmediate(() => emitter.emit("later"));
  return emitter;
}

it("A program without contexts makes no AsyncLocalStorage, and one with makes one", () => {
  const code = `
    import hooks from "node:async_hooks";
    import { syncBuiltinESMExports } from "node:module";
    let made = 0;
    const { AsyncLocalStorage } = hooks;
    Object.defineProperty(hooks, "AsyncLocalStorage", { configurable: true, enumerable: true,
      value: class extends AsyncLocalStorage { constructor() { super(); made += 1; } } });
    syncBuiltinESMExports();
    const { getLogger } = await import("${new URL("./hierarchy.js", import.meta.url).href}");
    const { getContext, withContext } = await import("${new URL("./context.js", import.meta.url).href}");
    getLogger().info("off");
    getLogger("a").with({ b: 1 }).error("on");
    getContext();
    const before = made;
    withContext({ a: 1 }, () => withContext({ b: 2 }, () => {}));
    console.log(before, made);
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    encoding: "utf8",
  });
  assert.equal(stdout, "0 1\n", stderr);
});
