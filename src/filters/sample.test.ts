import assert from "node:assert/strict";
import { test } from "node:test";

import { makeLogRecord } from "../core/record.ts";
import type { LogRecord } from "../core/record.ts";
import { SampleFilter } from "./sample.ts";
import type { SampleFilterOptions } from "./sample.ts";

const info = (fields: Record<string, unknown> = {}): LogRecord =>
  makeLogRecord({ name: "a", levelno: 20, msg: "x", fields });

function share(filter: SampleFilter, records: readonly LogRecord[]): number {
  return records.filter((record) => filter.filter(record)).length / records.length;
}

test("by chance the share is kept, with the random numbers that are given", () => {
  const numbers = [0.05, 0.1, 0.5, 0.0999];
  const filter = new SampleFilter({ rate: 0.1, random: () => numbers.shift() ?? 1 });
  assert.deepEqual(
    [1, 2, 3, 4].map(() => filter.filter(info())),
    [true, false, false, true],
  );
});

test("a rate of 1 keeps all, 0 keeps none", () => {
  const records = Array.from({ length: 1000 }, () => info({ id: 1 }));
  assert.equal(share(new SampleFilter({ rate: 1 }), records), 1);
  assert.equal(share(new SampleFilter({ rate: 0 }), records), 0);
  assert.equal(share(new SampleFilter({ rate: 1, key: "id" }), records), 1);
  assert.equal(share(new SampleFilter({ rate: 0, key: "id" }), records), 0);
});

test("every third is the first, the fourth, the seventh", () => {
  const filter = new SampleFilter({ every: 3 });
  const kept = Array.from({ length: 7 }, () => filter.filter(info()));
  assert.deepEqual(kept, [true, false, false, true, false, false, true]);
});

test("the share of keys is that of the rate, for ids of all sorts", () => {
  const makers: ((i: number) => unknown)[] = [
    (i) => i,
    (i) => `req-${i}`,
    (i) => i.toString(16).padStart(32, "0"),
    (i) => `0af7651916cd43dd8448eb211c${i.toString(16).padStart(6, "0")}`,
  ];
  for (const make of makers) {
    for (const rate of [0.01, 0.1, 0.5]) {
      const records = Array.from({ length: 20_000 }, (_, i) => info({ id: make(i) }));
      const kept = share(new SampleFilter({ rate, key: "id" }), records);
      // Four standard deviations of what chance would give.
      const tolerance = 4 * Math.sqrt((rate * (1 - rate)) / records.length);
      assert.ok(Math.abs(kept - rate) < tolerance, `${String(make(5))} at ${rate}: ${kept}`);
    }
  }
});

test("one key is kept or left out by every filter, and a higher rate keeps what a lower one does", () => {
  const records = Array.from({ length: 2000 }, (_, i) => info({ id: `t${i}` }));
  const kept = (options: SampleFilterOptions): unknown[] => {
    const filter = new SampleFilter(options);
    return records.filter((record) => filter.filter(record)).map(({ fields }) => fields["id"]);
  };
  const few = kept({ rate: 0.1, key: "id" });
  assert.deepEqual(kept({ rate: 0.1, key: ({ fields }) => fields["id"] }), few);
  assert.ok(few.length > 100);
  const more = new Set(kept({ rate: 0.3, key: "id" }));
  assert.ok(few.every((id) => more.has(id)));
  assert.notDeepEqual(kept({ rate: 0.1, key: "id", seed: 1 }), few);
});

test("the choice by key is the same in all versions", () => {
  const filter = new SampleFilter({ rate: 0.5, key: "id" });
  const kept = [..."abcdefghijklmnop"].filter((id) => filter.filter(info({ id })));
  assert.equal(kept.join(""), "aceghikmn");
});

test("what has no key is left to chance", () => {
  const filter = new SampleFilter({ rate: 0.5, key: "id", random: () => 0.4 });
  assert.equal(filter.filter(info()), true);
  assert.equal(filter.filter(info({ id: null })), true);
});

test("warnings and worse pass, or what passLevel says", () => {
  const at = (levelno: number): LogRecord => makeLogRecord({ name: "a", levelno, msg: "x" });
  const none = new SampleFilter({ rate: 0 });
  assert.deepEqual(
    [10, 20, 29, 30, 50].map((level) => none.filter(at(level))),
    [false, false, false, true, true],
  );
  const errors = new SampleFilter({ rate: 0, passLevel: "ERROR" });
  assert.deepEqual(
    [30, 40].map((level) => errors.filter(at(level))),
    [false, true],
  );
});

test("a kept record says how many it stands for, if asked, in a copy", () => {
  const record = info({ id: 1 });
  const filter = new SampleFilter({ every: 20, field: "sampleRate" });
  const kept = filter.filter(record) as LogRecord;
  assert.deepEqual({ ...kept.fields }, { id: 1, sampleRate: 20 });
  assert.deepEqual({ ...record.fields }, { id: 1 });
  const warning = makeLogRecord({ levelno: 30, msg: "x" });
  assert.equal(filter.filter(warning), true);
});

test("bad options are refused by name", () => {
  const refused = (options: unknown): string => {
    try {
      void new SampleFilter(options as SampleFilterOptions);
    } catch (error) {
      return (error as Error).message;
    }
    return "accepted";
  };
  const either = "either rate (0 to 1) or every (1, 2, ...)";
  assert.equal(refused({}), `SampleFilter was given neither rate nor every; accepted: ${either}`);
  assert.equal(
    refused({ rate: 1, every: 2 }),
    `SampleFilter was given rate and every; accepted: ${either}`,
  );
  assert.equal(refused({ rate: 2 }), "rate can't be 2; accepted: a number from 0 to 1");
  assert.equal(refused({ rate: "1" }), "rate can't be '1'; accepted: a number from 0 to 1");
  assert.equal(refused({ every: 0.5 }), "every can't be 0.5; accepted: a whole number from 1");
  assert.equal(
    refused({ every: 2, key: "id" }),
    "key can't be 'id' with every; accepted: key with rate",
  );
  assert.match(refused({ rate: 1, random: 7 }), /^random can't be 7; accepted: a function/);
});
