import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, test } from "node:test";
import { pathToFileURL } from "node:url";

import { SOURCES, writePrograms } from "../../test/kit/bundled-programs.ts";
import { isSourcePath, readSourceText, sourcePath } from "./source-file.ts";
import {
  originalCalledName,
  originalFunctionName,
  originalPlace,
  originalText,
  setSourceMaps,
} from "./source-map.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "daybook-maps-")));
after(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => setSourceMaps(true));
writePrograms(folder, false);

let files = 0;

/** A generated file whose first line came from line 8, column 3, of whatever `map` names. */
function generated(comment: string, text = "log();"): string {
  files += 1;
  const file = join(folder, `generated-${files}.js`);
  writeFileSync(file, `${text}\n${comment}\n`);
  return file;
}

function mapOf(more: Record<string, unknown> = {}): string {
  return JSON.stringify({ version: 3, names: [], sources: ["a.ts"], mappings: "AAOE", ...more });
}

function inline(map: string): string {
  return `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`;
}

test("a map is found beside the file, and within it, in every spelling of the comment", () => {
  writeFileSync(join(folder, "beside.map"), mapOf());
  mkdirSync(join(folder, "maps"));
  writeFileSync(join(folder, "maps", "below.map"), `)]}'\n${mapOf({ sourceRoot: "../lib" })}`);
  const expected = (path: string) => ({
    pathname: join(folder, path),
    lineno: 8,
    column: 3,
  });
  for (const [comment, path] of [
    ["//# sourceMappingURL=beside.map", "a.ts"],
    ["//@ sourceMappingURL=beside.map", "a.ts"],
    ["/*# sourceMappingURL=beside.map */", "a.ts"],
    ["//# sourceMappingURL=maps/below.map", "lib/a.ts"],
    [inline(mapOf()), "a.ts"],
    [`//# sourceMappingURL=data:application/json,${encodeURIComponent(mapOf())}`, "a.ts"],
    [inline(mapOf({ sources: ["a b#?%20.ts"] })), "a b#? .ts"],
    [inline(mapOf({ sources: [pathToFileURL(join(folder, "z.ts")).href] })), "z.ts"],
    [
      inline(
        JSON.stringify({
          version: 3,
          sections: [{ offset: { line: 0, column: 0 }, map: JSON.parse(mapOf()) as unknown }],
        }),
      ),
      "a.ts",
    ],
  ] as const) {
    const file = generated(comment);
    assert.deepEqual(originalPlace(file, 1, 1), expected(path), comment);
    assert.deepEqual(originalPlace(pathToFileURL(file).href, 1, 1), expected(path), comment);
  }
});

test("a source that is no file keeps the name that the map has for it", () => {
  const file = generated(inline(mapOf({ sources: ["webpack://app/./src/a.ts"] })));
  assert.equal(originalPlace(file, 1, 1)?.pathname, "webpack://app/src/a.ts");
});

test("a map that is missing, broken or elsewhere means no original", () => {
  writeFileSync(join(folder, "broken.map"), "{");
  for (const comment of [
    "",
    "// sourceMappingURL=beside.map",
    'const text = "sourceMappingURL=beside.map";',
    "//# sourceMappingURL=",
    "//# sourceMappingURL=none.map",
    "//# sourceMappingURL=broken.map",
    "//# sourceMappingURL=.",
    "//# sourceMappingURL=https://example.com/a.map",
    "//# sourceMappingURL=http://[",
    "//# sourceMappingURL=data:text/plain,x",
    "//# sourceMappingURL=data:application/json,%zz",
    inline("null"),
    inline("5"),
    inline(mapOf({ mappings: "!!!" })),
    inline(mapOf({ mappings: 7 })),
    inline(mapOf({ sources: [null] })),
    inline(mapOf({ sources: undefined })),
    inline(mapOf({ mappings: "A;AAOE" })),
  ]) {
    assert.equal(originalPlace(generated(comment), 1, 1), null, comment);
  }
  for (const file of [
    "",
    "node:fs",
    "[eval]",
    "evalmachine.<anonymous>",
    "data:text/javascript,1",
  ]) {
    assert.equal(originalPlace(file, 1, 1), null, file);
  }
});

