// What a runtime must do for the package: each check is one promise of the guide to
// runtimes. Started by scripts/test-runtimes.mjs in an empty folder where `daybook` can be
// imported, under each runtime. Prints a line of JSON for each check and nothing else on
// stdout; what the package itself reports goes to stderr, and there must be nothing.

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";

import {
  AttributeError,
  FileHandler,
  Formatter,
  JsonFormatter,
  LogQueue,
  QueueHandler,
  QueueListener,
  RotatingFileHandler,
  StreamHandler,
  TimedRotatingFileHandler,
  WatchedFileHandler,
  getLogger,
  setClock,
} from "daybook";
import { dictConfig } from "daybook/config";
import { DatagramHandler, SocketHandler } from "daybook/network";

const manifest = JSON.parse(readFileSync("node_modules/daybook/package.json", "utf8"));
const doors = Object.keys(manifest.exports).filter((door) => !door.endsWith(".json"));
const NOON = Date.UTC(2026, 2, 1, 12);
const DAY_MS = 86_400_000;

/** Every check by its name; one that returns a text has something to tell. */
const CHECKS = {
  "every door opens": async () => {
    for (const door of doors) {
      const module = await import(`daybook${door.slice(1)}`);
      assert.ok(Object.keys(module).length > 0, door);
    }
    return `${doors.length} doors`;
  },
  "StreamHandler, Formatter, placeholders": () => {
    const { log, text } = toText(new Formatter("%(levelname)s %(name)s %(message)s"));
    log.warning("user %s paid %d of %.2f", "ada", 3, 4.5);
    assert.equal(text(), `WARNING ${log.name} user ada paid 3 of 4.50\n`);
  },
  "JsonFormatter, with an error and its cause": () => {
    const { log, text } = toText(new JsonFormatter());
    log.error(
      "failed",
      { id: 7n, tags: new Set(["a"]) },
      new Error("b", { cause: new Error("c") }),
    );
    const line = JSON.parse(text());
    assert.equal(line.msg, "failed");
    assert.deepEqual([line.id, line.error.message, line.error.cause.message], ["7", "b", "c"]);
    assert.match(line.error.stack, /smoke\.mjs/);
  },
  "both ways of a call give the same bytes": () => {
    const line = (log) =>
      log.info("é %s", "\u0000\ud800", { deep: { at: new Date(0) }, n: -0, s: "\u2028" });
    const lines = [false, true].map((filtered) => {
      const handler = new FileHandler(`ways-${filtered}.log`);
      handler.setFormatter(new JsonFormatter());
      const log = quiet("ways", handler);
      const filter = () => true;
      if (filtered) log.addFilter(filter);
      setClock({ now: () => NOON });
      line(log);
      setClock(null);
      log.removeFilter(filter);
      handler.close();
      return readFileSync(`ways-${filtered}.log`, "utf8");
    });
    assert.equal(lines[0], lines[1]);
    assert.equal(JSON.parse(lines[0]).s, "\u2028");
  },
  "the place of the call": () => {
    const { log, text } = toText(new Formatter("%(filename)s:%(lineno)d %(funcName)s"));
    function inner() {
      log.warning("here");
      return new Error("here").stack;
    }
    const line = Number(/smoke\.mjs:(\d+)/.exec(inner())[1]) - 1;
    assert.equal(text(), `smoke.mjs:${line} inner\n`);
  },
  "withContext, across await, timers and turns": async () => {
    const { withContext } = await import("daybook");
    const { log, text } = toText(new JsonFormatter());
    const request = async (requestId) => {
      await sleep(5);
      setImmediate(() => log.info("turn"));
      await new Promise((resolve) => setTimeout(resolve, 2));
      log.info("timer");
      await Promise.resolve();
      process.nextTick(() => log.info("tick"));
      await sleep(1);
      return requestId;
    };
    await Promise.all(
      ["a", "b"].map((requestId) => withContext({ requestId }, () => request(requestId))),
    );
    const lines = text()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.equal(lines.length, 6);
    for (const id of ["a", "b"])
      assert.equal(lines.filter((line) => line.requestId === id).length, 3);
  },
  "PrettyFormatter and ConsoleHandler": async () => {
    const { ConsoleHandler, PrettyFormatter } = await import("daybook");
    const { log, text } = toText(new PrettyFormatter({ colors: true }));
    log.error("oops", { id: 7 }, new Error("why"));
    assert.match(text(), /oops.*id/);
    assert.ok(text().includes("\u001b["));
    assert.match(text(), /smoke\.mjs/);
    assert.ok(new ConsoleHandler({ stream: { write() {} } }) instanceof StreamHandler);
  },
  "durability write, buffered, fsync, journal": async () => {
    for (const durability of ["write", "buffered", "fsync", "journal"]) {
      const handler = new TimedRotatingFileHandler(`${durability}/app.log`, { durability });
      const log = quiet(durability, handler);
      for (let line = 0; line < 1000; line += 1) log.info("line %d", line);
      handler.flush();
      assert.equal(linesOf(durability).length, 1000);
      handler.close();
    }
  },
  "worker: true, journal and buffered": async () => {
    for (const durability of ["journal", "buffered"]) {
      const folder = `worker-${durability}`;
      const handler = new TimedRotatingFileHandler(`${folder}/app.log`, {
        worker: true,
        durability,
      });
      const log = quiet(folder, handler);
      for (let line = 0; line < 500; line += 1) log.info("line %d", line);
      await handler.maintain();
      for (let line = 500; line < 1000; line += 1) log.info("line %d", line);
      handler.flush();
      assert.deepEqual(
        linesOf(folder),
        Array.from({ length: 1000 }, (_, line) => `line ${line}`),
      );
      handler.close();
    }
  },
  "strategies dated, rename, claim, external over three midnights": async () => {
    for (const strategy of ["dated", "rename", "claim", "external"]) {
      let now = NOON;
      setClock({ now: () => now });
      const when = strategy === "external" ? {} : { when: "midnight", utc: true };
      const handler = new TimedRotatingFileHandler(`${strategy}/app.log`, { strategy, ...when });
      const log = quiet(strategy, handler);
      for (let day = 0; day < 4; day += 1, now += DAY_MS) log.info("day %d", day);
      handler.close();
      setClock(null);
      const days = ["day 0", "day 1", "day 2", "day 3"];
      // What comes after the first midnight waits for `daybook rotate`, in files of its own.
      if (strategy === "external") assert.deepEqual(waitingLinesOf(strategy), days);
      else {
        assert.deepEqual(linesOf(strategy).toSorted(), days);
        assert.ok(readdirSync(strategy).filter((name) => name.startsWith("app.log.")).length >= 3);
      }
    }
  },
  "rotation by size, gzip": async () => {
    const handler = new RotatingFileHandler("size/app.log", { maxBytes: 100, backupCount: 50 });
    const log = quiet("size", handler);
    for (let line = 0; line < 40; line += 1) log.info("line %d", line);
    handler.close();
    assert.deepEqual(new Set(linesOf("size")).size, 40);
    const packed = await compressed("gzip");
    assert.equal(gunzipSync(packed).toString(), "day 0\n");
  },
  zstd: async () => {
    const { zstdDecompressSync } = await import("node:zlib");
    if (typeof zstdDecompressSync !== "function") return "not in this runtime";
    assert.equal(zstdDecompressSync(await compressed("zstd")).toString(), "day 0\n");
    return undefined;
  },
  "FileHandler and WatchedFileHandler": () => {
    for (const [name, Kind] of Object.entries({ FileHandler, WatchedFileHandler })) {
      const handler = new Kind(`${name}.log`);
      quiet(name, handler).info("ünïcode");
      handler.close();
      assert.equal(readFileSync(`${name}.log`, "utf8"), "ünïcode\n");
    }
  },
  "queue, and a thread that handles it": async () => {
    const { log: target, text } = toText(new Formatter("%(message)s"));
    const queue = new LogQueue();
    const listener = new QueueListener(queue, [...target.handlers]);
    const log = quiet("queue", new QueueHandler(queue));
    listener.start();
    log.info("queued %d", 1);
    await listener.stop();
    assert.equal(text(), "queued 1\n");
  },
  dictConfig: () => {
    dictConfig({
      version: 1,
      disable_existing_loggers: false,
      formatters: { plain: { format: "{levelname} {message}", style: "{" } },
      handlers: { file: { class: "FileHandler", filename: "dict.log", formatter: "plain" } },
      loggers: { dict: { level: "DEBUG", handlers: ["file"], propagate: false } },
    });
    getLogger("dict").debug("configured");
    assert.equal(readFileSync("dict.log", "utf8"), "DEBUG configured\n");
  },
  "SocketHandler and DatagramHandler": async () => {
    const got = [];
    const server = createServer((socket) => socket.on("data", (bytes) => got.push(bytes)));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const datagrams = createSocket("udp4").on("message", (bytes) => got.push(bytes));
    datagrams.bind(0, "127.0.0.1");
    await once(datagrams, "listening");
    const handlers = [
      new SocketHandler("127.0.0.1", server.address().port),
      new DatagramHandler("127.0.0.1", datagrams.address().port),
    ];
    const log = quiet("network", ...handlers);
    log.info("over the network");
    const text = () => Buffer.concat(got).toString();
    for (let tries = 0; text().split("over the network").length < 3 && tries < 3000; tries += 1)
      await sleep(10);
    for (const handler of handlers) handler.close();
    server.close();
    datagrams.close();
    assert.equal(text().split("over the network").length, 3);
  },
  "errors are told at construction": () => {
    assert.throws(() => new TimedRotatingFileHandler("x.log", { strategy: "hope" }), /'?hope'?/);
    assert.ok(new AttributeError("x", {}) instanceof Error);
  },
  "the kernel's lock": async () => {
    const { kernelLock } = await import("./node_modules/daybook/dist/platform/locks.js");
    const lock = kernelLock();
    assert.notEqual(lock, null);
    return lock.name;
  },
};

