import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Formatter, getLogger, Handler } from "daybook";
import { DaybookTransport } from "daybook/winston";
import winston from "winston";

const records = [];
class Collector extends Handler {
  flushed = 0;
  emit(record) {
    records.push(record);
  }
  flush() {
    this.flushed += 1;
  }
}
const handler = new Collector();
const logger = getLogger("shop");
logger.addHandler(handler);
logger.propagate = false;

beforeEach(() => {
  records.length = 0;
  handler.flushed = 0;
});

function winstonLogger({ transport = {}, ...options } = {}) {
  return winston.createLogger({
    level: "silly",
    ...options,
    transports: [new DaybookTransport({ logger, ...transport })],
  });
}

function shown({ levelname, msg, fields }) {
  return [levelname, msg, { ...fields }];
}

test("message and metadata of a call are the record's message and fields", () => {
  const log = winstonLogger({ defaultMeta: { service: "shop" } });
  log.info("paid", { user: "ada", cents: 1990 });
  assert.deepEqual(records.map(shown), [
    ["INFO", "paid", { service: "shop", user: "ada", cents: 1990 }],
  ]);
  assert.equal(records[0].name, "shop");
  assert.equal(records[0].exc_info, null);
});

test("npm's levels keep their order", () => {
  const log = winstonLogger();
  for (const level of Object.keys(winston.config.npm.levels)) log.log(level, level);
  assert.deepEqual(
    records.map(({ levelname, levelno, msg }) => [msg, levelname, levelno]),
    [
      ["error", "ERROR", 40],
      ["warn", "WARNING", 30],
      ["info", "INFO", 20],
      ["http", "HTTP", 17],
      ["verbose", "VERBOSE", 15],
      ["debug", "DEBUG", 10],
      ["silly", "TRACE", 5],
    ],
  );
});

test("so do syslog's", () => {
  const log = winstonLogger({ levels: winston.config.syslog.levels, level: "debug" });
  for (const level of Object.keys(winston.config.syslog.levels)) log[level](level);
  assert.deepEqual(
    records.map(({ levelname }) => levelname),
    ["CRITICAL", "CRITICAL", "CRITICAL", "ERROR", "WARNING", "NOTICE", "INFO", "DEBUG"],
  );
});

test("levels of one's own are said once, and missed with a clear error", () => {
  const levels = { loud: 0, quiet: 1 };
  assert.throws(
    () => winstonLogger({ levels, level: "quiet" }),
    /'loud', 'quiet' has no daybook level; accepted: levels: \{ loud: "INFO", quiet: "INFO" \}/,
  );
  const transport = { levels: { loud: "ERROR", quiet: 12 } };
  const log = winstonLogger({ levels, level: "quiet", transport });
  log.loud("x");
  log.quiet("y");
  assert.deepEqual(
    records.map(({ levelno }) => levelno),
    [40, 12],
  );
});

test("the winston logger's level decides, or the transport's own", () => {
  const log = winstonLogger({ level: "warn" });
  log.info("off");
  log.warn("on");
  log.level = "info";
  log.info("on now");
  const other = winstonLogger({ transport: { level: "error" } });
  other.warn("off");
  other.error("on");
  assert.deepEqual(
    records.map(({ msg }) => msg),
    ["on", "on now", "on"],
  );
});

test("format.splat fills placeholders and makes the rest fields", () => {
  const log = winstonLogger({ format: winston.format.splat() });
  log.info("%s paid %d", "ada", 1990, { order: 7 });
  log.info("100%s", "%", { a: 1 });
  assert.deepEqual(records.map(shown), [
    ["INFO", "ada paid 1990", { order: 7 }],
    ["INFO", "100%", { a: 1 }],
  ]);
  assert.equal(records[1].getMessage(), "100%");
});

for (const [name, call] of Object.entries({
  alone: (log, error) => log.error(error),
  "as the message": (log, error) => log.log({ level: "error", message: error }),
  "behind a message": (log, error) => log.error("no:", error),
  "as a field": (log, error) => log.error("no", { error }),
  "with format.errors": {
    format: winston.format.errors({ stack: true }),
    call: (log, error) => log.error(error),
  },
})) {
  test(`an error ${name} is the record's error, with its stack`, () => {
    const { format, call: log } = typeof call === "function" ? { call } : call;
    const error = Object.assign(new TypeError("it broke"), { code: "E_BROKE" });
    log(winstonLogger(format === undefined ? {} : { format }), error);
    assert.equal(records.length, 1);
    const [record] = records;
    assert.match(record.exc_info.stack, /^TypeError: it broke\n.*test\.mjs/);
    assert.doesNotMatch(JSON.stringify({ ...record.fields }), /test\.mjs/, "not twice");
    const text = new Formatter("%(levelname)s %(message)s").format(record);
    assert.match(text, /^ERROR (?:it broke|no|no: it broke)\nTypeError: it broke\n +at /);
  });
}

