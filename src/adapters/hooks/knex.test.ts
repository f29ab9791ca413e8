// With the events that Knex emits. The real Knex runs in examples/knex.

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../../test/kit/captured-stderr.ts";
import { RecordedLog } from "../../../test/kit/recorded-log.ts";
import { knexLog, knexLogging } from "./knex.ts";
import type { KnexEvents, KnexLoggingOptions } from "./knex.ts";

const stderr = new CapturedStderr();
let recorded: RecordedLog;
let knex: EventEmitter;
beforeEach(() => {
  recorded = new RecordedLog();
  knex = new EventEmitter();
  stderr.start();
});
afterEach(() => stderr.stop());

const QUERY = { sql: "select 50%", bindings: ["secret"], method: "select", __knexQueryUid: "q1" };

test("two queries of one connection have each its own duration", () => {
  knexLogging(knex, recorded.logger("db"));
  const other = { ...QUERY, __knexQueryUid: "q2", __knexTxId: "trx1" };
  knex.emit("query", QUERY);
  knex.emit("query", other);
  knex.emit("query-response", [], { ...other });
  knex.emit("query-response", [], { ...QUERY });
  const [first, second] = recorded.calls;
  assert.ok(Number(first?.fields["durationMs"]) <= Number(second?.fields["durationMs"]));
  assert.equal(first?.fields["transaction"], "trx1");
  assert.deepEqual(
    { ...second?.fields, durationMs: 0 },
    { sql: "select 50%", method: "select", durationMs: 0 },
  );
});

test("a response without its query has no duration, and values show if they are asked for", () => {
  knexLogging(knex, recorded.logger("db"), { bindings: true, slowMs: 0 });
  knex.emit("query-response", [], QUERY);
  assert.deepEqual(recorded.last.fields, {
    sql: "select 50%",
    method: "select",
    bindings: ["secret"],
  });
  assert.equal(recorded.last.message, "query");
});

test("what begins and never ends is forgotten in time", () => {
  knexLogging(knex, recorded.logger("db"));
  knex.emit("query", QUERY);
  for (let i = 0; i < 10_000; i += 1) knex.emit("query", { __knexQueryUid: i });
  knex.emit("query-response", [], QUERY);
  assert.ok(!("durationMs" in recorded.last.fields));
  knex.emit("query-response", [], { __knexQueryUid: 5 });
  assert.ok("durationMs" in recorded.last.fields);
});

test("it ends when it is told to", () => {
  const stop = knexLogging(knex, recorded.logger("db"));
  stop();
  knex.emit("query", QUERY);
  knex.emit("query-response", [], QUERY);
  assert.equal(recorded.calls.length, 0);
  assert.equal(knex.listenerCount("query"), 0);
});

test("nothing gets back into Knex, whatever an event brings", () => {
  knexLogging(knex, recorded.logger("db"));
  knex.emit("query-error", undefined, QUERY);
  assert.deepEqual(
    [recorded.last.message, recorded.last.fields["thrown"]],
    ["query failed", "unknown error"],
  );
  knex.emit("query-response", [], null);
  assert.match(stderr.text, /a query could not be logged/);
  const hostile = Object.defineProperty({ ...QUERY }, "bindings", {
    get() {
      throw new Error("no");
    },
  });
  knexLogging(knex, recorded.logger("values"), { bindings: true });
  knex.emit("query-response", [], hostile);
  assert.match(String(recorded.last.fields["bindings"]), /bindings threw/);
});

test("Knex's option log sends everything to the logger, untouched by percent signs", () => {
  const log = knexLog(recorded.logger("db"));
  log.warn("100% sure");
  log.error(new Error("no"));
  log.deprecate("a is deprecated, please use b");
  log.debug([QUERY, { ...QUERY, sql: "two" }]);
  log.debug("text");
  assert.deepEqual(
    recorded.calls.map(({ level, message, fields }) => [level, message, fields["sql"]]),
    [
      ["WARNING", "100% sure", undefined],
      ["ERROR", "Error: no", undefined],
      ["WARNING", "a is deprecated, please use b", undefined],
      ["DEBUG", "query", "select 50%"],
      ["DEBUG", "query", "two"],
      ["DEBUG", "text", undefined],
    ],
  );
  assert.equal(log.enableColors, false);
});

test("what is no Knex, no logger or no option is refused", () => {
  const logger = recorded.logger("db");
  assert.throws(() => knexLogging({} as KnexEvents, logger), /a Knex instance can't be {}/);
  const wrong = { bindings: 1 } as object as KnexLoggingOptions;
  assert.throws(
    () => knexLogging(knex, logger, wrong),
    /bindings can't be 1; accepted: true or false/,
  );
  assert.throws(() => knexLog(console as never), /a logger can't be/);
});