function quiet(name, ...handlers) {
  const log = getLogger(`smoke.${name}`);
  log.propagate = false;
  log.setLevel("DEBUG");
  for (const handler of log.handlers.slice()) log.removeHandler(handler);
  for (const handler of handlers) log.addHandler(handler);
  return log;
}

let texts = 0;
function toText(formatter) {
  let text = "";
  const handler = new StreamHandler({ write: (piece) => (text += piece) });
  handler.setFormatter(formatter);
  return { log: quiet(`text${(texts += 1)}`, handler), text: () => text };
}

/** The lines of all files of `app.log` in the folder, each file once. */
function linesOf(folder) {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.startsWith("app.log"))
    .map(({ name }) => name);
  const whole = names.toSorted().map((name) => readFileSync(`${folder}/${name}`, "utf8"));
  return whole
    .join("")
    .split("\n")
    .filter((line) => line !== "");
}

function waitingLinesOf(folder) {
  const names = readdirSync(`${folder}/.daybook`).filter((name) => name.endsWith(".active"));
  return names.toSorted().map((name) => readFileSync(`${folder}/.daybook/${name}`, "utf8").trim());
}

async function compressed(compress) {
  let now = NOON;
  setClock({ now: () => now });
  const handler = new TimedRotatingFileHandler(`${compress}/app.log`, {
    compress,
    utc: true,
    when: "midnight",
  });
  const log = quiet(compress, handler);
  for (let day = 0; day < 3; day += 1, now += DAY_MS) log.info("day %d", day);
  await handler.maintain();
  handler.close();
  setClock(null);
  const name = readdirSync(compress).find((each) => /03-01\.(gz|zst)$/.test(each));
  return readFileSync(`${compress}/${name}`);
}

for (const [name, check] of Object.entries(CHECKS)) {
  let outcome;
  try {
    outcome = { ok: true, told: (await check()) ?? "" };
  } catch (error) {
    outcome = { ok: false, told: error.stack };
  }
  process.stdout.write(`${JSON.stringify({ name, ...outcome })}\n`);
}
