import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, test } from "node:test";

import { getLogger } from "../core/hierarchy.ts";
import { addLevelName, resetLevelNames } from "../core/level.ts";
import { configFromEnvironment } from "./environment.ts";

const root = getLogger();

afterEach(() => {
  for (const handler of root.handlers) handler.close();
  root.handlers = [];
  root.setLevel("WARNING");
  resetLevelNames();
});

test("without variables nothing happens", () => {
  assert.equal(configFromEnvironment({}), false);
  assert.equal(
    configFromEnvironment({ DAYBOOK_CONFIG: "", DAYBOOK_LEVEL: " ", DAYBOOK_LEVELS: "" }),
    false,
  );
  assert.equal(root.level, 30);
});

test("levels are set by name in any case, or by number", () => {
  addLevelName(25, "Notice");
  const list = "env.a=debug, env.b = ERROR,env.c=15,env.d=Notice,";
  assert.equal(configFromEnvironment({ DAYBOOK_LEVEL: "info", DAYBOOK_LEVELS: list }), true);
  const levels = ["env.a", "env.b", "env.c", "env.d"].map((name) => getLogger(name).level);
  assert.deepEqual([root.level, ...levels], [20, 10, 40, 15, 25]);
});

test("a file is applied, and levels win over it", () => {
  const folder = mkdtempSync(join(tmpdir(), "daybook-environment-"));
  try {
    const path = join(folder, "c.json");
    const document = {
      version: 1,
      handlers: { n: { class: "NullHandler" } },
      root: { level: "ERROR", handlers: ["n"] },
      loggers: { "env.file": { level: "ERROR" }, "env.other": { level: "ERROR" } },
    };
    writeFileSync(path, JSON.stringify(document));
    configFromEnvironment({ DAYBOOK_CONFIG: path, DAYBOOK_LEVELS: "env.file=DEBUG" });
    assert.equal(root.handlers.length, 1);
    assert.deepEqual(
      [root.level, getLogger("env.file").level, getLogger("env.other").level],
      [40, 10, 40],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what is wrong is refused before anything is changed", () => {
  const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ DAYBOOK_LEVEL: "loud" }, /Unknown level in DAYBOOK_LEVEL: 'loud'; accepted: .*CRITICAL/],
    [
      { DAYBOOK_LEVEL: "DEBUG", DAYBOOK_LEVELS: "a=b" },
      /Unknown level in DAYBOOK_LEVELS: 'b'; accepted: .*DEBUG/,
    ],
    [
      { DAYBOOK_LEVEL: "DEBUG", DAYBOOK_LEVELS: "a" },
      /DAYBOOK_LEVELS can't have the entry 'a'; accepted: logger=LEVEL/,
    ],
    [{ DAYBOOK_LEVELS: "=DEBUG" }, /can't have the entry/],
    [{ DAYBOOK_LEVEL: "DEBUG", DAYBOOK_CONFIG: "/none/c.json" }, /ENOENT/],
    [{ DAYBOOK_LEVEL: "DEBUG", DAYBOOK_CONFIG: "c.txt" }, /unknown kind.*accepted: .*\.json/],
  ];
  for (const [env, message] of cases) {
    assert.throws(() => configFromEnvironment(env), message);
    assert.equal(root.level, 30);
  }
});

test("any whole number is a level, as in documents", () => {
  try {
    configFromEnvironment({ DAYBOOK_LEVEL: "-5", DAYBOOK_LEVELS: "env.high=12345678901" });
    assert.deepEqual([root.level, getLogger("env.high").level], [-5, 12_345_678_901]);
    assert.throws(() => configFromEnvironment({ DAYBOOK_LEVEL: "1.5" }), /Unknown level/);
    assert.throws(() => configFromEnvironment({ DAYBOOK_LEVEL: "9".repeat(20) }), /Unknown level/);
  } finally {
    root.setLevel("WARNING");
  }
});
