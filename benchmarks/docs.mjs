// Makes docs/benchmarks.md and its charts from the results in the repository, and
// nothing else: no measuring, no peers, no clock. With `--check` it only compares, and
// ends with code 1 if the pages are not what the results give.

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { barChart } from "./report/bar-chart.mjs";
import { allResults } from "./report/results.mjs";
import { markdownTable } from "./report/tables.mjs";
import { questions } from "./questions.mjs";

const DOCS = fileURLToPath(new URL("../docs/", import.meta.url));
const PAGE = "benchmarks.md";
const CHARTS = "benchmarks";

/** The page and the charts: a map from path within docs/ to text. */
export function makeDocs(results = allResults()) {
  const files = new Map();
  const sections = questions.map((question) => section(question, results, files));
  files.set(PAGE, `${[introduction(results), ...sections.filter(Boolean)].join("\n\n")}\n`);
  return files;
}

/** Paths in docs/ that are not what the results give. */
export function staleDocs() {
  const files = makeDocs();
  const wrong = [...files].filter(([path, text]) => currentText(path) !== text);
  const left = chartsThere().filter((path) => !files.has(path));
  return [...wrong.map(([path]) => path), ...left];
}

/** Writes them. */
export function writeDocs() {
  const files = makeDocs();
  for (const path of chartsThere()) if (!files.has(path)) rmSync(join(DOCS, path));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(DOCS, path)), { recursive: true });
    writeFileSync(join(DOCS, path), text);
  }
  return [...files.keys()];
}

function currentText(path) {
  const file = join(DOCS, path);
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

function chartsThere() {
  const folder = join(DOCS, CHARTS);
  return existsSync(folder) ? readdirSync(folder).map((name) => `${CHARTS}/${name}`) : [];
}

function introduction(results) {
  const text = readFileSync(new URL("report/introduction.md", import.meta.url), "utf8").trim();
  return text.replace("<!-- machines -->", machines(results));
}

function machines(results) {
  if (results.length === 0) return "There are no results in the repository yet.";
  const names = [...new Set(results.flatMap(({ versions }) => Object.keys(versions)))].toSorted();
  const heads = ["", ...results.map(({ node }) => `Node ${node.slice(1)}`)];
  const row = (name, valueOf) => [name, ...results.map((each) => String(valueOf(each) ?? ""))];
  return markdownTable(heads, [
    row("CPU", ({ machine }) => `${machine.cpu}, ${machine.cores} cores`),
    row("memory", ({ machine }) => `${machine.memoryGb} GB`),
    row("system", ({ machine }) => machine.system),
    row("file system", ({ machine }) => machine.fileSystem),
    ...names.map((name) => row(name, ({ versions }) => versions[name])),
  ]);
}

function section(question, results, files) {
  const answered = results.filter(({ answers }) => answers[question.name]?.rows.length > 0);
  if (answered.length === 0) return null;
  const parts = [`## ${question.title}`, question.text];
  for (const { node, answers } of answered) {
    const { date, load, rows } = answers[question.name];
    const { heads, rows: cells } = question.columns(rows);
    parts.push(
      `Node ${node.slice(1)}, ${date} (load of the machine before: ${load}):`,
      markdownTable(heads, cells),
    );
  }
  const [{ node, answers }] = answered;
  for (const chart of question.charts?.(answers[question.name].rows, question) ?? []) {
    const path = `${CHARTS}/${chart.name}.svg`;
    const title = `${chart.title} (Node ${node.slice(1).split(".")[0]})`;
    files.set(path, barChart({ ...chart, title }));
    parts.push(`![${title}](${path})`);
  }
  return parts.join("\n\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--check")) {
    const stale = staleDocs();
    for (const path of stale) process.stderr.write(`docs/${path} is not what the results give\n`);
    process.exitCode = stale.length === 0 ? 0 : 1;
  } else for (const path of writeDocs()) process.stderr.write(`docs/${path}\n`);
}
