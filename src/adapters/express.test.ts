// With plain node:http, for which the middleware is as good. The real Express runs in
// examples/express.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { after, afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { RecordedLog } from "../../test/kit/recorded-log.ts";
import { until } from "../../test/kit/until.ts";
import { withContext } from "../core/context.ts";
import { errorLogger, requestLogger } from "./express.ts";
import type { HttpRequest, RequestLoggerOptions, RequestLogging } from "./express.ts";

type Handle = (
  request: http.IncomingMessage & RequestLogging,
  response: http.ServerResponse,
) => void;

const servers: http.Server[] = [];
const stderr = new CapturedStderr();
let recorded: RecordedLog;
beforeEach(() => {
  recorded = new RecordedLog();
  stderr.start();
});
afterEach(() => stderr.stop());
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** Asks a server with the middleware once; returns the answer. */
async function ask(
  options: RequestLoggerOptions<http.IncomingMessage, http.ServerResponse>,
  handle: Handle = (_request, response) => response.end("ok"),
  { path = "/", ...init }: RequestInit & { path?: string } = {},
): Promise<Response> {
  const log = requestLogger({ logger: recorded.logger("http"), ...options });
  const server = http.createServer((request, response) => {
    log(request, response, () =>
      handle(request as http.IncomingMessage & RequestLogging, response),
    );
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const answer = await fetch(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    init,
  );
  await answer.arrayBuffer();
  return answer;
}

test("a request has one line with what there is to know, and its level is that of the status", async () => {
  const levels: Record<string, string> = { 200: "INFO", 302: "INFO", 404: "WARNING", 503: "ERROR" };
  for (const [status, level] of Object.entries(levels)) {
    recorded = new RecordedLog();
    const answer = await ask(
      {},
      (_request, response) => {
        response.statusCode = Number(status);
        response.end("ok");
      },
      { path: "/a%20b?c=100%25", method: "PUT", redirect: "manual" },
    );
    const { durationMs, ...fields } = (await recorded.only()).fields;
    assert.deepEqual(fields, {
      requestId: answer.headers.get("x-request-id"),
      method: "PUT",
      url: "/a%20b?c=100%25",
      status: Number(status),
      bytes: 2,
      remoteAddress: "127.0.0.1",
    });
    assert.ok(typeof durationMs === "number" && durationMs > 0);
    assert.equal(recorded.last.level, level);
    assert.equal(recorded.last.message, `PUT /a%20b?c=100%25 ${status}`);
    assert.equal(recorded.last.error, null);
  }
});

test("the context's fields go with all calls, across awaits, and with those of the request's logger", async () => {
  const shop = recorded.logger("shop");
  const answer = await ask({}, (request, response) => {
    setTimeout(() => {
      shop.info("from afar");
      request.log.info("from here", { item: "tea" });
      response.end();
    }, 1);
  });
  const requestId = answer.headers.get("x-request-id");
  await until(() => recorded.calls.length === 3);
  const [afar, here] = recorded.calls;
  assert.deepEqual(afar?.fields, { requestId });
  assert.deepEqual(here?.fields, { requestId, item: "tea" });
});

test("a request's line has what surrounded the middleware, though its socket ends it", async () => {
  const log = requestLogger({ logger: recorded.logger("http"), context: false });
  let arrived = 0;
  const server = http.createServer((request, response) => {
    withContext({ tenant: "a" }, () => log(request, response, () => (arrived += 1)));
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const request = http.get(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  request.on("error", () => undefined);
  await until(() => arrived === 1);
  request.destroy();
  const { fields } = await recorded.only();
  assert.deepEqual([fields["aborted"], fields["tenant"]], [true, "a"]);
});

test("without a context only the request's own logger knows the id", async () => {
  const shop = recorded.logger("shop");
  const answer = await ask({ context: false }, (request, response) => {
    shop.info("from afar");
    request.log.info("from here");
    response.end();
  });
  await until(() => recorded.calls.length === 3);
  const requestId = answer.headers.get("x-request-id");
  assert.deepEqual(
    recorded.calls.map(({ fields }) => fields["requestId"]),
    [undefined, requestId, requestId],
  );
});

test("the id comes from the header that is named, or from a function, if it is fit", async () => {
  const headers = { "x-correlation-id": "c-7", "x-request-id": "r-7" };
  const cases: [RequestLoggerOptions["requestId"], RegExp][] = [
    [undefined, /^r-7$/],
    ["X-Correlation-ID", /^c-7$/],
    [
      (request: HttpRequest) => `made-for-${String(request.headers["x-request-id"])}`,
      /^made-for-r-7$/,
    ],
    [() => "two\nlines", /^[\da-f-]{36}$/],
    [() => 7, /^[\da-f-]{36}$/],
  ];
  for (const [requestId, expected] of cases) {
    const answer = await ask({ requestId }, undefined, { headers });
    assert.match(answer.headers.get("x-request-id") ?? "", expected);
  }
  assert.equal(stderr.text, "");
});

test("the client is told by the header that is chosen, or not at all", async () => {
  const named = await ask({ responseHeader: "X-Trace" }, undefined, {
    headers: { "x-request-id": "7" },
  });
  assert.equal(named.headers.get("x-trace"), "7");
  assert.equal(named.headers.get("x-request-id"), null);
  const silent = await ask({ responseHeader: null });
  assert.equal(silent.headers.get("x-request-id"), null);
});

test("the options' functions choose the level, the fields, and whether there is a line", async () => {
  await ask({
    level: (_request, response, outcome) => {
      assert.equal(response.statusCode, outcome.status);
      assert.ok(outcome.durationMs > 0 && !outcome.aborted && outcome.error === undefined);
      return "DEBUG";
    },
    customFields: (request) => ({ url: "/…", host: request.headers.host?.split(":")[0] }),
  });
  const call = await recorded.only();
  assert.equal(call.level, "DEBUG");
  assert.equal(call.message, "GET /… 200");
  assert.equal(call.fields["host"], "127.0.0.1");

  await ask({ level: () => null });
  await ask({ ignore: () => true });
  await ask({ level: () => undefined }, undefined, { path: "/last" });
  await until(() => recorded.calls.length > 1);
  assert.deepEqual(
    recorded.calls.map(({ level, fields }) => [level, fields["url"]]),
    [
      ["DEBUG", "/…"],
      ["INFO", "/last"],
    ],
  );
  assert.equal(stderr.text, "");
});

test("an option's function that fails is reported, and costs neither the answer nor the line", async () => {
  const fail = (): never => {
    throw new Error("oops");
  };
  const answer = await ask({
    requestId: fail,
    level: fail,
    ignore: fail,
    customFields: fail,
    onEnd: fail,
  });
  assert.equal(answer.status, 200);
  const call = await recorded.only();
  assert.equal(call.level, "INFO");
  for (const name of ["requestId", "level", "ignore", "customFields", "onEnd"]) {
    assert.match(stderr.text, new RegExp(`the option ${name} of a request logger failed`));
  }
});

test("a level that is none, or fields that are none, cost no line", async () => {
  await ask({ level: () => "LOUD", customFields: () => [1, 2] });
  const call = await recorded.only();
  assert.equal(call.level, "INFO");
  assert.match(stderr.text, /Unknown level: 'LOUD'/);
});

test("fields that hostile objects give are read once and harm nobody", async () => {
  const hostile = JSON.parse('{"__proto__":{"polluted":true}}') as object;
  await ask({ customFields: () => hostile });
  await recorded.only();
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  recorded = new RecordedLog();
  const throwing = Object.defineProperty({}, "x", {
    enumerable: true,
    get() {
      throw new Error("no");
    },
  });
  const answer = await ask({ customFields: () => throwing });
  assert.equal(answer.status, 200);
  const call = await recorded.only();
  assert.equal(call.message, "GET / 200");
  assert.match(String(call.fields["x"]), /x threw Error: no/);
});

test("used twice, the first one counts", async () => {
  const second = requestLogger({ logger: recorded.logger("second") });
  await ask({}, (request, response) => {
    const { log } = request;
    second(request, response, () => {
      assert.equal(request.log, log);
      response.end();
    });
  });
  assert.equal((await recorded.only()).name, "http");
});

test("a logger with fields bound is as good, and one whose level is off writes nothing", async () => {
  const logger = recorded.logger("http");
  await ask({ logger: logger.with({ app: "shop" }) });
  assert.equal((await recorded.only()).fields["app"], "shop");
  logger.setLevel("WARNING");
  await ask({}, (_request, response) => response.writeHead(200).end());
  await ask({}, (_request, response) => response.writeHead(404).end());
  await until(() => recorded.calls.length === 2);
  assert.equal(recorded.last.fields["status"], 404);
});

test("the error that a framework hands over is in the request's line, and is passed on", async () => {
  const error = new Error("out of tea");
  const passed: unknown[] = [];
  await ask({}, (request, response) => {
    errorLogger()(error, request, response, (again) => {
      passed.push(again);
      response.writeHead(500).end();
    });
  });
  const call = await recorded.only();
  assert.equal(call.error, error);
  assert.equal(call.level, "ERROR");
  assert.deepEqual(passed, [error]);
});

test("what was thrown and is no error is shown as text", async () => {
  await ask({}, (request, response) => {
    errorLogger()("out of tea", request, response, () => response.writeHead(500).end());
  });
  const call = await recorded.only();
  assert.equal(call.fields["thrown"], "out of tea");
  assert.equal(call.error, null);
});

test("an error of a request that nobody logs has a line of its own", () => {
  const handle = errorLogger({ logger: recorded.logger("http") });
  assert.equal(handle.length, 4); // Express's sign of an error middleware
  const error = new Error("out of tea");
  const passed: unknown[] = [];
  const request = { method: "GET", url: "/x", originalUrl: "/a/x?100%", headers: {} };
  handle(error, request, {}, (again) => passed.push(again));
  handle(7, request, {}, (again) => passed.push(again));
  assert.deepEqual(
    recorded.calls.map(({ level, message, error: thrown, fields }) => [
      level,
      message,
      thrown,
      fields,
    ]),
    [
      ["ERROR", "GET /a/x?100% failed", error, {}],
      ["ERROR", "GET /a/x?100% failed", null, { thrown: 7 }],
    ],
  );
  assert.deepEqual(passed, [error, 7]);
});

test("an imitation of a request that lacks nearly everything gets through", () => {
  const log = requestLogger({ logger: recorded.logger("http") });
  let handled = 0;
  log({} as HttpRequest, {} as never, () => (handled += 1));
  log(Object.freeze({ headers: {} }), { once: () => undefined } as never, () => (handled += 1));
  assert.equal(handled, 2);
  assert.match(stderr.text, /a request can't be logged/);
});

test("options that are none are refused, with the value and what is accepted", () => {
  const wrong: [object, RegExp][] = [
    [{ autoLogging: false }, /unknown option "autoLogging"; accepted: logger, requestId,/],
    [{ logger: console }, /a logger can't be .*; accepted: a Logger, one with fields bound/s],
    [{ requestId: 7 }, /requestId can't be 7; accepted: a header's name, or a function/],
    [{ requestId: "x id" }, /a header can't be 'x id'; accepted: the name of a header/],
    [{ responseHeader: "" }, /a header can't be ''; accepted/],
    [{ level: "INFO" }, /level can't be 'INFO'; accepted: a function/],
    [{ ignore: "/health" }, /ignore can't be '\/health'; accepted: a function/],
    [{ customFields: {} }, /customFields can't be {}; accepted: a function/],
    [{ onEnd: {} }, /onEnd can't be {}; accepted: a function/],
    [{ context: "yes" }, /context can't be 'yes'; accepted: true or false/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(() => requestLogger(options as RequestLoggerOptions), { message });
  }
  assert.throws(() => errorLogger({ level: "INFO" } as object), /unknown option "level"/);
});

test("an error behind the response, whose status says nothing of it, makes its line an ERROR", async () => {
  const problem = new Error("after the response");
  const failed = errorLogger();
  await ask({}, (request, response) => {
    response.end("ok");
    failed(problem, request, response, () => undefined);
  });
  const { level, message, error } = await recorded.only();
  assert.deepEqual([level, message, error], ["ERROR", "GET / 200", problem]);
});

test("fields of one's own that are none are told of once", async () => {
  const customFields = (): never => "text" as never;
  await ask({ customFields });
  await recorded.only();
  assert.match(
    stderr.text,
    /customFields of a request logger gave 'text'; accepted: a plain object/,
  );
});
