import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";

import { ByteServer } from "../../../test/kit/byte-server.ts";
import { CapturedStderr } from "../../../test/kit/captured-stderr.ts";
import { selfSigned } from "../../../test/kit/self-signed.ts";
import { until } from "../../../test/kit/until.ts";
import { makeLogRecord } from "../../core/record.ts";
import type { LogRecord } from "../../core/record.ts";
import { SOCK_STREAM } from "./syslog-options.ts";
import { SysLogHandler } from "./syslog.ts";
import type { SysLogHandlerOptions } from "./syslog.ts";

const stderr = new CapturedStderr();
const identity = selfSigned();
let folder = "";
let handlers: SysLogHandler[] = [];
/** What a test has opened; also one that failed must let the process end. */
let closers: (() => unknown)[] = [];

beforeEach(() => {
  stderr.start();
  folder = mkdtempSync(join(tmpdir(), "daybook-syslog-"));
});

afterEach(async () => {
  for (const handler of handlers) handler.close();
  await Promise.all(handlers.map((handler) => handler.drain()));
  for (const close of closers) await close();
  handlers = [];
  closers = [];
  rmSync(folder, { recursive: true });
  stderr.stop();
});

function handlerOf(options: SysLogHandlerOptions): SysLogHandler {
  const handler = new SysLogHandler({ retryStartMs: 10, retryMaxMs: 20, ...options });
  handlers.push(handler);
  return handler;
}

function recordOf(msg: string, levelname: string = "ERROR"): LogRecord {
  return makeLogRecord({ name: "slh", msg, levelname, levelno: 40 });
}

function serverOf(place: ConstructorParameters<typeof ByteServer>[0] = {}): ByteServer {
  const server = new ByteServer(place);
  closers.push(() => server.stop());
  return server;
}

interface Datagrams {
  readonly port: number;
  readonly texts: string[];
}

async function listen(type: "udp4" | "udp6", host: string): Promise<Datagrams> {
  const socket = createSocket(type);
  const texts: string[] = [];
  socket.on("message", (bytes) => texts.push(bytes.toString()));
  socket.bind(0, host);
  await once(socket, "listening");
  closers.push(() => socket.close());
  return { port: (socket.address() as AddressInfo).port, texts };
}

test("a record is a datagram, with ident before it and a NUL behind it", async () => {
  const { port, texts } = await listen("udp4", "127.0.0.1");
  const handler = handlerOf({ address: ["127.0.0.1", port] });
  handler.handle(recordOf("späm"));
  handler.appendNul = false;
  handler.handle(recordOf("späm"));
  handler.ident = "häm-";
  handler.facility = "local7";
  handler.handle(recordOf("späm", "DEBUG"));
  await until(() => texts.length === 3);
  assert.deepEqual(texts, ["<11>späm\0", "<11>späm", "<191>häm-späm"]);
  assert.equal(handler.stats().sent, 3);
});

test("a handler that was closed opens again with the next record", async () => {
  const { port, texts } = await listen("udp4", "127.0.0.1");
  const handler = handlerOf({ address: ["127.0.0.1", port] });
  handler.close();
  handler.handle(recordOf("späm"));
  await until(() => texts.length === 1);
  assert.deepEqual(texts, ["<11>späm\0"]);
});

test("an address of IPv6 is reached over UDP, too", async (t) => {
  const server = await listen("udp6", "::1").catch(() => null);
  if (server === null) {
    t.skip("no IPv6 on this machine");
    return;
  }
  const handler = handlerOf({ address: ["::1", server.port] });
  handler.handle(recordOf("späm"));
  await until(() => server.texts.length === 1);
  assert.deepEqual(server.texts, ["<11>späm\0"]);
});

