// installProcessHooks in whole programs: what is logged, what is saved, how it ends.

import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";

import { runProgram } from "../../test/kit/child-program.ts";
import { messages, server, useSocketHandlers } from "../../test/kit/socket-handlers.ts";
import { until } from "../../test/kit/until.ts";
import { installProcessHooks } from "./process-hooks.ts";

useSocketHandlers();

const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "daybook-hooks-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => rmSync(join(folder, "app.log"), { force: true }));

const lines = (): string[] => {
  const path = join(folder, "app.log");
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
};

/** A root logger with a file, level and message in each line. */
function program(text: string): string {
  return `
    import { installProcessHooks } from ${url("process-hooks.js")};
    import { FileHandler } from ${url("file.js")};
    import { MemoryHandler } from ${url("memory.js")};
    import { SocketHandler } from ${url("network/socket.js")};
    import { LogQueue } from ${url("queue/log-queue.js")};
    import { QueueHandler } from ${url("queue/queue.js")};
    import { QueueListener } from ${url("queue/queue-listener.js")};
    import { Formatter } from ${url("../formatters/formatter.js")};
    import { getLogger } from ${url("../core/hierarchy.js")};
    const path = ${JSON.stringify(join(folder, "app.log"))};
    const fileHandler = (options) => {
      const handler = new FileHandler(path, options);
      handler.setFormatter(new Formatter("%(levelname)s %(name)s %(message)s"));
      return handler;
    };
    const log = getLogger();
    const raise = (signal = "SIGTERM") => process.kill(process.pid, signal);
    ${text}`;
}

const toFile = "log.addHandler(fileHandler());";
const lateThrow = (what: string): string => `setTimeout(() => { throw ${what}; });`;

test("an uncaught exception is logged at CRITICAL, with its stack, and Node says what it says", async () => {
  const text = `${toFile} installProcessHooks(); ${lateThrow('new TypeError("one")')}`;
  const { end, stderr } = await runProgram(program(text));
  assert.equal(end, 1);
  const [first, second, third] = lines();
  assert.deepEqual([first, second], ["CRITICAL root uncaught exception", "TypeError: one"]);
  assert.match(third ?? "", /^ {4}at /);
  assert.match(stderr, /TypeError: one\n {4}at [^]*\nNode\.js v/);
});

test("what is thrown need not be an error, and makes one line", async () => {
  const text = `${toFile} installProcessHooks(); ${lateThrow('"two\\\\nlines"')}`;
  assert.equal((await runProgram(program(text))).end, 1);
  assert.deepEqual(lines(), ["CRITICAL root uncaught exception: 'two\\\\nlines'"]);
});

test("an error whose properties throw is logged, and is still what ends the process", async () => {
  const thrown = `new Proxy(new Error("x"), { get() { throw new Error("hostile"); } })`;
  const { end } = await runProgram(
    program(`${toFile} installProcessHooks(); ${lateThrow(thrown)}`),
  );
  assert.notEqual(end, 0);
  assert.match(lines()[0] ?? "", /^CRITICAL root uncaught exception/);
});

test("an unhandled rejection is logged by the logger that was named", async () => {
  const text = `${toFile} installProcessHooks({ logger: getLogger("app") }); Promise.reject(7);`;
  assert.equal((await runProgram(program(text))).end, 1);
  assert.match(lines()[0] ?? "", /^CRITICAL app unhandled rejection/);
  assert.match(lines()[1] ?? "", /UnhandledPromiseRejection.*7/);
});

test("each of the two can be left out, and a logger without handlers says nothing", async () => {
  const none = `installProcessHooks({ uncaughtExceptions: false, unhandledRejections: false });`;
  await runProgram(program(`${toFile} ${none} Promise.reject(new Error("three"));`));
  await runProgram(program(`${toFile} ${none} ${lateThrow("new Error()")}`));
  assert.deepEqual(lines(), []);
  const { stderr } = await runProgram(
    program(`installProcessHooks(); ${lateThrow('new Error("four")')}`),
  );
  assert.equal(stderr.match(/Error: four/g)?.length, 1);
});

test("a signal has queues handled, memory handed on, and networks sent to", async () => {
  await server.start();
  const text = `
    const queue = new LogQueue();
    new QueueListener(queue, [fileHandler()]).start();
    log.addHandler(new QueueHandler(queue));
    const held = getLogger("held");
    held.addHandler(new MemoryHandler(100, { target: fileHandler() }));
    getLogger("net").addHandler(new SocketHandler("127.0.0.1", ${server.port}));
    installProcessHooks({ drainTimeoutMs: 30_000 });
    setInterval(() => {}, 1000);
    process.nextTick(() => { held.warning("one"); getLogger("net").warning("two"); });
    raise();`;
  assert.equal((await runProgram(program(text))).end, "SIGTERM");
  assert.ok(lines().includes("WARNING held one"));
  assert.ok(lines().includes("WARNING net two"));
  await until(() => server.payloads.length === 1);
  assert.deepEqual(messages(), ["two"]);
});

