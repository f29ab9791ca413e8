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