test("what is too long for a datagram is cut and counted, or dropped and counted", async () => {
  const { port, texts } = await listen("udp4", "127.0.0.1");
  const cutting = handlerOf({ address: ["127.0.0.1", port], maxMessageBytes: 480 });
  cutting.handle(recordOf("ä".repeat(500)));
  await until(() => texts.length === 1);
  assert.equal(texts[0], `<11>${"ä".repeat(237)}\0`);
  assert.deepEqual([cutting.stats().truncated, cutting.stats().dropped], [1, 0]);
  const dropping = handlerOf({
    address: ["127.0.0.1", port],
    maxMessageBytes: 480,
    tooLong: "drop",
    multiline: "split",
  });
  dropping.handle(recordOf(`${"x".repeat(500)}\nshort`));
  await until(() => texts.length === 2);
  assert.equal(texts[1], "<11>short\0");
  const { taken, sent, dropped, droppedBy, truncated } = dropping.stats();
  assert.deepEqual([taken, sent, dropped, droppedBy.tooLong, truncated], [2, 1, 1, 1, 0]);
  assert.match(stderr.text, /ValueError: the length of a record to be sent can't be 505/);
});

test("the longest datagram that there is arrives", async () => {
  const { port, texts } = await listen("udp4", "127.0.0.1");
  const handler = handlerOf({ address: ["127.0.0.1", port] });
  handler.handle(recordOf("x".repeat(100_000)));
  await until(() => texts.length === 1);
  assert.equal(texts[0]?.length, 65_507);
  assert.equal(texts[0]?.at(-1), "\0");
});

test("a record whose priority can't be made is reported and counted, and nothing is thrown", () => {
  const handler = handlerOf({ address: ["127.0.0.1", 9] });
  handler.facility = "nope";
  handler.handle(recordOf("x"));
  assert.match(stderr.text, /KeyError: nope/);
  assert.equal(handler.stats().droppedBy.unmade, 1);
});

test("over TCP CPython's messages stand one behind the other, each with its NUL", async () => {
  const server = serverOf();
  await server.start();
  const handler = handlerOf({ address: ["127.0.0.1", server.port], socktype: SOCK_STREAM });
  for (const msg of ["a", "b", "c"]) handler.handle(recordOf(msg));
  await until(() => server.text.length === 18);
  assert.equal(server.text, "<11>a\0<11>b\0<11>c\0");
});

test("over TLS RFC 5424's messages are counted, and a stranger's certificate is refused", async (t) => {
  if (identity === null) {
    t.skip("no openssl to make a certificate with");
    return;
  }
  const server = serverOf({ identity });
  await server.start();
  const options: SysLogHandlerOptions = {
    address: ["localhost", server.port],
    rfc: 5424,
    hostname: "h",
    appName: "a",
  };
  const stranger = handlerOf({ ...options, tls: true, closeTimeoutMs: 1 });
  stranger.handle(recordOf("secret"));
  await until(() => stranger.stats().errors > 0);
  assert.match(stderr.text, /self-signed certificate/);
  const handler = handlerOf({ ...options, tls: { ca: identity.cert } });
  const record = recordOf("ä");
  record.created = 0;
  handler.handle(record);
  handler.handle(record);
  const message = `<11>1 1970-01-01T00:00:00.000Z h a ${process.pid} - - \ufeffä`;
  const frame = `${Buffer.byteLength(message)} ${message}`;
  await until(() => server.text.length >= 2 * frame.length);
  assert.equal(server.text, frame + frame);
});

test("over a Unix stream with newlines a text can't forge a message", async () => {
  const path = join(folder, "log");
  const server = serverOf({ path });
  await server.start();
  const handler = handlerOf({ address: path, framing: "newline", ident: "app: " });
  handler.handle(recordOf("a\n<0>forged"));
  await until(() => server.text.endsWith("\n"));
  assert.equal(server.text, "<11>app: a#012<0>forged\n");
});

test("a Unix path in CPython's form may lead to a stream as well", async () => {
  const path = join(folder, "log");
  const handler = handlerOf({ address: path });
  handler.handle(recordOf("a\0<0>forged"));
  await until(() => handler.stats().errors > 0);
  const server = serverOf({ path });
  await server.start();
  await until(() => server.text !== "");
  assert.equal(server.text, "<11>a#000<0>forged\0");
  // And again after it was started anew, which is when the type is asked for anew.
  await server.stop();
  handler.handle(recordOf("b"));
  await until(() => handler.stats().errors > 1);
  await server.start();
  await until(() => server.text.includes("b"));
  assert.equal(server.text, "<11>a#000<0>forged\0<11>b\0");
});

for (const kind of ["TCP", "TLS", "Unix"] as const) {
  test(`a ${kind} server that is started anew gets all that it had not got before`, async (t) => {
    if (kind === "TLS" && identity === null) {
      t.skip("no openssl to make a certificate with");
      return;
    }
    const path = join(folder, "log");
    const server = serverOf({
      ...(kind === "Unix" ? { path } : {}),
      ...(kind === "TLS" && identity !== null ? { identity } : {}),
    });
    await server.start();
    const handler = handlerOf({
      address: kind === "Unix" ? path : ["127.0.0.1", server.port],
      ...(kind === "TCP" ? { socktype: SOCK_STREAM } : {}),
      ...(kind === "TLS" ? { tls: { ca: identity?.cert ?? "" } } : {}),
      framing: "newline",
    });
    for (let n = 0; n < 100; n++) handler.handle(recordOf(`m${n}`));
    await until(() => server.text.includes("m99\n"));
    await server.stop();
    // The kernel may take some for a server that is no more; nothing tells of those.
    await until(() => {
      handler.handle(recordOf("probe"));
      return handler.stats().errors > 0;
    });
    for (let n = 100; n < 200; n++) handler.handle(recordOf(`m${n}`));
    await server.start();
    await until(() => server.text.includes("m199\n"));
    const lines = server.text.trimEnd().split("\n");
    assert.deepEqual(
      lines.filter((line) => line !== "<11>probe"),
      Array.from({ length: 200 }, (_, n) => `<11>m${n}`),
    );
    await handler.drain();
    const { taken, sent, dropped, waiting } = handler.stats();
    assert.deepEqual([sent, dropped, waiting], [taken, 0, 0]);
  });
}

test("what waits for a server is bounded, and the oldest of it is dropped and counted", async () => {
  const server = serverOf();
  await server.start();
  await server.stop();
  const handler = handlerOf({
    address: ["127.0.0.1", server.port],
    socktype: SOCK_STREAM,
    maxQueueRecords: 10,
  });
  for (let n = 0; n < 50; n++) handler.handle(recordOf(`m${n}`));
  await until(() => handler.stats().errors > 0);
  const { taken, waiting, droppedBy } = handler.stats();
  assert.deepEqual([taken, waiting, droppedBy.queueFull], [50, 10, 40]);
  await server.start();
  await until(() => server.text.includes("m49"));
  assert.equal(server.text, Array.from({ length: 10 }, (_, n) => `<11>m${n + 40}\0`).join(""));
});
