import assert from "node:assert/strict";
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { ValueError } from "../core/errors.ts";
import { makeLogRecord } from "../core/record.ts";
import { FileHandler } from "./file.ts";
import { installReopenSignals, reopenLogs } from "./reopen-logs.ts";
import { WatchedFileHandler } from "./watched-file.ts";

let folder: string;
const stderr = new CapturedStderr();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "daybook-reopen-"));
  stderr.start();
});

afterEach(() => {
  stderr.stop();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string): string => join(folder, name);
const content = (name: string): string => readFileSync(file(name), "utf8");
const log = (handler: FileHandler, msg: string) => handler.handle(makeLogRecord({ msg }));

test("reopenLogs opens the file of every handler again, whoever holds it", () => {
  const plain = new FileHandler(file("a"));
  const watched = new WatchedFileHandler(file("b"), { checkIntervalMs: 3_600_000 });
  for (const handler of [plain, watched]) log(handler, "1");
  renameSync(file("a"), file("a.1"));
  renameSync(file("b"), file("b.1"));
  assert.ok(reopenLogs() >= 2);
  for (const handler of [plain, watched]) log(handler, "2");
  assert.deepEqual(["a.1", "a", "b.1", "b"].map(content), ["1\n", "2\n", "1\n", "2\n"]);
  plain.close();
  watched.close();
});

test("a handler whose file is not open stays so", () => {
  const delayed = new FileHandler(file("a"), { delay: true });
  const closed = new FileHandler(file("b"), { mode: "w" });
  log(closed, "1");
  closed.close();
  reopenLogs();
  log(closed, "dropped");
  assert.equal(delayed.stream, null);
  assert.equal(content("b"), "1\n");
});

test("a file that can't be opened again is reported, and tried with the next record", () => {
  rmSync(folder, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), "daybook-reopen-"));
  const handler = new FileHandler(file("a"));
  const other = `${folder}.away`;
  renameSync(folder, other);
  reopenLogs();
  assert.match(stderr.text, /ENOENT[^]*reopening the file failed/);
  renameSync(other, folder);
  log(handler, "1");
  handler.close();
  assert.equal(content("a"), "1\n");
});

test("a handler's own reopen may throw; the others are reopened all the same", () => {
  class Odd extends FileHandler {
    override reopen(): void {
      throw new Error("not today");
    }
  }
  const odd = new Odd(file("a"));
  const plain = new FileHandler(file("b"));
  renameSync(file("b"), file("b.1"));
  reopenLogs();
  log(plain, "1");
  assert.equal(content("b"), "1\n");
  assert.match(stderr.text, /not today/);
  odd.close();
  plain.close();
});

