import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { pathToFileURL } from "node:url";

import { CapturedStderr } from "../../../test/kit/captured-stderr.ts";
import { Logger } from "../../core/logger.ts";
import { shutdown } from "../../core/shutdown.ts";
import { LogQueue } from "./log-queue.ts";
import { QueueHandler } from "./queue.ts";
import { WorkerQueueListener } from "./worker-queue-listener.ts";
import type { WorkerQueueListenerOptions } from "./worker-queue-listener.ts";

const url = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);

const FILE = `
  import { FileHandler } from ${url("../file.js")};
  import { Formatter } from ${url("../../formatters/formatter.js")};
  export default async (path) => {
    const handler = new FileHandler(path);
    handler.setFormatter(new Formatter("%(threadName)s %(funcName)s %(levelname)s %(message)s"));
    return [handler];
  };`;

/** Handles one record for each step of the cell that it is given. */
const SLOW = `
  import { Handler } from ${url("../../core/handler.js")};
  class Slow extends Handler {
    constructor(cell) { super(); this.cell = new Int32Array(cell); this.done = 0; }
    emit() {
      while (Atomics.load(this.cell, 0) <= this.done) Atomics.wait(this.cell, 0, this.done);
      this.done += 1;
    }
  }
  export default (cell) => [new Slow(cell)];`;

const stderr = new CapturedStderr();
let folder: string;
let path: string;
let queue: LogQueue;
let logger: Logger;
let listener: WorkerQueueListener | null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "daybook-queue-"));
  path = join(folder, "app.log");
  stderr.start();
  queue = new LogQueue();
  logger = new Logger("app", 1);
  logger.addHandler(new QueueHandler(queue));
  listener = null;
});
afterEach(() => {
  listener?.stop();
  stderr.stop();
  rmSync(folder, { recursive: true, force: true });
});

function listen(source: string, options: WorkerQueueListenerOptions = {}): WorkerQueueListener {
  const file = join(folder, "handlers.mjs");
  writeFileSync(file, source);
  listener = new WorkerQueueListener(queue, pathToFileURL(file), options);
  return listener;
}

