// Every example of the guides runs as it stands, each in a folder of its own, and
// prints what the text behind it says, if there is one. A line of three dots stands
// for any lines.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { DEVIATIONS } from "../conformance/deviations.ts";

const root = topFolder(fileURLToPath(import.meta.url));
const guides = join(root, "docs", "guides");
const top = mkdtempSync(join(tmpdir(), "daybook-guides-"));
after(() => rmSync(top, { recursive: true, force: true }));
mkdirSync(join(top, "node_modules"));
// The package as it is built here: `dist` behind the exports of package.json.
symlinkSync(root, join(top, "node_modules", "daybook"));

/** The nearest folder above that has a package-lock.json: the checkout. */
function topFolder(path: string): string {
  const folder = dirname(path);
  return existsSync(join(folder, "package-lock.json")) ? folder : topFolder(folder);
}

function expectation(text: string): RegExp {
  const literal = text.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("\n\\.\\.\\.\n", "\n(?:.*\n)*?")}$`);
}

for (const guide of readdirSync(guides).filter((name) => name.endsWith(".md"))) {
  test(`every example of ${guide} runs, and prints what the guide says`, () => {
    const text = readFileSync(join(guides, guide), "utf8");
    const blocks = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)];
    for (const [index, [, language, code = ""]] of blocks.entries()) {
      if (language !== "js") continue;
      assert.match(code, /^import /, "an example that could not be run");
      const folder = mkdtempSync(join(top, "example-"));
      writeFileSync(join(folder, "example.mjs"), code);
      const { status, stdout, stderr } = spawnSync(process.execPath, ["example.mjs"], {
        cwd: folder,
        encoding: "utf8",
      });
      assert.equal(status, 0, `${code}\n${stderr}`);
      const next = blocks[index + 1];
      if (next?.[1] !== "text") continue;
      assert.match(stdout + stderr, expectation(next[2] ?? ""), code);
    }
  });
}

test("every deviation of the conformance cases is named in the guide for those who come from Python", () => {
  const text = readFileSync(join(guides, "coming-from-python.md"), "utf8");
  for (const { name } of DEVIATIONS) assert.ok(text.includes(`\`${name}`), name);
});

test("every page that a guide links to is there", () => {
  for (const guide of readdirSync(guides).filter((name) => name.endsWith(".md"))) {
    const text = readFileSync(join(guides, guide), "utf8");
    for (const [, target = ""] of text.matchAll(/\]\(([^)#]+\.md)(?:#[^)]*)?\)/g)) {
      if (/^https?:/.test(target)) continue;
      assert.ok(existsSync(join(guides, target)), `${guide}: ${target}`);
    }
  }
});
