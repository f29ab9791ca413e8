import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { FrameServer } from "../../../test/kit/frame-server.ts";
import { selfSigned } from "../../../test/kit/self-signed.ts";
import {
  emit,
  handlerOf,
  messages,
  serve,
  server,
  stderr,
  track,
  useSocketHandlers,
} from "../../../test/kit/socket-handlers.ts";
import { until } from "../../../test/kit/until.ts";
import { Logger } from "../../core/logger.ts";
import { makeLogRecord } from "../../core/record.ts";
import type { LogRecord } from "../../core/record.ts";
import type { StreamSocket } from "../../platform/tcp-transport.ts";
import { SocketHandler } from "./socket.ts";

useSocketHandlers();

test("nothing is connected before the first record, and a whole record arrives as JSON", async () => {
  await server.start();
  const handler = handlerOf();
  assert.equal(handler.sock, null);
  const logger = new Logger("shop.cart");
  logger.addHandler(handler);
  logger.warning("paid %d in %s", 12, "cents", { user: "ada", order: { id: 7n, tags: ["new"] } });
  assert.equal(await handler.drain(10_000), true);
  await until(() => server.payloads.length === 1);
  const [received = {}] = server.records;
  assert.deepEqual(
    { ...received, pathname: 0, lineno: 0, created: 0, msecs: 0, relativeCreated: 0, funcName: "" },
    {
      name: "shop.cart",
      msg: "paid 12 in cents",
      args: null,
      levelname: "WARNING",
      levelno: 30,
      pathname: 0,
      filename: "socket.test.ts",
      module: "socket.test",
      exc_info: null,
      exc_text: null,
      stack_info: null,
      lineno: 0,
      funcName: "",
      created: 0,
      msecs: 0,
      relativeCreated: 0,
      thread: 0,
      threadName: "MainThread",
      processName: "MainProcess",
      process: process.pid,
      taskName: null,
      user: "ada",
      order: { id: "7", tags: ["new"] },
      fields: { user: "ada", order: { id: "7", tags: ["new"] } },
    },
  );
  const record = makeLogRecord(received);
  assert.equal(record.getMessage(), "paid 12 in cents");
  assert.deepEqual({ ...record.fields }, { user: "ada", order: { id: "7", tags: ["new"] } });
  assert.equal(Object.hasOwn(record, "user"), false);
  assert.notEqual(handler.sock, null);
});

test("an error travels as the text that the formatter makes of it", async () => {
  await server.start();
  const handler = handlerOf();
  handler.setFormatter({
    format(record) {
      record.exc_text = "my own trace";
      return "";
    },
  });
  emit(handler, "failed", { exc_info: new Error("why") });
  await until(() => server.payloads.length === 1);
  const [{ exc_text, exc_info, message } = {}] = server.records;
  assert.deepEqual([exc_text, exc_info, message], ["my own trace", null, undefined]);
});

test("Unix sockets", async () => {
  const folder = mkdtempSync(join(tmpdir(), "daybook-socket-"));
  serve(new FrameServer({ path: join(folder, "log.sock") }));
  await server.start();
  const handler = track(new SocketHandler(join(folder, "log.sock"), null));
  assert.equal(handler.address, join(folder, "log.sock"));
  emit(handler, "hello");
  await until(() => server.payloads.length === 1);
  assert.deepEqual(messages(), ["hello"]);
  await server.stop();
  rmSync(folder, { recursive: true });
});

const identity = selfSigned();
const skip = identity === null ? "there is no openssl to make a certificate" : false;

test("TLS, with a certificate that is checked", { skip }, async () => {
  if (identity === null) return;
  serve(new FrameServer({ identity }));
  await server.start();
  const trusting = handlerOf({ tls: { ca: identity.cert } });
  emit(trusting, "secret");
  await until(() => server.payloads.length === 1);
  assert.deepEqual(messages(), ["secret"]);
  const doubting = handlerOf({ tls: true });
  emit(doubting, "not for everybody");
  await until(() => doubting.stats().errors > 1);
  assert.match(stderr.text, /DEPTH_ZERO_SELF_SIGNED_CERT|self-signed certificate/);
  assert.equal(doubting.stats().sent, 0);
  assert.deepEqual(messages(), ["secret"]);
});

