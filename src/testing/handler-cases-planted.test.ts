import assert from "node:assert/strict";
import { test } from "node:test";

import { Handler } from "../core/handler.ts";
import type { LogRecord } from "../core/record.ts";
import { MemoryHandler } from "../handlers/memory.ts";
import { runProgram } from "../../test/kit/child-program.ts";
import { CaptureHandler } from "./capture-handler.ts";
import { handlerCases } from "./handler-cases.ts";
import type { HandlerSetup } from "./handler-cases.ts";

/** The promises that a handler breaks, by their first words. */
async function broken<Made extends Handler>(setup: HandlerSetup<Made>): Promise<string[]> {
  const found: string[] = [];
  for (const { name, run } of handlerCases({ timeoutMs: 200, ...setup })) {
    try {
      await run();
    } catch (error) {
      assert.equal((error as Error).name, "AssertionError", String(error));
      found.push(name);
    }
  }
  return found;
}

const ORDER = "a handler delivers every record once, in order, as its formatter makes it";
const LEVEL = "a handler's level keeps records away, and may be changed at any time";
const FILTERS = "a handler's filters stop records, or put others in their place";
const FORMATTER = "a handler uses the formatter that was set last";
const UNCHANGED = "a handler leaves the record as it was, for the handlers after it";
const MOMENT = "a record is delivered as it was when it was logged, whatever changes afterwards";
const THROWING = "a formatter that throws is a failure for handleError, and stops no later record";
const ARGUMENTS = "arguments that don't fit the message reach nobody as an exception";
const NASTY = "line breaks, NUL, lone surrogates and very long texts stop no later record";
const ROUND = "a formatter that logs to the same handler doesn't go round for ever";
const CLOSE = "close() delivers what waits, may come twice, and gives up the handler's name";
const AFTER = "what is logged after close() throws nothing at the application";
const DELIVERY = "a failure to deliver goes to handleError, never to the application";

test("the promise about values that change is the one that Python's MemoryHandler doesn't make", async () => {
  const targets = new WeakMap<Handler, CaptureHandler>();
  const setup: HandlerSetup<MemoryHandler> = {
    make() {
      const target = new CaptureHandler();
      const handler = new MemoryHandler(1000, { target });
      targets.set(handler, target);
      // The texts are made by the target's formatter.
      handler.setFormatter = (formatter) => target.setFormatter(formatter);
      target.handleError = (record, error) => handler.handleError(record, error);
      return handler;
    },
    delivered: (handler) => targets.get(handler)?.lines ?? [],
  };
  assert.deepEqual(await broken(setup), [MOMENT]);
});

/** What the planted handlers have in common: it keeps every promise. */
class Plain extends Handler {
  texts: string[] = [];
  isBroken = false;

  override emit(record: LogRecord): void {
    this.deliver(this.formatOrFallback(record));
  }

  deliver(text: string): void {
    if (this.isBroken) throw new Error("planted failure");
    this.texts.push(text);
  }
}

const plain = <Made extends Plain>(make: () => Made): HandlerSetup<Made> => ({
  make,
  delivered: ({ texts }) => texts,
  breakDelivery: (handler) => (handler.isBroken = true),
});

test("a handler that keeps all promises is found to", async () => {
  assert.deepEqual(await broken(plain(() => new Plain())), []);
});

