import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { topFolder } from "../../kit/doc-examples.ts";
import { INVENTORY } from "./inventory.ts";

const FOLDER = join(topFolder(fileURLToPath(import.meta.url)), "test/conformance/cpython-suite");
/** This file is about the others. */
const OWN = "coverage.test.ts";

/** The tests of a source: `Class.method` of each `it` within each `describe`. */
function testsOf(source: string): string[] {
  const found: string[] = [];
  let suite = "";
  for (const [, kind, name] of source.matchAll(/^ *(describe|it)\(\s*"([^"]*)"/gm)) {
    if (kind === "describe") suite = name ?? "";
    else found.push(`${suite}.${name}`);
  }
  return found;
}

function without(names: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return names.filter((name) => !known.has(name));
}

function sources(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".test.ts") && name !== OWN)
    .map((name) => readFileSync(join(FOLDER, name), "utf8"));
}

describe("the mirror of CPython's suite", () => {
  const found = sources().flatMap(testsOf);
  const listed = INVENTORY.flatMap(({ name, methods }) => methods.map((each) => `${name}.${each}`));

  it("has a test for each method that is to be mirrored, and no other", () => {
    assert.ok(listed.length > 200);
    assert.deepEqual({ missing: without(listed, found) }, { missing: [] });
    assert.deepEqual({ unlisted: without(found, listed) }, { unlisted: [] });
    assert.equal(new Set(found).size, found.length, "a method has two tests");
  });

  it("has a reason for each method that it leaves out, and no class without any method", () => {
    for (const { name, verdict, methods, leftOut } of INVENTORY) {
      for (const [method, reason] of Object.entries(leftOut)) {
        assert.match(reason, /^[A-Z][^]{20,}\.$/, `${name}.${method}`);
        assert.ok(!methods.includes(method), `${name}.${method} is mirrored`);
      }
      const left = Object.keys(leftOut).length;
      assert.ok(verdict === "no" ? methods.length === 0 && left > 0 : methods.length > 0, name);
      if (verdict === "yes" && left > 0) assert.fail(`${name} leaves out ${left}: it is "partly"`);
    }
  });

  it("skips nothing but for what a machine lacks", () => {
    for (const source of sources()) {
      assert.doesNotMatch(source, /\b(?:it|describe|test)\.(?:skip|todo|only)\b/);
      assert.doesNotMatch(source, /[{,]\s*(?:todo|only):/);
      for (const [, reason] of source.matchAll(/\bskip: ([^}]*)\}/g)) {
        assert.match(reason ?? "", /\?.*false|false.*:/, `skipped in any case: ${reason}`);
      }
    }
  });

  it("would notice a test that is missing", () => {
    const source =
      'describe("A", () => {\n  it("one", x);\n});\ndescribe("B", () => {\n  it("two", x);\n});\n';
    assert.deepEqual(testsOf(source), ["A.one", "B.two"]);
    assert.deepEqual(testsOf(source.replace('it("two"', 'call("two"')), ["A.one"]);
  });
});
