import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { breaches } from "./rules.ts";
import { scanSource } from "./source-scan.ts";

// This file runs from build/test/house/.
const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The files of the tree under src/, as `src/...` paths. */
function readTree(): Map<string, string> {
  const entries = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  const paths = entries.map((entry) => `src/${entry.replaceAll("\\", "/")}`).toSorted();
  return new Map(
    paths
      .filter((path) => path.endsWith(".ts"))
      .map((path) => [path, readFileSync(join(root, path), "utf8")]),
  );
}

/** Every target that package.json exports, at any depth of conditions. */
function exportedTargets(): string[] {
  const collect = (value: unknown): string[] => {
    if (typeof value === "string") return [value];
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(collect) : [];
  };
  const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return collect((manifest as { exports?: unknown }).exports);
}

test("the sources keep the rules of the house", () => {
  const tree = readTree();
  assert.ok(tree.size > 10, `only ${tree.size} sources found under ${root}`);
  assert.deepEqual(breaches(tree, exportedTargets()), []);
});

const OPENING = "// What lives here.\n";

/** The breaches of a made-up tree, whose files get an opening comment. */
function planted(files: Record<string, string>, exported: string[] = []): string[] {
  const tree = new Map(Object.entries(files).map(([path, text]) => [path, OPENING + text]));
  return breaches(tree, exported);
}

const BOTH = {
  "src/core/level.ts": "export const INFO = 20;\n",
  "src/rotation/fs-op.ts": "export type Fd = number;\n",
};

test("a tree that keeps the rules has no breach", () => {
  assert.deepEqual(
    planted(
      {
        ...BOTH,
        "src/core/errors.ts": "export class E extends Error {}\n",
        "src/core/logger.ts":
          'import { INFO } from "./level.ts";\nimport { inspect } from "node:util";\n',
        "src/formatters/json.ts": 'import { INFO } from "../core/level.ts";\n',
        "src/platform/node-fs.ts":
          'import { writeSync } from "node:fs";\nimport type { Fd } from "../rotation/fs-op.ts";\nimport { E } from "../core/errors.ts";\nimport koffi from "koffi";\n',
        "src/handlers/file.ts": 'import { writeSync } from "../platform/node-fs.ts";\n',
        "src/storm/worker.ts":
          'import { fork } from "node:child_process";\nimport { INFO } from "../index.ts";\nDate.now();\n',
        "src/index.ts": 'export { INFO } from "./core/level.ts";\n',
      },
      ["./dist/index.js"],
    ),
    [],
  );
});

test("every wrong arrow is found", () => {
  const wrong: [string, string, RegExp][] = [
    ["src/core/record.ts", "../formatters/json.ts", /core must not import formatters\/json/],
    ["src/filters/name.ts", "../handlers/file.ts", /filters must not import handlers/],
    ["src/formatters/json.ts", "../rotation/fs-op.ts", /formatters must not import rotation/],
    ["src/rotation/append.ts", "../core/level.ts", /rotation must not import core/],
    ["src/rotation/strategies/claim.ts", "../../core/level.ts", /rotation must not import core/],
    ["src/platform/locks.ts", "../core/level.ts", /platform must not import core\/level/],
    ["src/platform/locks.ts", "../rotation/append.ts", /platform must not import rotation\/append/],
    ["src/handlers/file.ts", "../storm/worker.ts", /handlers must not import storm/],
    ["src/config/basic-config.ts", "../cli/main.ts", /config must not import cli/],
    ["src/cli/main.ts", "../core/level.ts", /cli must not import core/],
    ["src/index.ts", "./storm/worker.ts", /index must not import storm/],
    ["src/attic/old.ts", "../core/level.ts", /room 'attic' is not in the table/],
    ["src/core/record.ts", "./nowhere.ts", /not there/],
  ];
  for (const [path, specifier, message] of wrong) {
    const target = join(path, "..", specifier);
    for (const form of [
      `import { x } from "${specifier}";`,
      `import type { x } from '${specifier}';`,
      `export * from "${specifier}";`,
      `import {\n  x,\n} from "${specifier}";`,
      `const x = await import(\`${specifier}\`);`,
    ]) {
      const files = specifier.includes("nowhere") ? {} : { [target]: "export const x = 1;\n" };
      const found = planted({ ...files, [path]: `${form}\n` }, ["./dist/index.js"]);
      assert.equal(found.length, 1, `${path} ${form}: ${found.join("; ")}`);
      assert.match(found[0] ?? "", message);
    }
  }
});

test("modules that reach out of the process are found outside platform", () => {
  for (const name of [
    "fs",
    "fs/promises",
    "net",
    "tls",
    "dgram",
    "http",
    "https",
    "child_process",
    "worker_threads",
    "cluster",
  ]) {
    for (const text of [
      `import "node:${name}";\n`,
      `const m = process.getBuiltinModule("node:${name}");\n`,
      `const m = require("node:${name}");\n`,
    ]) {
      const found = planted({ "src/handlers/file.ts": text });
      assert.equal(found.length, 1, text);
      assert.match(found[0] ?? "", /src\/handlers\/file\.ts:2: handlers must not import node:/);
      assert.deepEqual(planted({ "src/platform/file.ts": text }), []);
    }
  }
  assert.match(
    planted({ "src/rotation/a.ts": 'import "node:path";\n' })[0] ?? "",
    /rotation must not/,
  );
  assert.match(planted({ "src/core/a.ts": 'import "koffi";\n' })[0] ?? "", /package koffi/);
});

