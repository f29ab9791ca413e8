// `npm run bench`: runs the questions and prints their tables. `--help` lists what it
// takes. Tables and JSON go to stdout, all else to stderr. Exit code 1 if a question
// could not be answered, such as when a contestant lost lines.

import { parseArguments, usage } from "./arguments.mjs";
import { daybookVersion, load, machine } from "./report/machine.mjs";
import { saveAnswer } from "./report/results.mjs";
import { formatTable } from "./report/tables.mjs";
import { questions } from "./questions.mjs";
import { ensureBenchReady, peerVersions } from "./setup.mjs";

/** What a row of the class table says to other programs. */
const FIELDS = ["class", "scenario", "oursNs", "peer", "peerNs", "ratio", "rawNs"];

const failures = [];
const settings = parseArguments(process.argv.slice(2));
async function main() {
  ensureBenchReady(settings.dist);
  const answers = {};
  for (const question of questions.filter(settings.asks)) {
    const started = performance.now();
    const before = load();
    const failed = failures.length;
    answers[question.name] = await answer(question);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    say(`${question.name}: ${seconds} s`);
    if (!settings.json) print(question, answers[question.name]);
    if (settings.save) save(question, answers[question.name], { before, failed });
  }
  if (settings.json) process.stdout.write(`${JSON.stringify(forPrograms(answers))}\n`);
  if (failures.length > 0) {
    say(`failures:\n  ${failures.join("\n  ")}`);
    process.exitCode = 1;
  }
}

async function answer(question) {
  const fail = (text) => {
    // Where it was thrown is of no use: the contestant's process has its own stack.
    const first = /^.*?\w*Error: .*$/m.exec(text)?.[0] ?? text.split("\n")[0];
    failures.push(`${question.name}: ${first}`);
    say(`FAILED: ${question.name}: ${first}`);
  };
  const note = (text) => say(`${question.name}: ${text}`);
  try {
    return await question.run({ ...settings, note, fail });
  } catch (error) {
    fail(error.stack);
    return null;
  }
}

// Half an answer is none: what failed must be seen to first.
function save({ name }, rows, { before, failed }) {
  if (failures.length > failed || rows.length === 0) {
    say(`${name}: not saved`);
    return;
  }
  const versions = { daybook: daybookVersion(), ...peerVersions() };
  say(`${name}: saved in ${saveAnswer(name, rows, before, { machine: machine(), versions })}`);
}

async function docs() {
  const { staleDocs, writeDocs } = await import("./docs.mjs");
  if (!settings.check) for (const path of writeDocs()) say(`docs/${path}`);
  else {
    for (const path of staleDocs()) {
      say(`docs/${path} is not what the results give; npm run bench -- --docs`);
      process.exitCode = 1;
    }
  }
}

function print(question, rows) {
  if (rows === null) return;
  const { heads, rows: cells } = question.columns(rows);
  process.stdout.write(`\n${question.title}\n\n${formatTable(heads, cells)}\n`);
}

function forPrograms({ classes = [], ...others }) {
  const rows = (classes ?? []).map((row) =>
    Object.fromEntries(FIELDS.map((field) => [field, row[field]])),
  );
  const more = Object.keys(others).length > 0 ? { questions: others } : {};
  return { node: process.version, rows, ...more };
}

function say(text) {
  process.stderr.write(`bench: ${text}\n`);
}

if (settings.help) process.stdout.write(usage());
else if (settings.problem !== null) {
  process.stderr.write(`bench: ${settings.problem}\n\n${usage()}`);
  process.exitCode = 2;
} else if (settings.docs) await docs();
else await main();
