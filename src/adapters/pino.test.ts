import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { setClock } from "../core/clock.ts";
import { MessageFormatter } from "../core/formatter.ts";
import { Handler } from "../core/handler.ts";
import { disable, getLogger } from "../core/hierarchy.ts";
import { Logger } from "../core/logger.ts";
import { useStraightWay } from "../core/plan.ts";
import type { LogRecord } from "../core/record.ts";
import { generation } from "../core/staleness.ts";
import { Formatter } from "../formatters/formatter.ts";
import { JsonFormatter } from "../formatters/json.ts";
import { FileHandler } from "../handlers/file.ts";
import { pino, pinoLogger, toDaybookLevel, toPinoLevel } from "./pino.ts";

class Collector extends Handler {
  readonly records: LogRecord[] = [];
  flushed = 0;

  override emit(record: LogRecord): void {
    this.records.push(record);
  }

  override flush(): void {
    this.flushed += 1;
  }
}

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
const logger = getLogger("adapters.pino.test");
logger.propagate = false;
let handler = new Collector();
const stderr = new CapturedStderr();

beforeEach(() => {
  handler = new Collector();
  logger.handlers = [handler];
  logger.filters = [];
  logger.disabled = false;
  logger.setLevel("INFO");
  stderr.start();
});

afterEach(() => {
  stderr.stop();
  disable("NOTSET");
});

function said(): unknown[] {
  return handler.records.map(({ levelname, msg, fields }) => [levelname, msg, { ...fields }]);
}

test("calls of pino's shape become records with message, fields and error", () => {
  const log = pinoLogger(logger);
  const error = new Error("it broke");
  log.info({ user: "ada" }, "paid %d for %s", 1990, "books");
  log.warn("100%s", "%");
  log.error(error);
  log.error({ err: error, order: 7 }, "failed");
  assert.deepEqual(said(), [
    ["INFO", "paid 1990 for books", { user: "ada" }],
    ["WARNING", "100%", {}],
    ["ERROR", "it broke", {}],
    ["ERROR", "failed", { order: 7 }],
  ]);
  assert.deepEqual(
    handler.records.map(({ exc_info }) => exc_info),
    [null, null, error, error],
  );
  assert.equal(new Formatter("%(message)s").format(handler.records[1] as LogRecord), "100%");
});

test("a finished message with percent signs is no format, whatever goes with it", () => {
  const log = pinoLogger(logger);
  log.info({ a: 1 }, "%s", "50%d %% %(x)s");
  log.info({ a: 1 }, "100%%");
  log.error(new Error("100%s"), "50%");
  assert.deepEqual(
    handler.records.map((record) => record.getMessage()),
    ["50%d %% %(x)s", "100%%", "50%"],
  );
});

test("the place of a record is that of the call, through children and custom levels too", () => {
  const seen: string[] = [];
  handler.setFormatter(new Formatter("%(filename)s %(funcName)s"));
  handler.emit = (record) => void seen.push(handler.format(record));
  const log = pinoLogger(logger, { customLevels: { notice: 35 } });
  const place = (): void => {
    log.info("a");
    log.child({}).error({ a: 1 }, "b");
    log.notice("c");
    log.fatal("d");
  };
  place();
  assert.deepEqual(new Set(seen), new Set(["pino.test.ts place"]));
  assert.equal(seen.length, 4);
});

test("levels of both scales map onto each other and back", () => {
  const pairs = [
    [10, 5],
    [20, 10],
    [30, 20],
    [35, 25],
    [40, 30],
    [50, 40],
    [60, 50],
    [15, 7.5],
    [Infinity, Infinity],
  ] as const;
  for (const [theirs, ours] of pairs) {
    assert.equal(toDaybookLevel(theirs), ours);
    assert.equal(toPinoLevel(ours), theirs);
  }
});

test("a logger follows the daybook logger's level until it gets its own", () => {
  const log = pinoLogger(logger);
  assert.equal(log.level, "info");
  logger.setLevel("WARNING");
  assert.equal(log.level, "warn");
  log.info("off");
  log.level = "trace";
  log.trace("on");
  logger.setLevel("CRITICAL");
  log.info("still on");
  logger.info("off, being the logger's own");
  assert.deepEqual(
    handler.records.map(({ levelname, msg }) => `${levelname} ${String(msg)}`),
    ["TRACE on", "INFO still on"],
  );
  assert.equal(log.levelVal, 10);
});

test("a child follows its parent's level until it gets its own", () => {
  const log = pinoLogger(logger);
  const child = log.child({ a: 1 });
  const own = log.child({ b: 1 }, { level: "debug" });
  log.level = "error";
  child.warn("off");
  own.debug("on");
  assert.deepEqual([child.level, own.level], ["error", "debug"]);
  assert.deepEqual(said(), [["DEBUG", "on", { b: 1 }]]);
});

test("a child with a level, one for each request say, makes no plan stale", () => {
  const log = pinoLogger(logger);
  log.info("x");
  const before = generation;
  for (let i = 0; i < 100; i++) log.child({ i }, { level: "debug" }).debug("y");
  assert.equal(generation, before);
  assert.equal(handler.records.length, 101);
});

