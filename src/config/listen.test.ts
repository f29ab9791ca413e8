import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { quietPort } from "../../test/kit/quiet-port.ts";
import { getLogger } from "../core/hierarchy.ts";
import { NullHandler } from "../handlers/null.ts";
import { listen, stopListening } from "./listen.ts";
import type { ConfigListener, ListenOptions } from "./listen.ts";

const root = getLogger();
const stderr = new CapturedStderr();
let changes = 0;
let errors: unknown[] = [];

beforeEach(() => {
  changes = 0;
  errors = [];
  stderr.start();
});

afterEach(async () => {
  await stopListening();
  stderr.stop();
  for (const handler of root.handlers) handler.close();
  root.handlers = [];
  root.setLevel("WARNING");
});

async function listening(options: ListenOptions = {}, port = 0): Promise<ConfigListener> {
  const listener = listen(port, {
    onChange: () => changes++,
    onError: (error) => errors.push(error),
    ...options,
  });
  await listener.ready;
  return listener;
}

async function until(what: string, met: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!met()) {
    if (performance.now() > end) assert.fail(`waited in vain: ${what}`);
    await sleep(5);
  }
}

function frame(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content as string);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(bytes.length);
  return Buffer.concat([head, bytes]);
}

async function opened(listener: ConfigListener): Promise<Socket> {
  const socket = connect(listener.port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

// Resolves when the listener has closed the connection: it is done with it.
async function send(listener: ConfigListener, ...chunks: readonly Uint8Array[]): Promise<void> {
  const socket = await opened(listener);
  const closed = once(socket, "close");
  for (const chunk of chunks) {
    socket.write(chunk);
    await sleep(1);
  }
  socket.resume();
  await closed;
}

const document = (level: number): string => JSON.stringify({ version: 1, root: { level } });
const INI = (level: string): string =>
  `[loggers]\nkeys=root\n[handlers]\nkeys=n\n[formatters]\nkeys=\n` +
  `[logger_root]\nlevel=${level}\nhandlers=n\n[handler_n]\nclass=NullHandler\n`;

test("a JSON document and an ini text are applied, in whatever pieces they come", async () => {
  const listener = await listening();
  assert.ok(listener.port > 0);
  await send(listener, frame(document(11)));
  assert.equal(root.level, 11);
  const bytes = frame(document(12));
  await send(listener, ...[...bytes].map((byte) => Uint8Array.of(byte)));
  assert.equal(root.level, 12);
  await send(listener, frame(INI("ERROR")));
  assert.equal(root.level, 40);
  assert.ok(root.handlers[0] instanceof NullHandler);
  assert.deepEqual([changes, errors.length], [3, 0]);
});

test("what is wrong is reported and keeps the configuration", async () => {
  const listener = await listening();
  await send(listener, frame(INI("INFO")));
  const kept = root.handlers;
  const bad: readonly (readonly [string | Uint8Array, RegExp])[] = [
    [JSON.stringify({ version: 2 }), /Unsupported version: 2/],
    [JSON.stringify({ version: 1, root: { level: "LOUD" } }), /Unable to configure root logger/],
    ['{"version": 1,', /invalid JSON: unexpected end at line 1/],
    ["no configuration", /<socket> is invalid: File contains no section headers/],
    [INI("LOUD"), /Unknown level: 'LOUD'/],
    ["[1]", /formatters/],
    ["", /formatters/],
    [Uint8Array.of(0xff, 0xfe), /not valid for encoding/],
  ];
  for (const [content, message] of bad) {
    await send(listener, frame(content));
    assert.match(String(errors.at(-1)), message);
    assert.equal(root.level, 20);
    assert.deepEqual(root.handlers, kept);
  }
  assert.equal(errors.length, bad.length);
  assert.match(stderr.text, /--- Logging error ---[^]*ConfigListener/);
  await send(listener, frame(document(13)));
  assert.equal(root.level, 13);
});

test("verify sees the bytes first, and may refuse or change them", async () => {
  const key = "secret";
  const signed = (text: string): Buffer =>
    Buffer.concat([createHmac("sha256", key).update(text).digest(), Buffer.from(text)]);
  const listener = await listening({
    verify: (bytes) => {
      const content = bytes.subarray(32);
      const wanted = createHmac("sha256", key).update(content).digest();
      return wanted.equals(bytes.subarray(0, 32)) ? content : null;
    },
  });
  await send(listener, frame(document(11)));
  assert.equal(root.level, 30);
  await send(listener, frame(signed(document(12))));
  assert.equal(root.level, 12);
  assert.deepEqual([changes, errors.length], [1, 0]);
});

test("a verify that takes its time, throws, or returns nonsense does no harm", async () => {
  const answers: (() => unknown)[] = [
    () => Promise.resolve(Buffer.from(document(15))),
    () => Promise.resolve(null),
    () => {
      throw new Error("not today");
    },
    () => Promise.reject(new Error("never")),
    () => "text",
  ];
  const listener = await listening({ verify: () => answers.shift()?.() as Uint8Array });
  await send(listener, frame("x"));
  assert.equal(root.level, 15);
  for (let count = 0; count < 4; count++) await send(listener, frame("x"));
  assert.deepEqual(
    errors.map((error) => (error as Error).message),
    ["not today", "never", "verify can't return 'text'; accepted: a Uint8Array, or null"],
  );
});

test("a frame that is too long is refused at its head, one that doesn't end is given up", async () => {
  const short = await listening({ maxBytes: 100 });
  await send(short, Buffer.from([0xff, 0xff, 0xff, 0xff]));
  assert.match(String(errors[0]), /4294967295 bytes was refused; at most 100/);
  await stopListening();
  const hasty = await listening({ maxBytes: 100, timeoutMs: 50 });
  await send(hasty, frame(document(11)).subarray(0, 20));
  assert.match(String(errors[1]), /no whole configuration came within 50 ms/);
  await stopListening();
  const listener = await listening({ maxBytes: 100 });
  await send(listener, frame(document(11)));
  assert.equal(root.level, 11);
});

test("a sender that leaves in the middle is reported, one that says nothing is not", async () => {
  const listener = await listening();
  const silent = await opened(listener);
  silent.destroy();
  const hasty = await opened(listener);
  hasty.end(frame(document(11)).subarray(0, 10));
  await until("an error", () => errors.length > 0);
  assert.match(String(errors[0]), /left before its configuration was whole/);
  await send(listener, frame(document(12)));
  assert.equal(root.level, 12);
  assert.equal(errors.length, 1);
});

test("stopListening ends it, and the port can be listened on again", async () => {
  const listener = await listening({}, quietPort());
  const { port } = listener;
  const open = await opened(listener);
  const closed = once(open, "close");
  await stopListening();
  await closed;
  const refused = connect(port, "127.0.0.1");
  const [error] = (await once(refused, "error")) as [NodeJS.ErrnoException];
  assert.equal(error.code, "ECONNREFUSED");
  const again = listen(port);
  await again.ready;
  assert.equal(again.port, port);
  await again.close();
  await again.close();
});

test("a port that is taken is told by ready, and reported", async () => {
  const first = await listening();
  const second = listen(first.port, { onError: (error) => errors.push(error) });
  await assert.rejects(second.ready, { code: "EADDRINUSE" });
  assert.equal(errors.length, 1);
  assert.match(stderr.text, /EADDRINUSE/);
});

test("only loopback addresses and sensible options are accepted", async () => {
  const cases: readonly (readonly [unknown, object, RegExp])[] = [
    [0, { host: "0.0.0.0" }, /host can't be '0\.0\.0\.0'; accepted: a loopback address/],
    [0, { host: "127.0.0.256" }, /host can't be '127\.0\.0\.256'; accepted: a loopback address/],
    [0, { host: "::" }, /host can't be/],
    [0, { host: "127.0.0.1.example.org" }, /host can't be/],
    [0, { host: "" }, /host can't be/],
    [-1, {}, /port can't be -1; accepted: a whole number from 0 to 65535/],
    ["9030", {}, /port can't be '9030'/],
    [0, { maxBytes: 0 }, /maxBytes can't be 0/],
    [0, { timeoutMs: Number.NaN }, /timeoutMs can't be NaN/],
    [0, { verify: true }, /verify can't be true; accepted: a function/],
    [0, { verfy: null }, /unknown option "verfy"/],
  ];
  for (const [port, options, message] of cases) {
    assert.throws(() => listen(port as number, options as ListenOptions), message);
  }
  const six = listen(0, { host: "localhost" });
  await six.ready;
});

const SENDER = `
import socket, struct, sys
data = sys.stdin.buffer.read()
with socket.create_connection(("localhost", int(sys.argv[1]))) as s:
    s.sendall(struct.pack(">L", len(data)) + data)
    s.recv(1)
`;

test("a real CPython sender is understood", async (t) => {
  if (spawnSync("python3", ["-V"]).error !== undefined) {
    t.skip("no python3 here to send with");
    return;
  }
  const listener = await listening();
  for (const [content, level] of [
    [document(17), 17],
    [INI("CRITICAL"), 50],
  ] as const) {
    const python = spawn("python3", ["-c", SENDER, String(listener.port)]);
    python.stdin.end(content);
    const [status] = (await once(python, "close")) as [number];
    assert.equal(status, 0);
    await until(`level ${level}`, () => root.level === level);
  }
});

test("a process that only listens comes to its end", () => {
  const module = new URL("./listen.js", pathToFileURL(import.meta.filename));
  const code = `
    import { listen } from ${JSON.stringify(module.href)};
    await listen(0).ready;
  `;
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.deepEqual([run.status, run.signal, run.stderr], [0, null, ""]);
});

test("a sender that finds no place is told of", async () => {
  const listener = await listening();
  const idle = await Promise.all(Array.from({ length: 16 }, () => opened(listener)));
  const late = connect(listener.port, "127.0.0.1");
  late.on("error", () => {});
  await until("the report", () => errors.length === 1);
  assert.match(String(errors[0]), /a sender was turned away: 16 others are connected/);
  for (const socket of [...idle, late]) socket.destroy();
});

test("callbacks of a listener that fail after their call are reported", async () => {
  const listener = await listening({
    onChange: async () => {
      throw new Error("changed too late");
    },
    onError: async () => {
      throw new Error("refused too late");
    },
  });
  await send(listener, frame(document(10)));
  await send(listener, frame("{"));
  await until("both reports", () => /changed[^]*refused too late/.test(stderr.text));
});