test("installReopenSignals refuses what it can't do, and says what it can", () => {
  const bad: readonly (readonly [unknown, unknown, RegExp])[] = [
    [{ signals: ["SIGHUB"] }, "SIGHUB", /signal 'SIGHUB' is no signal here; accepted: .*SIGHUP/],
    [{ signals: ["SIGKILL"] }, "SIGKILL", /can't be caught; accepted: (?!.*SIGKILL)/],
    [{ signals: [1] }, 1, /signal 1 is no signal/],
    [{ signals: "SIGHUP" }, "SIGHUP", /signals can't be 'SIGHUP'; accepted: a list of names/],
    [{ pm2: "yes" }, "yes", /pm2 can't be 'yes'; accepted: true or false/],
  ];
  const before = process.eventNames();
  for (const [options, value, message] of bad) {
    assert.throws(
      () => installReopenSignals(options as Record<never, never>),
      (error: unknown) =>
        error instanceof ValueError && error.value === value && message.test(error.message),
    );
  }
  assert.throws(() => installReopenSignals({ signal: "SIGHUP" } as Record<never, never>), {
    name: "TypeError",
    message: 'unknown option "signal"; accepted: signals, pm2',
  });
  assert.deepEqual(process.eventNames(), before);
});

test("what was installed is uninstalled, and nothing else", { skip: noSignals() }, async () => {
  const before = process.listenerCount("SIGUSR2"); // Node's test runner may have its own
  const first = installReopenSignals({ signals: ["SIGUSR2", "SIGUSR2"], pm2: false });
  const second = installReopenSignals({ signals: ["SIGUSR2"] });
  assert.equal(process.listenerCount("SIGUSR2"), before + 2);
  const handler = new FileHandler(file("a"));
  renameSync(file("a"), file("a.1"));
  first();
  first();
  assert.equal(process.listenerCount("SIGUSR2"), before + 1);
  const waiting = setInterval(() => {}, 1000); // a listener for signals keeps nothing alive
  const heard = once(process, "SIGUSR2");
  process.kill(process.pid, "SIGUSR2");
  await heard;
  clearInterval(waiting);
  log(handler, "1");
  assert.equal(content("a"), "1\n");
  second();
  assert.equal(process.listenerCount("SIGUSR2"), before);
  handler.close();
});

/** A process that logs to `a` what it is told to, and ends when nothing keeps it. */
function start(body: string): ChildProcess {
  const modules = new URL("./", import.meta.url).href;
  const script = `
    import { FileHandler } from "${modules}file.js";
    import { installReopenSignals } from "${modules}reopen-logs.js";
    import { makeLogRecord } from "${new URL("../core/record.js", import.meta.url).href}";
    const handler = new FileHandler(${JSON.stringify(file("a"))});
    const log = (msg) => handler.handle(makeLogRecord({ msg }));
    ${body}`;
  writeFileSync(file("child.mjs"), script);
  return fork(file("child.mjs"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

test("PM2's message opens the logs again, beside the application's own messages", async () => {
  const child = start(`
    const uninstall = installReopenSignals();
    process.on("message", (message) => {
      if (message === "end") process.disconnect();
      else if (message.write) { log(message.write); process.send("done"); }
      else if (message === "uninstall") { uninstall(); process.send("done"); }
    });
    process.send("ready");`);
  await once(child, "message");
  const say = async (message: object | string): Promise<void> => {
    child.send(message);
    await once(child, "message");
  };
  await say({ write: "1" });
  renameSync(file("a"), file("a.1"));
  child.send({ type: "log:reload" });
  await say({ write: "2" });
  renameSync(file("a"), file("a.2"));
  child.send("log:reload");
  await say({ write: "3" });
  await say("uninstall");
  child.send({ type: "log:reload" });
  await say({ write: "4" });
  child.send("end");
  assert.deepEqual(await once(child, "exit"), [0, null]);
  assert.deepEqual(["a.1", "a.2", "a"].map(content), ["1\n", "2\n", "3\n4\n"]);
});

test("listening keeps no process alive, before and after it ends", async () => {
  for (const body of [
    `installReopenSignals(); process.send("ready");`,
    `installReopenSignals()(); process.send("ready");`,
    `const other = () => {}; process.on("message", other); installReopenSignals();
     process.removeListener("message", other); process.send("ready");`,
  ]) {
    const child = start(body);
    assert.deepEqual(await once(child, "exit"), [0, null], body);
  }
});

test("a process that its own listener keeps alive stays alive", async () => {
  for (const body of [
    `process.on("message", () => process.disconnect()); installReopenSignals(); process.send("ready");`,
    `installReopenSignals(); process.on("message", () => process.disconnect()); process.send("ready");`,
    `process.on("message", () => process.disconnect()); installReopenSignals()(); process.send("ready");`,
  ]) {
    const child = start(`process.on("exit", () => log("end")); ${body}`);
    await once(child, "message");
    // Whoever is not kept alive is gone after this turn of its loop; the answer proves the contrary.
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(child.exitCode, null, body);
    child.send("end");
    assert.deepEqual(await once(child, "exit"), [0, null], body);
  }
});

function noSignals(): boolean {
  return process.platform === "win32";
}