test("silent, disable() and a disabled logger are off whatever the level", () => {
  const log = pinoLogger(logger, { level: "trace" });
  log.silent("never");
  log.level = "silent";
  log.fatal("off");
  assert.equal(log.levelVal, Infinity);
  assert.equal(log.isLevelEnabled("fatal"), false);
  log.level = "info";
  disable("ERROR");
  log.error("off");
  log.fatal("on");
  disable("NOTSET");
  logger.disabled = true;
  log.fatal("off");
  assert.deepEqual(said(), [["CRITICAL", "on", {}]]);
});

test("a level that is none is an error that names those that are", () => {
  const log = pinoLogger(logger);
  const names = /unknown level 'loud'; accepted: trace, debug, info, warn, error, fatal, silent/;
  assert.throws(() => (log.level = "loud"), names);
  assert.throws(() => log.child({}, { level: "loud" }), names);
  assert.throws(() => pinoLogger(logger, { level: 35 }), /unknown level 35/);
  assert.throws(() => (log.level = "toString"), /unknown level 'toString'/);
  assert.equal(log.isLevelEnabled("loud"), false);
});

test("level-change is told to the listeners of the family", () => {
  const log = pinoLogger(logger);
  const told: unknown[] = [];
  const listener = (...args: unknown[]): void => void told.push(args.slice(0, 4));
  log.on("level-change", listener);
  log.level = "warn";
  log.child({}).level = "debug";
  log.off("level-change", listener);
  log.level = "error";
  assert.deepEqual(told, [
    ["warn", 40, "info", 30],
    ["debug", 20, "warn", 40],
  ]);
});

test("the logger's filters, handlers and subclass see the records as they see its own", () => {
  const log = pinoLogger(logger, { level: "trace" });
  logger.filters = [(record) => !String(record.msg).includes("secret")];
  log.trace("seen");
  log.info("secret");
  class Loud extends Logger {
    override makeRecord(...args: Parameters<Logger["makeRecord"]>): LogRecord {
      const record = super.makeRecord(...args);
      record.fields["loud"] = true;
      return record;
    }
  }
  const loud = new Loud("loud");
  loud.addHandler(handler);
  pinoLogger(loud, { level: "debug" }).debug({ a: 1 }, "x");
  assert.deepEqual(said(), [
    ["TRACE", "seen", {}],
    ["DEBUG", "x", { a: 1, loud: true }],
  ]);
});

test("fatal and flush flush the handlers, those of ancestors too", () => {
  const child = getLogger("adapters.pino.test.child");
  const log = pinoLogger(child);
  log.fatal("x");
  assert.equal(handler.flushed, 1);
  let called = 0;
  log.flush(() => (called += 1));
  log.flush();
  assert.deepEqual([handler.flushed, called], [3, 1]);
  assert.throws(() => log.flush(5 as never), /the callback of flush can't be 5/);
});

test("a file has the same bytes by the straight way and by that of a record", () => {
  const folder = mkdtempSync(join(tmpdir(), "daybook-pino-"));
  const cyclic: Record<string, unknown> = { a: 1 };
  cyclic["self"] = cyclic;
  const error = Object.assign(new TypeError("100%s"), { code: "E" });
  const calls: [unknown?, ...unknown[]][] = [
    ["x"],
    ["%s 100%%", "y"],
    [{ a: 1 }, "100%"],
    [{ a: 1, err: error, "%": "%d" }, "x %o", cyclic],
    [error],
    [error, "50% of %s", "it"],
    [cyclic, "\u0000\ud800\n"],
    [JSON.parse('{"__proto__": 1, "msg": "of the fields", "level": 9}')],
    [],
    [null],
    [undefined, "z"],
  ];
  setClock({ now: () => 1_567_500_000_123.4 });
  const texts = [true, false].map((open) => {
    const file = new FileHandler(join(folder, `${open}.log`));
    file.setFormatter(new JsonFormatter({ preset: "pino" }));
    const before = useStraightWay(open);
    const log = pino({ name: "both", level: "trace" }, file).child({ b: { c: 1 }, d: "%" });
    for (const call of calls) for (const level of LEVELS) log[level](...call);
    useStraightWay(before);
    file.close();
    return readFileSync(join(folder, `${open}.log`), "utf8");
  });
  setClock(null);
  rmSync(folder, { recursive: true });
  assert.equal(texts[0], texts[1]);
  assert.equal(texts[0]?.trimEnd().split("\n").length, calls.length * LEVELS.length);
});

test("a destination with a formatter of its own keeps that", () => {
  handler.setFormatter(new MessageFormatter());
  const log = pino({ level: "debug" }, handler);
  log.debug({ a: 1 }, "x");
  assert.equal(log.logger.handlers[0], handler);
  assert.ok(handler.formatter instanceof MessageFormatter);
  assert.deepEqual(said(), [["DEBUG", "x", { a: 1 }]]);
  const other = new Collector();
  pino(other).info("y");
  assert.ok(other.formatter instanceof JsonFormatter);
});

test("children bind fields through serializers, and masked", () => {
  const log = pinoLogger(logger, {
    serializers: { user: (user) => (user as { id: number }).id },
    redact: ["token", "card.number"],
  });
  const child = log.child({ user: { id: 7 }, token: "t", level: "x", none: undefined });
  child.info({ card: { number: "4111", name: "ada" } }, "x");
  assert.deepEqual(child.bindings(), { user: 7, token: "[Redacted]" });
  child.setBindings({ user: { id: 8 }, more: true });
  child.info("y");
  assert.deepEqual(said(), [
    ["INFO", "x", { user: 7, token: "[Redacted]", card: { number: "[Redacted]", name: "ada" } }],
    ["INFO", "y", { user: 8, token: "[Redacted]", more: true }],
  ]);
});

test("keys such as __proto__ are data in bindings and fields", () => {
  const data = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}') as object;
  const log = pinoLogger(logger).child(data);
  log.info(data, "x");
  const [record] = handler.records;
  assert.deepEqual(Object.keys(record?.fields ?? {}), ["__proto__", "constructor"]);
  assert.equal(({} as { x?: number }).x, undefined);
});

