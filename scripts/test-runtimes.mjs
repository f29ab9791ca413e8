// `node scripts/test-runtimes.mjs`: the package on Bun and Deno, or on those of the names
// given. Gets the checkout ready, fetches the runtimes from npm into a temporary folder,
// and runs on each: every promise of test/runtimes/smoke.mjs, the ends of a process, and
// the storm with kills. Prints a table. A runtime that can't be fetched is told, and is a
// failure only with `--require`. `--as-built` takes dist/ and build/ as they are;
// `--runtimes DIR` takes the runtimes from a folder where npm has installed them.

import { execFile, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { ensureTestsBuilt, root } from "./setup.mjs";

/** What is fetched, how a program is run, and what is known to be otherwise there. */
const RUNTIMES = {
  bun: {
    version: "1.4.5",
    options: [],
    ends: {
      // Its event loop goes on for a moment after a failure: more arrives, not less.
      "An exception that nobody catches": { arrives: ["network"] },
      "A rejection that nobody handles": { arrives: ["network"] },
    },
  },
  deno: {
    version: "2.9.6",
    options: ["run", "-A"],
    ends: {
      // A signal that a process sends to itself may find the listener that it has removed;
      // the hooks then end the process with the code that a shell gives to such an end.
      "The same **with the hooks**": { alsoEnds: { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 } },
      // No 'beforeExit' in its threads, which is when a network is waited for.
      "A thread of `worker_threads` has nothing left to do": { loses: ["network"] },
      // An error in a thread that nobody catches doesn't end its process as a failure.
      "An exception in such a thread that nobody catches, there or outside": { ends: 0 },
      // Its cluster workers go on when their primary is gone or they disconnect.
      "A cluster worker disconnects": null,
      "The primary kills it: `worker.kill()`, SIGTERM": null,
      "The primary of a cluster is killed": null,
    },
  },
};

const STORM = ["storm", "--processes", "3", "--periods", "3", "--period-ms", "400", "--kill"];
const STORMS = {
  "storm, every durability": ["--durability", "all", "--strategy", "dated", "--with", "seed"],
  "storm, with a thread": ["--durability", "journal", "--strategy", "size", "--with", "worker"],
  "storm, every strategy": ["--strategy", "rename,claim,external", "--with", "gzip"],
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    require: { type: "boolean", default: false },
    "as-built": { type: "boolean", default: false },
    runtimes: { type: "string" },
  },
});
const unknown = positionals.filter((name) => RUNTIMES[name] === undefined);
if (unknown.length > 0) {
  say(`no runtime ${unknown.join(", ")}; accepted: ${Object.keys(RUNTIMES).join(", ")}`);
  process.exit(1);
}

if (!values["as-built"]) ensureTestsBuilt();
const { endProcesses } = await import("../build/test/process-end/end-processes.js");
const { CLASSES, LINES } = await import("../build/test/process-end/classes.js");
const { SITUATIONS } = await import("../build/test/process-end/situations.js");

const work = mkdtempSync(join(tmpdir(), "daybook-runtimes-"));
process.once("exit", () => rmSync(work, { recursive: true, force: true }));

const chosen = positionals.length > 0 ? positionals : Object.keys(RUNTIMES);
const started = Date.now();
const results = await Promise.all(chosen.map(testRuntime));
const failed = results.flat().filter(({ ok }) => !ok);
process.stdout.write(`\n${table(results.flat())}\n`);
for (const { runtime, name, told } of failed) say(`${runtime}: ${name}:\n${told}`);
const absent = results.flat().filter(({ ok }) => ok === null);
say(
  `${((Date.now() - started) / 1000).toFixed(0)} s, the download included; ${cpus().length} processors`,
);
process.exitCode =
  failed.some(({ ok }) => ok === false) || (values.require && absent.length > 0) ? 1 : 0;

/** All that is tested of one runtime: rows of the table. `ok` is null where there is none. */
async function testRuntime(runtime) {
  const row = (name, ok, told = "") => ({ runtime, name, ok, told });
  const command = fetched(runtime);
  if (command === null) return [row("fetched from npm", null, "could not be fetched")];
  const rows = [row("version", true, RUNTIMES[runtime].version)];
  rows.push(...(await smoke(command)).map(({ name, ok, told }) => row(name, ok, told)));
  say(`${runtime}: smoke done`);
  rows.push(...(await ends(runtime, command)).map(({ name, ok, told }) => row(name, ok, told)));
  say(`${runtime}: ends of the process done`);
  for (const [name, options] of Object.entries(STORMS)) {
    rows.push(row(name, ...(await storm(command, options))));
    say(`${runtime}: ${name}: done`);
  }
  return rows;
}