test("where the application listens, what is held back on purpose stays held back", async () => {
  const text = `
    log.addHandler(new MemoryHandler(100, { target: fileHandler() }));
    installProcessHooks();
    process.on("SIGTERM", () => raise("SIGKILL"));
    setInterval(() => {}, 1000);
    log.warning("debug, if anything happens");
    raise();`;
  assert.equal((await runProgram(program(text))).end, "SIGKILL");
  assert.deepEqual(lines(), []);
});

test("a server that is away delays a signal by drainTimeoutMs at most, and the loss is told", async () => {
  await server.start();
  await server.stop();
  const text = `
    log.addHandler(new SocketHandler("127.0.0.1", ${server.port}, { retryStartMs: 1, retryMaxMs: 5 }));
    installProcessHooks({ drainTimeoutMs: 50 });
    log.warning("one");
    log.warning("two");
    setInterval(() => {}, 1000);
    raise();`;
  const { end, stderr } = await runProgram(program(text));
  assert.equal(end, "SIGTERM");
  assert.match(stderr, /2 records could not be sent/);
});

test("listening keeps no process alive, and nothing happens after it is taken back", async () => {
  assert.equal((await runProgram(program("installProcessHooks();"))).end, 0);
  const text = `
    ${toFile}
    installProcessHooks();
    const uninstall = installProcessHooks();
    const count = () => process.listenerCount("SIGTERM") + process.listenerCount("uncaughtExceptionMonitor");
    log.warning("%d", count());
    uninstall();
    uninstall();
    log.warning("%d", count());
    installProcessHooks();
    uninstall();
    log.warning("%d", count());
    setInterval(() => {}, 1000);
    raise();`;
  assert.equal((await runProgram(program(text))).end, "SIGTERM");
  assert.deepEqual(
    lines().map((line) => line.at(-1)),
    ["2", "0", "2"],
  );
});

test("the message shutdown has logs saved, and ends nothing", async () => {
  const path = join(folder, "child.mjs");
  const log = join(folder, "buffered.log");
  writeFileSync(
    path,
    program(`
      log.addHandler(new FileHandler(${JSON.stringify(log)}, { durability: "buffered", flushIntervalMs: 60_000 }));
      installProcessHooks();
      log.warning("one");
      setInterval(() => {}, 1000);
      process.send("ready");`),
  );
  const child = fork(path, { stdio: "ignore" });
  await once(child, "message");
  child.send("shutdown");
  await until(() => existsSync(log) && readFileSync(log, "utf8") === "one\n");
  assert.deepEqual([child.exitCode, child.signalCode], [null, null]);
  child.kill("SIGKILL");
  await once(child, "exit");
});

test("with a parent, too, listening keeps no process alive", async () => {
  const path = join(folder, "idle.mjs");
  writeFileSync(path, program("installProcessHooks();"));
  const [code] = (await once(fork(path, { stdio: "ignore" }), "exit")) as [number];
  assert.equal(code, 0);
});

test("bad options are refused, by name, and change nothing", () => {
  const bad: [unknown, RegExp][] = [
    [{ signal: [] }, /^TypeError: .*signal/],
    [{ signals: "SIGTERM" }, /^ValueError: signals can't be 'SIGTERM'; accepted: a list of names/],
    [{ signals: ["SIGKILL"] }, /^ValueError: signal 'SIGKILL' is none/],
    [{ logger: {} }, /^TypeError: logger can't be/],
    [{ pm2: 1 }, /^ValueError: pm2 can't be 1; accepted: true or false/],
    [{ uncaughtExceptions: "yes" }, /^ValueError: uncaughtExceptions can't be 'yes'/],
    [{ drainTimeoutMs: -1 }, /^ValueError: drainTimeoutMs can't be -1; accepted: a number from 0/],
    [{ drainTimeoutMs: Number.NaN }, /^ValueError: drainTimeoutMs can't be NaN/],
  ];
  const listeners = (): number => process.listenerCount("SIGTERM");
  const before = listeners();
  for (const [options, expected] of bad) {
    assert.throws(() => installProcessHooks(options as object), expected);
  }
  assert.equal(listeners(), before);
});

// Node 20 has permissions as an experiment only, which warns.
const major = Number(process.versions.node.split(".")[0]);
const permission = ["--permission", "--allow-fs-read=*", `--allow-fs-write=${tmpdir()}`];
for (const flags of major < 22 ? [[]] : [[], permission]) {
  test(`a signal saves what is buffered, run with ${flags[0] ?? "no flag"}`, async () => {
    const log = join(folder, `permission-${flags.length}.log`);
    const text = `
      log.addHandler(new FileHandler(${JSON.stringify(log)}, { durability: "buffered", flushIntervalMs: 60_000 }));
      installProcessHooks();
      log.warning("one");
      setInterval(() => {}, 1000);
      raise("SIGINT");`;
    const { end, stderr } = await runProgram(program(text), flags);
    assert.equal(end, "SIGINT", stderr);
    assert.equal(readFileSync(log, "utf8"), "one\n");
  });
}
