// How often does a record ask the kernel for something? strace counts the system calls
// of two runs, a short and a long one; the difference is what the records needed, with
// all their process's threads, and nothing of the start.

import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { benchFolder } from "./contest/contest.mjs";
import { rounded } from "./contest/statistics.mjs";

const SHORT = 2000;
const LONG = 12_000;
const PROGRAM = fileURLToPath(new URL("contest/once.mjs", import.meta.url));
/** Of the garbage collector and the event loop. */
const NOT_OF_RECORDS = /^(?:m(?:map|unmap|remap|advise|protect)|brk|epoll_\w+|getpid|sched_yield)$/;

export default {
  name: "syscalls",
  title: "System calls, per 1000 records of one turn",
  text: `Counted by strace, all threads of the process together, without those of memory management and the
event loop. What is below one per thousand is not listed.`,
  run,
  columns,
};

const CONTESTANTS = [
  { name: "daybook, write", logger: "daybook", durability: "write" },
  { name: "daybook, buffered", logger: "daybook", durability: "buffered" },
  { name: "daybook, journal", logger: "daybook", durability: "journal" },
  { name: "daybook, worker", logger: "daybook", durability: "worker" },
  { name: "pino, sync", logger: "pino", durability: "write" },
  { name: "pino, minLength 4096", logger: "pino", durability: "buffered" },
  { name: "bunyan", logger: "bunyan", durability: "write", stdout: true },
  { name: "log4js", logger: "log4js", durability: "write" },
];

async function run({ dist, note, fail }) {
  const { error, status } = spawnSync("strace", ["-o", "/dev/null", "true"], { stdio: "ignore" });
  if (error !== undefined || status !== 0) {
    note("strace can't be used here; not asked");
    return [];
  }
  const rows = [];
  for (const entry of CONTESTANTS) {
    note(entry.name);
    try {
      rows.push(counted({ ...entry, dist, scenario: "plain" }));
    } catch (error) {
      fail(`${entry.name}: ${error.message}`);
    }
  }
  return rows;
}

function counted(entry) {
  const short = traced(entry, SHORT);
  const long = traced(entry, LONG);
  const per = (LONG - SHORT) / 1000;
  const kinds = [...long]
    .map(([kind, count]) => [kind, (count - (short.get(kind) ?? 0)) / per])
    .filter(([kind, count]) => count >= 1 && !NOT_OF_RECORDS.test(kind))
    .toSorted(([, a], [, b]) => b - a);
  return {
    contestant: entry.name,
    calls: rounded(kinds.reduce((sum, [, count]) => sum + count, 0)),
    kinds: Object.fromEntries(kinds.map(([kind, count]) => [kind, rounded(count)])),
  };
}

function traced(entry, count) {
  const top = benchFolder();
  const folder = join(top, "logs");
  mkdirSync(folder);
  const trace = join(top, "trace");
  const stdout = openSync(join(folder, "stdout.log"), "a");
  try {
    const order = JSON.stringify({ ...entry, folder, count });
    const { status, stderr } = spawnSync(
      "strace",
      ["-f", "-c", "-o", trace, process.execPath, PROGRAM, order],
      { stdio: ["ignore", stdout, "pipe"], timeout: 120_000, encoding: "utf8" },
    );
    if (status !== 0) throw new Error(stderr.trim() || `code ${status}`);
    return countsOf(readFileSync(trace, "utf8"));
  } finally {
    closeSync(stdout);
    rmSync(top, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The columns of strace -c: % time, seconds, usecs/call, calls, errors (or none), name. */
function countsOf(summary) {
  const counts = new Map();
  for (const line of summary.split("\n")) {
    const found = /^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?([a-z]\w*)$/.exec(line);
    if (found !== null && found[2] !== "total") counts.set(found[2], Number(found[1]));
  }
  return counts;
}

function columns(rows) {
  return {
    heads: ["logger", "calls", "of which"],
    rows: rows.map((row) => [
      row.contestant,
      row.calls,
      Object.entries(row.kinds)
        .map(([kind, count]) => `${kind} ${count}`)
        .join(", "),
    ]),
  };
}
