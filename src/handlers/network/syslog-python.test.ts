// A real CPython beside us: the bytes of its SysLogHandler for random records, and a
// receiver of Unix datagrams, which Node has not.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";

import * as fc from "fast-check";

import { CapturedStderr } from "../../../test/kit/captured-stderr.ts";
import { until } from "../../../test/kit/until.ts";
import { makeLogRecord } from "../../core/record.ts";
import { Formatter } from "../../formatters/formatter.ts";
import { hasUnixDatagrams } from "../../platform/syslog-unix-datagram.ts";
import { SOCK_DGRAM } from "./syslog-options.ts";
import { SysLogHandler } from "./syslog.ts";

const stderr = new CapturedStderr();
beforeEach(() => stderr.start());
afterEach(() => {
  stderr.stop();
  // Also of a test that failed: a receiver waits for ever.
  for (const child of children) child.kill();
});

const children: ChildProcess[] = [];

const hasPython = spawnSync("python3", ["--version"]).status === 0;
const required = process.env["DAYBOOK_REQUIRE_PYTHON"] === "1";
const skip = hasPython || required ? false : "no python3 on this machine";

// Sends each case with a handler of its own through UDP to itself, and prints what came.
const SENDER = `
import json, logging, logging.handlers, socket, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
server.settimeout(60)
for line in sys.stdin:
    case = json.loads(line)
    handler = logging.handlers.SysLogHandler(server.getsockname(), case["facility"])
    handler.ident = case["ident"]
    handler.append_nul = case["appendNul"]
    handler.setFormatter(logging.Formatter(case["format"]))
    handler.handle(logging.makeLogRecord(case["record"]))
    print(server.recv(65536).hex())
    handler.close()
`;

// Prints each datagram that comes to the path until it is "end".
const RECEIVER = `
import os, socket, sys
path = sys.argv[1]
if os.path.exists(path): os.unlink(path)
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind(path)
print("ready", flush=True)
while True:
    data = server.recv(1 << 20)
    print(data.hex(), flush=True)
    if b"end" in data: break
`;

interface Case {
  readonly facility: number | string;
  readonly ident: string;
  readonly appendNul: boolean;
  readonly format: string;
  readonly record: { msg: string; levelname: string; levelno: number; name: string };
}

