import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../../test/kit/captured-stderr.ts";
import { listenQuietly } from "../../../test/kit/quiet-port.ts";
import { selfSigned } from "../../../test/kit/self-signed.ts";
import type { ServerIdentity } from "../../../test/kit/loopback-server.ts";
import { until } from "../../../test/kit/until.ts";
import { makeLogRecord } from "../../core/record.ts";
import type { LogRecord } from "../../core/record.ts";
import type { HttpConnection } from "../../platform/http-transport.ts";
import { HTTPHandler } from "./http.ts";
import type { HTTPHandlerOptions } from "./http.ts";

interface Taken {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

const stderr = new CapturedStderr();
let taken: Taken[] = [];
let server: Server | null = null;
let host = "";
let connections = 0;
let handlers: HTTPHandler[] = [];
/** What the next answers are; 204 when there are no more. */
let answers: (number | "hang" | "break")[] = [];

beforeEach(() => {
  stderr.start();
  taken = [];
  answers = [];
  connections = 0;
});

afterEach(async () => {
  for (const handler of handlers) handler.close();
  await Promise.all(handlers.map((handler) => handler.drain(30_000)));
  handlers = [];
  await stop();
  stderr.stop();
});

async function start(identity: ServerIdentity | null = null, port: number = 0): Promise<void> {
  server = identity === null ? createServer() : (createHttpsServer(identity) as unknown as Server);
  server.on(identity === null ? "connection" : "secureConnection", () => (connections += 1));
  server.on("request", (request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("latin1")));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      taken.push({ method, url, headers, body });
      const answer = answers.shift() ?? 204;
      if (answer === "break") request.socket.destroy();
      if (typeof answer !== "number") return;
      response.statusCode = answer;
      response.end(answer === 204 ? undefined : "some words that nobody reads".repeat(1000));
    });
  });
  if (port === 0) {
    host = `127.0.0.1:${await listenQuietly(server)}`;
    return;
  }
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}

async function stop(): Promise<void> {
  const stopped = server;
  server = null;
  if (stopped === null) return;
  stopped.closeAllConnections();
  stopped.close();
  await once(stopped, "close");
}

function handlerOf(url: string, options: HTTPHandlerOptions = {}): HTTPHandler {
  const quick = { retryStartMs: 2, retryMaxMs: 10, closeTimeoutMs: 50 };
  const handler = new HTTPHandler(host, url, { ...quick, ...options });
  handlers.push(handler);
  return handler;
}

function emit(handler: HTTPHandler, msg: string): void {
  handler.handle(makeLogRecord({ name: "app", msg, levelname: "INFO", levelno: 20 }));
}

class Short extends HTTPHandler {
  override mapLogRecord(record: LogRecord): Record<string, unknown> {
    return { m: record.getMessage() };
  }
}

test("GET puts the record's dictionary behind the url, with ? or &", async () => {
  await start();
  emit(handlerOf("/frob"), "a b");
  emit(handlerOf("/frob?x=1"), "c&d");
  await until(() => taken.length === 2);
  const byPath = taken.toSorted((a, b) => a.url.length - b.url.length);
  assert.match(byPath[0]?.url ?? "", /^\/frob\?name=app&msg=a\+b&args=/);
  assert.match(byPath[1]?.url ?? "", /^\/frob\?x=1&name=app&msg=c%26d&args=/);
  const form = new URLSearchParams(byPath[0]?.url.split("?")[1]);
  assert.deepEqual(
    [form.get("levelname"), form.get("levelno"), form.get("exc_info")],
    ["INFO", "20", "None"],
  );
  assert.equal(byPath[0]?.method, "GET");
  assert.equal(byPath[0]?.headers.host, host);
});

test("POST puts it into the body, with its length and type, and credentials into a header", async () => {
  await start();
  const handler = handlerOf("/frob", { method: "post", credentials: ["us:er", "pä ss"] });
  emit(handler, "ü");
  await until(() => taken.length === 1);
  const [{ method, url, headers, body } = assert.fail()] = taken;
  assert.deepEqual([method, url], ["POST", "/frob"]);
  assert.equal(headers["content-type"], "application/x-www-form-urlencoded");
  assert.equal(headers["content-length"], String(body.length));
  assert.equal(headers.authorization, `Basic ${Buffer.from("us:er:pä ss").toString("base64")}`);
  assert.match(body, /&msg=%C3%BC&/);
});

test("a call's fields are in the form, each by its own name", async () => {
  await start();
  const handler = handlerOf("/frob", { method: "POST" });
  handler.handle(makeLogRecord({ name: "app", msg: "x", fields: { user: "ada", n: 1 } }));
  await until(() => taken.length === 1);
  const form = new URLSearchParams(taken[0]?.body);
  assert.deepEqual([form.get("user"), form.get("n"), form.get("fields")], ["ada", "1", null]);
});

test("all records come in order over one connection, whose answers are read", async () => {
  await start();
  const handler = new Short(host, "/", { method: "POST" });
  handlers.push(handler);
  answers = [200, 201, 200, 204];
  for (let i = 0; i < 30; i += 1) emit(handler, `r${i}`);
  assert.equal(await handler.drain(30_000), true);
  assert.deepEqual(
    taken.map(({ body }) => body),
    Array.from({ length: 30 }, (_, i) => `m=r${i}`),
  );
  assert.equal(connections, 1);
  assert.equal(handler.stats().sent, 30);
});

