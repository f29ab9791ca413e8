import assert from "node:assert/strict";
import { test } from "node:test";

import { MessageFormatter } from "./formatter.ts";
import { Handler } from "./handler.ts";
import { Manager, RootLogger } from "./hierarchy.ts";
import { makeLogRecord } from "./record.ts";
import type { LogRecord } from "./record.ts";

class Recorder extends Handler {
  readonly lines: string[] = [];

  override emit(record: LogRecord): void {
    this.lines.push(this.format(record));
  }
}

test("what can't be a formatter or a filter is refused when it is set, by its value", () => {
  const handler = new Recorder();
  const formatters: readonly unknown[] = [
    undefined,
    "%(message)s",
    {},
    { format: "x" },
    MessageFormatter,
  ];
  for (const value of formatters) {
    assert.throws(() => handler.setFormatter(value as MessageFormatter), {
      name: "TypeError",
      message: /^a formatter can't be .+; accepted: a Formatter, .*null$/,
      value,
    });
  }
  class Odd {
    filter(): boolean {
      return true;
    }
  }
  for (const value of [undefined, null, "a.b", {}, { filter: true }, Odd] as readonly unknown[]) {
    assert.throws(() => handler.addFilter(value as Odd), {
      name: "TypeError",
      message: /^a filter can't be .+; accepted: a function of the record, /,
      value,
    });
  }
  assert.equal(handler.formatter, null);
  assert.deepEqual(handler.filters, []);
  handler.setFormatter({ format: ({ levelno }) => `level ${levelno}` });
  handler.addFilter(new Odd());
  handler.addFilter(() => true);
  handler.handle(makeLogRecord({ msg: "x", levelno: 30 }));
  assert.deepEqual(handler.lines, ["level 30"]);
  handler.setFormatter(null);
  assert.equal(handler.formatter, null);
});

test("what can't be a handler is refused when it is added, by its value", () => {
  const log = new Manager(new RootLogger("DEBUG")).getLogger("app");
  for (const value of [undefined, null, "app.log", {}, { handle: 1 }, Handler] as unknown[]) {
    assert.throws(() => log.addHandler(value as Handler), {
      name: "TypeError",
      message:
        /^a handler can't be .+; accepted: a Handler, or an object with a handle\(record\) method$/,
      value,
    });
  }
  assert.deepEqual(log.handlers, []);
});

test("an object with a handle method is a handler, and without a level gets everything", () => {
  const log = new Manager(new RootLogger("DEBUG")).getLogger("app");
  const seen: unknown[] = [];
  log.addHandler({ handle: ({ msg }: LogRecord) => seen.push(msg) } as unknown as Handler);
  log.addHandler({
    level: 30,
    handle: ({ msg }: LogRecord) => seen.push(`30 ${msg}`),
  } as unknown as Handler);
  log.debug("a");
  log.warning("b");
  assert.deepEqual(seen, ["a", "b", "30 b"]);
});

test("what is refused is named in few words, however large it is", () => {
  const log = new Manager(new RootLogger("DEBUG")).getLogger("app");
  const wrong = { foo: 1, big: process, list: Array(500).fill("long enough") };
  for (const value of [
    wrong,
    process,
    Buffer.alloc(5000),
    Array.from({ length: 500 }, () => wrong),
  ] as unknown[]) {
    assert.throws(
      () => log.addHandler(value as Handler),
      ({ message }: Error) => message.startsWith("a handler can't be ") && message.length < 260,
    );
  }
  assert.throws(() => new Recorder().setFormatter(log as never), {
    message: /^a formatter can't be <Logger app \(DEBUG\)>; /,
  });
  assert.throws(() => log.setLevel(wrong as never), {
    message: /^Level not an integer or a valid string: \{ foo: 1, big: \[[^\]]+\], /,
  });
});
