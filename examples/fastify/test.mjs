import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { FingersCrossedHandler, getLogger, JsonFormatter, StreamHandler } from "daybook";
import { fastifyLogger } from "daybook/fastify";
import Fastify from "fastify";

import { buildApp } from "./app.mjs";

const lines = [];
const logger = getLogger("shop.web");
const handler = new StreamHandler({ write: (line) => lines.push(JSON.parse(line)) });
handler.setFormatter(new JsonFormatter());
logger.addHandler(handler);
logger.propagate = false;

beforeEach(() => {
  lines.length = 0;
  logger.setLevel("INFO");
});

/** Sends a request over a socket; returns its response's status when the log is complete. */
async function get(path) {
  const app = buildApp();
  const address = await app.listen({ port: 0, host: "127.0.0.1" });
  lines.length = 0;
  const { status } = await fetch(address + path);
  await app.close();
  return status;
}

test("the lines of a request have its id, the request, and at the end status and time", async () => {
  assert.equal(await get("/orders/7"), 200);
  const [incoming, own, completed] = lines;
  assert.equal(lines.length, 3);
  assert.equal(incoming.msg, "incoming request");
  assert.equal(incoming.level, "INFO");
  assert.equal(incoming.logger, "shop.web");
  assert.equal(incoming.req.method, "GET");
  assert.equal(incoming.req.url, "/orders/7");
  assert.equal(incoming.req.remoteAddress, "127.0.0.1");
  assert.equal(own.msg, "looking for order 7");
  assert.equal(own.order, "7");
  assert.equal(completed.msg, "request completed");
  assert.deepEqual(completed.res, { statusCode: 200 });
  assert.equal(typeof completed.responseTime, "number");
  assert.equal(typeof incoming.reqId, "string");
  assert.deepEqual([own.reqId, completed.reqId], [incoming.reqId, incoming.reqId]);
});

test("two requests have two ids", async () => {
  const app = buildApp();
  await app.inject("/orders/1");
  await app.inject("/orders/2");
  await app.close();
  assert.equal(new Set(lines.map(({ reqId }) => reqId)).size, 2);
  assert.equal(lines.length, 6);
});

test("an error that a handler throws is the error of the line that the error handler logs", async () => {
  assert.equal(await get("/broken"), 500);
  const line = lines.find(({ level }) => level === "ERROR");
  assert.equal(line.msg, "/broken failed");
  assert.equal(line.error.message, "the database is gone");
  assert.match(line.error.stack, /app\.mjs/);
  assert.equal(line.error.cause.message, "ECONNREFUSED");
  assert.equal(lines.at(-1).res.statusCode, 500);
});

test("Fastify's own error handler logs the error with request and reply", async () => {
  const app = Fastify({ loggerInstance: fastifyLogger(logger) });
  app.get("/", () => {
    throw Object.assign(new Error("no"), { statusCode: 503 });
  });
  await app.inject("/");
  await app.close();
  const line = lines.find(({ level }) => level === "ERROR");
  assert.equal(line.msg, "no");
  assert.equal(line.error.message, "no");
  assert.equal(line.req.url, "/");
});

test("a route's logLevel is that of its requests, lower or silent", async () => {
  assert.equal(await get("/search?q=books"), 200);
  assert.deepEqual(
    lines.map(({ level, msg }) => [level, msg]),
    [
      ["INFO", "incoming request"],
      ["DEBUG", "searching"],
      ["INFO", "request completed"],
    ],
  );
  assert.equal(await get("/health"), 200);
  assert.deepEqual(
    lines.filter(({ reqId }) => reqId !== undefined),
    [],
  );
});

test("the level can be changed while the service runs", async () => {
  const app = buildApp();
  app.log.level = "error";
  await app.inject("/orders/7");
  assert.deepEqual(lines, []);
  app.log.level = "info";
  await app.inject("/orders/7");
  assert.equal(lines.length, 3);
  logger.setLevel("CRITICAL");
  await app.inject("/orders/7");
  assert.equal(lines.length, 6, "it has a level of its own now");
  await app.close();
});

