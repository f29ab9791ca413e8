// The pages of the docs: the guides' examples run and print what the text says, every
// link between pages leads to a page and a heading that are there, and the guide for
// those who come from Python names every deviation and every name of Python's. (The
// reference's examples are run against the packed package, in test/package/.)

import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { DEVIATIONS } from "../conformance/deviations.ts";
import { runExamples, topFolder } from "../kit/doc-examples.ts";
import { PYTHON_NAMES } from "./python-names.ts";

const root = topFolder(fileURLToPath(import.meta.url));
const guides = join(root, "docs", "guides");
const top = mkdtempSync(join(tmpdir(), "daybook-guides-"));
after(() => rmSync(top, { recursive: true, force: true }));
mkdirSync(join(top, "node_modules"));
// The package as it is built here: `dist` behind the exports of package.json.
symlinkSync(root, join(top, "node_modules", "daybook"));

for (const guide of readdirSync(guides).filter((name) => name.endsWith(".md"))) {
  test(`every example of ${guide} runs, and prints what the guide says`, () => {
    runExamples(readFileSync(join(guides, guide), "utf8"), top);
  });
}

test("every deviation of the conformance cases is named in the guide for those who come from Python", () => {
  const text = readFileSync(join(guides, "coming-from-python.md"), "utf8");
  for (const { name } of DEVIATIONS) assert.ok(text.includes(`\`${name}`), name);
});

for (const [module, names] of Object.entries(PYTHON_NAMES)) {
  test(`every public name of Python's ${module} is in the guide for those who come from Python`, () => {
    const text = readFileSync(join(guides, "coming-from-python.md"), "utf8");
    assert.deepEqual(
      names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text)),
      [],
    );
  });
}

test("every link between pages leads to a page, and to a heading of it", () => {
  const pages = [
    ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map((name) => join(root, name)),
    ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(root, "docs", name)),
  ];
  let links = 0;
  for (const page of pages) {
    for (const [, target = ""] of readFileSync(page, "utf8").matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^\w+:/.test(target)) continue;
      links += 1;
      const [path = "", heading] = target.split("#");
      const file = path === "" ? page : join(dirname(page), path);
      const what = `${relative(root, page)}: ${target}`;
      assert.ok(existsSync(file), what);
      if (heading !== undefined) assert.ok(headingsOf(file).includes(heading), what);
    }
  }
  assert.ok(links > 20);
});

/** The anchors that GitHub gives a page's headings. */
function headingsOf(page: string): string[] {
  return [...readFileSync(page, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-"),
  );
}
