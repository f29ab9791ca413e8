// The real Next.js runs in examples/next.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { RecordedLog } from "../../test/kit/recorded-log.ts";
import { createOnRequestError, onRequestError, register } from "./next.ts";
import type { NextErrorContext, NextRequestInfo } from "./next.ts";

const REGISTERED = Symbol.for("daybook.next.registered");
const stderr = new CapturedStderr();
let recorded: RecordedLog;
beforeEach(() => {
  recorded = new RecordedLog();
  Reflect.deleteProperty(globalThis, REGISTERED);
  delete process.env["NEXT_RUNTIME"];
  stderr.start();
});
afterEach(() => {
  stderr.stop();
  Reflect.deleteProperty(globalThis, REGISTERED);
  delete process.env["NEXT_RUNTIME"];
});

const REQUEST: NextRequestInfo = {
  path: "/orders/7?gift=50%25",
  method: "GET",
  headers: { "x-request-id": "7f", authorization: "Bearer secret", cookie: "secret" },
};
const CONTEXT: NextErrorContext = {
  routerKind: "App Router",
  routePath: "/orders/[id]",
  routeType: "render",
  renderSource: "react-server-components",
  revalidateReason: undefined,
};

test("the logging is configured once in a process, by whichever copy of the module comes first", async () => {
  let configured = 0;
  let finish = (): void => undefined;
  const first = register(async () => {
    configured += 1;
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
  });
  let second = false;
  const later = register(() => (configured += 1)).then(() => (second = true));
  await new Promise(setImmediate);
  assert.equal(second, false); // it waits for the first
  finish();
  await Promise.all([first, later]);
  assert.equal(configured, 1);
});

test("a configuration that fails says so, and may be tried again", async () => {
  const problem = new Error("no such folder");
  await assert.rejects(
    register(() => {
      throw problem;
    }),
    problem,
  );
  let configured = 0;
  await register(() => (configured += 1));
  assert.equal(configured, 1);
});

test("in the edge runtime nothing is configured", async () => {
  process.env["NEXT_RUNTIME"] = "edge";
  await register(() => assert.fail("configured"));
});

test("what is no function is refused", async () => {
  await assert.rejects(register({} as () => void), /register can't run {}; accepted: a function/);
});

test("an error has its request, its route and its digest, and no header but the id", () => {
  const error = Object.assign(new Error("out of tea"), { digest: "123" });
  createOnRequestError({ logger: recorded.logger("shop") })(error, REQUEST, CONTEXT);
  const { level, name, message, fields, error: told } = recorded.last;
  assert.deepEqual([level, name, message], ["ERROR", "shop", "GET /orders/7?gift=50%25 failed"]);
  assert.equal(told, error);
  assert.deepEqual(fields, {
    method: "GET",
    url: "/orders/7?gift=50%25",
    route: "/orders/[id]",
    routeType: "render",
    routerKind: "App Router",
    renderSource: "react-server-components",
    digest: "123",
    requestId: "7f",
  });
});

test("an id that is none is left out, and what was thrown may be anything", () => {
  const hook = createOnRequestError({ logger: recorded.logger("shop") });
  hook("out of tea", { ...REQUEST, headers: { "x-request-id": "a\nb" } }, CONTEXT);
  const { fields, error } = recorded.last;
  assert.deepEqual([fields["requestId"], fields["thrown"], error], [undefined, "out of tea", null]);
});

test("the hook never throws", () => {
  const hook = createOnRequestError({ logger: recorded.logger("shop") });
  const nothing = undefined as unknown as NextRequestInfo;
  hook(new Error("x"), nothing, CONTEXT);
  assert.match(stderr.text, /an error of a request could not be logged/);
  onRequestError(new Error("told on stderr"), REQUEST, CONTEXT);
  assert.match(stderr.text, /failed/); // the last resort has it: nothing is configured here
});

test("options that are none are refused", () => {
  const level = { level: "INFO" } as object;
  assert.throws(() => createOnRequestError(level), /unknown option "level"; accepted: logger/);
});
