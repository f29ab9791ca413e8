// The tables of numbers that the explorer keeps its states in.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { PairIndex } from "./pair-index.ts";
import { StateTable } from "./state-table.ts";

describe("a table of states", () => {
  it("keeps each row once, with its first origin, through every growth", () => {
    const table = new StateTable(3);
    const row = new Int32Array(3);
    const count = 200_000; // more than three pages, and many times the first hash table
    for (let number = 0; number < count; number += 1) {
      row.set([number % 7, number, -number]);
      assert.equal(table.add(row, number - 1, number % 5), true);
      assert.equal(table.add(row, 0, 0), false);
    }
    assert.equal(table.count, count);
    for (const index of [0, 65_535, 65_536, 131_072, count - 1]) {
      table.read(index, row);
      assert.deepEqual([...row], [index % 7, index, 0 - index]);
      assert.deepEqual(table.origin(index), { parent: index - 1, way: index % 5 });
    }
  });
});

describe("an index of pairs", () => {
  it("knows each pair's number, and nothing of others, through every growth", () => {
    const index = new PairIndex();
    for (let first = 0; first < 200; first += 1) {
      for (let second = 0; second < 200; second += 1)
        index.set(first, second, first * 200 + second);
    }
    for (let first = 0; first < 200; first += 1) {
      for (let second = 0; second < 200; second += 1) {
        assert.equal(index.get(first, second), first * 200 + second);
      }
    }
    assert.equal(index.get(200, 0), -1);
    assert.equal(index.get(0, 200), -1);
    index.set(3, 4, 5);
    assert.equal(index.get(3, 4), 5);
  });
});