const text = fc.string({ unit: "grapheme", maxLength: 200 });
const cases: fc.Arbitrary<Case> = fc.record({
  facility: fc.oneof(
    fc.integer({ min: 0, max: 23 }),
    fc.constantFrom("user", "local3", "solaris-cron", "authpriv", "kern"),
  ),
  ident: fc.oneof(fc.constant(""), text),
  appendNul: fc.boolean(),
  format: fc.constantFrom("%(message)s", "%(name)s: %(message)s", "%(levelname)-8s[%(message)5s]"),
  record: fc.record({
    // With no arguments a % in the message is none of a directive.
    msg: fc.oneof(text, fc.constantFrom("", "a\nb", "a\0b", "\r\n", "100 %")),
    levelname: fc.oneof(
      fc.constantFrom("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "NOTICE", "error", ""),
      text,
    ),
    levelno: fc.integer({ min: 0, max: 60 }),
    name: text,
  }),
});

test("the bytes of datagrams are those of a real CPython", { skip }, async () => {
  const sample = fc.sample(cases, { numRuns: 400, seed: 20_261_122 });
  const { stdout, stderr, status } = spawnSync("python3", ["-c", SENDER], {
    input: sample.map((each) => `${JSON.stringify(each)}\n`).join(""),
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  const theirs = stdout.trimEnd().split("\n");
  assert.equal(theirs.length, sample.length);

  const socket = createSocket("udp4");
  const ours: string[] = [];
  socket.on("message", (bytes) => ours.push(bytes.toString("hex")));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address() as AddressInfo;
  for (const [index, { facility, ident, appendNul, format, record }] of sample.entries()) {
    const handler = new SysLogHandler({ address: ["127.0.0.1", port], facility });
    handler.ident = ident;
    handler.appendNul = appendNul;
    handler.setFormatter(new Formatter(format));
    handler.handle(makeLogRecord(record));
    await until(() => ours.length > index);
    handler.close();
  }
  socket.close();
  assert.deepEqual(ours, theirs);
});

const noDatagrams = hasUnixDatagrams() ? false : "koffi is not installed";

test(
  "Unix datagrams arrive, also after their receiver was started anew",
  {
    skip: skip === false ? noDatagrams : skip,
  },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "daybook-dgram-"));
    const path = join(folder, "log");
    const handler = new SysLogHandler({ address: path, retryStartMs: 10, retryMaxMs: 20 });
    const exact = new SysLogHandler({
      address: path,
      socktype: SOCK_DGRAM,
      rfc: 3164,
      retryStartMs: 10,
      retryMaxMs: 20,
    });
    try {
      const first = await receiver(path);
      handler.handle(makeLogRecord({ msg: "ä\nb", levelname: "INFO" }));
      exact.handle(makeLogRecord({ msg: "m", process: 1 }));
      // More than the kernel keeps for a receiver: the sender has to wait.
      for (let n = 0; n < 2000; n++) handler.handle(makeLogRecord({ msg: `m${n}` }));
      assert.equal(await handler.drain(30_000), true);
      assert.equal(await exact.drain(30_000), true);
      handler.handle(makeLogRecord({ msg: "end" }));
      const lines = await first.lines;
      assert.equal(lines[0], "<14>ä\nb\0");
      assert.equal(lines.filter((line) => /^<12>[A-Z][a-z]{2} .*\[1\]: m$/.test(line)).length, 1);
      assert.deepEqual(
        lines.filter((line) => line.startsWith("<12>m")),
        Array.from({ length: 2000 }, (_, n) => `<12>m${n}\0`),
      );
      handler.handle(makeLogRecord({ msg: "while nobody listens" }));
      await until(() => handler.stats().errors > 0);
      const second = await receiver(path);
      await handler.drain(30_000);
      handler.handle(makeLogRecord({ msg: "end" }));
      assert.deepEqual(await second.lines, ["<12>while nobody listens\0", "<12>end\0"]);
      assert.deepEqual([handler.stats().sent, handler.stats().dropped], [2004, 0]);
    } finally {
      handler.close();
      exact.close();
      rmSync(folder, { recursive: true });
    }
  },
);

test(
  "without koffi a Unix datagram socket is refused with the reason and the ways out",
  {
    skip,
  },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "daybook-dgram-"));
    const path = join(folder, "log");
    await receiver(path);
    const script = `
    import { SysLogHandler } from ${JSON.stringify(new URL("./syslog.js", import.meta.url).href)};
    import { makeLogRecord } from ${JSON.stringify(new URL("../../core/record.js", import.meta.url).href)};
    try {
      new SysLogHandler({ address: ${JSON.stringify(path)}, socktype: 2 });
    } catch (error) {
      console.error(error.message);
    }
    const handler = new SysLogHandler({ address: ${JSON.stringify(path)}, closeTimeoutMs: 300 });
    handler.handle(makeLogRecord({ msg: "m" }));
  `;
    try {
      const args = ["--no-addons", "--input-type=module", "-e", script];
      const child = spawnSync(process.execPath, args, { encoding: "utf8" });
      assert.equal(child.status, 0);
      assert.match(
        child.stderr,
        /without the package koffi can't be 2; accepted: SOCK_STREAM \(1\)/,
      );
      assert.match(child.stderr, /log is a datagram socket, .* install the package koffi, or/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

// Resolves when it listens, with the promise of all that it will have got.
async function receiver(path: string): Promise<{ readonly lines: Promise<string[]> }> {
  const child = spawn("python3", ["-c", RECEIVER, path], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  let output = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (chunk: string) => (output += chunk));
  const lines = once(child, "close").then(() => {
    const [, ...rest] = output.trimEnd().split("\n");
    return rest.map((line) => Buffer.from(line, "hex").toString());
  });
  await until(() => output.startsWith("ready\n") || child.exitCode !== null);
  return { lines };
}
