// The steps of shutdown.ts for an end that has no 'exit' event.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { drainHandlers, endWithoutExit, flushHandlers } from "./shutdown.ts";
import { registerDrain, registerHandler, registerLastStep } from "./shutdown.ts";
import type { Closeable } from "./shutdown.ts";

const stderr = new CapturedStderr();
let trace: string[];
// The list of handlers doesn't keep them.
let kept: Closeable[];
beforeEach(() => {
  trace = [];
  kept = [];
  stderr.start();
});
afterEach(() => stderr.stop());

function register(name: string, more: Partial<Closeable> = {}): void {
  const handler: Closeable = {
    flush: () => void trace.push(`flush ${name}`),
    close: () => void trace.push(`close ${name}`),
    ...more,
  };
  kept.push(handler);
  registerHandler(handler);
}

/** Without the handlers of the tests before. */
const own = (...names: string[]): string[] =>
  trace.filter((step) => names.some((name) => step.endsWith(name)));

test("a flush handles what waits on queues, closes nothing, and leaves what is held back on purpose", () => {
  register("a1");
  register("a2", { flushOnClose: true });
  register("a3");
  const unregister = registerDrain((ending) => void trace.push(`queues ${ending} a0`));
  flushHandlers();
  unregister();
  assert.deepEqual(own("a0", "a1", "a2", "a3"), ["queues false a0", "flush a3", "flush a1"]);
});

test("a handler that can't be flushed is reported, and the others are flushed", () => {
  register("b1");
  register("b2", {
    flush() {
      throw new Error("disk full");
    },
  });
  flushHandlers();
  assert.deepEqual(own("b1", "b2"), ["flush b1"]);
  assert.match(stderr.text, /Error: disk full[^]*flushing at a signal failed/);
});

test("draining waits for all handlers that can, and reports those that fail", async () => {
  let sent = "";
  register("c1", {
    drain: async (timeoutMs) => {
      await new Promise((resolve) => setImmediate(resolve));
      sent += `c1 within ${timeoutMs}`;
      return true;
    },
  });
  register("c2", { drain: () => Promise.reject(new Error("rejected")) });
  register("c3", {
    drain() {
      throw new Error("thrown");
    },
  });
  await drainHandlers(20_000);
  assert.equal(sent, "c1 within 20000");
  assert.match(stderr.text, /Error: rejected[^]*draining at a signal failed/);
  assert.match(stderr.text, /Error: thrown[^]*draining at a signal failed/);
});

test("draining ends when the time is up, whatever a handler does", async () => {
  register("d1", { drain: () => new Promise(() => {}) });
  await drainHandlers(1);
  kept.pop();
});

test("an end without an exit closes all handlers, and then takes the last steps", () => {
  register("e1");
  const unregister = registerDrain((ending) => void trace.push(`queues ${ending} e0`));
  registerLastStep(() => {
    trace.push("last e2");
    throw new Error("at the very end");
  });
  endWithoutExit();
  unregister();
  assert.deepEqual(own("e0", "e1", "e2"), ["queues true e0", "flush e1", "close e1", "last e2"]);
  assert.match(stderr.text, /at the very end/);
});