/** The command that runs a program, from npm; null if it can't be had. */
function fetched(runtime) {
  const { version, options } = RUNTIMES[runtime];
  const folder = values.runtimes === undefined ? join(work, runtime) : resolve(values.runtimes);
  if (values.runtimes === undefined) {
    say(`fetching ${runtime} ${version} ...`);
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), "{}");
    const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
    // Their own scripts put the program for this machine into its place.
    spawnSync("npm", ["install", ...quiet, `${runtime}@${version}`], {
      cwd: folder,
      stdio: "ignore",
    });
  }
  const program = join(folder, "node_modules", ".bin", runtime);
  const { status } = spawnSync(program, ["--version"], { stdio: "ignore" });
  return status === 0 ? [program, ...options] : null;
}

/** Each check of the smoke, and that the package had nothing to report. */
async function smoke(command) {
  const folder = mkdtempSync(join(work, "smoke-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules", "daybook"), "junction");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  // A copy: a module's imports are looked for beside the file that it really is.
  copyFileSync(join(root, "test", "runtimes", "smoke.mjs"), join(folder, "smoke.mjs"));
  const { code, stdout, stderr } = await run([...command, "smoke.mjs"], folder);
  const checks = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const quiet = code === 0 && stderr === "" && checks.length > 0;
  return [
    ...checks,
    {
      name: "nothing is reported on stderr",
      ok: quiet,
      told: quiet ? "" : `code ${code}: ${stderr}`,
    },
  ];
}

/** The situations of test/process-end: what must be lost, and what must not. */
async function ends(runtime, command) {
  const known = RUNTIMES[runtime].ends;
  const situations = SITUATIONS.filter(({ name }) => known[name] !== null);
  const outcomes = await endProcesses(situations, mkdtempSync(join(work, "ends-")), command);
  const wrong = situations.flatMap((situation, row) =>
    outcomes[row].flatMap((outcome, at) => faultsOf(situation, at, outcome, known[situation.name])),
  );
  const left = SITUATIONS.length - situations.length;
  const told = `${situations.length} situations${left > 0 ? `, ${left} not there` : ""}`;
  return [
    { name: "the ends of a process", ok: wrong.length === 0, told: wrong.join("\n") || told },
  ];
}

function faultsOf(situation, at, outcome, known = {}) {
  const due = known.ends ?? (Array.isArray(situation.ends) ? situation.ends[at] : situation.ends);
  const faults = outcome.strange.map((line) => `a line too many: ${line}`);
  if (outcome.end !== due && outcome.end !== known.alsoEnds?.[due])
    faults.push(`ended with ${outcome.end} instead of ${due}`);
  for (const name of Object.keys(CLASSES)) {
    if (situation.unsure?.includes(name) === true || known.arrives?.includes(name)) continue;
    const loses = situation.lose.includes(name) || known.loses?.includes(name);
    const expected = loses ? LINES : 0;
    const lost = outcome.lost[name];
    if (lost !== expected) faults.push(`${name}: ${lost} lines lost instead of ${expected}`);
  }
  return faults.map((fault) => `${situation.name}, run ${at}: ${fault}`);
}

/** Whether it kept every promise, and in words what there was. */
async function storm(command, options) {
  const args = [...STORM, "--no-specimens", "--side-by-side", "4", "--json", ...options];
  const program = join(root, "bin", "daybook.mjs");
  const { code, stdout, stderr } = await run([...command, program, ...args], work);
  if (code !== 0)
    return [false, `code ${code}\n${stdout.slice(0, 4000)}\n${stderr.slice(0, 4000)}`];
  const { rows } = JSON.parse(stdout);
  const sum = (field) => rows.reduce((total, row) => total + (row[field] ?? 0), 0);
  return [
    true,
    `${sum("acked")} lines, ${sum("kills")} kills, ${sum("lost")} lost, ${sum("twice")} twice`,
  ];
}

/** Its code and what it wrote; a program that hangs is killed. */
function run([program, ...args], cwd) {
  const options = { cwd, timeout: 300_000, killSignal: "SIGKILL", maxBuffer: 2 ** 26 };
  return new Promise((resolved) => {
    execFile(
      program,
      args,
      { ...options, env: { ...process.env, NO_COLOR: "1" } },
      (error, stdout, stderr) =>
        resolved({ code: error === null ? 0 : (error.code ?? error.signal), stdout, stderr }),
    );
  });
}

function table(rows) {
  const names = [...new Set(rows.map(({ name }) => name))];
  const cell = (row) => {
    if (row === undefined) return "";
    const verdict = row.ok === null ? "ABSENT" : row.ok ? "ok" : "FAILED";
    return row.ok && row.told !== "" ? `${verdict} (${row.told})` : verdict;
  };
  const lines = names.map((name) => [
    name,
    ...chosen.map((runtime) =>
      cell(rows.find((row) => row.runtime === runtime && row.name === name)),
    ),
  ]);
  const cells = [["", ...chosen], ...lines];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  return cells
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function say(text) {
  process.stderr.write(`daybook: ${text}\n`);
}