test("a line that the map doesn't know has no original, though one before it has", () => {
  const file = generated(inline(mapOf()), "log();\nlog();");
  assert.notEqual(originalPlace(file, 1, 5), null);
  assert.equal(originalPlace(file, 2, 1), null);
  assert.equal(originalPlace(file, 0, 0), null);
  assert.equal(originalPlace(file, Number.NaN, Number.NaN), null);
});

test("a file is read once, also when it has no map", () => {
  const file = generated(inline(mapOf()));
  const none = generated("");
  const before = originalPlace(file, 1, 1);
  assert.equal(originalPlace(none, 1, 1), null);
  writeFileSync(file, "log();\n");
  writeFileSync(none, `log();\n${inline(mapOf())}\n`);
  assert.deepEqual(originalPlace(file, 1, 1), before);
  assert.equal(originalPlace(none, 1, 1), null);
  setSourceMaps(true); // forgets
  assert.equal(originalPlace(file, 1, 1), null);
  assert.deepEqual(originalPlace(none, 1, 1)?.lineno, 8);
});

test("a function has the name of its source, in whatever form the minifier left it", () => {
  const file = join(folder, "minified.mjs");
  const text = readSourceText(file) ?? "";
  const at = (piece: string): number => text.indexOf(piece) + 1;
  assert.equal(originalFunctionName(file, "n", 1, at("function n(")), "payOrder");
  assert.equal(originalFunctionName(file, "r", 1, at("o=>{")), "refund");
  assert.equal(originalFunctionName(file, "f", 1, at("async function f(")), "run");
  assert.equal(originalFunctionName(file, "sell", 1, at("async sell(")), null);
  assert.equal(originalFunctionName(file, "n", 9, 1), null);
  assert.equal(originalFunctionName(join(folder, "none.js"), "n", 1, 1), null);
});

test("a function has the name of its source where it is called, and only there", () => {
  const file = join(folder, "minified.mjs");
  const text = readSourceText(file) ?? "";
  const at = (piece: string): number => text.indexOf(piece) + 1;
  assert.equal(originalCalledName(file, "n", 1, at("n(o,2)")), "payOrder");
  assert.equal(originalCalledName(file, "m", 1, at("n(o,2)")), null);
  assert.equal(originalCalledName(file, "new", 1, at("new e().fail")), null);
  assert.equal(originalCalledName(file, "", 1, 1), null);
});

test("the text of a source is the map's", () => {
  const file = join(folder, "minified.mjs");
  assert.equal(originalText(file, join(folder, "src/shop.ts")), SOURCES["src/shop.ts"]);
  assert.equal(originalText(file, join(folder, "src/other.ts")), null);
  assert.equal(originalText(join(folder, "plain.cjs"), join(folder, "src/shop.ts")), null);
});

test("only regular files are read: a named pipe keeps nobody waiting", () => {
  const pipe = join(folder, "pipe.js");
  execFileSync("mkfifo", [pipe]);
  assert.equal(readSourceText(pipe), null);
  assert.equal(readSourceText(folder), null);
  assert.equal(readSourceText("/dev/zero"), null);
  assert.equal(readSourceText(join(folder, "minified.mjs"))?.startsWith("function n("), true);
  // A share of another machine, on Windows.
  assert.equal(readSourceText(`/${join(folder, "minified.mjs")}`), null);
  assert.equal(originalPlace(generated("//# sourceMappingURL=pipe.js"), 1, 1), null);
});

test("a source file is known by its end, and a URL by its path", () => {
  for (const path of ["/a.js", "/a.mjs", "C:\\a.CTS", "/a.tsx", "/a.vue"]) {
    assert.equal(isSourcePath(path), true, path);
  }
  for (const path of ["/etc/passwd", "/a.json", "/a.js.map", "/.env", "/proc/self/environ"]) {
    assert.equal(isSourcePath(path), false, path);
  }
  assert.equal(sourcePath("file:///a%20b.js"), "/a b.js");
  assert.equal(sourcePath("file:///a%zz.js"), "file:///a%zz.js");
  assert.equal(sourcePath("/a%20b.js"), "/a%20b.js");
});
