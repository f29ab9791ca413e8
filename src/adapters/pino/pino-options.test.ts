import assert from "node:assert/strict";
import { test } from "node:test";

import { Handler } from "../../core/handler.ts";
import { getLogger } from "../../core/hierarchy.ts";
import type { LogRecord } from "../../core/record.ts";
import { pino, PinoLogger, pinoLogger } from "../pino.ts";
import type { PinoOptions } from "../pino.ts";

class Collector extends Handler {
  readonly records: LogRecord[] = [];

  override emit(record: LogRecord): void {
    this.records.push(record);
  }
}

const handler = new Collector();
const logger = getLogger("adapters.pino.options.test");
logger.propagate = false;
logger.setLevel("INFO");
logger.addHandler(handler);

test("custom levels are methods, of children too, and stand in the table of names", () => {
  const log = pinoLogger(logger, { customLevels: { notice: 35 } });
  log.child({ a: 1 }).notice("x");
  log.child({}, { customLevels: { audit: 65 } });
  const said = handler.records.map(({ levelname, msg, fields }) => [levelname, msg, { ...fields }]);
  assert.deepEqual(said, [["NOTICE", "x", { a: 1 }]]);
  assert.equal(log.levels.values["notice"], 35);
  assert.equal(log.levels.labels[35], "notice");
  const refused: [Record<string, unknown>, RegExp][] = [
    [{ info: 31 }, /a custom level can't be 'info': 31, since there is a level of that name/],
    [{ other: 30 }, /can't be 'other': 30, which is the number of info/],
    [{ other: "x" }, /can't be 'other': 'x', which is no level number; accepted: a number above 0/],
    [{ child: 35 }, /a custom level can't be 'child'; accepted: a name that no method has/],
  ];
  for (const [customLevels, message] of refused) {
    assert.throws(() => pinoLogger(logger, { customLevels } as never), message);
  }
});

test("options that would have no effect are errors that say where daybook has the same", () => {
  const refused: [object, RegExp][] = [
    [
      { transport: { target: "pino-pretty" } },
      /unknown option 'transport'; accepted: .* a handler/,
    ],
    [{ timestamp: false }, /'timestamp'; accepted: in daybook it is an option of the formatter/],
    [{ depthLimit: 3 }, /'depthLimit'; accepted: in daybook it is maxDepth/],
    [
      { formatters: { level: () => ({}) } },
      /formatters\.level can't be .*an object with a function log/,
    ],
    [{ hooks: { streamWrite: () => "" } }, /hooks\.streamWrite can't be/],
    [{ base: null }, /base can't be null; accepted: null only with a destination/],
    [{ nme: "x" }, /unknown option 'nme'; accepted: level, serializers/],
    [{ mixin: 5 }, /mixin can't be 5; accepted: a function/],
    [{ serializers: { user: 5 } }, /serializers\.user can't be 5/],
    [{ redact: ["a["] }, /redact|path/],
    [{ level: "loud" }, /unknown level 'loud'/],
  ];
  for (const [options, message] of refused) {
    assert.throws(() => pino(options as PinoOptions), message, JSON.stringify(options));
  }
  assert.throws(() => pinoLogger(logger, { name: "x" } as never), /name can't be 'x'/);
  assert.throws(() => pinoLogger(5 as never), /a logger can't be 5/);
  assert.throws(
    () => pinoLogger(logger).child(null as never),
    /the bindings of a child can't be null/,
  );
  assert.throws(() => pinoLogger(logger).child({}, { nme: 1 } as never), /unknown option 'nme'/);
  const harmless = { timestamp: true, crlf: false, levelComparison: "ASC", browser: undefined };
  assert.ok(pino(harmless as PinoOptions, handler) instanceof PinoLogger);
});
