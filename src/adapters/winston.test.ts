import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { Handler } from "../core/handler.ts";
import { getLogger } from "../core/hierarchy.ts";
import type { LogRecord } from "../core/record.ts";
import { DaybookTransport } from "./winston.ts";
import type { DaybookTransportOptions } from "./winston.ts";

const LEVEL = Symbol.for("level");
const SPLAT = Symbol.for("splat");

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

const logger = getLogger("adapters.winston.test");
logger.propagate = false;
let handler = new Collector();
const stderr = new CapturedStderr();

beforeEach(() => {
  handler = new Collector();
  logger.handlers = [handler];
  stderr.start();
});
afterEach(() => stderr.stop());

/** A stream of infos with a level and levels, which is what winston's loggers are. */
function piped(
  options: DaybookTransportOptions = {},
  levels: Record<string, number> = { error: 0, warn: 1, info: 2, debug: 5 },
): { source: PassThrough; transport: DaybookTransport } {
  const source = Object.assign(new PassThrough({ objectMode: true }), { level: "info", levels });
  const transport = new DaybookTransport({ logger, ...options });
  source.pipe(transport);
  return { source, transport };
}

async function written(infos: object[], options: DaybookTransportOptions = {}): Promise<unknown[]> {
  const { source, transport } = piped(options);
  for (const info of infos) source.write(info);
  source.end();
  await once(transport, "finish");
  return handler.records.map(({ levelname, msg, fields }) => [levelname, msg, { ...fields }]);
}

test("infos become records: the level behind its symbol, message, and the rest as fields", async () => {
  const infos = [
    {
      [LEVEL]: "warn",
      level: "\u001b[33mwarn\u001b[39m",
      message: "a %s",
      user: "ada",
      none: undefined,
    },
    { [LEVEL]: "error", level: "error", message: { a: 1 }, [SPLAT]: [{ b: 2 }] },
    { level: "info", message: undefined },
  ];
  assert.deepEqual(await written(infos), [
    ["WARNING", "a %s", { user: "ada" }],
    ["ERROR", "{ a: 1 }", {}],
    ["INFO", "", {}],
  ]);
  assert.equal(handler.flushed > 0, true);
});

test("levels are winston's to decide: the transport's own, or else the logger's", async () => {
  const infos = ["error", "warn", "info", "debug"].map((level) => ({
    [LEVEL]: level,
    level,
    message: level,
  }));
  logger.setLevel("CRITICAL");
  assert.equal((await written(infos)).length, 3);
  handler.records.length = 0;
  assert.equal((await written(infos, { level: "error" })).length, 1);
  handler.records.length = 0;
  assert.equal((await written(infos, { silent: true })).length, 0);
  logger.setLevel("NOTSET");
});

test("the error of a call is found wherever winston has put it, with its own properties as fields", async () => {
  const error = Object.assign(new RangeError("far"), { code: "E_FAR" });
  const { stack } = error;
  await written([
    Object.assign(new RangeError("as info"), { [LEVEL]: "error", level: "error" }),
    { level: "error", message: error },
    { level: "error", message: "x far", code: "E_FAR", stack, [SPLAT]: [error] },
    { level: "error", message: "x", err: error, other: error },
    { level: "error", message: "x", stack },
    { level: "error", message: "x", stack: "no stack at all" },
  ]);
  const found = handler.records.map(({ exc_info }) => (exc_info as Error | null)?.message);
  assert.deepEqual(found, ["as info", "far", "far", "far", "x", undefined]);
  const { exc_info } = handler.records[4] as LogRecord & { exc_info: Error };
  assert.equal(exc_info.stack, stack);
  assert.equal(exc_info.name, "RangeError");
  const keys = handler.records.map(({ fields }) => Object.keys(fields).join());
  assert.deepEqual(keys, ["", "", "code", "other", "", "stack"]);
});

test("exceptions and rejections are taken only if that was asked for", async () => {
  const infos = ["exception", "rejection"].map((kind) => ({
    level: "error",
    message: kind,
    [kind]: true,
  }));
  assert.equal((await written(infos)).length, 0);
  assert.equal(
    (await written(infos, { handleExceptions: true, handleRejections: true })).length,
    2,
  );
});

test("logged is emitted for each record, and finish where winston waits to end the process", async () => {
  const transport = new DaybookTransport({ logger, handleExceptions: true });
  const info = { level: "error", message: "x", exception: true };
  const logged = once(transport, "logged");
  transport.write(info);
  assert.deepEqual(await logged, [info]);
  Object.assign(transport, { _ending: true });
  const finished = once(transport, "finish");
  transport.write(info);
  await finished;
  assert.equal(handler.records.length, 2);
});

test("a level that nobody knows is logged as INFO, and said once", async () => {
  await written([
    { level: "shout", message: "a" },
    { level: "shout", message: "b" },
  ]);
  assert.equal(handler.records.map(({ levelname }) => levelname).join(), "INFO,INFO");
  stderr.stop();
  assert.equal(stderr.text.split("level 'shout' is not known").length, 2);
});

test("levels without a number of ours are refused when the transport is added", () => {
  assert.throws(
    () => piped({}, { loud: 0 }),
    /winston's 'loud' has no daybook level; accepted: levels/,
  );
  piped({ levels: { loud: "ERROR" } }, { loud: 0 });
});

test("what throws costs a report, never the stream", async () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  const hostile = {
    level: "error",
    message: "x",
    get bad(): never {
      throw new Error("boom");
    },
  };
  const { transport } = piped();
  transport.write(hostile);
  transport.write({ level: "error", message: proxy });
  revoke();
  handler.emit = () => {
    throw new Error("the disk is full");
  };
  transport.write({ level: "error", message: "y" });
  transport.end();
  await once(transport, "finish");
  assert.equal(handler.records.length, 2);
  assert.match(String(handler.records[0]?.fields["bad"]), /bad threw Error: boom/);
  stderr.stop();
  assert.match(stderr.text, /the disk is full/);
});

test("bad options are errors that say what is accepted", () => {
  const refused: [object, RegExp][] = [
    [{ handler: 1 }, /unknown option "handler"; accepted: logger, level, levels/],
    [{ logger: 5 }, /logger can't be 5; accepted: a Logger, or the name of one/],
    [{ format: {} }, /format can't be \{\}; accepted: a winston format/],
    [{ levels: { a: "LOUD" } }, /Unknown level: 'LOUD'/],
  ];
  for (const [options, message] of refused) {
    assert.throws(() => new DaybookTransport(options), message);
  }
});