test("the daybook logger's level counts as long as there is no other", async () => {
  const app = buildApp();
  logger.setLevel("WARNING");
  await app.inject("/orders/7");
  await app.close();
  assert.deepEqual(lines, []);
});

test("serializers of one's own take the place of Fastify's", async () => {
  const serializers = { req: ({ method }) => ({ only: method }) };
  const app = Fastify({ loggerInstance: fastifyLogger(logger, { serializers }) });
  app.get("/", () => "ok");
  await app.inject("/");
  await app.close();
  assert.deepEqual(lines[0].req, { only: "GET" });
  assert.deepEqual(lines[1].res, { statusCode: 200 });
});

test("what is to be masked is masked in Fastify's lines too", async () => {
  const app = Fastify({ loggerInstance: fastifyLogger(logger, { redact: ["req.url"] }) });
  app.get("/", () => "ok");
  await app.inject("/?token=secret");
  await app.close();
  assert.equal(lines[0].req.url, "[Redacted]");
});

test("a plugin's logs and those of a child of request.log carry the id", async () => {
  const app = Fastify({ loggerInstance: fastifyLogger(logger) });
  app.register(async (scope) => {
    scope.get("/", (request) => {
      request.log.child({ part: "db" }).warn("slow");
      return "ok";
    });
  });
  await app.inject("/");
  await app.close();
  const line = lines.find(({ level }) => level === "WARNING");
  assert.equal(line.part, "db");
  assert.equal(typeof line.reqId, "string");
  assert.equal(line.reqId, lines[0].reqId);
});

test("debug lines show only of a request that failed, and none wait for others", async () => {
  const shown = [];
  const target = new StreamHandler({ write: (line) => shown.push(JSON.parse(line).msg) });
  target.setFormatter(new JsonFormatter());
  const crossed = new FingersCrossedHandler(target, { key: "reqId" });
  const log = getLogger("shop.crossed");
  log.setLevel("DEBUG");
  log.propagate = false;
  log.addHandler(crossed);
  const over = [];
  const app = Fastify({ loggerInstance: fastifyLogger(log) });
  app.addHook("onRequest", (request, reply, done) => {
    reply.raw.once("close", () => {
      crossed.forget(request.id);
      over.push(request.id);
    });
    done();
  });
  app.get("/fine", () => "ok");
  app.get("/broken", () => {
    throw new Error("out of tea");
  });
  const address = await app.listen({ port: 0, host: "127.0.0.1" });
  for (const path of ["/fine", "/broken", "/fine"]) await (await fetch(address + path)).text();
  await app.close();
  for (let tries = 0; over.length < 3 && tries < 6000; tries += 1) await sleep(10);
  assert.equal(over.length, 3);
  assert.deepEqual(shown, ["incoming request", "out of tea", "request completed"]);
  // What is said of the service itself has no id, and stays for the next error of its kind.
  log.error("that is all");
  assert.match(shown.slice(3).join(), /^Server listening at .*,that is all$/);
  assert.equal(crossed.held, 0);
  crossed.close();
});

test("the service as it is run prints its lines and ends when it is told to", async () => {
  const server = spawn(process.execPath, [fileURLToPath(new URL("server.mjs", import.meta.url))], {
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(server, "exit");
  const printed = [];
  for await (const line of createInterface({ input: server.stdout })) {
    printed.push(JSON.parse(line));
    const address = /http:\/\/\S+\d/.exec(printed.at(-1).msg)?.[0];
    if (address !== undefined) await fetch(`${address}/orders/9`);
    if (printed.at(-1).msg === "request completed") server.kill("SIGTERM");
  }
  const [code] = await exited;
  assert.equal(code, 0);
  assert.equal(printed.filter(({ reqId }) => reqId !== undefined).length, 3);
});
