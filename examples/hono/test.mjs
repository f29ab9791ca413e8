// The application of app.mjs on the real Hono: on Node's server with real requests,
// and by app.request(), where there is no server at all.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "@hono/node-server";
import { FingersCrossedHandler, JsonFormatter, StreamHandler, getLogger } from "daybook";
import { requestLogger } from "daybook/hono";
import { Hono } from "hono";
import { requestId } from "hono/request-id";

import { Lines } from "../lines.mjs";
import { app, configureLogging } from "./app.mjs";

const lines = new Lines();
configureLogging(lines);
let server;
let url;
before(async () => {
  server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  await once(server, "listening");
  url = `http://127.0.0.1:${server.address().port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

test("a request's line and all that is logged in it carry the id that the client sent", async () => {
  const answer = await fetch(`${url}/orders/7?gift=50%25`, {
    headers: { "x-request-id": "order-7" },
  });
  assert.equal(answer.headers.get("x-request-id"), "order-7");
  const body = await answer.text();
  const [looked, found, done] = await lines.find((line) => line.requestId === "order-7", 3);
  assert.deepEqual(
    [looked.logger, looked.msg, found.logger, found.msg],
    ["http", "looking for order 7", "shop.orders", "found order 7"],
  );
  const { time, pid, durationMs, ...rest } = done;
  assert.deepEqual(rest, {
    level: "INFO",
    logger: "http",
    msg: "GET /orders/7?gift=50%25 200",
    requestId: "order-7",
    method: "GET",
    url: "/orders/7?gift=50%25",
    route: "/orders/:id",
    status: 200,
    bytes: body.length,
    remoteAddress: "127.0.0.1",
  });
  assert.ok(durationMs > 0 && pid === process.pid && Date.parse(time) > 0);
});

test("without a server, the line comes when the handlers have answered", async () => {
  const answer = await app.request("/orders/8?x=1", { headers: { "x-request-id": "order-8" } });
  assert.equal(answer.headers.get("x-request-id"), "order-8");
  const [, found, done] = await lines.find((line) => line.requestId === "order-8", 3);
  assert.equal(found.msg, "found order 8");
  assert.equal(done.msg, "GET /orders/8?x=1 200");
  assert.deepEqual([done.route, done.status, done.level], ["/orders/:id", 200, "INFO"]);
});

for (const [where, send] of Object.entries({
  "on a server": (path) => fetch(url + path),
  "without a server": (path) => app.request(path),
})) {
  test(`what a handler throws is in the request's line, once, at ERROR, ${where}`, async () => {
    const answer = await send("/orders/9/invoice");
    assert.equal(answer.status, 500);
    const id = answer.headers.get("x-request-id");
    assert.match(id, /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
    const line = await lines.find((each) => each.requestId === id);
    assert.deepEqual([line.level, line.status, line.route], ["ERROR", 500, "/orders/:id/invoice"]);
    assert.match(JSON.stringify(line.error), /the printer is on fire/);
    assert.equal(lines.all.filter((each) => each.requestId === id).length, 1);
  });

  test(`what isn't there is a warning, and has no route, ${where}`, async () => {
    const answer = await send("/nothing");
    const id = answer.headers.get("x-request-id");
    const line = await lines.find((each) => each.requestId === id);
    assert.deepEqual([line.level, line.status], ["WARNING", 404]);
    assert.ok(!("route" in line));
  });

  test(`health checks have no line, ${where}`, async () => {
    const answer = await send("/health");
    const id = answer.headers.get("x-request-id");
    await answer.text();
    // A later request's line is there, so this one's would be too.
    const later = await send("/orders/1");
    await lines.find((line) => line.requestId === later.headers.get("x-request-id") && line.status);
    assert.deepEqual(
      lines.all.filter((line) => line.requestId === id),
      [],
    );
  });
}

test("a client that hangs up is told as such", async () => {
  const request = http.get(`${url}/orders/5/events`, { headers: { "x-request-id": "impatient" } });
  const [response] = await once(request, "response");
  await once(response, "data");
  request.destroy();
  const line = await lines.find((each) => each.requestId === "impatient");
  assert.equal(line.msg, "GET /orders/5/events aborted");
  assert.deepEqual(
    [line.level, line.aborted, line.status, line.bytes],
    ["WARNING", true, 200, "packed\n".length],
  );
});

test("debug lines show only of a request that failed, and none wait for others", async () => {
  const shown = new Lines();
  const target = new StreamHandler(shown);
  target.setFormatter(new JsonFormatter());
  const crossed = new FingersCrossedHandler(target, { key: "requestId" });
  const log = getLogger("crossed");
  log.setLevel("DEBUG");
  log.propagate = false;
  log.addHandler(crossed);
  let over = 0;
  const onEnd = (requestId) => {
    crossed.forget(requestId);
    over += 1;
  };
  const other = new Hono();
  other.use(requestLogger({ logger: log, onEnd, ignore: (c) => c.req.path === "/health" }));
  other.get("*", (c) => {
    log.debug("asking for %s", c.req.path);
    return c.text("done", c.req.path === "/broken" ? 500 : 200);
  });
  const ownServer = serve({ fetch: other.fetch, port: 0, hostname: "127.0.0.1" });
  await once(ownServer, "listening");
  const paths = ["/fine", "/health", "/broken", "/fine"];
  for (const path of paths) {
    await (await fetch(`http://127.0.0.1:${ownServer.address().port}${path}`)).text();
    await (await other.request(path)).text();
  }
  ownServer.closeAllConnections();
  ownServer.close();
  for (let tries = 0; over < 2 * paths.length && tries < 6000; tries += 1) await sleep(10);
  assert.deepEqual([over, crossed.held], [2 * paths.length, 0]);
  const broken = ["asking for /broken", "GET /broken 500"];
  assert.deepEqual(
    shown.all.map(({ msg }) => msg),
    [...broken, ...broken],
  );
  crossed.close();
});

test("an id that Hono's own middleware has set is taken", async () => {
  const other = new Hono();
  other.use(requestId({ generator: () => "from-hono" }), requestLogger());
  other.get("/", (c) => c.text(c.get("requestId")));
  assert.equal(await (await other.request("/")).text(), "from-hono");
  await lines.find((line) => line.requestId === "from-hono");
});
