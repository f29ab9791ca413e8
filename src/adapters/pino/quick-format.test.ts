import assert from "node:assert/strict";
import { test } from "node:test";

import { quickFormat } from "./quick-format.ts";

const cyclic: Record<string, unknown> = {};
cyclic["self"] = cyclic;

/** What quick-format-unescaped 4.0.4, which pino uses, gives for these. */
const CASES: readonly [template: string, args: readonly unknown[], text: string][] = [
  ["%s", [], "%s"],
  ["100%%", [], "100%%"],
  ["100%%", [1], "100%"],
  ["%s", [null], "null"],
  ["%s", [undefined], "undefined"],
  ["%s", [{}], "[object Object]"],
  ["%s", [[1, [2]]], "1,2"],
  ["%d %f", ["1.5", "x"], "1.5 NaN"],
  ["%i", [-1.5], "-2"],
  ["%d", [null], "%d"],
  ["%d %s", [undefined, "b"], "%d b"],
  ["%i %s", [null, "b"], "%i b"],
  ["%d", [10n], "10"],
  ["%j %o %O", [{ a: 1 }, [1], "x"], `{"a":1} [1] 'x'`],
  ["%o", [undefined], "%o"],
  ["%j", [null], "null"],
  ["%o", [Symbol("s")], "undefined"],
  ["%o %o", [function named() {}, () => {}], "named <anonymous>"],
  ["%x %s", ["a", "b"], "%x b"],
  ["100% %s", ["a", "b"], "100% b"],
  ["%", ["a"], "%"],
  ["a%", ["a"], "a%"],
  ["%%s", ["a"], "%s"],
  ["%%%s%%", ["a"], "%a%"],
  ["%s%s%s", ["a", "b"], "ab%s"],
  ["no", ["a", "b"], "no"],
  ["", ["a"], ""],
  ["%s", ["%s"], "%s"],
];

for (const [template, args, text] of CASES) {
  test(`${JSON.stringify(template)} with ${args.length} arguments (${text}) is as pino has it`, () => {
    assert.equal(quickFormat(template, args), text);
  });
}

test("what pino would throw at, or can't show, has a text", () => {
  assert.equal(quickFormat("%s", [Object.create(null)]), "{}");
  assert.equal(quickFormat("%d", [Symbol("s")]), "NaN");
  assert.equal(quickFormat("%o", [cyclic]), "<ref *1> { self: [Circular *1] }");
  assert.equal(quickFormat("%j", [1n]), "1n");
});
