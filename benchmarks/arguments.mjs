// What `npm run bench` may be told.

import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { questions } from "./questions.mjs";
import { CLASS_NAMES, SCENARIOS } from "./scenarios.mjs";

const OPTIONS = {
  quick: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  save: { type: "boolean", default: false },
  docs: { type: "boolean", default: false },
  check: { type: "boolean", default: false },
  help: { type: "boolean", default: false, short: "h" },
  only: { type: "string", multiple: true, default: [] },
  class: { type: "string", multiple: true, default: [] },
  scenario: { type: "string", multiple: true, default: [] },
  rounds: { type: "string" },
  dist: { type: "string" },
  versus: { type: "string" },
};

/** Rounds of a contest, and the milliseconds after which it has enough of them. */
const PLAN = { rounds: 21, leastRounds: 7, budgetMs: 12_000 };
const QUICK_PLAN = { rounds: 11, leastRounds: 5, budgetMs: 4000 };

/** The help text. */
export function usage() {
  return `npm run bench -- [options]

Without options all questions are asked, which takes about half an hour; the answers
are printed, and saved in benchmarks/results/.

  --quick             the class table only, in fewer rounds (under three minutes)
  --json              one line of JSON on stdout instead of tables
  --only a,b          these questions:
                      ${questions.map(({ name }) => name).join(", ")}
                      (profile is asked only so)
  --class a,b         in the class table, these classes: write, buffered, journal, worker
  --scenario a,b      these scenarios: plain, 3 fields, nested, Error, child (beginnings will do)
  --rounds n          so many rounds, whatever time they take
  --dist folder       takes daybook from another build, such as build-mine/src; builds nothing
  --versus folder     compares with another build of daybook instead of the peer

  --save              saves the answers also if options are given
  --docs              makes docs/benchmarks.md from the saved answers; asks nothing
  --docs --check      only says whether it is up to date

Logs are written into the system's folder for temporary files, or into DAYBOOK_BENCH_DIR.
`;
}

/** The settings; \`problem\` says what can't be understood. */
export function parseArguments(args) {
  let values;
  try {
    ({ values } = parseArgs({ args, options: OPTIONS }));
  } catch (error) {
    return { problem: error.message };
  }
  const only = onlyOf(values);
  const plan = planOf(values);
  return {
    help: values.help,
    quick: values.quick,
    json: values.json,
    docs: values.docs,
    check: values.check,
    save: values.save || args.length === 0,
    dist: absolute(values.dist),
    versus: absolute(values.versus),
    plan,
    filter: {
      class: beginsWith(listOf(values.class)),
      scenario: beginsWith(listOf(values.scenario)),
    },
    asks: (question) =>
      only.length > 0 ? only.includes(question.name) : inAll(question, values.quick),
    problem: problemOf(only, plan, values),
  };
}

// What is said about the class table is said of the class table.
function onlyOf(values) {
  const only = listOf(values.only);
  const ofClasses = values.class.length + values.scenario.length > 0 || values.versus !== undefined;
  return only.length === 0 && ofClasses ? ["classes"] : only;
}

function inAll(question, quick) {
  return quick ? question.inQuick === true : question.onRequest !== true;
}

function planOf({ rounds, quick }) {
  if (rounds !== undefined) return { rounds: Number(rounds), asked: true };
  return quick ? QUICK_PLAN : PLAN;
}

function problemOf(only, plan, { class: classes, scenario, save, dist, versus, quick }) {
  const unknown = only.find((name) => questions.every((question) => question.name !== name));
  if (unknown !== undefined) return `no question is called ${unknown}`;
  const strange = [
    ...unknownOf(listOf(classes), CLASS_NAMES, "class"),
    ...unknownOf(listOf(scenario), SCENARIOS, "scenario"),
  ];
  if (strange.length > 0) return strange[0];
  if (!Number.isSafeInteger(plan.rounds) || plan.rounds < 1) return "--rounds takes a whole number";
  if (save && (dist !== undefined || versus !== undefined || quick)) {
    return "--save goes with full measurements of this build only";
  }
  return null;
}

function unknownOf(words, names, what) {
  return words
    .filter((word) => !names.some((name) => name.startsWith(word)))
    .map((word) => `no ${what} is called ${word}; accepted: ${names.join(", ")}`);
}

function absolute(folder) {
  return folder === undefined ? undefined : resolve(folder);
}

function listOf(values) {
  return values.flatMap((value) => value.split(",")).map((value) => value.trim());
}

function beginsWith(words) {
  return (name) => words.length === 0 || words.some((word) => name.startsWith(word));
}
