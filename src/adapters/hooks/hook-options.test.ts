import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { RecordedLog } from "../../../test/kit/recorded-log.ts";
import { OperationLog } from "./hook-options.ts";
import type { HookOptions } from "./hook-options.ts";

let recorded: RecordedLog;
beforeEach(() => {
  recorded = new RecordedLog();
});

function write(options: HookOptions, durationMs: number | null, error?: unknown): unknown[] {
  const log = new OperationLog(recorded.logger("db"), options);
  log.write({ what: "query", durationMs, fields: () => ({ sql: "50%" }), error });
  const { level, message, fields } = recorded.last;
  return [level, message, fields];
}

test("what is quick has its level, what is slow is a warning, and not less than its level", () => {
  assert.deepEqual(write({}, 5.00049), ["DEBUG", "query", { sql: "50%", durationMs: 5 }]);
  assert.deepEqual(write({ slowMs: 5 }, 4.9), ["DEBUG", "query", { sql: "50%", durationMs: 4.9 }]);
  assert.deepEqual(write({ slowMs: 5 }, 5), [
    "WARNING",
    "slow query",
    { sql: "50%", durationMs: 5 },
  ]);
  assert.deepEqual(write({ slowMs: 0, level: "ERROR" }, 5)[0], "ERROR");
  assert.deepEqual(write({ slowMs: null, level: 15 }, 1e9)[0], "Level 15");
  assert.deepEqual(write({ slowMs: 0 }, null), ["DEBUG", "query", { sql: "50%" }]);
});

test("what failed has the level of errors, its error, and whatever else was thrown as text", () => {
  const error = new Error("no");
  assert.deepEqual(write({}, 1, error), ["ERROR", "query failed", { sql: "50%", durationMs: 1 }]);
  assert.equal(recorded.last.error, error);
  assert.deepEqual(write({ errorLevel: "INFO" }, null, "gone"), [
    "INFO",
    "query failed",
    { sql: "50%", thrown: "gone" },
  ]);
});

test("fields are made only for what is logged", () => {
  const logger = recorded.logger("db");
  logger.setLevel("INFO");
  const log = new OperationLog(logger, { slowMs: 100 });
  log.write({ what: "query", durationMs: 1, fields: () => assert.fail("made") });
  log.write({ what: "query", durationMs: 100, fields: () => ({}) });
  assert.equal(recorded.calls.length, 1);
});

test("options that are none are refused", () => {
  const logger = recorded.logger("db");
  const wrong: [object, RegExp][] = [
    [{ slow: 1 }, /unknown option "slow"; accepted: level, slowMs, errorLevel, bindings/],
    [{ slowMs: -1 }, /slowMs can't be -1; accepted: a number of milliseconds from 0, or null/],
    [{ slowMs: Number.NaN }, /slowMs can't be NaN/],
    [{ slowMs: "1s" }, /slowMs can't be '1s'/],
    [{ level: "LOUD" }, /Unknown level: 'LOUD'/],
    [{ errorLevel: {} }, /Level not an integer or a valid string/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(() => new OperationLog(logger, options as HookOptions, ["bindings"]), {
      message,
    });
  }
});
