import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import {
  emit,
  handlerOf,
  messages,
  server,
  stderr,
  useSocketHandlers,
} from "../../../test/kit/socket-handlers.ts";
import type { LogRecord } from "../../core/record.ts";
import { SocketHandler } from "./socket.ts";
import { until } from "../../../test/kit/until.ts";

useSocketHandlers();

/** The numbers of records named "r0", "r1" and so on; they must be in order, but for repeats. */
function numbersInOrder(): number[] {
  const numbers = messages().map((msg) => Number(String(msg).slice(1).split(" ")[0]));
  return [...new Set(numbers)];
}

test("a server that comes up late gets all that waited, in order, and it is told once", async () => {
  await server.start();
  await server.stop(); // its port is known, and nobody listens
  const handler = handlerOf();
  for (let i = 0; i < 50; i += 1) emit(handler, `r${i}`);
  await until(() => handler.stats().errors > 3);
  await server.start();
  await until(() => server.payloads.length === 50);
  assert.deepEqual(
    messages(),
    Array.from({ length: 50 }, (_, i) => `r${i}`),
  );
  assert.equal(server.connections, 1);
  const { taken, sent, waiting, dropped } = handler.stats();
  assert.deepEqual([taken, sent, waiting, dropped], [50, 50, 0, 0]);
  assert.equal(stderr.text.match(/--- Logging error ---/g)?.length, 1);
  assert.match(stderr.text, /ECONNREFUSED/);
  assert.match(
    stderr.text,
    /In <SocketHandler 127\.0\.0\.1:\d+ \(NOTSET\)>: sending to tcp:\/\/127/,
  );
});

test("a server that is killed and comes back gets the rest; only what the kernel had taken may be missing", async () => {
  await server.start();
  const handler = handlerOf();
  for (let i = 0; i < 20; i += 1) emit(handler, `r${i}`);
  await until(() => server.payloads.length === 20);
  await server.stop();
  // Its goodbye is heard before anything is written.
  await until(() => handler.sock === null);
  for (let i = 20; i < 40; i += 1) emit(handler, `r${i}`);
  await until(() => handler.stats().errors > 1);
  await server.start();
  await until(() => server.payloads.length === 40);
  assert.deepEqual(
    messages(),
    Array.from({ length: 40 }, (_, i) => `r${i}`),
  );
  assert.equal(handler.stats().sent, 40);
});

test("a server that doesn't read fills bounded memory; what is dropped is counted to the last record", async () => {
  await server.start();
  server.pause();
  const handler = handlerOf({ maxQueueRecords: 100, maxQueueBytes: 1e9, timeoutMs: 60_000 });
  const filler = "x".repeat(100_000);
  let written = 0;
  while (handler.stats().dropped < 50) {
    for (let i = 0; i < 10; i += 1, written += 1) emit(handler, `r${written} ${filler}`);
    await turn(); // what the kernel takes, it may have
    if (written > 5000) assert.fail("nothing was ever dropped");
  }
  assert.equal(handler.stats().waiting, 100);
  server.resume();
  assert.equal(await handler.drain(30_000), true);
  const { taken, sent, droppedBy, resent } = handler.stats();
  assert.deepEqual([taken, sent + droppedBy.queueFull, resent], [written, written, 0]);
  await until(() => server.payloads.length === sent);
  const numbers = numbersInOrder();
  assert.equal(numbers.length, sent);
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  );
  assert.equal(numbers.at(-1), written - 1);
  assert.match(stderr.text, /the oldest records that wait are dropped/);
  assert.match(stderr.text, new RegExp(`${droppedBy.queueFull} records were dropped; now none`));
});

test("a write that doesn't move is given up and made good through a new connection", async () => {
  await server.start();
  server.pause();
  const handler = handlerOf({ timeoutMs: 100, maxQueueBytes: 100_000_000 });
  const filler = "x".repeat(100_000);
  for (let i = 0; i < 200; i += 1) emit(handler, `r${i} ${filler}`);
  await until(() => handler.stats().errors > 0);
  assert.match(stderr.text, /nothing could be written for 100 ms/);
  server.resume();
  assert.equal(await handler.drain(30_000), true);
  const numbers = new Set<number>();
  await until(() => {
    for (const number of numbersInOrder()) numbers.add(number);
    return numbers.size === 200;
  });
  assert.equal(handler.stats().sent, 200);
  assert.equal(handler.stats().dropped, 0);
});

test("connections that break under a stream of records lose nothing that was not with the kernel", async () => {
  await server.start();
  const handler = handlerOf({ retryStartMs: 1, retryMaxMs: 2 });
  const filler = "y".repeat(2000);
  for (let i = 0; i < 3000; i += 1) {
    emit(handler, `r${i} ${filler}`);
    if (i % 500 === 499) server.reset();
    if (i % 20 === 19) await turn();
  }
  emit(handler, "r3000 last");
  assert.equal(await handler.drain(30_000), true);
  await until(() => messages().at(-1) === "r3000 last");
  const { taken, sent, dropped, waiting } = handler.stats();
  assert.deepEqual([taken, sent, dropped, waiting], [3001, 3001, 0, 0]);
  assert.ok(server.connections > 1);
});

test("a frame that can't be written is refused, and holds up nothing behind it", async () => {
  await server.start();
  class Own extends SocketHandler {
    override makePickle(record: LogRecord): Uint8Array {
      const made = { array: [1, 2, 3], nothing: null, text: frameOf('{"msg":"ü"}').toString() };
      return (made as Record<string, unknown>)[record.getMessage()] as Uint8Array;
    }
  }
  const handler = new Own("127.0.0.1", server.port, { retryStartMs: 5, retryMaxMs: 20 });
  for (const msg of ["array", "nothing", "text", "missing", "text"]) emit(handler, msg);
  assert.throws(() => handler.send([1] as never), {
    name: "TypeError",
    message: "a frame can't be [ 1 ]; accepted: a Uint8Array, or a text",
  });
  await until(() => server.payloads.length === 2);
  await handler.drain();
  const { taken, sent, bytes, dropped, droppedBy } = handler.stats();
  assert.deepEqual([taken, sent, dropped, droppedBy.unmade], [6, 2, 4, 4]);
  assert.equal(bytes, 2 * frameOf('{"msg":"ü"}').length);
  assert.deepEqual(messages(), ["ü", "ü"]);
  handler.close();
});

function frameOf(text: string): Buffer {
  const body = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}
