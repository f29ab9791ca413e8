// What does it cost to import a logger: milliseconds, and modules loaded? Each import
// is the first of a fresh process; what Node itself needs is not in the figures.

import { spawnSync } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { join } from "node:path";

import { median, rounded } from "./contest/statistics.mjs";

const PROGRAM = fileURLToPath(new URL("contest/import-once.mjs", import.meta.url));

export default {
  name: "start",
  title: "Importing",
  text: `\`import\` as the first thing of a process: milliseconds, and how many modules are loaded by it.`,
  run,
  columns,
  charts,
};

async function run({ dist, plan, note, fail }) {
  const daybook =
    dist === undefined
      ? new URL("../dist/index.js", import.meta.url).href
      : pathToFileURL(join(dist, "index.js")).href;
  const contestants = {
    daybook: [daybook],
    pino: ["pino"],
    bunyan: ["bunyan"],
    tslog: ["tslog"],
    LogTape: ["@logtape/logtape", "@logtape/file"],
    log4js: ["log4js"],
    winston: ["winston"],
  };
  const runs = new Map(Object.keys(contestants).map((name) => [name, { ms: [], modules: [] }]));
  const rounds = Math.min(plan.rounds, 15);
  note(`${rounds} times each of ${runs.size}`);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, packages] of Object.entries(contestants)) {
      try {
        const { ms, modules } = imported(packages);
        runs.get(name).ms.push(ms);
        runs.get(name).modules.push(modules);
      } catch (error) {
        fail(`${name}: ${error.message}`);
        return [];
      }
    }
  }
  return [...runs].map(([contestant, { ms, modules }]) => ({
    contestant,
    ms: rounded(median(ms)),
    modules: median(modules),
  }));
}

/** One process for the time and one for the count: counting takes time. */
function imported(packages) {
  return { ...once("time", packages), ...once("count", packages) };
}

function once(what, packages) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, what, ...packages], {
    encoding: "utf8",
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(stderr.trim());
  return JSON.parse(stdout);
}

function columns(rows) {
  return {
    heads: ["logger", "ms", "modules"],
    rows: rows.map((row) => [row.contestant, row.ms, row.modules]),
  };
}

function charts(rows, { name, title }) {
  return [
    {
      name,
      title,
      unit: "ms",
      groups: rows.map(({ contestant, ms }) => ({
        label: contestant,
        bars: [{ series: contestant === "daybook" ? "daybook" : "others", value: ms }],
      })),
    },
  ];
}