test("time, chance and the process are found in the rotation room", () => {
  for (const text of [
    "const t = Date.now();",
    "const d = new Date(5);",
    "const D = Date;",
    "const r = Math.random();",
    "const p = process.pid;",
    "const b = Buffer.from(text);",
    "setTimeout(go, 5);",
    "const s = `at ${new Date(x)}`;",
  ]) {
    const found = planted({ "src/rotation/a.ts": `${text}\n` });
    assert.ok(found.length > 0 && found.every((each) => each.includes("a.ts:2:")), text);
  }
  const innocent =
    'interface Who { process: number; Date?: string }\nlet a = who.process + who.Date;\n// Date.now()\nconst s = "Date.now() process";\nconst r = /Buffer/;\nconst m = Math.floor(2);\n';
  assert.deepEqual(planted({ "src/rotation/a.ts": innocent }), []);
});

test("reading the clock is found outside its one place", () => {
  for (const text of ["Date.now();", "new Date();", "const d = new Date;", "f(new Date ( ));"]) {
    assert.match(
      planted({ "src/core/record.ts": `${text}\n` })[0] ?? "",
      /record\.ts:2: reads the clock/,
      text,
    );
    assert.deepEqual(planted({ "src/core/clock.ts": `${text}\n` }), [], text);
    assert.deepEqual(planted({ "src/core/record.test.ts": `${text}\n` }), [], text);
  }
  assert.deepEqual(planted({ "src/core/record.ts": "new Date(created * 1000);\n" }), []);
});

test("a cycle of imports is found and shown", () => {
  const found = planted({
    "src/core/a.ts": 'import { b } from "./b.ts";\n',
    "src/core/b.ts": 'import { c } from "./c.ts";\n',
    "src/core/c.ts": 'import { a } from "./a.ts";\n',
    "src/core/d.ts": 'import { a } from "./a.ts";\n',
  });
  assert.deepEqual(found, [
    "import cycle: src/core/a.ts -> src/core/b.ts -> src/core/c.ts -> src/core/a.ts",
  ]);
});

test("a cycle is none if a type-only import closes it, and one if a value does", () => {
  const logger = 'import { deliver } from "./delivery.ts";\n';
  const closing: [string, number][] = [
    ['import type { Logger } from "./logger.ts";', 0],
    ['export type {\n  Logger,\n} from "./logger.ts";', 0],
    ['import type Logger from "./logger.ts";', 0],
    ['import { x } from "./x.ts"; import type { Logger } from "./logger.ts";', 0],
    ['import { type Logger } from "./logger.ts";', 1],
    ['import type { X } from "./x.ts"; import { Logger } from "./logger.ts";', 1],
    ['import type { X } from "./x.ts"\nimport { Logger } from "./logger.ts";', 1],
  ];
  for (const [text, count] of closing) {
    const found = planted({
      "src/core/logger.ts": logger,
      "src/core/delivery.ts": `${text}\n`,
      "src/core/x.ts": "",
    });
    assert.equal(found.length, count, `${text}: ${found.join("; ")}`);
  }
});

test("bad names, long files and files without an opening comment are found", () => {
  for (const name of ["utils", "types", "common", "helpers", "tools", "util"]) {
    assert.match(planted({ [`src/core/${name}.ts`]: "" })[0] ?? "", /name the file/);
  }
  assert.match(planted({ "src/core/LogRecord.ts": "" })[0] ?? "", /kebab-case/);
  assert.match(
    planted({ "src/core/index.ts": "" }, ["./dist/index.js"])[0] ?? "",
    /does not export/,
  );
  assert.deepEqual(planted({ "src/testing/index.ts": "" }, ["./dist/testing/index.js"]), []);
  assert.match(planted({ "src/core/a.ts": "x;\n".repeat(400) })[0] ?? "", /401 lines/);
  assert.deepEqual(planted({ "src/core/a.ts": "x;\n".repeat(399) }), []);
  for (const text of ["export const a = 1;\n", "\n// Late.\n", "//\n", "/* What. */\n"]) {
    assert.match(breaches(new Map([["src/core/a.ts", text]]), [])[0] ?? "", /opening|open with/);
  }
});

test("the scan sees no imports and no code inside comments and texts", () => {
  const source = [
    '// import "a";',
    '/* import "b"; */ const one = \'import "c"\';',
    'const two = `import "d" ${f("x", `${"}"} new Date()`)} from "e"`;',
    'const three = /["\'/]import "f"/; const four = 6 / 2 / 1; import "g";',
    'const five = "\\"import "; const six = [/[/"]/, 1];',
    'import "h"; import.meta.url; const re = x.match(/a"b/g);',
    'export { i } from "i";',
  ].join("\n");
  const { imports, code } = scanSource(source);
  assert.deepEqual(
    imports.map(({ specifier, line }) => [specifier, line]),
    [
      ["g", 4],
      ["h", 6],
      ["i", 7],
    ],
  );
  assert.equal(code.split("\n").length, 7);
  assert.ok(!code.includes("new Date"));
});
