import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { setClock } from "../core/clock.ts";
import { Handler } from "../core/handler.ts";
import { Manager, RootLogger } from "../core/hierarchy.ts";
import type { Logger } from "../core/logger.ts";
import { LogRecord, makeLogRecord } from "../core/record.ts";
import type { FilterLike } from "../core/filter.ts";
import { RateLimitFilter } from "./rate-limit.ts";
import type { RateLimitFilterOptions } from "./rate-limit.ts";

let time = 1_000_000;
beforeEach(() => setClock({ now: () => time }));
afterEach(() => setClock(null));

class ListHandler extends Handler {
  readonly records: LogRecord[] = [];

  override emit(record: LogRecord): void {
    this.records.push(record);
  }
}

function filtered(filter: FilterLike): { logger: Logger; records: LogRecord[] } {
  const handler = new ListHandler();
  handler.addFilter(filter);
  const logger = new Manager(new RootLogger(0)).getLogger("app");
  logger.addHandler(handler);
  return { logger, records: handler.records };
}

const texts = (records: readonly LogRecord[]): string[] =>
  records.map((record) => `${record.getMessage()} ${JSON.stringify(record.fields)}`);

test("of one kind so many pass at once, then evenly, and the next one says how many did not", () => {
  const { logger, records } = filtered(new RateLimitFilter({ limit: 2, perMs: 1000 }));
  for (let i = 0; i < 10; i++) logger.info("n %d", i);
  assert.deepEqual(texts(records), ["n 0 {}", "n 1 {}"]);
  time += 499;
  logger.info("n %d", 10);
  assert.equal(records.length, 2);
  time += 1;
  logger.info("n %d", 11, { id: 7 });
  logger.info("n %d", 12);
  assert.deepEqual(texts(records.slice(2)), ['n 11 {"id":7,"suppressed":9}']);
  time += 10_000;
  for (let i = 0; i < 5; i++) logger.info("n %d", 20 + i);
  assert.deepEqual(texts(records.slice(3)), ['n 20 {"suppressed":1}', "n 21 {}"]);
});

test("over a long time the rate is kept to the record", () => {
  const filter = new RateLimitFilter({ limit: 3, perMs: 1000, burst: 1 });
  const record = makeLogRecord({ name: "a", levelno: 20, msg: "x" });
  let passed = 0;
  for (let i = 0; i < 100_000; i++, time += 1) if (filter.filter(record)) passed += 1;
  assert.equal(passed, 300);
  assert.equal(filter.suppressed, 99_700);
});

test("a burst may be larger than the limit, and smaller", () => {
  const count = (burst: number): number => {
    const filter = new RateLimitFilter({ limit: 5, perMs: 1000, burst });
    const record = makeLogRecord({ name: "a", levelno: 20, msg: "x" });
    return Array.from({ length: 30 }, () => filter.filter(record)).filter(Boolean).length;
  };
  assert.equal(count(20), 20);
  assert.equal(count(1), 1);
});

test("loggers, levels and templates are counted by themselves, values are not", () => {
  const { logger, records } = filtered(new RateLimitFilter({ limit: 1, perMs: 1000 }));
  logger.info("a %d", 1);
  logger.info("a %d", 2);
  logger.warning("a %d", 3);
  logger.info("b %d", 4);
  const filter = new RateLimitFilter({ limit: 1, perMs: 1000 });
  const from = (name: string): unknown =>
    filter.filter(makeLogRecord({ name, levelno: 20, msg: "x" }));
  assert.deepEqual([from("a"), from("b"), from("a")], [true, true, false]);
  assert.deepEqual(
    records.map((record) => record.getMessage()),
    ["a 1", "a 3", "b 4"],
  );
});

test("a key may be a field's name or a function, and what has none always passes", () => {
  const byField = filtered(new RateLimitFilter({ limit: 1, perMs: 1000, key: "tenant" }));
  for (const tenant of ["a", "b", "a", undefined, undefined]) byField.logger.info("x", { tenant });
  byField.logger.info("none");
  byField.logger.info("none");
  assert.deepEqual(
    byField.records.map(({ fields }) => fields["tenant"]),
    ["a", "b", undefined, undefined, undefined, undefined],
  );
  const key = (record: LogRecord): string => record.name;
  const byName = filtered(new RateLimitFilter({ limit: 1, perMs: 1000, key }));
  byName.logger.info("x");
  byName.logger.error("y");
  assert.equal(byName.records.length, 1);
});

