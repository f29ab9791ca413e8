import assert from "node:assert/strict";
import { test } from "node:test";

import { firstDifference, sameData } from "./same-data.ts";

test("the order of keys means nothing, the order of arrays does", () => {
  assert.ok(sameData({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }));
  assert.ok(!sameData([1, 2], [2, 1]));
  assert.ok(sameData(Object.assign(Object.create(null), { a: 1 }), { a: 1 }));
  assert.ok(sameData(-0, 0));
});

test("a missing key, a key too many and another type are differences", () => {
  for (const [a, b] of [
    [{ a: undefined }, {}],
    [{}, { a: undefined }],
    [{ a: 1 }, { b: 1 }],
    [[1], { 0: 1 }],
    [[], {}],
    [null, {}],
    [null, undefined],
    [1, "1"],
    [true, 1],
    [[1], [1, 2]],
  ]) {
    assert.ok(!sameData(a, b), `${JSON.stringify(a)} and ${JSON.stringify(b)}`);
  }
});

test("the first difference is told with its place", () => {
  const expected = { root: { level: 30, handlers: ["a", "b"] } };
  const told: [unknown, string][] = [
    [{ root: { level: 40, handlers: ["a", "b"] } }, ".root.level is 40, not 30"],
    [{ root: { level: 30, handlers: ["a", "c"] } }, '.root.handlers[1] is "c", not "b"'],
    [{ root: { level: 30, handlers: ["a"] } }, ".root.handlers[1] is missing"],
    [{ root: { level: 30, handlers: ["a", "b"], x: 1 } }, ".root.x is too much"],
    [undefined, `it is undefined, not ${JSON.stringify(expected)}`],
  ];
  for (const [ours, text] of told) assert.equal(firstDifference(expected, ours), text);
});
