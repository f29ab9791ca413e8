// `npm run demo`: the outage and the cure, on a real service, in under a minute.
// Needs nothing but Node and npm: installs and builds first where that is due.
// Exit code 1 if daybook lost anything, or if the outage could not be shown.

import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureReady } from "./setup.mjs";

const DAY_MS = 86_400_000;
/** Real milliseconds that a day lasts for the service. */
const SHORT_DAY_MS = 1300;
const MIDNIGHTS = 5;
// An ordinary evening; the first midnight strikes after two thirds of a short day.
const FAKE_START = Date.UTC(2019, 8, 3, 8);
const STORM = { processes: 4, periods: 5, periodMs: 500 };

await ensureReady();
const { audit, entriesOf, readFiles } = await import("../examples/access-log/demo/audit.mjs");
const { sendRequests } = await import("../examples/access-log/demo/clients.mjs");
const { StormClock } = await import("../dist/storm/storm-clock.js");
const { runStorm } = await import("../dist/storm/storm.js");
const { formatOffences, formatTable } = await import("../dist/storm/storm-table.js");

const root = mkdtempSync(join(tmpdir(), "daybook-demo-"));
const children = new Set();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

process.exitCode = (await main()) ? 0 : 1;

async function main() {
  say(`
daybook demo: one log, many processes, across midnight

A web service of four processes writes one access log, a new file each day. For
this demo a day lasts ${SHORT_DAY_MS / 1000} seconds. Clients send requests all the time, and keep a
list of the answers they got: each of them must be in the log.`);

  say(`
1. With the handler that most services begin with (a port of Python's
   TimedRotatingFileHandler, each process renames the log at midnight):
`);
  const stock = await runService("stock");
  tell(stock);

  say(`
2. The same service, with daybook's TimedRotatingFileHandler:
`);
  const ours = await runService("daybook");
  tell(ours);

  say(`
3. The midnight storm: ${STORM.processes} processes share a log, some are killed at midnight
   (SIGKILL), one sleeps for days. A checker looks for every single line. Rows
   "dated" to "external" are daybook's four strategies, the others broken handlers.
`);
  const storm = await runStorm({
    ...STORM,
    kill: true,
    seed: 20190903,
    seeds: 1,
    strategies: ["dated", "rename", "claim", "external"],
    specimens: "first",
    linesPerSecond: 400,
    backupCount: 0,
    keep: false,
    onRow: (row) => process.stdout.isTTY && process.stdout.write(`   ${row.name} ...\x1b[K\r`),
  });
  if (process.stdout.isTTY) process.stdout.write("\x1b[K");
  say(formatTable(storm.rows));
  const offences = formatOffences(storm.rows);
  if (offences !== "") say(`\n${offences}`);

  say("\n4. The folder that the service left with daybook:\n");
  showFolder(ours.folder);
  return conclude(stock, ours, storm);
}

/** Runs the service under load across the midnights and compares its log with the answers. */
async function runService(handlerName) {
  const folder = join(root, handlerName);
  mkdirSync(folder);
  const program = fileURLToPath(
    new URL("../examples/access-log/demo/service.mjs", import.meta.url),
  );
  const rate = DAY_MS / SHORT_DAY_MS;
  const service = fork(program, [join(folder, "access.log"), handlerName, FAKE_START, rate], {
    execArgv: [],
    env: { ...process.env, TZ: "UTC" },
    // A handler that cannot rename says so on stderr, at length.
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  children.add(service);
  const gone = new Promise((resolve) => {
    service.once("exit", resolve);
  });
  const started = await Promise.race([
    new Promise((resolve) => {
      service.once("message", resolve);
    }),
    gone.then((code) => ({ failed: `the service ended with code ${code}` })),
  ]);
  if (started.failed !== undefined) throw new Error(started.failed);
  const clock = new StormClock(started.clock);
  const end = FAKE_START + (MIDNIGHTS + 1 / 6) * DAY_MS;
  const answered = await sendRequests(started.port, () => clock.now() >= end);
  const today = new Date(clock.now()).toISOString().slice(0, 10);
  service.disconnect();
  await gone;
  children.delete(service);
  return { folder, ...audit(folder, answered, today) };
}

function tell({ answered, missing, twice, misfiled, odd }) {
  const share = ((100 * missing) / answered).toFixed(missing === 0 ? 0 : 1);
  say(`   requests answered         ${String(answered).padStart(6)}`);
  say(`   missing from the log      ${String(missing).padStart(6)}   (${share} %)`);
  say(`   in another day's file     ${String(misfiled).padStart(6)}`);
  say(`   twice, or garbled         ${String(twice + odd).padStart(6)}`);
}

/** Like `ls`, then three lines from each side of the second midnight. */
function showFolder(folder) {
  for (const { name, size, link } of entriesOf(folder)) {
    const what = link === undefined ? `${String(size).padStart(9)} bytes` : "     link to    ";
    say(`   ${name.padEnd(24)} ${what} ${link ?? ""}`.trimEnd());
  }
  const [, before, after] = readFiles(folder);
  say(`\n   the last lines of ${before.name}:`);
  for (const line of before.lines.slice(-3)) say(`     ${line}`);
  say(`   the first lines of ${after.name}:`);
  for (const line of after.lines.slice(0, 3)) say(`     ${line}`);
}

function conclude(stock, ours, storm) {
  const shown = stock.missing > 0;
  const kept = ours.missing + ours.twice + ours.misfiled + ours.odd === 0 && ours.answered > 0;
  say(
    shown
      ? `\nThe stock handler lost ${stock.missing} of ${stock.answered} answered requests.`
      : "\nThe stock handler lost nothing this time, which it should have: try again.",
  );
  if (kept && storm.ok) {
    say(`daybook lost none of ${ours.answered}, and none in the storm.`);
    say("\nGo on: npx daybook storm --help, examples/access-log/server.mjs, README.md");
  } else {
    say("daybook BROKE ITS PROMISE: see the numbers above.");
  }
  return shown && kept && storm.ok;
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
