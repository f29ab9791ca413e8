// Functions of the application that are async where a value is wanted at once: that is
// told, what they are rejected with is told, and nothing of it ends the process or
// costs a line. The test runner fails a test in whose time a rejection is left to nobody.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import { pino } from "../../src/adapters/pino.ts";
import { requestLogger } from "../../src/adapters/express.ts";
import { setContextProvider } from "../../src/core/context.ts";
import { Manager, RootLogger } from "../../src/core/hierarchy.ts";
import type { Logger } from "../../src/core/logger.ts";
import { RateLimitFilter } from "../../src/filters/rate-limit.ts";
import { SampleFilter } from "../../src/filters/sample.ts";
import { JsonFormatter } from "../../src/formatters/json.ts";
import { CollapseRepeatsHandler } from "../../src/handlers/collapse-repeats.ts";
import { FingersCrossedHandler } from "../../src/handlers/fingers-crossed.ts";
import { StreamHandler } from "../../src/handlers/stream.ts";
import { CapturedStderr } from "../kit/captured-stderr.ts";
import { RecordedLog } from "../kit/recorded-log.ts";
import { Recorder } from "../kit/recorder.ts";

// Another for each test: one function is told of once.
let late: never;
const stderr = new CapturedStderr();
beforeEach(() => {
  late = (async (): Promise<never> => {
    throw new Error("planted, late");
  }) as never;
  stderr.start();
});
afterEach(() => {
  setContextProvider("auto");
  stderr.stop();
});

function loggerOf(handler: StreamHandler | Recorder | FingersCrossedHandler): Logger {
  const logger = new Manager(new RootLogger(1)).getLogger("app");
  logger.addHandler(handler);
  return logger;
}

async function assertTold(what: string): Promise<void> {
  await turn();
  assert.equal(stderr.text.split(`${what} gave a promise`).length, 2, stderr.text);
  assert.match(stderr.text, new RegExp(`Error: planted, late[^]*${what} was rejected`));
}

function jsonLines(options: object): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const handler = new StreamHandler({ write: (line) => lines.push(line) });
  const keys = { time: null, level: null, logger: null, pid: null };
  handler.setFormatter(new JsonFormatter({ keys, ...options }));
  return { logger: loggerOf(handler), lines };
}

test("a serializer that is async is told of, and the line is written", async () => {
  const { logger, lines } = jsonLines({ serializers: { user: late } });
  for (const id of [1, 2]) logger.info("m", { user: { id } });
  await assertTold('the serializer of "user"');
  assert.deepEqual(lines, ['{"msg":"m","user":{}}\n', '{"msg":"m","user":{}}\n']);
});

test("a censor that is async is told of, and nothing of the secret is shown", async () => {
  const { logger, lines } = jsonLines({ redact: { paths: ["a"], censor: late } });
  for (const a of [1, 2]) logger.info("m", { a });
  await assertTold("a censor");
  assert.deepEqual(lines, ['{"msg":"m","a":"[Redacted]"}\n', '{"msg":"m","a":"[Redacted]"}\n']);
});

test("a key that is async is none: records pass, are kept by chance, collapsed with none, held together", async () => {
  for (const make of [
    () => new RateLimitFilter({ limit: 1, perMs: 1000, key: late }),
    () => new SampleFilter({ rate: 0.5, key: late, random: () => 0 }),
    () => new SampleFilter({ rate: 0.5, random: late }),
  ]) {
    const target = new Recorder();
    target.addFilter(make());
    const logger = loggerOf(target);
    for (const text of ["a", "a"]) logger.info(text);
    await turn();
    assert.deepEqual(target.texts, ["a", "a"]);
  }
  const target = new Recorder();
  const logger = loggerOf(new CollapseRepeatsHandler(target, { key: late }) as never);
  for (const text of ["a", "a"]) logger.info(text);
  await assertTold("the option key");
  assert.deepEqual(target.texts, ["a", "a"]);
  assert.match(stderr.text, /the option random gave a promise[^]*the option random was rejected/);
});

test("fingers are crossed by the level where activate is async, and for all where the key is", async () => {
  const target = new Recorder();
  const logger = loggerOf(new FingersCrossedHandler(target, { activate: late, key: late }));
  for (const text of ["a", "b"]) logger.info(text);
  assert.deepEqual(target.texts, []);
  logger.error("c");
  await assertTold("the option activate");
  await assertTold("the option key");
  assert.deepEqual(target.texts, ["a", "b", "c"]);
});

test("a context provider that is async is told of, and so is what it is rejected with", async () => {
  const target = new Recorder();
  setContextProvider(late);
  loggerOf(target).info("a");
  await turn();
  assert.deepEqual(target.texts, ["a"]);
  assert.match(stderr.text, /a context provider can't give Promise/);
  assert.match(stderr.text, /planted, late[^]*the context provider failed/);
});

test("a request has its line where all options of its logger are async", async () => {
  const recorded = new RecordedLog();
  const names = ["requestId", "ignore", "level", "customFields"] as const;
  const options = Object.fromEntries(names.map((name) => [name, late]));
  const log = requestLogger({ logger: recorded.logger("http"), ...options });
  const server = http.createServer((req, res) => void log(req, res, () => res.end("ok")));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)).text();
  const { level, message } = await recorded.only();
  server.closeAllConnections();
  server.close();
  assert.deepEqual([level, message], ["INFO", "GET / 200"]);
  for (const name of names) await assertTold(`the option ${name} of a request logger`);
});

test("pino's mixin, formatters.log and serializers may not be async, and no field is lost", async () => {
  const lines: string[] = [];
  const options = { base: null, mixin: late, formatters: { log: late }, serializers: { a: late } };
  const logger = pino(options, { write: (line: string) => lines.push(line) } as never);
  logger.info({ a: 1, b: 2 }, "m");
  await assertTold("a mixin");
  await assertTold("formatters.log");
  await assertTold("the serializer of a");
  assert.match(lines.join(""), /"b":2/);
});
