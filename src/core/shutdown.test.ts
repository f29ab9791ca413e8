import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { closeHandlers, registerDrain, registerHandler, shutdown } from "./shutdown.ts";
import type { Closeable } from "./shutdown.ts";

const stderr = new CapturedStderr();
let trace: string[];
beforeEach(() => {
  trace = [];
  stderr.start();
});
afterEach(() => stderr.stop());

function closeable(name: string, more: Partial<Closeable> = {}): Closeable {
  return {
    flush: () => void trace.push(`flush ${name}`),
    close: () => void trace.push(`close ${name}`),
    ...more,
  };
}

test("the youngest handler is flushed and closed first, after what waits was handled", () => {
  const handlers = [closeable("old"), closeable("young")];
  for (const handler of handlers) registerHandler(handler);
  const unregister = registerDrain((ending) => void trace.push(`drain ${ending}`));
  shutdown();
  assert.deepEqual(trace, ["drain false", "flush young", "close young", "flush old", "close old"]);
  unregister();
  trace = [];
  shutdown();
  assert.equal(trace.length, 4);
});

test("a handler whose flushOnClose is false is closed without a flush", () => {
  closeHandlers(
    [closeable("held", { flushOnClose: false }), closeable("told", { flushOnClose: true })],
    "in a test",
  );
  assert.deepEqual(trace, ["flush told", "close told", "close held"]);
});

test("one that can't be flushed is reported and closed, and so are the others", () => {
  const broken = closeable("broken", {
    flush() {
      throw new Error("disk full");
    },
  });
  closeHandlers([closeable("other"), broken], "in a test");
  assert.deepEqual(trace, ["close broken", "flush other", "close other"]);
  assert.match(stderr.text, /Error: disk full[^]*closing in a test failed/);
});

test("what can't be drained is reported, and handlers are closed all the same", () => {
  const handler = closeable("last");
  registerHandler(handler);
  const unregister = registerDrain(() => {
    throw new Error("stuck");
  });
  shutdown();
  unregister();
  assert.ok(trace.includes("close last"));
  assert.match(stderr.text, /Error: stuck/);
});
