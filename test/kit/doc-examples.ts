// The examples of a page of the docs, run as they stand: each block of JavaScript in a
// folder of its own, and if a block of text follows, what the example prints must be
// that. A line of three dots stands for any lines.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The nearest folder above that has a package-lock.json: the checkout. */
export function topFolder(path: string): string {
  const folder = dirname(path);
  return existsSync(join(folder, "package-lock.json")) ? folder : topFolder(folder);
}

/**
 * Runs the examples of a page; they find the package from `folder` upwards. Throws
 * at the first that fails or prints something else.
 *
 * @returns how many there were.
 */
export function runExamples(page: string, folder: string): number {
  const blocks = [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)];
  let examples = 0;
  for (const [index, [, language, code = ""]] of blocks.entries()) {
    if (language !== "js") continue;
    examples += 1;
    assert.match(code, /^import /, "an example that could not be run");
    const cwd = mkdtempSync(join(folder, "example-"));
    writeFileSync(join(cwd, "example.mjs"), code);
    const { status, stdout, stderr } = spawnSync(process.execPath, ["example.mjs"], {
      cwd,
      encoding: "utf8",
    });
    assert.equal(status, 0, `${code}\n${stderr}`);
    const next = blocks[index + 1];
    if (next?.[1] === "text") assert.match(stdout + stderr, expectation(next[2] ?? ""), code);
  }
  return examples;
}

function expectation(text: string): RegExp {
  const literal = text.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("\n\\.\\.\\.\n", "\n(?:.*\n)*?")}$`);
}
