// Real processes write while their log is rotated from outside, at whatever moment
// comes. Every line that was written must be in one file, once.

import assert from "node:assert/strict";
import { fork, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

import { COMMAND } from "../kit/built.ts";

import { until } from "../kit/until.ts";

const WRITERS = 4;

let folder: string;
let log: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "daybook-external-"));
  log = join(folder, "app.log");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function startWriters(...args: readonly string[]): Promise<ChildProcess[]> {
  const program = fileURLToPath(new URL("./writer.js", import.meta.url));
  const writers = Array.from({ length: WRITERS }, (_, index) =>
    fork(program, [log, `w${index}`, ...args]),
  );
  await Promise.all(writers.map((writer) => once(writer, "message")));
  return writers;
}

/** Stops the writers; how many lines each has written. */
async function stopWriters(writers: readonly ChildProcess[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const [index, writer] of writers.entries()) {
    const exited = once(writer, "exit");
    writer.send("stop");
    const [{ written }] = (await once(writer, "message")) as [{ written: number }];
    counts.set(`w${index}`, written);
    assert.deepEqual(await exited, [0, null]);
  }
  return counts;
}

/** What the files hold, against what was written. */
interface Tally {
  readonly lost: number;
  readonly twice: number;
  readonly torn: number;
  readonly files: number;
}

function count(counts: ReadonlyMap<string, number>): Tally {
  const seen = new Map<string, number>();
  let torn = 0;
  const names = readdirSync(folder).filter((name) => name.startsWith("app.log"));
  for (const name of names) {
    const bytes = readFileSync(join(folder, name));
    const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
    assert.ok(text === "" || text.endsWith("\n"), `${name} ends in mid-line`);
    for (const line of text.split("\n").slice(0, -1)) {
      const [, worker = "", number = "", pad = ""] = /^(w\d) (\d+) (x*)$/.exec(line) ?? [];
      if (worker === "" || pad.length !== Number(number) % 90) torn += 1;
      else seen.set(`${worker} ${number}`, (seen.get(`${worker} ${number}`) ?? 0) + 1);
    }
  }
  let lost = 0;
  for (const [worker, written] of counts) {
    for (let number = 1; number <= written; number += 1) {
      if (!seen.has(`${worker} ${number}`)) lost += 1;
    }
  }
  const twice = [...seen.values()].filter((times) => times > 1).length;
  return { lost, twice, torn, files: names.length };
}

/** `daybook rotate` in a process of its own, as cron starts it; killed after a while if so asked. */
async function rotate(killAfterMs: number | null, ...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [COMMAND, "rotate", log, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  const closed = once(child, "close");
  if (killAfterMs !== null) {
    await sleep(killAfterMs);
    child.kill("SIGKILL");
  }
  const [code, signal] = await closed;
  if (killAfterMs !== null && signal === "SIGKILL") return;
  // On a machine with too much to do the other rotation may keep the lock for long.
  if (code === 1 && /EBUSY: the lock of /.test(said)) return;
  assert.equal(code, 0, said);
  assert.equal(said, "");
}

test("under daybook rotate, killed or not, no line is lost and none is there twice", async () => {
  const writers = await startWriters("0", "5");
  const args = ["--when", "S", "--compress", "gzip"];
  for (let round = 0; round < 5; round += 1) {
    await sleep(600 + Math.random() * 800);
    // It takes about a tenth of a second to start, and a few milliseconds to work.
    const killAfterMs = Math.random() < 0.7 ? 60 + Math.random() * 100 : null;
    await Promise.all([rotate(killAfterMs, ...args), rotate(null, ...args)]);
  }
  const counts = await stopWriters(writers);
  await sleep(1001);
  await rotate(null, ...args); // with the writers gone, all that is due can be done
  const tally = count(counts);
  assert.deepEqual(tally, { lost: 0, twice: 0, torn: 0, files: tally.files });
  assert.ok(tally.files >= 3, `only ${tally.files} files`);
  const left = [...readdirSync(folder), ...readdirSync(join(folder, ".daybook"))];
  assert.deepEqual(
    left.filter((name) => /~|\.tmp$/.test(name)),
    [],
  );
});

test("under rename and create, as by logrotate, at full speed, the same holds", async () => {
  const writers = await startWriters("0", "0");
  for (let rotation = 0; rotation < 50; rotation += 1) {
    renameSync(log, `${log}.${rotation}`);
    if (rotation % 2 === 0) createAsLogrotate(log);
    await sleep(Math.random() * 20);
    while (!readdirSync(folder).includes("app.log")) await sleep(1);
  }
  const tally = count(await stopWriters(writers));
  assert.deepEqual(tally, { lost: 0, twice: 0, torn: 0, files: 51 });
});

test("with an interval between two looks and a signal after each rotation, too", async () => {
  const writers = await startWriters("60000", "1");
  for (let rotation = 0; rotation < 20; rotation += 1) {
    renameSync(log, `${log}.${rotation}`);
    createAsLogrotate(log);
    for (const writer of writers) writer.kill(rotation % 2 === 0 ? "SIGHUP" : "SIGUSR2");
    await sleep(Math.random() * 60);
  }
  const tally = count(await stopWriters(writers));
  assert.deepEqual(tally, { lost: 0, twice: 0, torn: 0, files: 21 });
});

test("the count would see lines lost, twice and torn", async () => {
  const writers = await startWriters();
  await until(() => readFileSync(log, "utf8").split("\n").length > 20);
  const counts = await stopWriters(writers);
  assert.deepEqual(count(counts), { lost: 0, twice: 0, torn: 0, files: 1 });
  const [, second = "", third = "", ...others] = readFileSync(log, "utf8").split("\n");
  writeFileSync(log, [second, second, third.slice(0, 4), third.slice(4), ...others].join("\n"));
  assert.deepEqual(count(counts), { lost: 2, twice: 1, torn: 2, files: 1 });
});

/** logrotate's `create`: it makes the file with O_EXCL, unless somebody was faster. */
function createAsLogrotate(path: string): void {
  try {
    closeSync(openSync(path, "wx"));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "EEXIST");
  }
}