function lines(): string[] {
  return readFileSync(path, "utf8").trimEnd().split("\n");
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries += 1) {
    assert.ok(tries < 20_000, "it doesn't come to that");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe("WorkerQueueListener", () => {
  it("has records handled by a module's handlers in another thread, in their order", () => {
    const { stop, start } = bound(listen(FILE, { data: path }));
    function payOut(): void {
      logger.info("%d", 1, { odd: Symbol("s"), call: () => 1, self: globalThis });
    }
    logger.info("before the start");
    start();
    payOut();
    for (let i = 2; i < 1000; i += 1) logger.warning("%d", i);
    stop();
    const found = lines();
    assert.equal(found.length, 1000);
    assert.match(found[0] ?? "", /^MainThread .* INFO before the start$/);
    assert.equal(found[1], "MainThread payOut INFO 1");
    const texts = found.slice(1).map((line) => line.split(" ").at(-1));
    assert.deepEqual(
      texts,
      Array.from({ length: 999 }, (_, i) => String(i + 1)),
    );
    assert.deepEqual(listener?.stats(), { taken: 1000, sent: 1000, handled: 1000, lost: 0 });
    assert.equal(stderr.text, "");
  });

  it("handles records without a stop, while the event loop turns", async () => {
    listen(FILE, { data: path }).start();
    logger.info("one");
    await until(() => listener?.stats().handled === 1);
    assert.equal(lines().length, 1);
  });

  it("may be stopped twice, and started again with a new thread", () => {
    const { stop, start } = bound(listen(FILE, { data: path }));
    stop();
    start();
    start();
    logger.info("one");
    stop();
    stop();
    logger.info("meanwhile");
    assert.equal(queue.size, 1);
    start();
    stop();
    assert.match(lines().join("\n"), /one\n.*meanwhile$/);
    assert.deepEqual(listener?.stats(), { taken: 2, sent: 2, handled: 2, lost: 0 });
  });

  it("is drained by shutdown, and goes on", () => {
    const { stop, start } = bound(listen(FILE, { data: path }));
    start();
    logger.info("one");
    shutdown();
    assert.equal(lines().length, 1);
    logger.info("two");
    stop();
    assert.equal(lines().length, 2);
  });

  it("leaves records on the queue while the thread is too far behind", async () => {
    const cell = new Int32Array(new SharedArrayBuffer(4));
    const step = (to: number): void => {
      Atomics.store(cell, 0, to);
      Atomics.notify(cell, 0);
    };
    const { stop, start } = bound(listen(SLOW, { data: cell.buffer, maxPending: 2 }));
    start();
    for (let i = 0; i < 10; i += 1) logger.info("%d", i);
    assert.equal(queue.size, 8);
    step(5);
    await until(() => listener?.stats().handled === 5 && queue.size === 3);
    step(10);
    stop();
    assert.deepEqual(listener?.stats(), { taken: 10, sent: 10, handled: 10, lost: 0 });
  });

  it("gives up a thread that handles nothing any more, and says what is lost with it", () => {
    const cell = new Int32Array(new SharedArrayBuffer(4));
    const { stop, start } = bound(listen(SLOW, { data: cell.buffer, stopTimeoutMs: 50 }));
    start();
    for (let i = 0; i < 3; i += 1) logger.info("%d", i);
    stop();
    assert.match(
      stderr.text,
      /did nothing for 50 ms[^]*the thread of the handlers has ended, 3 records lost/,
    );
    assert.deepEqual(listener?.stats(), { taken: 3, sent: 3, handled: 0, lost: 3 });
  });

  const failures: readonly [what: string, source: string, told: RegExp][] = [
    ["throws", "throw new RangeError('not today')", /RangeError: not today/],
    ["has no function", "export default [];", /the default export of .* can't be \[\]; accepted: /],
    ["gives no handlers", "export default () => [7];", /a handler can't be 7; accepted: /],
  ];
  for (const [what, source, told] of failures) {
    it(`tells of a module that ${what}, and counts what is lost`, async () => {
      listen(source).start();
      logger.info("sent in vain");
      await until(() => listener?.stats().lost === 1);
      assert.match(stderr.text, told);
      assert.match(stderr.text, /the thread of the handlers has ended, 1 record lost/);
      logger.info("came too late");
      assert.match(stderr.text, /a record was lost[^]*Message: 'came too late'/);
      assert.equal(listener?.stats().lost, 2);
    });
  }

  it("tells of a thread that dies in the midst of its work", async () => {
    const source = `export default () => [{
      level: 0,
      handle() { setImmediate(() => { throw new Error("out of the blue"); }); },
    }];`;
    listen(source).start();
    logger.info("one");
    await until(() => stderr.text.includes("out of the blue"));
    logger.info("two");
    assert.deepEqual(listener?.stats(), { taken: 2, sent: 1, handled: 1, lost: 1 });
  });

  it("refuses what is no queue, no place of a module and no option, by its value", () => {
    const bad = (make: () => unknown, name: string, message: RegExp): void =>
      void assert.throws(make, { name, message });
    const none = {} as LogQueue;
    bad(() => new WorkerQueueListener(none, "/a.mjs"), "TypeError", /^the queue of a listener/);
    bad(
      () => new WorkerQueueListener(queue, "./a.mjs"),
      "ValueError",
      /^module can't be '.\/a.mjs'; accepted: the URL of a module, /,
    );
    bad(
      () => new WorkerQueueListener(queue, 7 as unknown as string),
      "TypeError",
      /^module can't be 7/,
    );
    bad(
      () => new WorkerQueueListener(queue, "/a.mjs", { maxPending: 0 }),
      "ValueError",
      /^maxPending can't be 0; accepted: a number from 1$/,
    );
    bad(
      () => new WorkerQueueListener(queue, "/a.mjs", { workers: 2 } as object),
      "TypeError",
      /^unknown option "workers"/,
    );
    const uncloneable = new WorkerQueueListener(queue, "/a.mjs", { data: () => 1 });
    assert.throws(() => uncloneable.start(), { name: "DataCloneError" });
    assert.equal(uncloneable.isStarted, false);
  });
});

describe("a process that ends with a thread of handlers", () => {
  const script = (end: string): string => `
    import { getLogger } from ${url("../../core/hierarchy.js")};
    import { LogQueue } from ${url("./log-queue.js")};
    import { QueueHandler } from ${url("./queue.js")};
    import { WorkerQueueListener } from ${url("./worker-queue-listener.js")};
    const queue = new LogQueue();
    new WorkerQueueListener(queue, process.argv[1]).start();
    getLogger().addHandler(new QueueHandler(queue));
    for (let i = 0; i < 3; i += 1) getLogger().warning("%d", i);
    process.on("exit", () => getLogger().warning("at exit"));
    ${end}`;
  const source = `
    import { StreamHandler } from ${url("../stream.js")};
    import { MemoryHandler } from ${url("../memory.js")};
    export default () => [
      new StreamHandler(process.stdout),
      new MemoryHandler(100, { target: new StreamHandler(process.stderr) }),
    ];`;

  const cases: readonly [how: string, end: string, status: number][] = [
    ["by process.exit", "process.exit(3);", 3],
    ["by itself", "", 0],
    ["by an error that nobody caught", 'throw new Error("bad");', 1],
  ];
  for (const [how, end, expected] of cases) {
    it(`loses nothing, not even what is logged at its very end: ${how}`, () => {
      const file = join(folder, "handlers.mjs");
      writeFileSync(file, source);
      const { stdout, stderr, status } = spawnSync(
        process.execPath,
        ["--input-type=module", "--eval", script(end), file],
        { encoding: "utf8" },
      );
      assert.equal(status, expected);
      assert.equal(stdout, "0\n1\n2\nat exit\n");
      // What held records back gave them away.
      assert.ok(stderr.includes("0\n1\n2\n"), stderr);
    });
  }
});

function bound(each: WorkerQueueListener): { start: () => void; stop: () => void } {
  return { start: () => each.start(), stop: () => each.stop() };
}
