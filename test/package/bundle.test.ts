// dist/ as the build leaves it: doors and programs, and the chunks that they share. Every
// path in it, and every path that leads into it, leads to a file; a class is one class,
// whichever door it comes from, and has its own name; no file is there that nothing loads.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { topFolder } from "../kit/doc-examples.ts";

const root = topFolder(fileURLToPath(import.meta.url));
const dist = join(root, "dist");
const built = filesIn(dist, /\.js$/);

/** Whatever a module says about where it is. */
const PLACE = /(?<!such as .*)(?:(\w+)\(([^()]*?),? ?)?import\.meta\.\w+/g;
const IMPORTED = /(?:^import|^export|\bfrom)\b.*?["'](\.\.?\/[^"']+)["'];$/gm;

test("every path that a built file goes by leads to a file", () => {
  let urls = 0;
  for (const file of built) {
    for (const [text, called, target = ""] of readFileSync(file, "utf8").matchAll(PLACE)) {
      // The module asks for packages, or for the package.json above it, which is anywhere above.
      if (called === "createRequire" || text.startsWith('URL("./", ')) continue;
      assert.match(text, /^URL\("[^"]+", import\.meta\.url$/, file);
      const path = new URL(JSON.parse(target) as string, pathToFileURL(file));
      assert.ok(existsSync(path), `${file}: ${text}`);
      urls += 1;
    }
  }
  // The threads of a log and of a listener, the storm's processes.
  assert.equal(urls, 3);
});

test("every path into dist/ leads to a file", () => {
  const places = ["bin", "scripts", "benchmarks", "examples"].flatMap((folder) =>
    filesIn(join(root, folder), /\.mjs$/),
  );
  let paths = 0;
  for (const file of places) {
    const text = readFileSync(file, "utf8");
    for (const [, target = ""] of text.matchAll(/"((?:\.\.\/)+dist\/[^"]+)"/g)) {
      assert.ok(existsSync(join(dirname(file), target)), `${file}: ${target}`);
      paths += 1;
    }
  }
  assert.ok(paths >= 5, `${paths}`);
});

test("every built file is a door, a program, or loaded by one", () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, "utf8");
    const targets = [
      ...[...text.matchAll(IMPORTED)].map(([, target = ""]) => target),
      ...[...text.matchAll(PLACE)]
        .filter(([whole]) => /^URL\("[^"]+\.js"/.test(whole))
        .map(([, , target = ""]) => JSON.parse(target) as string),
    ];
    for (const target of targets) visit(join(dirname(file), target));
  };
  for (const door of doors()) visit(join(root, door));
  for (const program of ["cli/main.js", "platform/locks.js", "storm/specimens/stock.js"])
    visit(join(dist, program));
  assert.deepEqual([...seen].toSorted(), built.toSorted());
});

test("the main door is two files, and no other loads more than six", () => {
  const load = (file: string, seen: Set<string>): Set<string> => {
    if (seen.has(file)) return seen;
    seen.add(file);
    for (const [, target = ""] of readFileSync(file, "utf8").matchAll(IMPORTED)) {
      load(join(dirname(file), target), seen);
    }
    return seen;
  };
  for (const door of doors()) {
    const files = load(join(root, door), new Set());
    if (door === "./dist/index.js") assert.equal(files.size, 2);
    assert.ok(files.size <= 6, `${door}: ${files.size}`);
  }
});

test("what doors give has its own name, and is the same from each and for CommonJS", () => {
  const names = Object.keys(exportsOfPackage()).filter((door) => !door.endsWith(".json"));
  const code = `
    const { createRequire } = await import("node:module");
    const require = createRequire(${JSON.stringify(pathToFileURL(join(root, "package.json")).href)});
    const own = Object.values(await import("daybook"));
    const { Handler, Formatter } = await import("daybook");
    for (const door of ${JSON.stringify(names)}) {
      const name = door.replace(".", "daybook");
      const given = await import(name);
      const required = require(name);
      for (const [key, value] of Object.entries(given)) {
        if (required[key] !== value) console.log("required:", name, key);
        if (typeof value !== "function") continue;
        if (value.name.includes("$")) console.log("name:", name, key, value.name);
        for (let base = value; typeof base === "function"; base = Object.getPrototypeOf(base)) {
          const same = own.find((one) => typeof one === "function" && one.name === base.name);
          const twice = ["Handler", "Formatter", "Filter", "Logger", "LogRecord"];
          if (twice.includes(base.name) && same !== base) console.log("twice:", name, base.name);
        }
      }
    }
    const { SocketHandler } = await import("daybook/network");
    console.log(SocketHandler.prototype instanceof Handler, typeof Formatter);`;
  const args = ["--no-warnings", "--input-type=module", "--eval", code];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  assert.equal(stdout, "true function\n", stderr);
});

test("a class of a built file is called what its source calls it", () => {
  for (const file of built) {
    assert.doesNotMatch(readFileSync(file, "utf8"), /\bclass \w+\$\d/, file);
  }
});

function filesIn(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : filesIn(path, pattern);
    return pattern.test(path) ? [path] : [];
  });
}

function doors(): string[] {
  return Object.values(exportsOfPackage()).flatMap((target) =>
    typeof target === "string" ? [] : [target.default],
  );
}

function exportsOfPackage(): Record<string, string | { readonly default: string }> {
  const text = readFileSync(join(root, "package.json"), "utf8");
  return (JSON.parse(text) as { exports: ReturnType<typeof exportsOfPackage> }).exports;
}
