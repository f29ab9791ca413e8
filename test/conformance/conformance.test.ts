import assert from "node:assert/strict";
import { test } from "node:test";

import { DEVIATIONS } from "./deviations.ts";
import { readCases } from "./read-cases.ts";
import { PARTS } from "./registry.ts";
import { reportText } from "./report.ts";
import { DEFAULT_FOLDER } from "./run.ts";
import { runCases, staleDeviations } from "./run-cases.ts";

const { cases, notes } = readCases(DEFAULT_FOLDER);
const results = runCases(cases, PARTS, DEVIATIONS);

test("the visible cases are all there", () => {
  assert.deepEqual(notes, []);
});

for (const name of PARTS.keys()) {
  test(`every visible case of part ${name} passes or is a named deviation`, () => {
    const result = results.find(({ part }) => part === name);
    assert.ok(result !== undefined && result.pass > 0, `no case of part ${name} passes`);
    assert.equal(result.failures.length, 0, reportText([result], DEVIATIONS, []));
  });
}

test("every deviation is shown by a visible case", () => {
  assert.deepEqual(staleDeviations(results, DEVIATIONS, PARTS), []);
});
