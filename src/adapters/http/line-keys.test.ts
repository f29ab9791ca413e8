// The option `keys` of request loggers, on a server of Node's, and what it refuses.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";

import { RecordedLog } from "../../../test/kit/recorded-log.ts";
import { until } from "../../../test/kit/until.ts";
import { requestLogger } from "../express.ts";
import type { RequestLoggerOptions } from "../express.ts";

/** Asks a server with the middleware once; returns what was logged, its own line last. */
async function ask(options: RequestLoggerOptions): Promise<RecordedLog["calls"]> {
  const recorded = new RecordedLog();
  const log = requestLogger({ logger: recorded.logger("http"), ...options });
  const server = http.createServer((request, response) => {
    log(request, response, () => {
      recorded.logger("shop").info("looking");
      response.end("ok");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const headers = { "x-request-id": "7f" };
  await (await fetch(`http://127.0.0.1:${port}/tea?kind=green`, { headers })).arrayBuffer();
  await until(() => recorded.calls.length === 2);
  server.closeAllConnections();
  server.close();
  return recorded.calls;
}

test("the fields of a request's line take other names, its id in every line, and its message stays", async () => {
  const keys = {
    requestId: "http.request.id",
    method: "http.request.method",
    url: "url.original",
    status: "http.response.status_code",
    durationMs: null,
    remoteAddress: null,
    bytes: undefined,
  };
  const [inner, line] = await ask({ keys });
  assert.deepEqual({ ...inner?.fields }, { "http.request.id": "7f" });
  assert.equal(line?.message, "GET /tea?kind=green 200");
  assert.deepEqual(
    { ...line?.fields },
    {
      "http.request.id": "7f",
      "http.request.method": "GET",
      "url.original": "/tea?kind=green",
      "http.response.status_code": 200,
      bytes: 2,
    },
  );
});

test("what customFields gives is renamed as well, and wins", async () => {
  const [inner, line] = await ask({
    keys: { requestId: null, url: "path" },
    customFields: () => ({ url: "/tea", host: "shop" }),
  });
  assert.deepEqual({ ...inner?.fields }, {});
  assert.equal(line?.message, "GET /tea 200");
  assert.equal(line?.fields["path"], "/tea");
  assert.equal(line?.fields["host"], "shop");
  assert.ok(!("url" in line.fields) && !("requestId" in line.fields));
});

test("names that are none are refused at once", () => {
  const wrong: [unknown, RegExp][] = [
    [{ path: "x" }, /unknown option "path"; accepted: requestId, method, url,/],
    [{ url: "" }, /keys\.url can't be ''; accepted: a text that isn't empty, or null/],
    [{ url: 7 }, /keys\.url can't be 7; accepted: a text/],
    [["url"], /options must be an object/],
  ];
  for (const [keys, message] of wrong) {
    const options = { keys } as RequestLoggerOptions;
    assert.throws(() => requestLogger(options), { name: "TypeError", message });
  }
});