test("what throws while a call is read costs a report, never the record or the application", () => {
  const boom = (): never => {
    throw new Error("boom");
  };
  const log = pinoLogger(logger, {
    serializers: { bad: boom },
    mixin: boom,
    formatters: { log: boom },
    onChild: boom,
  });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const getter = Object.defineProperty({ ok: 1 }, "bad2", { get: boom, enumerable: true });
  log.child({ bad: 1 }).info({ bad: 2, ok: 1 }, "a");
  log.info(getter, "b");
  log.info(proxy, "c");
  log.info("%s %d %j %o", Object.create(null), Symbol("s"), 1n, { toJSON: boom });
  log.info(Object.create(null), proxy);
  log.error({ err: proxy }, "d");
  assert.equal(handler.records.length, 6);
  const bad = "[serializer of bad threw Error: boom]";
  assert.deepEqual(said().slice(0, 2), [
    ["INFO", "a", { bad, ok: 1 }],
    ["INFO", "b", { ok: 1, bad2: "[bad2 threw Error: boom]" }],
  ]);
  stderr.stop();
  assert.match(stderr.text, /boom/);
});

test("a hook that throws is reported", () => {
  const log = pinoLogger(logger, {
    hooks: {
      logMethod: () => {
        throw new Error("the hook broke");
      },
    },
  });
  log.info("x");
  stderr.stop();
  assert.match(stderr.text, /the hook broke/);
});

test("what pino has beside the function is there, or says what to use", () => {
  assert.equal(pino.pino, pino);
  assert.deepEqual(Object.keys(pino.stdSerializers).toSorted(), ["err", "req", "res"]);
  assert.equal(pino.levels.values["silent"], Infinity);
  assert.match(pino.version, /^10\./);
  assert.throws(() => pino.transport(), /daybook\/pino has no transport; accepted: a handler/);
  assert.throws(() => pino.multistream(), /accepted: several handlers/);
  assert.throws(() => pino.destination(), /accepted: a stream or a handler/);
  assert.equal(Object.prototype.toString.call(pinoLogger(logger)), "[object Pino]");
});

test("the error is masked by its own key, the message by its", () => {
  const error = Object.assign(new Error("x"), { token: "s3cret" });
  const redact = ["exception.token", "text"];
  const log = pinoLogger(logger, { errorKey: "exception", messageKey: "text", redact });
  log.info(error, "s3cret");
  log.info({ exception: error, text: "s3cret" });
  log.info("s3cret");
  pinoLogger(logger, { redact: { paths: ["msg"], remove: true } }).info("s3cret");
  assert.deepEqual(
    handler.records.map((record) => record.getMessage()),
    ["[Redacted]", "[Redacted]", "[Redacted]", ""],
  );
  for (const { exc_info } of handler.records.slice(0, 2)) {
    assert.equal((exc_info as typeof error).token, "[Redacted]");
  }
  const censor = (value: unknown): string => `${String(value).length} letters`;
  pinoLogger(logger, { redact: { paths: ["err.token"], censor } }).info(error);
  const last = handler.records.at(-1)?.exc_info;
  assert.equal((last as typeof error).token, "6 letters");
});

test("a value or a mixin that logs whenever it is asked is stopped", () => {
  let calls = 0;
  const again = (say: () => void): string => {
    calls += 1;
    if (calls < 20_000) say();
    return "again";
  };
  const log = pinoLogger(logger);
  const value: object = { toString: () => again(() => log.info("again %s", value)) };
  log.info("once %s", value);
  const mixed = pinoLogger(logger, { mixin: () => ({ a: again(() => mixed.info("again")) }) });
  mixed.info("once");
  assert.ok(calls < 2000, `${calls} calls`);
  assert.match(stderr.text, /not logged: .* value logs each time it is asked/);
  assert.equal(handler.records.filter(({ msg }) => String(msg).startsWith("once")).length, 2);
});
