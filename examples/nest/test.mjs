// The application of app.ts, compiled as its users do, on the real NestJS.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { getLogger } from "daybook";

import { Lines } from "../lines.mjs";

const folder = fileURLToPath(new URL(".", import.meta.url));
const lines = new Lines();
let app;
let url;

before(async () => {
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
  const compiler = join(dirname(typescript), "bin", "tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", folder], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout);
  const { configureLogging, createApp } = await import("./build/app.js");
  configureLogging(lines);
  app = await createApp();
  await app.listen(0, "127.0.0.1");
  url = await app.getUrl();
});
after(() => app.close());

test("what Nest says of its start is in the log, under the names of its parts", async () => {
  const mapped = await lines.find((line) => line.msg.includes("{/orders/:id, GET}"));
  assert.deepEqual([mapped.logger, mapped.level], ["nest.RouterExplorer", "INFO"]);
  await lines.find((line) => line.logger === "nest.NestApplication");
  assert.ok(!lines.all.some((line) => line.logger === "nest.InstanceLoader"));
});

test("a service's messages, and the request's line, carry the request's id", async () => {
  const answer = await fetch(`${url}/orders/7`, { headers: { "x-request-id": "order-7" } });
  assert.deepEqual(await answer.json(), { id: 7 });
  const found = await lines.find((line) => line.requestId === "order-7", 3);
  assert.deepEqual(
    found.map((line) => [line.level, line.logger, line.msg]),
    [
      ["DEBUG", "nest.OrdersController", "looking for order 7"],
      ["INFO", "nest.OrdersService", "found order"],
      ["INFO", "http", "GET /orders/7 200"],
    ],
  );
  assert.equal(found[1].id, 7);
  assert.equal(found[2].route, "/orders/:id");
});

test("a stack that was passed is the record's error", async () => {
  const answer = await fetch(`${url}/orders/9/invoice`, { headers: { "x-request-id": "order-9" } });
  assert.equal(answer.status, 500);
  const [told, , done] = await lines.find((line) => line.requestId === "order-9", 3);
  assert.deepEqual(
    [told.logger, told.level, told.msg],
    ["nest.OrdersService", "ERROR", "can't print order 9"],
  );
  assert.match(JSON.stringify(told.error), /the printer is on fire.*OrdersService\.print/);
  assert.deepEqual([done.level, done.status], ["ERROR", 500]);
});

test("what no filter of the application takes, Nest logs through the same service", async () => {
  const line = await lines.find((each) => each.logger === "nest.ExceptionsHandler");
  assert.equal(line.level, "ERROR");
  assert.equal(line.msg, "the printer is on fire");
});

test("a context's level can be set by itself", async () => {
  getLogger("nest.OrdersController").setLevel("INFO");
  await fetch(`${url}/orders/8`, { headers: { "x-request-id": "order-8" } });
  const found = await lines.find((line) => line.requestId === "order-8", 2);
  assert.deepEqual(
    found.map((line) => line.logger),
    ["nest.OrdersService", "http"],
  );
});
