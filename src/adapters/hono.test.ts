// With contexts made by hand: the odd ones. The real Hono runs in examples/hono.

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { RecordedLog } from "../../test/kit/recorded-log.ts";
import { requestLogger } from "./hono.ts";
import type { HonoContext, RequestLoggerOptions } from "./hono.ts";

const stderr = new CapturedStderr();
let recorded: RecordedLog;
beforeEach(() => {
  recorded = new RecordedLog();
  stderr.start();
});
afterEach(() => stderr.stop());

/** As much of a Hono context as the middleware uses. */
class MadeContext implements HonoContext {
  readonly variables = new Map<string, unknown>();
  readonly sent = new Headers();
  readonly received = new Headers();
  readonly req = {
    method: "GET",
    url: "http://shop.example/orders/7?x=1",
    routePath: "/orders/:id",
    header: (name: string): string | undefined => this.received.get(name) ?? undefined,
  };
  res: { status: number; headers: Headers } = { status: 200, headers: new Headers() };
  error: Error | undefined = undefined;
  env: unknown = {};

  get(key: string): unknown {
    return this.variables.get(key);
  }
  set(key: string, value: unknown): void {
    this.variables.set(key, value);
  }
  header(name: string, value?: string): void {
    this.sent.set(name, value ?? "");
  }
}

function middleware(
  options: RequestLoggerOptions = {},
): (c: HonoContext, next: () => Promise<void>) => Promise<void> {
  return requestLogger({ logger: recorded.logger("http"), ...options });
}

test("without a server the length is that of the header, where there is one", async () => {
  const c = new MadeContext();
  await middleware()(c, async () => {
    c.res.headers.set("content-length", "12");
  });
  const { durationMs, ...fields } = (await recorded.only()).fields;
  assert.ok(typeof durationMs === "number");
  assert.deepEqual(fields, {
    requestId: c.get("requestId"),
    method: "GET",
    url: "/orders/7?x=1",
    route: "/orders/:id",
    status: 200,
    bytes: 12,
  });
  assert.equal(c.sent.get("x-request-id"), c.get("requestId"));
});

test("what is thrown past Hono goes on, and the line tells it", async () => {
  const problem = new Error("out of tea");
  const handled = middleware()(new MadeContext(), () => Promise.reject(problem));
  await assert.rejects(handled, problem);
  const call = await recorded.only();
  assert.deepEqual([call.level, call.message], ["ERROR", "GET /orders/7?x=1 failed"]);
  assert.equal(call.error, problem);
  assert.ok(!("status" in call.fields));
});

test("a handler's error that the application has answered for goes with the line", async () => {
  const c = new MadeContext();
  c.error = new Error("no such order");
  c.res = { status: 404, headers: new Headers() };
  await middleware()(c, () => Promise.resolve());
  const call = await recorded.only();
  assert.deepEqual([call.level, call.error], ["WARNING", c.error]);
});

test("on Node the line comes with the end of the response, not before", async () => {
  const c = new MadeContext();
  const outgoing = Object.assign(new EventEmitter(), {
    statusCode: 200,
    headersSent: true,
    writableFinished: false,
    setHeader: () => undefined,
    write: () => true,
    end: () => undefined,
  });
  const incoming = { headers: {}, url: "//raw?x", socket: { remoteAddress: "10.0.0.7" } };
  c.env = { outgoing, incoming };
  await middleware()(c, () => Promise.resolve());
  assert.equal(recorded.calls.length, 0);
  outgoing.write();
  outgoing.emit("close");
  const call = await recorded.only();
  assert.equal(call.message, "GET //raw?x aborted");
  assert.equal(call.fields["remoteAddress"], "10.0.0.7");
});

test("bindings that only look like Node's are none", async () => {
  for (const env of [null, "x", { outgoing: {}, incoming: 7 }, { outgoing: null }]) {
    recorded = new RecordedLog();
    const c = new MadeContext();
    c.env = env;
    await middleware()(c, () => Promise.resolve());
    assert.equal((await recorded.only()).message, "GET /orders/7?x=1 200");
  }
});

test("used twice, the first one counts, and what is ignored has id and logger all the same", async () => {
  const c = new MadeContext();
  await middleware()(c, () => middleware()(c, () => Promise.resolve()));
  await recorded.only();
  const ignored = new MadeContext();
  ignored.received.set("x-request-id", "7f");
  await middleware({ ignore: () => true })(ignored, async () => {
    recorded.logger("shop").info("tea");
  });
  assert.equal(recorded.calls.length, 2);
  assert.deepEqual([recorded.last.message, recorded.last.fields], ["tea", { requestId: "7f" }]);
});

test("the end of a request is told behind its line, and of one that has none, too", async () => {
  const ends: unknown[] = [];
  const onEnd: RequestLoggerOptions["onEnd"] = (requestId, { status, error }, c) => {
    ends.push([requestId, status, error, c.req.method, recorded.calls.length]);
  };
  const send = async (options: RequestLoggerOptions, next: () => Promise<void>): Promise<void> => {
    const c = new MadeContext();
    c.received.set("x-request-id", `r${ends.length}`);
    await middleware({ ...options, onEnd })(c, next);
  };
  const problem = new Error("out of tea");
  await send({}, () => Promise.resolve());
  await send({ ignore: () => true }, () => Promise.resolve());
  await assert.rejects(
    send({}, () => Promise.reject(problem)),
    problem,
  );
  assert.deepEqual(ends, [
    ["r0", 200, undefined, "GET", 1],
    ["r1", 200, undefined, "GET", 1],
    ["r2", null, problem, "GET", 2],
  ]);
});

test("a context that fails costs the line, not the answer", async () => {
  const c = new MadeContext();
  c.header = () => {
    throw new Error("headers are sent");
  };
  let handled = 0;
  await middleware()(c, async () => {
    handled += 1;
  });
  assert.equal(handled, 1);
  assert.match(stderr.text, /a request can't be logged.*headers are sent|headers are sent/s);
});
