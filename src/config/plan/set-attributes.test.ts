import assert from "node:assert/strict";

import { configured, Sink } from "../../../test/kit/configured.ts";
import { getLogger } from "../../core/hierarchy.ts";
import { StreamHandler } from "../../handlers/stream.ts";
import { dictConfig } from "../dict-config.ts";

const withAttributes = (attributes: object): void => {
  const handlers = { a: { class: "StreamHandler", stream: new Sink(), ".": attributes } };
  dictConfig({ version: 1, handlers, root: { handlers: ["a"] } } as never);
};

configured("attributes that no log call would survive are refused where they stand", () => {
  for (const [attributes, path, message] of [
    [{ level: "x" }, "handlers.a[.].level", "Unknown level: 'x'"],
    [{ formatter: "x" }, "handlers.a[.].formatter", null],
    [{ name: 5 }, "handlers.a[.].name", "attribute name can't be 5"],
    [{ terminator: 5 }, "handlers.a[.].terminator", "attribute terminator can't be 5"],
    [{ terminator: null }, "handlers.a[.].terminator", "attribute terminator can't be null"],
    [{ emit: 5 }, "handlers.a[.].emit", "attribute emit can't be 5"],
  ] as const) {
    assert.throws(
      () => withAttributes(attributes),
      (error: Error & { path?: string; accepted?: string }) => {
        assert.equal(error.path, path);
        assert.equal(typeof error.accepted, "string");
        if (message !== null) assert.equal((error.cause as Error).message, message);
        return true;
      },
    );
  }
});

configured("a level among the attributes may be a name, and other values are set", () => {
  withAttributes({ level: "ERROR", terminator: "!", note: { any: 1 } });
  const [handler] = getLogger().handlers;
  assert.ok(handler instanceof StreamHandler);
  assert.deepEqual([handler.level, handler.terminator], [40, "!"]);
  assert.deepEqual(Reflect.get(handler, "note"), { any: 1 });
});

configured("attributes are held to what constructors and methods hold their arguments to", () => {
  const target = { class: "NullHandler" };
  for (const [entry, name, path, message] of [
    [{ class: "StreamHandler", ".": { stream: 5 } }, "TypeError", "stream", "a stream can't be 5"],
    [
      { class: "StreamHandler", ".": { filters: [null] } },
      "TypeError",
      "filters[0]",
      "a filter can't be null",
    ],
    [{ class: "NullHandler", ".": { filters: 5 } }, "TypeError", "filters", "5 is not iterable"],
    [
      { class: "MemoryHandler", capacity: 2, ".": { target: "x" } },
      "TypeError",
      "target",
      "a handler can't be 'x'",
    ],
    [
      { class: "MemoryHandler", capacity: 2, ".": { capacity: "x" } },
      "TypeError",
      "capacity",
      "attribute capacity can't be 'x'",
    ],
    [
      { class: "MemoryHandler", capacity: 2, ".": { buffer: 5 } },
      "TypeError",
      "buffer",
      "attribute buffer can't be 5",
    ],
    [
      { class: "MemoryHandler", capacity: 2, ".": { flushLevel: "LOUD" } },
      "ValueError",
      "flushLevel",
      "Unknown level: 'LOUD'",
    ],
    [
      { class: "QueueHandler", handlers: ["target"], ".": { queue: {} } },
      "TypeError",
      "queue",
      "attribute queue can't be {}",
    ],
  ] as const) {
    assert.throws(
      () => dictConfig({ version: 1, handlers: { target, h: entry } } as never),
      (error: Error & { path?: string }) => {
        assert.equal(error.path, `handlers.h[.].${path}`);
        assert.deepEqual(
          [(error.cause as Error).name, (error.cause as Error).message],
          [name, message],
        );
        return true;
      },
    );
  }
  const [out, filter] = [new Sink(), (): boolean => true];
  const attributes = { stream: out, filters: [filter] };
  const held = { class: "MemoryHandler", capacity: 2, ".": { flushLevel: "INFO", capacity: 9 } };
  const handlers = { h: { class: "StreamHandler", ".": attributes }, m: { ...held, target: "h" } };
  dictConfig({ version: 1, handlers, root: { handlers: ["m"], level: "DEBUG" } } as never);
  getLogger().debug("held");
  assert.equal(out.text, "");
  getLogger().info("flushed");
  assert.equal(out.text, "held\nflushed\n");
});
