import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import type { Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../../test/kit/captured-stderr.ts";
import { quietPort } from "../../../test/kit/quiet-port.ts";
import { until } from "../../../test/kit/until.ts";
import { makeLogRecord } from "../../core/record.ts";
import { DatagramHandler } from "./datagram.ts";
import type { DatagramHandlerOptions } from "./datagram.ts";

const stderr = new CapturedStderr();
let received: Buffer[] = [];
let sockets: Socket[] = [];
let handlers: DatagramHandler[] = [];

beforeEach(() => {
  stderr.start();
  received = [];
});

afterEach(async () => {
  for (const handler of handlers) handler.close();
  await Promise.all(handlers.map((handler) => handler.drain(30_000)));
  for (const socket of sockets) socket.close();
  handlers = [];
  sockets = [];
  stderr.stop();
});

async function listen(type: "udp4" | "udp6", address: string, port: number = 0): Promise<number> {
  const socket = createSocket(type);
  socket.on("message", (bytes) => received.push(bytes));
  socket.bind(port, address);
  await once(socket, "listening");
  sockets.push(socket);
  return socket.address().port;
}

function handlerOf(
  host: string,
  port: number,
  options: DatagramHandlerOptions = {},
): DatagramHandler {
  const quick = { retryStartMs: 5, retryMaxMs: 20, closeTimeoutMs: 50 };
  const handler = new DatagramHandler(host, port, { ...quick, ...options });
  handlers.push(handler);
  return handler;
}

function emit(handler: DatagramHandler, msg: string): void {
  handler.handle(makeLogRecord({ name: "app", msg, levelname: "INFO", levelno: 20 }));
}

function messages(): unknown[] {
  return received.map((bytes) => {
    assert.equal(bytes.readUInt32BE(0), bytes.length - 4);
    return (JSON.parse(bytes.subarray(4).toString()) as { msg: unknown }).msg;
  });
}

test("each record is one datagram, with its length in front", async () => {
  const handler = handlerOf("127.0.0.1", await listen("udp4", "127.0.0.1"));
  for (const msg of ["one", "two", "drei ✓"]) emit(handler, msg);
  assert.equal(await handler.drain(10_000), true);
  await until(() => received.length === 3);
  assert.deepEqual(messages(), ["one", "two", "drei ✓"]);
  assert.equal(handler.stats().sent, 3);
});

test("a name is looked up, as IPv4", async () => {
  const handler = handlerOf("localhost", await listen("udp4", "127.0.0.1"));
  emit(handler, "hello");
  await until(() => received.length === 1);
});

test("an address of IPv6 needs no option", async (t) => {
  const port = await listen("udp6", "::1").catch(() => null);
  if (port === null) {
    t.skip("this machine has no IPv6");
    return;
  }
  emit(handlerOf("::1", port), "hello");
  await until(() => received.length === 1);
});

test("a record that is too long for a datagram is dropped, told and counted; the longest one arrives", async () => {
  const handler = handlerOf("127.0.0.1", await listen("udp4", "127.0.0.1"));
  const record = (length: number): ReturnType<typeof makeLogRecord> =>
    makeLogRecord({ msg: "x".repeat(length), created: 1.5, msecs: 2, relativeCreated: 3 });
  const rest = handler.makeFrame(record(0)).length;
  handler.handle(record(65_508 - rest));
  handler.handle(record(65_507 - rest));
  assert.equal(await handler.drain(10_000), true);
  await until(() => received.length === 1);
  assert.equal(received[0]?.length, 65_507);
  const { taken, sent, droppedBy } = handler.stats();
  assert.deepEqual([taken, sent, droppedBy.tooLong], [2, 1, 1]);
  assert.match(
    stderr.text,
    /the length of a record to be sent can't be 65508; accepted: at most 65507 bytes/,
  );
});

test("where nobody listens, that is told, and what comes later waits for somebody who does", async () => {
  const port = await listen("udp4", "127.0.0.1", quietPort());
  const [first] = sockets.splice(0);
  first?.close();
  const handler = handlerOf("127.0.0.1", port);
  // Each datagram that goes out is lost; the kernel says so after the fact.
  let count = 0;
  while (handler.stats().errors === 0) {
    emit(handler, `r${count}`);
    count += 1;
    await handler.drain(5);
  }
  assert.match(stderr.text, /ECONNREFUSED/);
  assert.match(stderr.text, /sending to udp:\/\/127\.0\.0\.1:\d+ failed; records wait/);
  await listen("udp4", "127.0.0.1", port);
  emit(handler, "last");
  assert.equal(await handler.drain(10_000), true);
  await until(() => messages().at(-1) === "last");
  assert.equal(handler.stats().sent, count + 1);
  assert.equal(handler.stats().dropped, 0);
});

test("a name that means nothing is a failure that waits and is tried again", async () => {
  // One that the resolver refuses by itself: other machines are not asked.
  const handler = handlerOf("no-such..host", 9, { maxQueueRecords: 2 });
  for (const msg of ["one", "two", "three"]) emit(handler, msg);
  await until(() => handler.stats().errors > 1);
  const { waiting, droppedBy } = handler.stats();
  assert.deepEqual([waiting, droppedBy.queueFull], [2, 1]);
});

test("what is no host, port or type is refused by name", () => {
  const bad: readonly [() => unknown, RegExp][] = [
    [() => new DatagramHandler("", 1), /^host can't be ''; /],
    [
      () => new DatagramHandler("/dev/log", null as unknown as number),
      /^port can't be null; .*no Unix sockets for datagrams/,
    ],
    [
      () => new DatagramHandler("h", 1, { type: "udp" as "udp4" }),
      /^type can't be 'udp'; accepted: 'udp4', 'udp6'$/,
    ],
    [() => new DatagramHandler("h", 1, { tls: true } as object), /^unknown option "tls"; /],
  ];
  for (const [make, message] of bad) assert.throws(make, { message });
  assert.deepEqual(new DatagramHandler("h", 1).address, ["h", 1]);
  assert.equal(String(new DatagramHandler("h", 1)), "<DatagramHandler h:1 (NOTSET)>");
});
