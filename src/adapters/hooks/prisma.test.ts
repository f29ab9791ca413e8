// With the events that Prisma emits. The real Prisma runs in examples/prisma.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../../test/kit/captured-stderr.ts";
import { RecordedLog } from "../../../test/kit/recorded-log.ts";
import { PRISMA_EVENTS, prismaLogging } from "./prisma.ts";
import type { PrismaEvents, PrismaLoggingOptions } from "./prisma.ts";

const stderr = new CapturedStderr();
let recorded: RecordedLog;
let listeners: Record<string, (event: unknown) => void>;
const prisma: PrismaEvents = {
  $on(event: string, listener: (event: unknown) => void) {
    listeners[event] = listener;
  },
};
beforeEach(() => {
  recorded = new RecordedLog();
  listeners = {};
  stderr.start();
});
afterEach(() => stderr.stop());

const QUERY = { query: "SELECT 50%", params: '["secret"]', duration: 12.3456, target: "engine" };

test("all kinds of events are heard, and those that PRISMA_EVENTS asks for are these", () => {
  prismaLogging(prisma, recorded.logger("db"));
  const kinds = PRISMA_EVENTS.map(({ emit, level }) => (emit === "event" ? level : ""));
  assert.deepEqual(Object.keys(listeners).toSorted(), kinds.toSorted());
});

test("a query has its text, its duration and its target, and values if they are asked for", () => {
  prismaLogging(prisma, recorded.logger("db"));
  listeners["query"]?.(QUERY);
  const { level, message, fields } = recorded.last;
  assert.deepEqual([level, message], ["DEBUG", "query"]);
  assert.deepEqual(fields, { sql: "SELECT 50%", target: "engine", durationMs: 12.346 });
  prismaLogging(prisma, recorded.logger("db"), { params: true, slowMs: 12 });
  listeners["query"]?.(QUERY);
  assert.deepEqual([recorded.last.level, recorded.last.message], ["WARNING", "slow query"]);
  assert.equal(recorded.last.fields["params"], '["secret"]');
});

test("what Prisma says has its level, and percent signs in it mean nothing", () => {
  prismaLogging(prisma, recorded.logger("db"));
  for (const [kind, level] of Object.entries({ info: "INFO", warn: "WARNING", error: "ERROR" })) {
    listeners[kind]?.({ message: "\n 100% of %s \n", target: "t", timestamp: new Date() });
    const { fields, message } = recorded.last;
    assert.deepEqual(
      [recorded.last.level, message, fields],
      [level, "100% of %s", { target: "t" }],
    );
  }
});

test("errors have the level that is chosen for what failed", () => {
  prismaLogging(prisma, recorded.logger("db"), { errorLevel: "WARNING" });
  listeners["error"]?.({ message: "no" });
  assert.equal(recorded.last.level, "WARNING");
});

test("an event that brings nothing is reported, and Prisma never hears of it", () => {
  prismaLogging(prisma, recorded.logger("db"));
  listeners["query"]?.(undefined);
  listeners["error"]?.(null);
  assert.match(stderr.text, /an event of Prisma could not be logged/);
  listeners["query"]?.({});
  assert.deepEqual(recorded.last.fields, { sql: undefined, target: undefined });
});

test("what is no client and no option is refused", () => {
  const logger = recorded.logger("db");
  assert.throws(() => prismaLogging({} as PrismaEvents, logger), /a Prisma client can't be {}/);
  const wrong = { bindings: true } as object as PrismaLoggingOptions;
  assert.throws(() => prismaLogging(prisma, logger, wrong), /unknown option "bindings"/);
});
