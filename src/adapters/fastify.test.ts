import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Handler } from "../core/handler.ts";
import { getLogger } from "../core/hierarchy.ts";
import type { LogRecord } from "../core/record.ts";
import { fastifyLogger } from "./fastify.ts";

const records: LogRecord[] = [];
class Collector extends Handler {
  override emit(record: LogRecord): void {
    records.push(record);
  }
}
const logger = getLogger("fastify");
logger.propagate = false;
logger.setLevel("INFO");
logger.addHandler(new Collector());

beforeEach(() => {
  records.length = 0;
});

// What pino's own serializer of errors gives: the error behind a hidden `raw`.
function serializeError(error: unknown): object {
  const { name, message, stack } = error as Error;
  return Object.defineProperty({ type: name, message, stack }, "raw", { value: error });
}

test("the logger has all that Fastify asks for, and takes the options that it passes", () => {
  const log = fastifyLogger();
  for (const method of ["info", "error", "debug", "fatal", "warn", "trace", "silent", "child"]) {
    assert.equal(typeof Reflect.get(log, method), "function", method);
  }
  assert.equal(log.level, "info");
  assert.equal(log.levels.values["silent"], Infinity);
  const serializers = { err: serializeError, req: ({ url }: { url?: string }) => ({ url }) };
  const options = { logger: undefined, genReqId: undefined, serializers };
  const child = log.child({}, options as never).child({ reqId: "req-1" }, {});
  const error = new Error("it broke");
  child.info({ req: { url: "/x", secret: 1 } }, "incoming request");
  child.error({ err: error, res: { statusCode: 500 } }, error.message);
  assert.deepEqual(
    records.map(({ name, msg, fields, exc_info }) => [name, msg, { ...fields }, exc_info]),
    [
      ["fastify", "incoming request", { reqId: "req-1", req: { url: "/x" } }, null],
      ["fastify", "it broke", { reqId: "req-1", res: { statusCode: 500 } }, error],
    ],
  );
});

test("the serializers that the application gave are there for Fastify to prefer", () => {
  const req = (): string => "mine";
  assert.deepEqual(fastifyLogger(logger, { serializers: { req } }).serializers, { req });
  assert.deepEqual(fastifyLogger(logger).serializers, {});
});

test("a route's level holds for its child alone", () => {
  const log = fastifyLogger("fastify");
  log.child({ reqId: 1 }, { level: "debug" }).debug("on");
  log.child({ reqId: 2 }, { level: "silent" }).fatal("off");
  log.child({ reqId: 3 }).debug("off");
  assert.deepEqual(
    records.map(({ msg }) => msg),
    ["on"],
  );
});

test("options in place of a logger are refused", () => {
  assert.throws(
    () => fastifyLogger({ level: "info" } as never),
    /a logger can't be .*level.*; accepted: a Logger, one with fields bound by with\(\), or the name of one/,
  );
});
