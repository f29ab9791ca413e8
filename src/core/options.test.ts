import assert from "node:assert/strict";
import { test } from "node:test";

import { checkOptionNames } from "./options.ts";

const KNOWN = ["datefmt", "style"];

test("known options, no options and undefined are accepted", () => {
  checkOptionNames({ style: "%", datefmt: undefined }, KNOWN);
  checkOptionNames(Object.assign(Object.create(null), { style: 5 }), KNOWN);
  checkOptionNames({}, KNOWN);
  checkOptionNames(undefined, KNOWN);
});

test("an unknown option is refused by name, and what is accepted is named", () => {
  assert.throws(() => checkOptionNames({ style: "%", datefomt: "%H" }, KNOWN), {
    name: "TypeError",
    message: 'unknown option "datefomt"; accepted: datefmt, style',
    value: "datefomt",
    accepted: "datefmt, style",
  });
});

test("what is no object is refused by its value", () => {
  const cases: readonly (readonly [unknown, string])[] = [
    ["w", '"w"'],
    [null, "null"],
    [5, "5"],
    [["w"], "[ 'w' ]"],
    [true, "true"],
    [Symbol("s"), "Symbol(s)"],
    [() => 1, "[Function (anonymous)]"],
  ];
  for (const [options, shown] of cases) {
    assert.throws(() => checkOptionNames(options, KNOWN), {
      name: "TypeError",
      message: `options must be an object, not ${shown}; accepted: datefmt, style`,
      value: options,
      accepted: "datefmt, style",
    });
  }
});