test("subclasses may make the socket, the pickle, or send", async () => {
  await server.start();
  class Mine extends SocketHandler {
    made = 0;
    sends = 0;
    override makeSocket(): StreamSocket {
      this.made += 1;
      return connect(server.port, "localhost");
    }
    override makePickle(record: LogRecord): Uint8Array {
      return Buffer.from(`\0\0\0\x02${JSON.stringify(record.msg)}`);
    }
    override send(frame: Uint8Array): void {
      this.sends += 1;
      super.send(frame);
    }
  }
  const handler = track(new Mine("nowhere.invalid", 9));
  emit(handler, "");
  await until(() => server.payloads.length === 1);
  assert.equal(server.payloads[0]?.toString(), '""');
  assert.deepEqual([handler.made, handler.sends], [1, 1]);
});

test("what fails for one record is told as its failure, and counted", async () => {
  await server.start();
  const handler = handlerOf({ maxQueueBytes: 2000 });
  emit(handler, "no %d", { args: ["number"] });
  emit(handler, "l".repeat(3000));
  emit(handler, "good");
  await until(() => server.payloads.length === 1);
  const { taken, sent, droppedBy } = handler.stats();
  assert.deepEqual([taken, sent, droppedBy.unmade, droppedBy.tooLong], [3, 1, 1, 1]);
  assert.match(stderr.text, /TypeError: %d format: a real number is required/);
  assert.match(
    stderr.text,
    /the length of a record to be sent can't be \d+; accepted: at most 2000 bytes/,
  );
  assert.match(stderr.text, /Message: 'no %d'/);
});

test("closeOnError: a record that fails closes the connection in silence", async () => {
  await server.start();
  const handler = handlerOf();
  handler.closeOnError = true;
  emit(handler, "one");
  await until(() => server.payloads.length === 1);
  emit(handler, "no %d", { args: ["number"] });
  await until(() => server.open === 0);
  emit(handler, "two");
  await until(() => server.payloads.length === 2);
  assert.equal(server.connections, 2);
  await server.stop();
  await until(() => handler.sock === null);
  emit(handler, "three");
  await until(() => handler.stats().errors > 0);
  assert.equal(stderr.text, "");
});

test("close ends the connection when all is sent, and a later record opens it again", async () => {
  await server.start();
  const handler = handlerOf({ closeTimeoutMs: 20_000 });
  emit(handler, "one");
  handler.close();
  await until(() => server.payloads.length === 1 && server.open === 0 && server.connections === 1);
  emit(handler, "two");
  await until(() => server.payloads.length === 2);
  assert.equal(handler.stats().dropped, 0);
});

test("a record that is logged in the course of a report of ours is no endless loop", async () => {
  await server.start();
  await server.stop();
  const handler = handlerOf({ maxQueueRecords: 5 });
  handler.handleTrouble = (error) => emit(handler, String(error));
  for (let i = 0; i < 20; i += 1) emit(handler, `r${i}`);
  await until(() => handler.stats().errors > 3);
  const { taken, waiting, dropped } = handler.stats();
  assert.equal(taken, waiting + dropped);
  assert.ok(taken < 60);
});

test("what is no host, port or option is refused by name", () => {
  const bad: readonly [() => unknown, RegExp][] = [
    [() => new SocketHandler("", 1), /^host can't be ''; accepted: a text that is not empty$/],
    [() => new SocketHandler(null as unknown as string, 1), /^host can't be null; /],
    [
      () => new SocketHandler("h", 0),
      /^port can't be 0; accepted: a whole number from 1 to 65535, or null/,
    ],
    [() => new SocketHandler("h", 65_536), /^port can't be 65536; /],
    [() => new SocketHandler("h", undefined as unknown as null), /^port can't be undefined; /],
    [
      () => new SocketHandler("h", 1, { payload: "xml" as "json" }),
      /^payload can't be 'xml'; accepted: 'json', 'pickle'$/,
    ],
    [
      () => new SocketHandler("h", 1, { tls: "yes" as unknown as boolean }),
      /^tls can't be 'yes'; accepted: true, false/,
    ],
    [
      () => new SocketHandler("h", 1, { retry: 1 } as object),
      /^unknown option "retry"; accepted: maxQueueBytes, /,
    ],
    [
      () => new SocketHandler("h", 1, null as unknown as object),
      /^options must be an object, not null/,
    ],
  ];
  for (const [make, message] of bad) assert.throws(make, { message });
});