test("a key function that throws stops nothing", () => {
  const key = (): never => {
    throw new Error("planted");
  };
  const before = process.stderr.write;
  const told: string[] = [];
  process.stderr.write = (text: unknown) => told.push(String(text)) > 0;
  try {
    const { logger, records } = filtered(new RateLimitFilter({ limit: 1, perMs: 1, key }));
    logger.info("a");
    logger.info("a");
    assert.equal(records.length, 2);
  } finally {
    process.stderr.write = before;
  }
  assert.match(told.join(""), /planted/);
});

test("records from passLevel on always pass and take nothing from the others", () => {
  const options = { limit: 1, perMs: 1000, key: "tenant", passLevel: "ERROR" };
  const { logger, records } = filtered(new RateLimitFilter(options));
  for (let i = 0; i < 3; i++) logger.error("x", { tenant: 1 });
  logger.info("y", { tenant: 1 });
  logger.info("y", { tenant: 1 });
  assert.equal(records.length, 4);
});

test("the count has the name that is asked for, a free one, and may be in the message", () => {
  const after = (options: Partial<RateLimitFilterOptions>, fields: object): string | undefined => {
    const filter = new RateLimitFilter({ limit: 1, perMs: 1000, ...options });
    const { logger, records } = filtered(filter);
    for (let i = 0; i < 3; i++) logger.info("%d%% of %s", 5, "x", fields);
    time += 1000;
    logger.info("%d%% of %s", 5, "x", fields);
    return texts(records).at(-1);
  };
  assert.equal(after({}, { suppressed: 1 }), '5% of x {"suppressed":1,"suppressed_":2}');
  assert.equal(after({ field: "n" }, {}), '5% of x {"n":2}');
  assert.equal(after({ field: null }, {}), "5% of x {}");
  assert.equal(after({ field: null, inMessage: true }, {}), "5% of x (2 suppressed) {}");
});

test("another handler's record has no count", () => {
  const { logger, records } = filtered(new RateLimitFilter({ limit: 1, perMs: 1000 }));
  const other = new ListHandler();
  logger.addHandler(other);
  logger.info("x");
  logger.info("x");
  time += 1000;
  logger.info("x");
  assert.deepEqual(texts(records), ["x {}", 'x {"suppressed":1}']);
  assert.deepEqual(texts(other.records), ["x {}", "x {}", "x {}"]);
});

test("only so many kinds are remembered: the one unused for the longest time goes", () => {
  const filter = new RateLimitFilter({ limit: 1, perMs: 1e9, maxKeys: 2 });
  const passes = (msg: string): boolean =>
    Boolean(filter.filter(makeLogRecord({ name: "a", levelno: 20, msg })));
  assert.deepEqual(["a", "b", "a", "c", "a", "b"].map(passes), [
    true,
    true,
    false,
    true,
    false,
    true,
  ]);
});

test("a clock that is set back neither opens nor closes the filter", () => {
  const filter = new RateLimitFilter({ limit: 1, perMs: 1000 });
  const passes = (): boolean => Boolean(filter.filter(makeLogRecord({ levelno: 20, msg: "x" })));
  assert.equal(passes(), true);
  time -= 3_600_000;
  assert.equal(passes(), false);
  time += 1000;
  assert.equal(passes(), true);
});

test("hostile messages are kinds like others", () => {
  const filter = new RateLimitFilter({ limit: 1, perMs: 1000 });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const msg of ["x".repeat(1e6), "\ud800", proxy, Symbol("s"), null, { a: 1 }]) {
    assert.equal(filter.filter(new LogRecord("a", 20, "", 0, msg, [], null)), true);
    assert.equal(filter.filter(new LogRecord("a", 20, "", 0, msg, [], null)), false);
  }
});

test("bad options are refused by name", () => {
  const refused = (options: unknown): string => {
    try {
      void new RateLimitFilter(options as RateLimitFilterOptions);
    } catch (error) {
      return (error as Error).message;
    }
    return "accepted";
  };
  const all = "limit, perMs, burst, key, passLevel, field, inMessage, maxKeys";
  assert.equal(
    refused({ limit: 1 }),
    "perMs can't be undefined; accepted: a number of milliseconds above 0",
  );
  assert.equal(refused(undefined), "limit can't be undefined; accepted: a whole number from 1");
  assert.equal(
    refused({ limit: 0, perMs: 1 }),
    "limit can't be 0; accepted: a whole number from 1",
  );
  assert.equal(refused({ limit: 1, perMs: 1, per: 1 }), `unknown option "per"; accepted: ${all}`);
  assert.equal(
    refused({ limit: 1, perMs: 1, key: 7 }),
    "key can't be 7; accepted: the name of a field, or a function of the record",
  );
  assert.equal(
    refused({ limit: 1, perMs: 1, field: 7 }),
    "field can't be 7; accepted: a name, or null",
  );
  assert.match(refused({ limit: 1, perMs: 1, passLevel: "LOUD" }), /LOUD/);
});
