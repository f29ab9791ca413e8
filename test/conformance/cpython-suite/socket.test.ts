import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, describe, it } from "node:test";

import { getLogger, makeLogRecord } from "../../../src/index.ts";
import type { LogRecord } from "../../../src/index.ts";
import { DatagramHandler } from "../../../src/handlers/network/datagram.ts";
import { SocketHandler } from "../../../src/handlers/network/socket.ts";
import { listenQuietly } from "../../kit/quiet-port.ts";
import { until } from "../../kit/until.ts";
import { DatagramServer } from "./datagram-server.ts";
import { useSuiteLogging } from "./suite-logging.ts";

/** The records of frames: four bytes of length, then so many of JSON. */
function recordsOf(frames: Buffer): LogRecord[] {
  const records: LogRecord[] = [];
  for (let at = 0; at + 4 <= frames.length;) {
    const end = at + 4 + frames.readUInt32BE(at);
    if (end > frames.length) break;
    const attributes: unknown = JSON.parse(frames.toString("utf8", at + 4, end));
    records.push(makeLogRecord(attributes as Record<string, unknown>));
    at = end;
  }
  return records;
}

function messagesOf(frames: Buffer): unknown[] {
  return recordsOf(frames).map(({ msg }) => msg);
}

/** Keeps what its connections send. Listens at a path if there is one. */
class FrameServer {
  readonly #path: string | null;
  readonly #chunks: Buffer[] = [];
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;

  constructor(path: string | null) {
    this.#path = path;
  }

  get frames(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get port(): number | null {
    const address = this.#server?.address() as AddressInfo | string | null | undefined;
    return typeof address === "object" ? (address?.port ?? null) : null;
  }

  async start(port: number = 0): Promise<void> {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("data", (chunk) => void this.#chunks.push(chunk));
    });
    if (this.#path === null && port === 0) {
      await listenQuietly(this.#server);
      return;
    }
    if (this.#path === null) this.#server.listen(port, "127.0.0.1");
    else this.#server.listen(this.#path);
    await once(this.#server, "listening");
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

/** A server and a handler for it, anew for each test, over TCP or over a Unix socket. */
function useSocketHandler(path: string | null): {
  checkOutput: () => Promise<void>;
  checkNoServer: () => Promise<void>;
} {
  const suite = useSuiteLogging();
  let server: FrameServer;
  let handler: SocketHandler;
  beforeEach(async () => {
    server = new FrameServer(path);
    await server.start();
    handler = new SocketHandler(path ?? "127.0.0.1", server.port, { retryStartMs: 1 });
    suite.now.root.removeHandler(suite.now.handler);
    suite.now.root.addHandler(handler);
  });
  afterEach(async () => {
    handler.close();
    await handler.drain();
    await server.stop();
  });

  return {
    async checkOutput() {
      const logger = getLogger("socket.suite");
      logger.error("%s and eggs", "spam");
      await until(() => recordsOf(server.frames).length === 1);
      logger.debug("beans");
      await until(() => recordsOf(server.frames).length === 2);
      assert.deepEqual(messagesOf(server.frames), ["spam and eggs", "beans"]);
      const [record] = recordsOf(server.frames);
      assert.deepEqual([record?.name, record?.levelname], ["socket.suite", "ERROR"]);
      assert.equal(record?.args, null);
      assert.equal(suite.stderr.text, "");
    },
    // CPython drops what it can't send, and tries no connection until the back-off is
    // over. Here the records wait, the calls don't, and when the server is back it gets
    // them all.
    async checkNoServer() {
      const port = server.port ?? 0;
      await server.stop();
      suite.now.root.exception(new RangeError("on purpose"), "while it is away");
      suite.now.root.error("and this");
      await until(() => handler.stats().errors >= 2);
      suite.now.root.error("and after a try or two");
      assert.deepEqual([handler.stats().sent, handler.stats().dropped], [0, 0]);
      assert.equal(handler.stats().waiting, 3);
      await server.start(port);
      await until(() => handler.stats().sent === 3);
      await until(() => recordsOf(server.frames).length === 3);
      const expected = ["while it is away", "and this", "and after a try or two"];
      assert.deepEqual(messagesOf(server.frames), expected);
      const [first] = recordsOf(server.frames);
      assert.equal(first?.exc_info, null);
      assert.match(first?.exc_text ?? "", /^RangeError: on purpose\n/);
    },
  };
}

describe("SocketHandlerTest", () => {
  const { checkOutput, checkNoServer } = useSocketHandler(null);

  it("output", checkOutput);

  it("noserver", checkNoServer);
});

describe(
  "UnixSocketHandlerTest",
  { skip: process.platform === "win32" ? "Windows" : false },
  () => {
    const folder = mkdtempSync(join(tmpdir(), "suite-socket-"));
    after(() => rmSync(folder, { recursive: true, force: true }));
    const { checkOutput, checkNoServer } = useSocketHandler(join(folder, "log"));

    it("output", checkOutput);

    it("noserver", checkNoServer);
  },
);

describe("DatagramHandlerTest", () => {
  const suite = useSuiteLogging();

  it("output", async () => {
    const server = new DatagramServer();
    await server.start();
    const handler = new DatagramHandler(server.host, server.port);
    suite.now.root.removeHandler(suite.now.handler);
    suite.now.root.addHandler(handler);
    const logger = getLogger("datagram.suite");
    logger.error("spam");
    await until(() => server.received.length === 1);
    logger.error("eggs");
    await until(() => server.received.length === 2);
    assert.deepEqual(server.received.map(messagesOf), [["spam"], ["eggs"]]);
    handler.close();
    await handler.drain();
    await server.stop();
    assert.equal(suite.stderr.text, "");
  });
});
