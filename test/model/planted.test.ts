// Bugs that the explorer must find: planted under our own strategies, and the
// handlers of the outage as they are written. What it can't find, it can't rule out.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { bugTasks, run, specimenTasks } from "./explorer-table.ts";

describe("the explorer", () => {
  for (const task of [...bugTasks(), ...specimenTasks()]) {
    it(`finds ${task.what} (${task.strategy})`, (context) => {
      const { right, result } = run(task);
      assert.ok(right, `${result.states} states, and nothing was found`);
      const { what, trace } = result.fault ?? { what: "", trace: [] };
      context.diagnostic(`${what}, after ${result.states} states, in ${trace.length} steps`);
      const told = /^(?:\d|fresh): \w+|^outside: |^all processes end/;
      for (const step of trace) assert.match(step, told);
    });
  }

  it("tells how stock CPython loses a day: a shortest way, process by process", () => {
    const task = specimenTasks()[0];
    assert.ok(task !== undefined);
    const { fault } = run(task).result;
    assert.equal(fault?.what, "a0 is in no file");
    assert.deepEqual(fault?.trace.slice(-4), [
      "1: rename(/log/a, /log/a.1970-01-01) = done",
      "2: close(2000) = done",
      "2: lstat(/log/a.1970-01-01) = {id i2, kind file, size 3, nlink 1, mtime 86410}",
      "2: unlink(/log/a.1970-01-01) = done",
    ]);
    assert.ok((fault?.trace.length ?? 0) < 25, "the way is too long to be read");
  });
});
