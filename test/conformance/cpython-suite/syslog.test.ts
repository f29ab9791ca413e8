import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, describe, it } from "node:test";

import { getLogger } from "../../../src/index.ts";
import { SysLogHandler } from "../../../src/handlers/network/syslog.ts";
import type { SysLogHandlerOptions } from "../../../src/handlers/network/syslog.ts";
import { ByteServer } from "../../kit/byte-server.ts";
import { until } from "../../kit/until.ts";
import { DatagramServer } from "./datagram-server.ts";
import { useSuiteLogging } from "./suite-logging.ts";

/** A server that keeps what it is sent, of any kind. */
interface TextServer {
  readonly text: string;
  start(): Promise<void>;
  stop(): Promise<unknown>;
}

/** A server and a handler for it, anew for each test; the checks are the same for all kinds. */
function useSysLog<Server extends TextServer>(
  makeServer: () => Server,
  optionsFor: (server: Server) => SysLogHandlerOptions,
): { checkOutput: () => Promise<void>; checkReconnection: () => Promise<void> } {
  const suite = useSuiteLogging();
  let server: Server;
  let handler: SysLogHandler;
  beforeEach(async () => {
    server = makeServer();
    await server.start();
    handler = new SysLogHandler(optionsFor(server));
    suite.now.root.removeHandler(suite.now.handler);
    suite.now.root.addHandler(handler);
  });
  afterEach(async () => {
    handler.close();
    await handler.drain();
    await server.stop();
  });

  /** Logs a word that ASCII can't hold, and checks what comes. */
  async function check(expected: string): Promise<void> {
    const wanted = server.text + expected;
    getLogger("syslog.suite").error("gr\u00fcn");
    await until(
      () => server.text.length >= wanted.length,
      () => server.text,
    );
    assert.equal(server.text, wanted);
  }

  return {
    async checkOutput() {
      await check("<11>gr\u00fcn\0");
      handler.appendNul = false;
      await check("<11>gr\u00fcn");
      handler.ident = "b\u00e4r: ";
      await check("<11>b\u00e4r: gr\u00fcn");
      assert.equal(suite.stderr.text, "");
    },
    async checkReconnection() {
      await check("<11>gr\u00fcn\0");
      handler.close();
      await handler.drain();
      await check("<11>gr\u00fcn\0");
    },
  };
}

describe("SysLogHandlerTest", () => {
  const { checkOutput, checkReconnection } = useSysLog(
    () => new DatagramServer(),
    ({ host, port }) => ({ address: [host, port] }),
  );

  it("output", checkOutput);

  it("udp_reconnection", checkReconnection);
});

// CPython's test is of datagrams over a Unix socket. Node can't serve those (the handler
// sends them if the package koffi is there), so this is of a Unix stream.
describe(
  "UnixSysLogHandlerTest",
  { skip: process.platform === "win32" ? "Windows" : false },
  () => {
    const folder = mkdtempSync(join(tmpdir(), "suite-syslog-"));
    const path = join(folder, "log");
    after(() => rmSync(folder, { recursive: true, force: true }));
    const { checkOutput, checkReconnection } = useSysLog(
      () => new ByteServer({ path }),
      () => ({ address: path, socktype: 1 }),
    );

    it("output", checkOutput);

    it("udp_reconnection", checkReconnection);
  },
);

const hasIPv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === "::1"),
);

describe("IPv6SysLogHandlerTest", { skip: hasIPv6 ? false : "this machine has no ::1" }, () => {
  const { checkOutput, checkReconnection } = useSysLog(
    () => new DatagramServer("udp6", "::1"),
    ({ host, port }) => ({ address: [host, port] }),
  );

  it("output", checkOutput);

  it("udp_reconnection", checkReconnection);
});
