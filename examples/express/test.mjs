// The application of app.mjs on the real Express, 5 and 4, with real requests.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { FingersCrossedHandler, JsonFormatter, StreamHandler, getLogger } from "daybook";
import { requestLogger } from "daybook/express";
import express5 from "express";
import express4 from "express4";

import { Lines } from "../lines.mjs";
import { configureLogging, createApp } from "./app.mjs";

const lines = new Lines();
configureLogging(lines);

for (const [name, express] of Object.entries({ "Express 5": express5, "Express 4": express4 })) {
  describe(name, () => {
    let server;
    let url;
    before(async () => {
      server = createApp(express).listen(0, "127.0.0.1");
      await once(server, "listening");
      url = `http://127.0.0.1:${server.address().port}`;
    });
    after(() => {
      server.closeAllConnections();
      server.close();
    });

    test("a request's line and all that is logged in it carry the id that the client sent", async () => {
      const id = `order-7-on-${name.at(-1)}`;
      const answer = await fetch(`${url}/orders/7?gift=50%25`, {
        headers: { "x-request-id": id, "user-agent": "test/1" },
      });
      assert.equal(answer.headers.get("x-request-id"), id);
      const body = await answer.text();
      const [looked, found, done] = await lines.find((line) => line.requestId === id, 3);
      assert.deepEqual(
        [looked.logger, looked.msg, found.logger, found.msg],
        ["http", "looking for order 7", "shop.orders", "found order 7"],
      );
      const { time, pid, durationMs, ...rest } = done;
      assert.deepEqual(rest, {
        level: "INFO",
        logger: "http",
        msg: "GET /orders/7?gift=50%25 200",
        requestId: id,
        method: "GET",
        url: "/orders/7?gift=50%25",
        route: "/orders/:id",
        status: 200,
        bytes: body.length,
        remoteAddress: "127.0.0.1",
        userAgent: "test/1",
      });
      assert.ok(durationMs > 0 && pid === process.pid && Date.parse(time) > 0);
    });

    test("a request without an id, or with one that is none, gets a new one", async () => {
      for (const headers of [{}, { "x-request-id": 'a"b forged=1' }]) {
        const answer = await fetch(`${url}/orders/8`, { headers });
        const id = answer.headers.get("x-request-id");
        assert.match(id, /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
        await lines.find((line) => line.requestId === id && line.status === 200);
      }
    });

    test("what a route throws is in the request's line, once, at ERROR", async () => {
      const answer = await fetch(`${url}/orders/9/invoice`);
      assert.equal(answer.status, 500);
      const id = answer.headers.get("x-request-id");
      const line = await lines.find((each) => each.requestId === id);
      assert.deepEqual(
        [line.level, line.status, line.route],
        ["ERROR", 500, "/orders/:id/invoice"],
      );
      assert.match(JSON.stringify(line.error), /the printer is on fire/);
      assert.equal(lines.all.filter((each) => each.requestId === id).length, 1);
    });

    test("what isn't there is a warning, and has no route", async () => {
      const answer = await fetch(`${url}/nothing`, { method: "HEAD" });
      const id = answer.headers.get("x-request-id");
      const line = await lines.find((each) => each.requestId === id);
      assert.deepEqual([line.level, line.status, line.bytes], ["WARNING", 404, 0]);
      assert.ok(!("route" in line));
    });

    test("a client that hangs up is told as such", async () => {
      const id = `impatient-${name.at(-1)}`;
      const request = http.get(`${url}/orders/5/events`, { headers: { "x-request-id": id } });
      const [response] = await once(request, "response");
      await once(response, "data");
      request.destroy();
      const line = await lines.find((each) => each.requestId === id);
      assert.equal(line.msg, "GET /orders/5/events aborted");
      assert.deepEqual(
        [line.level, line.aborted, line.status, line.bytes, line.remoteAddress],
        ["WARNING", true, 200, "data: packed\n\n".length, "127.0.0.1"],
      );
    });

    test("health checks have no line", async () => {
      const answer = await fetch(`${url}/health`);
      const id = answer.headers.get("x-request-id");
      await answer.text();
      // A later request's line is there, so this one's would be too.
      const later = await fetch(`${url}/orders/1`);
      await lines.find(
        (line) => line.requestId === later.headers.get("x-request-id") && line.status,
      );
      assert.deepEqual(
        lines.all.filter((line) => line.requestId === id),
        [],
      );
    });
  });
}

for (const [name, express] of Object.entries({ "Express 5": express5, "Express 4": express4 })) {
  test(`debug lines show only of a request that failed, and none wait for others, on ${name}`, async () => {
    const shown = new Lines();
    const target = new StreamHandler(shown);
    target.setFormatter(new JsonFormatter());
    const crossed = new FingersCrossedHandler(target, { key: "requestId" });
    const log = getLogger(`crossed.${name.at(-1)}`);
    log.setLevel("DEBUG");
    log.propagate = false;
    log.addHandler(crossed);
    let over = 0;
    const app = express();
    const onEnd = (requestId) => {
      crossed.forget(requestId);
      over += 1;
    };
    app.use(requestLogger({ logger: log, onEnd, ignore: (req) => req.path === "/health" }));
    app.use((req, res) => {
      log.debug("asking for %s", req.path);
      res.sendStatus(req.path === "/broken" ? 500 : 200);
    });
    const server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    const paths = ["/fine", "/health", "/broken", "/fine"];
    for (const path of paths) {
      await (await fetch(`http://127.0.0.1:${server.address().port}${path}`)).text();
    }
    server.closeAllConnections();
    server.close();
    for (let tries = 0; over < paths.length && tries < 6000; tries += 1) await sleep(10);
    assert.deepEqual([over, crossed.held], [paths.length, 0]);
    assert.deepEqual(
      shown.all.map(({ msg }) => msg),
      ["asking for /broken", "GET /broken 500"],
    );
    crossed.close();
  });
}

test("outside of requests there is no id", () => {
  getLogger("shop").info("tidying up");
  assert.equal(lines.all.at(-1).requestId, undefined);
});
