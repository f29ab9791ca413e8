import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";

import { messages, server, useSocketHandlers } from "../../../test/kit/socket-handlers.ts";
import { until } from "../../../test/kit/until.ts";

useSocketHandlers();

// A program of its own: how it ends is what is asked.
function program(body: string, port: number, closeTimeoutMs: number = 300): string {
  const door = new URL("socket.js", import.meta.url).href;
  const core = new URL("../../core/record.js", import.meta.url).href;
  return `
    const { SocketHandler } = await import(${JSON.stringify(door)});
    const { makeLogRecord } = await import(${JSON.stringify(core)});
    const handler = new SocketHandler("127.0.0.1", ${port}, { closeTimeoutMs: ${closeTimeoutMs}, retryStartMs: 10, retryMaxMs: 20 });
    const log = (msg) => handler.handle(makeLogRecord({ name: "child", msg, levelname: "INFO", levelno: 20 }));
    ${body}`;
}

const flags = ["--input-type=module", "-e"];

test("a program that just ends delivers what it logged last, also in the exit's last turn", async () => {
  await server.start();
  const code = program(
    `log("first"); process.once("beforeExit", () => log("in beforeExit"));`,
    server.port,
    20_000,
  );
  const child = spawn(process.execPath, [...flags, code], { stdio: ["ignore", "ignore", "pipe"] });
  const [status] = (await once(child, "exit")) as [number];
  assert.equal(status, 0);
  await until(() => server.payloads.length === 2);
  assert.deepEqual(messages(), ["first", "in beforeExit"]);
});

test("a program whose server is away ends by itself, and says what it could not send", async () => {
  await server.start();
  await server.stop();
  const code = program(`for (let i = 0; i < 7; i += 1) log("r" + i);`, server.port);
  const { status, stderr: told } = spawnSync(process.execPath, [...flags, code], {
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.equal(status, 0);
  assert.match(told, /ECONNREFUSED/);
  assert.match(told, /7 records could not be sent to tcp:\/\/127\.0\.0\.1/);
});

test("a program that calls process.exit() says what it could not send", async () => {
  await server.start();
  const code = program(`log("one"); log("two"); process.exit(3);`, server.port);
  const { status, stderr: told } = spawnSync(process.execPath, [...flags, code], {
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.equal(status, 3);
  assert.match(told, /2 records could not be sent/);
});

test("an open connection keeps no program alive, and drain sends before process.exit()", async () => {
  await server.start();
  const idle = program(`log("one"); await handler.drain(30000);`, server.port);
  const child = spawn(process.execPath, [...flags, idle], { stdio: "ignore" });
  const [status] = (await once(child, "exit")) as [number];
  assert.equal(status, 0);
  const drained = program(`log("two"); await handler.drain(30000); process.exit(4);`, server.port);
  const other = spawn(process.execPath, [...flags, drained], { stdio: "ignore" });
  assert.deepEqual(await once(other, "exit"), [4, null]);
  await until(() => server.payloads.length === 2);
  assert.deepEqual(messages(), ["one", "two"]);
});

test("a server that doesn't read can't keep a program from ending", async () => {
  await server.start();
  server.pause();
  const code = program(
    `const filler = "x".repeat(100000); for (let i = 0; i < 400; i += 1) log(filler);`,
    server.port,
  ).replace("{ closeTimeoutMs", "{ timeoutMs: 300, maxQueueBytes: 1e8, closeTimeoutMs");
  const child = spawn(process.execPath, [...flags, code], { stdio: ["ignore", "ignore", "pipe"] });
  let told = "";
  child.stderr.on("data", (text: Buffer) => (told += text.toString()));
  const [status] = (await once(child, "close")) as [number];
  assert.equal(status, 0);
  assert.match(told, /could not be sent/);
});

test("a record that comes while the process exits is dropped, counted and told at once", async () => {
  await server.start();
  const told = `process.stdout.write(JSON.stringify(handler.stats().droppedBy.closed) + "\\n")`;
  for (const [before, closed] of [
    ["", "1\n"],
    [`log("before");`, "2\n"],
  ]) {
    const code = program(
      `${before} process.on("exit", () => { log("late"); ${told}; }); process.exit();`,
      server.port,
    );
    const { stdout, stderr: trouble } = spawnSync(process.execPath, [...flags, code], {
      encoding: "utf8",
      timeout: 60_000,
    });
    assert.equal(stdout, closed);
    assert.match(trouble, /1 record could not be sent/);
  }
});
