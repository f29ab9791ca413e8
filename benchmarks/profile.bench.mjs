// Where do daybook's nanoseconds and bytes go, function by function? Asked only by
// name, for tuning: `--only profile --class buffered --scenario plain`. Small functions
// are part of those that V8 has built them into.

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { benchFolder } from "./contest/contest.mjs";
import { CLASS_NAMES, SCENARIOS } from "./scenarios.mjs";

const PROGRAM = fileURLToPath(new URL("contest/profile-once.mjs", import.meta.url));
const RECORDS = 300_000;

export default {
  name: "profile",
  title: "Profiles",
  text: "Own time and own allocations of functions, as the engine samples them.",
  onRequest: true,
  run,
  columns,
};

async function run({ dist, filter, note, fail }) {
  const rows = [];
  const classes = CLASS_NAMES.filter((each) => filter.class(each));
  for (const durability of classes) {
    for (const scenario of SCENARIOS.filter((each) => filter.scenario(each))) {
      note(`${durability}, ${scenario}`);
      try {
        rows.push(...profiled({ logger: "daybook", dist, durability, scenario, count: RECORDS }));
      } catch (error) {
        fail(`${durability}, ${scenario}: ${error.message}`);
      }
    }
  }
  return rows;
}

function profiled(setting) {
  const folder = join(benchFolder(), "logs");
  mkdirSync(folder);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [PROGRAM, JSON.stringify({ ...setting, folder })],
    { encoding: "utf8", timeout: 120_000 },
  );
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  if (status !== 0) throw new Error(stderr.trim());
  const { durability, scenario } = setting;
  return Object.entries(JSON.parse(stdout)).flatMap(([what, parts]) =>
    parts.map((part) => ({ durability, scenario, what, ...part })),
  );
}

function columns(rows) {
  return {
    heads: ["class", "scenario", "", "share", "a call", "function", "where"],
    rows: rows.map((row) => [
      row.durability,
      row.scenario,
      row.what,
      `${(row.share * 100).toFixed(1)} %`,
      row.what === "time" ? `${(row.perCall * 1000).toFixed(1)} ns` : `${row.perCall.toFixed(1)} B`,
      row.name,
      row.place,
    ]),
  };
}
