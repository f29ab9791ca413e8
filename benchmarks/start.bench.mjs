// What does it cost to import a logger: milliseconds, modules loaded, memory? Each import
// is the first of a fresh process; what Node itself needs is not in the figures. All doors
// of the package are measured, each alone, beside the other loggers.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { median, rounded } from "./contest/statistics.mjs";

const PROGRAM = fileURLToPath(new URL("contest/import-once.mjs", import.meta.url));
const PACKAGE = new URL("../package.json", import.meta.url);

const PEERS = {
  pino: ["pino"],
  bunyan: ["bunyan"],
  tslog: ["tslog"],
  LogTape: ["@logtape/logtape", "@logtape/file"],
  log4js: ["log4js"],
  winston: ["winston"],
};

/** The most rounds: of the loggers, of our other doors, and of memory. */
const ROUNDS = { logger: 15, door: 5, memory: 3 };

/** Columns by the field of a row. */
const HEADS = {
  ms: "ms",
  modules: "modules",
  builtins: "of Node's own",
  mib: "MiB",
};

export default {
  name: "start",
  title: "Importing",
  text: `\`import\` as the first thing of a process: milliseconds, and how many modules are loaded by it.`,
  run,
  columns,
  charts,
};

async function run({ dist, plan, note, fail }) {
  const { daybook, ...doors } = ourDoors(dist);
  const contestants = { daybook, ...PEERS, ...doors };
  const runs = new Map(
    Object.keys(contestants).map((name) => [name, { ms: [], modules: [], builtins: [], mib: [] }]),
  );
  const rounds = Math.min(plan.rounds, ROUNDS.logger);
  note(`${rounds} times each of ${Object.keys(PEERS).length + 1} loggers and of ours by door`);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, packages] of Object.entries(contestants)) {
      if (isDoor(name) && round >= ROUNDS.door) continue;
      try {
        collect(runs.get(name), imported(packages, round));
      } catch (error) {
        fail(`${name}: ${error.message}`);
        return [];
      }
    }
  }
  return [...runs].map(([contestant, { ms, modules, builtins, mib }]) => ({
    contestant,
    ms: rounded(median(ms)),
    modules: median(modules),
    builtins: median(builtins),
    mib: Math.round(median(mib) * 10) / 10,
  }));
}

/** What to import by the name of the door: `daybook`, `daybook/config` and so on. */
function ourDoors(dist) {
  const { exports } = JSON.parse(readFileSync(PACKAGE, "utf8"));
  const folder = dist === undefined ? new URL("dist/", PACKAGE) : pathToFileURL(join(dist, "/"));
  const doors = Object.entries(exports).filter(([, target]) => target.default !== undefined);
  return Object.fromEntries(
    doors.map(([door, target]) => [
      `daybook${door.slice(1)}`,
      [new URL(target.default.replace("./dist/", ""), folder).href],
    ]),
  );
}

function isDoor(name) {
  return name.startsWith("daybook/");
}

function collect(figures, answers) {
  for (const [field, value] of Object.entries(answers)) figures[field].push(value);
}

/** One process for each: counting takes time and memory. What can't differ is counted once. */
function imported(packages, round) {
  return {
    ...once("time", packages),
    ...(round < ROUNDS.memory ? once("memory", packages) : {}),
    ...(round === 0 ? once("count", packages) : {}),
  };
}

function once(what, packages) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--expose-gc", PROGRAM, what, ...packages],
    { encoding: "utf8", timeout: 60_000 },
  );
  if (status !== 0) throw new Error(stderr.trim());
  return JSON.parse(stdout);
}

// Results of earlier versions have fewer fields.
function columns(rows) {
  const fields = Object.keys(HEADS).filter((field) => rows.some((row) => row[field] !== undefined));
  return {
    heads: ["logger", ...fields.map((field) => HEADS[field])],
    rows: rows.map((row) => [row.contestant, ...fields.map((field) => row[field])]),
  };
}

function charts(rows, { name, title }) {
  return [
    {
      name,
      title,
      unit: "ms",
      groups: rows
        .filter(({ contestant }) => !isDoor(contestant))
        .map(({ contestant, ms }) => ({
          label: contestant,
          bars: [{ series: contestant === "daybook" ? "daybook" : "others", value: ms }],
        })),
    },
  ];
}
