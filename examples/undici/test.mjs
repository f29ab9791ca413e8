// The client of app.mjs: Node's own fetch, against a real server.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, test } from "node:test";
import { getLogger } from "daybook";
import { undiciLogging } from "daybook/hooks";

import { Lines } from "../lines.mjs";
import { configureLogging, logRequests, track } from "./app.mjs";

const lines = new Lines();
configureLogging(lines);
const stop = logRequests();
let carrier;
let port;
before(async () => {
  carrier = http.createServer((request, response) => {
    if (request.url.startsWith("/never")) return;
    response.setHeader("content-type", "application/json");
    response.end('{"at":"sea"}');
  });
  carrier.listen(0, "127.0.0.1");
  await once(carrier, "listening");
  port = carrier.address().port;
});
after(() => {
  stop();
  carrier.closeAllConnections();
  carrier.close();
});

test("a request has its line, with the context of the code that made it, and without the query", async () => {
  assert.deepEqual(await track(`http://127.0.0.1:${port}`, 7), { at: "sea" });
  const line = await lines.find((each) => each.orderId === 7);
  const { time, pid, durationMs, firstByteMs, ...rest } = line;
  assert.deepEqual(rest, {
    level: "INFO",
    logger: "shop.http",
    msg: "request",
    orderId: 7,
    method: "GET",
    url: `http://127.0.0.1:${port}/parcels/7`,
    status: 200,
  });
  assert.ok(firstByteMs > 0 && durationMs >= firstByteMs);
  assert.ok(pid === process.pid && Date.parse(time) > 0);
});

test("what is given up is at ERROR, once, with the reason", async () => {
  const url = `http://127.0.0.1:${port}/never`;
  const controller = new AbortController();
  const answer = fetch(url, { signal: controller.signal });
  await once(carrier, "request");
  controller.abort(new Error("enough"));
  await assert.rejects(answer);
  const line = await lines.find((each) => each.url === url);
  assert.deepEqual([line.level, line.msg], ["ERROR", "request failed"]);
  assert.match(JSON.stringify(line.error), /enough/);
  assert.ok(!("status" in line));
});

test("a server that isn't there is a failure", async () => {
  const gone = http.createServer().listen(0, "127.0.0.1");
  await once(gone, "listening");
  const url = `http://127.0.0.1:${gone.address().port}/`;
  gone.close();
  await once(gone, "close");
  await assert.rejects(fetch(url));
  const line = await lines.find((each) => each.url === url);
  assert.match(JSON.stringify(line.error), /ECONNREFUSED/);
});

test("slow requests are warnings, queries show where they are asked for, and some are ignored", async () => {
  const end = undiciLogging(getLogger("slow"), {
    slowMs: 0,
    query: true,
    ignore: ({ path }) => path.startsWith("/quiet"),
  });
  for (const path of ["/quiet", "/loud?x=1"]) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    await answer.text();
  }
  const line = await lines.find((each) => each.logger === "slow");
  end();
  assert.deepEqual([line.level, line.msg], ["WARNING", "slow request"]);
  assert.equal(line.url, `http://127.0.0.1:${port}/loud?x=1`);
  assert.equal(lines.all.filter((each) => each.logger === "slow").length, 1);
});
