import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { ValueError } from "./errors.ts";
import {
  addLevelName,
  checkLevel,
  getLevelName,
  getLevelNamesMapping,
  resetLevelNames,
} from "./level.ts";

afterEach(resetLevelNames);

test("getLevelName answers in both directions and makes up the rest, as CPython does", () => {
  assert.equal(getLevelName(20), "INFO");
  assert.equal(getLevelName("INFO"), 20);
  assert.equal(getLevelName(50), "CRITICAL");
  assert.equal(getLevelName(30), "WARNING");
  assert.equal(getLevelName("WARN"), 30);
  assert.equal(getLevelName(99), "Level 99");
  assert.equal(getLevelName("NOPE"), "Level NOPE");
});

test("a renamed level still answers to its old name", () => {
  addLevelName(20, "NOTICE");
  assert.equal(getLevelName(20), "NOTICE");
  assert.equal(checkLevel("INFO"), 20);
  assert.equal(checkLevel("NOTICE"), 20);
});

test("the mapping of names is a copy without a prototype", () => {
  const mapping = getLevelNamesMapping();
  mapping["INFO"] = 1;
  assert.equal(getLevelNamesMapping()["INFO"], 20);
  assert.equal(Object.getPrototypeOf(mapping), null);
});

test("an unknown level names itself and what is accepted", () => {
  assert.throws(
    () => checkLevel("loud"),
    (error: unknown) =>
      error instanceof ValueError &&
      error.message === "Unknown level: 'loud'" &&
      error.value === "loud" &&
      /CRITICAL/.test(error.accepted ?? ""),
  );
  assert.throws(() => checkLevel({}), TypeError);
  assert.throws(() => checkLevel(Number.NaN), TypeError);
  assert.throws(() => checkLevel(null), TypeError);
  assert.equal(checkLevel(-5), -5);
});

test("what can't be a level or a name is not added", () => {
  const bad = (level: unknown, name: unknown, message: RegExp): void =>
    void assert.throws(() => addLevelName(level as number, name as string), {
      name: "TypeError",
      message,
    });
  bad("NOTICE", 25, /^a level to be named can't be 'NOTICE'; accepted: a number$/);
  bad(Number.NaN, "NOTICE", /^a level to be named can't be NaN/);
  bad(25, null, /^the name of a level can't be null; accepted: a string$/);
  assert.equal(getLevelName(25), "Level 25");
});