test("an answer of 300 or above is a failure: that record is dropped, told and counted", async () => {
  await start();
  answers = [404, 200, 302];
  const handler = handlerOf("/", { method: "POST" });
  for (const msg of ["one", "two", "three"]) emit(handler, msg);
  assert.equal(await handler.drain(30_000), true);
  const { sent, droppedBy, errors } = handler.stats();
  assert.deepEqual([sent, droppedBy.refused, errors], [1, 2, 2]);
  assert.equal(taken.length, 3);
  assert.match(stderr.text, /SendRefused: the answer was 404 Not Found/);
  assert.match(stderr.text, /SendRefused: the answer was 302 Found/);
  assert.match(
    stderr.text,
    /http:\/\/127\.0\.0\.1:\d+ refused what was sent; a record was dropped/,
  );
});

test("an answer that may change is asked for a few times, in order", async () => {
  await start();
  answers = [503, 429, 200];
  const handler = new Short(host, "/", { method: "POST", maxAttempts: 3, retryStartMs: 2 });
  handlers.push(handler);
  emit(handler, "one");
  emit(handler, "two");
  assert.equal(await handler.drain(30_000), true);
  assert.deepEqual(
    taken.map(({ body }) => body),
    ["m=one", "m=one", "m=one", "m=two"],
  );
  answers = [500, 500, 500];
  emit(handler, "three");
  await until(() => handler.stats().waiting === 0);
  assert.equal(handler.stats().droppedBy.refused, 1);
  assert.equal(taken.length, 7);
});

test("a server that is away gets all when it is back; a broken answer makes a second try", async () => {
  await start();
  const handler = handlerOf("/", { method: "POST" });
  emit(handler, "zero");
  assert.equal(await handler.drain(30_000), true);
  const port = Number(host.split(":")[1]);
  await stop();
  for (let i = 0; i < 5; i += 1) emit(handler, `r${i}`);
  await until(() => handler.stats().errors > 2);
  answers = ["break"];
  await start(null, port);
  assert.equal(await handler.drain(30_000), true);
  assert.equal(taken.length, 7);
  const { sent, dropped } = handler.stats();
  assert.deepEqual([sent, dropped], [6, 0]);
});

test("an answer that doesn't come is given up after timeoutMs", async () => {
  await start();
  answers = ["hang", 200];
  const handler = handlerOf("/", { timeoutMs: 200 });
  emit(handler, "one");
  assert.equal(await handler.drain(30_000), true);
  // Two, unless the machine was too busy for an answer in time.
  assert.ok(taken.length >= 2);
  assert.match(stderr.text, /no whole answer within 200 ms/);
});

test("getConnection may send it elsewhere", async () => {
  await start();
  class Proxied extends HTTPHandler {
    override getConnection(_host: string, _secure: boolean): HttpConnection {
      return { hostname: "127.0.0.1", port: Number(host.split(":")[1]) };
    }
  }
  const handler = new Proxied("far.invalid", "http://far.invalid/log");
  handlers.push(handler);
  emit(handler, "one");
  await until(() => taken.length === 1);
  assert.match(taken[0]?.url ?? "", /^http:\/\/far\.invalid\/log\?name=app&/);
});

const identity = selfSigned();
const skip = identity === null ? "there is no openssl to make a certificate" : false;

test("HTTPS, with a certificate that is checked", { skip }, async () => {
  if (identity === null) return;
  await start(identity);
  const trusting = handlerOf("/", { secure: true, context: { ca: identity.cert } });
  emit(trusting, "one");
  emit(trusting, "two");
  await until(() => taken.length === 2);
  assert.equal(connections, 1);
  const doubting = handlerOf("/", { secure: true });
  emit(doubting, "three");
  await until(() => doubting.stats().errors > 0);
  assert.equal(taken.length, 2);
});

test("what is not accepted is refused, by CPython's words where it has any", () => {
  const make = (options: HTTPHandlerOptions, place: string = "h", url: string = "/"): unknown =>
    new HTTPHandler(place, url, options);
  const bad: readonly [() => unknown, string | RegExp][] = [
    [() => make({ method: "PUT" as "GET" }), "method must be GET or POST"],
    [() => make({ context: {} }), "context parameter only makes sense with secure=True"],
    [
      () => make({ credentials: ["u"] as unknown as [string, string] }),
      /^credentials are not \[user, password\]/,
    ],
    [
      () => make({ secure: 1 as unknown as boolean }),
      /^secure can't be 1; accepted: true or false$/,
    ],
    [() => make({}, ""), /^host can't be ''/],
    [() => make({}, "h:x"), /^host can't be 'h:x'; accepted: a name or address/],
    [() => make({}, "http://h"), /^host can't be 'http:\/\/h'/],
    [() => make({}, "h", "/with space"), /^url can't be '\/with space'; /],
    [() => make({ timeout: 1 } as object), /^unknown option "timeout"/],
  ];
  for (const [construct, message] of bad) assert.throws(construct, { message });
  for (const good of ["h", "h:80", "[::1]:80", "[::1]", "127.0.0.1:1"]) make({}, good);
});
