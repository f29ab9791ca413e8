// What does a SIGKILL cost? Each logger logs 12,345 records in one turn and is killed
// at the last one; then the lines in its files are counted. Where a logger can recover
// something, its next start is asked to. Lost is what is in no file after that.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { openSync, closeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { benchFolder } from "./contest/contest.mjs";
import { logFiles } from "./contest/written-lines.mjs";

const CALLS = 12_345;
const PROGRAM = fileURLToPath(new URL("contest/once.mjs", import.meta.url));

export default {
  name: "kill",
  title: `Killed after ${CALLS.toLocaleString("en-US")} calls in one turn`,
  text: `The numbered lines are counted after the death, and again after the next start, which
recovers what a journal or a ring still holds.`,
  run,
  columns,
};

const CONTESTANTS = [
  { name: "daybook, write", logger: "daybook", durability: "write" },
  { name: "daybook, journal", logger: "daybook", durability: "journal" },
  { name: "daybook, worker", logger: "daybook", durability: "worker" },
  { name: "daybook, buffered", logger: "daybook", durability: "buffered" },
  { name: "pino, sync", logger: "pino", durability: "write" },
  { name: "pino, minLength 4096", logger: "pino", durability: "buffered" },
  { name: "pino, async", logger: "pino", durability: "async" },
  { name: "pino, transport", logger: "pino", durability: "worker" },
  { name: "bunyan, stdout", logger: "bunyan", durability: "write", stdout: true },
  { name: "bunyan, path", logger: "bunyan", durability: "buffered" },
  { name: "LogTape, stream", logger: "logtape", durability: "buffered" },
  { name: "winston", logger: "winston", durability: "buffered" },
  { name: "log4js", logger: "log4js", durability: "buffered" },
];

async function run({ dist, note, fail }) {
  const rows = [];
  for (const entry of CONTESTANTS) {
    note(entry.name);
    const top = benchFolder();
    try {
      rows.push(killed({ ...entry, dist }, top));
    } catch (error) {
      fail(`${entry.name}: ${error.message}`);
    } finally {
      rmSync(top, { recursive: true, force: true, maxRetries: 5 });
    }
  }
  return rows;
}

function killed(entry, top) {
  const folder = join(top, "logs");
  mkdirSync(folder);
  const setting = { ...entry, folder, scenario: "numbered", format: "json" };
  const { signal } = start({ ...setting, count: CALLS, kill: true }, top);
  if (signal !== "SIGKILL") throw new Error("it was not killed");
  const atDeath = found(folder);
  // The next start: it opens the log, and finds what there is to be found.
  if (entry.logger === "daybook") start({ ...setting, count: 0 }, top);
  const atLast = found(folder);
  return {
    contestant: entry.name,
    calls: CALLS,
    inFile: atDeath.numbers.size,
    recovered: atLast.numbers.size - atDeath.numbers.size,
    lost: CALLS - atLast.numbers.size,
    doubled: atLast.lines - atLast.numbers.size,
  };
}

function start(setting, top) {
  const stdout = openSync(setting.stdout ? join(top, "logs", "stdout.log") : join(top, "out"), "a");
  const { status, signal, stderr } = spawnSync(
    process.execPath,
    [PROGRAM, JSON.stringify(setting)],
    { stdio: ["ignore", stdout, "pipe"], timeout: 60_000, encoding: "utf8" },
  );
  closeSync(stdout);
  if (status !== 0 && signal !== "SIGKILL") throw new Error(stderr.trim() || `code ${status}`);
  return { signal };
}

function found(folder) {
  const texts = logFiles(folder).map((file) => readFileSync(file, "latin1"));
  const all = texts.flatMap((text) =>
    [...text.matchAll(/record (\d{7}).*\n/g)].map(([, number]) => number),
  );
  return { lines: all.length, numbers: new Set(all) };
}

function columns(rows) {
  return {
    heads: ["logger", "calls", "in the file", "recovered", "lost", "twice"],
    rows: rows.map((row) => [
      row.contestant,
      row.calls,
      row.inFile,
      row.recovered,
      row.lost,
      row.doubled,
    ]),
  };
}
