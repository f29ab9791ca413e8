// The package as users get it: packed, unpacked into a folder of its own, imported
// from ES modules and from CommonJS, type-checked by a consumer. It needs no network.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { runExamples, topFolder } from "../kit/doc-examples.ts";

const root = topFolder(fileURLToPath(import.meta.url));
let consumer: string;
let packed: string[];

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  assert.equal(
    status,
    0,
    `${command} ${args.join(" ")}: ${error?.message ?? ""}\n${stdout}\n${stderr}`,
  );
  assert.equal(stderr, "");
  return stdout;
}

describe("the packed package", () => {
  before(() => {
    consumer = mkdtempSync(join(tmpdir(), "daybook-package-"));
    const installed = join(consumer, "node_modules", "daybook");
    mkdirSync(installed, { recursive: true });
    const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      files: string[];
    };
    // What npm packs: `files`, and these always.
    for (const entry of [...files, "package.json", "README.md", "LICENSE"]) {
      cpSync(join(root, entry), join(installed, entry), { recursive: true });
    }
    packed = readdirSync(installed, { recursive: true }) as string[];
    writeFileSync(
      join(consumer, "package.json"),
      JSON.stringify({ name: "consumer", type: "module" }),
    );
  });

  after(() => rmSync(consumer, { recursive: true, force: true }));

  it("holds no tests and no sources", () => {
    assert.deepEqual(
      packed.filter((path) => /\.test\.|(?<!\.d)\.ts$/.test(path)),
      [],
    );
  });

  it("logs from an ES module, without any optional dependency", () => {
    writeFileSync(
      join(consumer, "use.mjs"),
      `import { TimedRotatingFileHandler, getLogger } from "daybook";
       const log = getLogger("app");
       log.addHandler(new TimedRotatingFileHandler("logs/app.log", { when: "midnight" }));
       log.warning("hello %s", "module");`,
    );
    run(process.execPath, ["use.mjs"], consumer);
    assert.equal(readFileSync(join(consumer, "logs", "app.log"), "utf8"), "hello module\n");
  });

  it("logs from CommonJS, without a warning", () => {
    writeFileSync(
      join(consumer, "use.cjs"),
      `const { getLogger, StreamHandler } = require("daybook");
       const log = getLogger("app");
       log.addHandler(new StreamHandler(process.stdout));
       log.warning("hello %s", "require");`,
    );
    assert.equal(run(process.execPath, ["use.cjs"], consumer), "hello require\n");
  });

  it("runs every complete example of the README as it stands", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const examples = [...readme.matchAll(/^```js\n(.*?)^```/gms)]
      .map(([, code = ""]) => code)
      .filter((code) => code.startsWith("import"));
    assert.equal(examples.length, 2);
    for (const [index, code] of examples.entries()) {
      writeFileSync(join(consumer, `readme-${index}.mjs`), code);
      run(process.execPath, [`readme-${index}.mjs`], consumer);
    }
    const log = readFileSync(join(consumer, "logs", "httpsrv.log"), "utf8");
    assert.match(
      log,
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO httpsrv user ada paid 1250 cents\n/,
    );
    assert.match(log, / ERROR httpsrv could not ship order 7\nError: no address\n {4}at /);
    assert.match(readFileSync(join(consumer, "script.log"), "utf8"), / it is done\n$/);
  });

  it("runs every example of the reference, and each prints what the reference says", () => {
    const reference = readFileSync(join(root, "docs", "reference.md"), "utf8");
    const examples = runExamples(reference, consumer);
    assert.equal(examples, [...reference.matchAll(/^```text$/gm)].length);
    assert.ok(examples > 5);
  });

  it("names every export in the reference", () => {
    const reference = readFileSync(join(root, "docs", "reference.md"), "utf8");
    writeFileSync(
      join(consumer, "exports.mjs"),
      `import * as daybook from "daybook"; console.log(Object.keys(daybook).join("\\n"));`,
    );
    const names = run(process.execPath, ["exports.mjs"], consumer).trim().split("\n");
    assert.ok(names.includes("getLogger"));
    assert.deepEqual(
      names.filter((name) => !new RegExp(`\\b${name}\\b`).test(reference)),
      [],
    );
  });

  it("offers the command", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      version: string;
    };
    const command = join("node_modules", "daybook", "bin", "daybook.mjs");
    assert.equal(run(process.execPath, [command, "--version"], consumer).trim(), version);
  });

  it("has types that a strict consumer can use", () => {
    writeFileSync(
      join(consumer, "use.ts"),
      `import { TimedRotatingFileHandler, getLogger, type Logger } from "daybook";
       const log: Logger = getLogger("app");
       const handler = new TimedRotatingFileHandler("x.log", { when: "midnight", strategy: "rename" });
       const dropped: number = handler.stats().dropped;
       // @ts-expect-error: no such strategy
       new TimedRotatingFileHandler("x.log", { strategy: "hope" });
       log.info("%d", dropped, { field: 1 });`,
    );
    symlinkSync(join(root, "node_modules", "@types"), join(consumer, "node_modules", "@types"));
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const options = [
      "--noEmit",
      "--strict",
      "--module",
      "nodenext",
      "--target",
      "es2023",
      "--types",
      "node",
    ];
    run(process.execPath, [tsc, ...options, "use.ts"], consumer);
  });

  it("has a package.json that publint finds nothing against", () => {
    const publint = join(root, "node_modules", "publint", "src", "cli.js");
    const output = run(
      process.execPath,
      [publint, "run", "--strict", "--pack", "false", root],
      root,
    );
    assert.match(output, /All good!/);
  });
});