test("colours and timestamps of winston's formats don't hide level and fields", () => {
  const { colorize, combine, timestamp, json } = winston.format;
  const log = winstonLogger({ format: combine(colorize({ all: true }), timestamp(), json()) });
  log.warn("x");
  assert.equal(records[0].levelname, "WARNING");
  assert.match(records[0].fields.timestamp, /^\d{4}-/);
});

test("a format of the transport's own may change a record, drop it, or throw", (context) => {
  const stderr = context.mock.method(process.stderr, "write", () => true);
  const format = winston.format((info) => {
    if (info.secret) return false;
    if (info.broken) throw new Error("the format is broken");
    return { ...info, seen: true };
  })();
  const log = winstonLogger({ transport: { format } });
  log.info("a");
  log.info("b", { secret: true });
  log.info("c", { broken: true });
  log.info("d");
  assert.deepEqual(
    records.map(({ msg, fields }) => [msg, fields.seen]),
    [
      ["a", true],
      ["c", undefined],
      ["d", true],
    ],
  );
  assert.match(stderr.mock.calls.map((call) => call.arguments[0]).join(""), /the format is broken/);
});

test("the transport says 'logged', and a handler that throws doesn't break it", async (context) => {
  const stderr = context.mock.method(process.stderr, "write", () => true);
  const log = winstonLogger();
  const [transport] = log.transports;
  const broken = new (class extends Handler {
    emit() {
      throw new Error("the disk is full");
    }
  })();
  logger.addHandler(broken);
  const logged = once(transport, "logged");
  log.info("x");
  const [info] = await logged;
  logger.removeHandler(broken);
  assert.equal(info.message, "x");
  log.info("y");
  assert.equal(records.length, 2);
  assert.match(stderr.mock.calls.map((call) => call.arguments[0]).join(""), /the disk is full/);
});

test("100,000 calls in a row arrive in their order", async () => {
  const log = winstonLogger();
  for (let i = 0; i < 100_000; i++) log.info("n", { i });
  log.end();
  await once(log, "finish");
  assert.equal(records.length, 100_000);
  assert.ok(records.every(({ fields }, i) => fields.i === i));
});

test("the end of the logger flushes the handlers and leaves them open", async () => {
  const log = winstonLogger();
  log.info("x");
  log.end();
  await once(log, "finish");
  assert.ok(handler.flushed > 0);
  logger.info("still here");
  winstonLogger().info("and here");
  assert.equal(records.length, 2 + (logger.isEnabledFor("INFO") ? 1 : 0));
});

test("a transport that is removed gets nothing more", () => {
  const log = winstonLogger();
  const [transport] = log.transports;
  log.add(new winston.transports.Stream({ stream: process.stderr, silent: true }));
  log.remove(transport);
  log.info("x");
  assert.deepEqual(records, []);
  assert.ok(handler.flushed > 0);
});

test("an uncaught exception is logged, and the process ends at once with code 1", () => {
  withFolder((folder) => {
    const program = `
      import { getLogger, FileHandler, JsonFormatter } from "daybook";
      import { DaybookTransport } from "daybook/winston";
      import winston from "winston";
      const handler = new FileHandler(process.argv[2]);
      handler.setFormatter(new JsonFormatter());
      getLogger("winston").addHandler(handler);
      winston.createLogger({ transports: [new DaybookTransport({ handleExceptions: true })] });
      setTimeout(() => { throw new RangeError("too far"); });
      setInterval(() => {}, 1000);
    `;
    const path = join(fileURLToPath(new URL(".", import.meta.url)), `uncaught-${process.pid}.mjs`);
    writeFileSync(path, program);
    try {
      const log = join(folder, "log");
      const { status, stderr } = spawnSync(process.execPath, [path, log], { encoding: "utf8" });
      assert.equal(stderr, "");
      assert.equal(status, 1);
      const line = JSON.parse(readFileSync(log, "utf8"));
      assert.equal(line.level, "ERROR");
      assert.match(line.msg, /^uncaughtException: too far/);
      assert.equal(line.error.message, "too far");
    } finally {
      rmSync(path);
    }
  });
});

test("the example writes its lines into the file", () => {
  withFolder((folder) => {
    const path = join(folder, "shop.log");
    const app = fileURLToPath(new URL("app.mjs", import.meta.url));
    const { stdout, stderr, status } = spawnSync(process.execPath, [app, path], {
      encoding: "utf8",
    });
    assert.deepEqual({ stdout, stderr, status }, { stdout: "", stderr: "", status: 0 });
    const lines = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ level, msg, user, status: code, requestId, service }) =>
        JSON.stringify({ level, msg, user, code, requestId, service }),
      ),
      [
        '{"level":"INFO","msg":"hello world","user":"ada","service":"shop"}',
        '{"level":"HTTP","msg":"GET /orders","code":200,"service":"shop"}',
        '{"level":"WARNING","msg":"slow","requestId":"7f","service":"shop"}',
        `{"level":"ERROR","msg":"${lines[3].msg}","service":"shop"}`,
      ],
    );
    assert.match(lines[3].msg, /^an order could not be read/);
    assert.match(lines[3].error.stack, /SyntaxError.*\n +at/);
  });
});

function withFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), "daybook-winston-"));
  try {
    use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