const PLANTED: readonly [string, () => Plain, readonly string[]][] = [
  [
    "lets failures through and asks no filters",
    () =>
      new (class extends Plain {
        override handle(record: LogRecord): LogRecord {
          this.deliver(this.format(record));
          return record;
        }
      })(),
    [FILTERS, THROWING, ARGUMENTS, DELIVERY],
  ],
  [
    "answers nothing",
    () =>
      new (class extends Plain {
        override handle(record: LogRecord): false {
          super.handle(record);
          return false;
        }
      })(),
    [FILTERS],
  ],
  [
    "has a level of its own",
    () =>
      new (class extends Plain {
        override get level(): number {
          return 0;
        }
        override set level(_level: number) {}
      })(),
    [LEVEL],
  ],
  [
    "delivers the last first",
    () =>
      new (class extends Plain {
        override deliver(text: string): void {
          super.deliver(text);
          this.texts.unshift(this.texts.pop() ?? "");
        }
      })(),
    [ORDER, LEVEL, FILTERS, FORMATTER, CLOSE],
  ],
  [
    "delivers everything twice",
    () =>
      new (class extends Plain {
        override deliver(text: string): void {
          super.deliver(text);
          super.deliver(text);
        }
      })(),
    [ORDER, LEVEL, FILTERS, FORMATTER, UNCHANGED, MOMENT, CLOSE],
  ],
  [
    "keeps its first formatter",
    () =>
      new (class extends Plain {
        override setFormatter(formatter: Parameters<Plain["setFormatter"]>[0]): void {
          if (this.formatter === null) super.setFormatter(formatter);
        }
      })(),
    [FORMATTER, THROWING, ROUND],
  ],
  [
    "writes into the record",
    () =>
      new (class extends Plain {
        override emit(record: LogRecord): void {
          super.emit(record);
          record.msg = record.getMessage();
          record.args = [];
        }
      })(),
    [UNCHANGED],
  ],
  [
    "formats when it is flushed, without care",
    () =>
      new (class extends Plain {
        waiting: LogRecord[] = [];
        override emit(record: LogRecord): void {
          this.waiting.push(record);
        }
        override flush(): void {
          for (const record of this.waiting.splice(0)) this.deliver(this.format(record));
        }
        override close(): void {
          this.flush();
          super.close();
        }
      })(),
    [MOMENT, THROWING, ARGUMENTS, DELIVERY],
  ],
  [
    "hides its failures",
    () =>
      new (class extends Plain {
        override emit(record: LogRecord): void {
          try {
            this.deliver(this.format(record));
          } catch {
            // as many do
          }
        }
      })(),
    [THROWING, ARGUMENTS, DELIVERY],
  ],
  [
    "gives up after a long text",
    () =>
      new (class extends Plain {
        override deliver(text: string): void {
          if (text.length > 65_536) this.isBroken = true;
          super.deliver(text);
        }
      })(),
    [NASTY],
  ],
  [
    "drops what is logged while it delivers",
    () =>
      new (class extends Plain {
        isBusy = false;
        override emit(record: LogRecord): void {
          if (this.isBusy) return;
          this.isBusy = true;
          super.emit(record);
          this.isBusy = false;
        }
      })(),
    [ROUND],
  ],
  [
    "can be closed once",
    () =>
      new (class extends Plain {
        isClosed = false;
        override close(): void {
          if (this.isClosed) throw new Error("closed already");
          this.isClosed = true;
          super.close();
        }
      })(),
    [CLOSE, AFTER],
  ],
  [
    "forgets the base class at close",
    () =>
      new (class extends Plain {
        override close(): void {}
      })(),
    [CLOSE],
  ],
  [
    "throws at the application once it is closed",
    () =>
      new (class extends Plain {
        isClosed = false;
        override handle(record: LogRecord): LogRecord | false {
          if (this.isClosed) throw new Error("closed");
          return super.handle(record);
        }
        override close(): void {
          this.isClosed = true;
          super.close();
        }
      })(),
    [AFTER],
  ],
  [
    "loses at close what waits",
    () =>
      new (class extends Plain {
        waiting: string[] = [];
        override deliver(text: string): void {
          this.waiting.push(text);
        }
        override flush(): void {
          for (const text of this.waiting.splice(0, 5)) super.deliver(text);
        }
      })(),
    [ORDER, NASTY, CLOSE, DELIVERY],
  ],
];

for (const [what, make, expected] of PLANTED) {
  test(`a handler that ${what} is caught`, async () => {
    assert.deepEqual(await broken(plain(make)), expected);
  });
}

test("every promise is broken by one of the planted handlers at least", () => {
  const caught = new Set(PLANTED.flatMap(([, , promises]) => promises));
  const names = handlerCases(plain(() => new Plain())).map(({ name }) => name);
  assert.deepEqual(
    names.filter((name) => !caught.has(name)),
    [],
  );
});

test("without breakDelivery there is a case less, and bad setups are refused by name", () => {
  const { make, delivered } = plain(() => new Plain());
  assert.equal(handlerCases({ make, delivered }).length, 12);
  const refused = (setup: unknown): string => {
    try {
      handlerCases(setup as HandlerSetup);
    } catch (error) {
      return (error as Error).message;
    }
    return "accepted";
  };
  assert.match(
    refused({ make }),
    /^a setup can't be .*; accepted: an object with the methods make and/,
  );
  assert.match(refused({ make, delivered, read: 1 }), /^unknown option "read"; accepted: make,/);
  assert.match(refused({ make, delivered, timeoutMs: 0 }), /^timeoutMs can't be 0/);
});

test("a handler whose emit is asynchronous may keep all promises", async () => {
  class Later extends Plain {
    override async emit(record: LogRecord): Promise<void> {
      const text = this.formatOrFallback(record);
      await Promise.resolve();
      this.deliver(text);
    }
  }
  assert.deepEqual(await broken(plain(() => new Later())), []);
});

// In a process of its own: a test runner would take the rejection for its own affair.
test("a handler that lets its promises go unheard is caught", async () => {
  const own = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  const { end, stdout } = await runProgram(`
    import { Handler } from ${own("../core/handler.js")};
    import { handlerCases } from ${own("./handler-cases.js")};
    let unheard = 0;
    process.on("unhandledRejection", () => (unheard += 1));
    class Unheard extends Handler {
      texts = [];
      emit(record) {
        const text = this.formatOrFallback(record);
        void this.send(text);
      }
      async send(text) {
        if (this.isBroken) throw new Error("planted failure");
        this.texts.push(text);
      }
    }
    const setup = {
      make: () => new Unheard(),
      delivered: ({ texts }) => texts,
      breakDelivery: (handler) => (handler.isBroken = true),
      timeoutMs: 200,
    };
    for (const { name, run } of handlerCases(setup)) {
      await run().catch((error) => console.log(error.name, name));
    }
    console.log(unheard);
  `);
  assert.equal(end, 0);
  assert.equal(stdout, `AssertionError ${DELIVERY}\n1\n`);
});
