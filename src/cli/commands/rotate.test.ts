import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { gunzipSync } from "node:zlib";

import { until } from "../../../test/kit/until.ts";
import { nativeCalls } from "../../platform/native.ts";
import { main } from "../main.ts";

let folder: string;
let log: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "daybook-rotate-"));
  log = join(folder, "a.log");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a run of the command gives. */
interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function rotate(...args: string[]): Promise<Run> {
  const run = { out: "", err: "" };
  const own = { out: process.stdout.write, err: process.stderr.write };
  process.stdout.write = (text: string | Uint8Array) => ((run.out += String(text)), true);
  process.stderr.write = (text: string | Uint8Array) => ((run.err += String(text)), true);
  try {
    return { code: await main(["rotate", ...args]), ...run, out: run.out, err: run.err };
  } finally {
    process.stdout.write = own.out;
    process.stderr.write = own.err;
  }
}

/** The log's own files and their texts, `.gz` unpacked. */
function files(): Record<string, string> {
  const names = readdirSync(folder).filter((name) => name !== ".daybook");
  return Object.fromEntries(
    names.toSorted().map((name) => {
      const bytes = readFileSync(join(folder, name));
      return [name, (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString()];
    }),
  );
}

/** Local noon, `days` days ago. */
function day(days: number): Date {
  const date = new Date();
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - days, 12);
}

function suffix(days: number): string {
  const date = day(days);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** A plain log that was last written to some days ago. */
function writeLog(text: string, days: number, name = "a.log"): void {
  writeFileSync(join(folder, name), text);
  utimesSync(join(folder, name), day(days), day(days));
}

test("a log of yesterday gets yesterday's name, and an empty one takes its place", async () => {
  writeLog("one\n", 1);
  chmodSync(log, 0o640);
  const mode = statSync(log).mode;
  assert.deepEqual(await rotate(log), { code: 0, out: "", err: "" });
  assert.deepEqual(files(), { "a.log": "", [`a.log.${suffix(1)}`]: "one\n" });
  assert.equal(statSync(log).mode, mode);
});

test("a second run in the same period does nothing", async () => {
  writeLog("one\n", 1);
  await rotate(log);
  appendFileSync(log, "two\n");
  const inode = statSync(log).ino;
  assert.deepEqual(await rotate(log), { code: 0, out: "", err: "" });
  assert.equal(statSync(log).ino, inode);
  assert.deepEqual(files(), { "a.log": "two\n", [`a.log.${suffix(1)}`]: "one\n" });
});

test("a log that was written to in this period goes on", async () => {
  writeLog("one\n", 0);
  const inode = statSync(log).ino;
  assert.equal((await rotate(log)).code, 0);
  assert.equal(statSync(log).ino, inode);
  assert.deepEqual(files(), { "a.log": "one\n" });
});

test("the next run knows the period of the file that it made, whatever its times say", async () => {
  writeLog("one\n", 1);
  const first = await rotate(log, "--when", "S", "--verbose");
  appendFileSync(log, "two\n");
  utimesSync(log, day(5), day(5));
  await new Promise((resolve) => setTimeout(resolve, 1001));
  assert.equal((await rotate(log, "--when", "S")).code, 0);
  const period = /the current period is (\S+)/.exec(first.out)?.[1];
  assert.equal(files()[`a.log.${period}`], "two\n");
});

test("past files are compressed and the oldest removed", async () => {
  for (const days of [5, 4, 3]) writeLog(`${days}\n`, days, `a.log.${suffix(days)}`);
  writeLog("2\n", 2);
  const { code, out } = await rotate(log, "--compress", "gzip", "--backup-count", "2", "--verbose");
  assert.equal(code, 0);
  const certain = nativeCalls()?.fcntl && process.platform === "linux";
  if (!certain) {
    // Nobody tells whether another program writes to them.
    assert.equal(Object.keys(files()).length, 5);
    return;
  }
  assert.deepEqual(files(), {
    "a.log": "",
    [`a.log.${suffix(3)}.gz`]: "3\n",
    [`a.log.${suffix(2)}.gz`]: "2\n",
  });
  assert.match(out, /old files removed: 2/);
  assert.match(out, /files compressed: 2/);
});

test("a file that a program still writes to is neither compressed nor removed", async () => {
  writeLog("old\n", 3, `a.log.${suffix(3)}`);
  writeLog("one\n", 1);
  const program = openSync(log, "a"); // takes no lock
  const stray = openSync(join(folder, `a.log.${suffix(3)}`), "a");
  const limits = ["--compress", "gzip", "--max-age-days", "2"];
  const { out } = await rotate(log, ...limits, "--verbose");
  writeSync(program, "two\n");
  writeSync(stray, "late\n");
  closeSync(program);
  closeSync(stray);
  const kept = files();
  if (nativeCalls()?.fcntl && process.platform === "linux") {
    assert.match(out, /is still open for writing/);
    assert.deepEqual(kept, {
      "a.log": "",
      [`a.log.${suffix(1)}`]: "one\ntwo\n",
      [`a.log.${suffix(3)}`]: "old\nlate\n",
    });
    assert.equal((await rotate(log, ...limits)).code, 0);
    assert.deepEqual(files(), { "a.log": "", [`a.log.${suffix(1)}.gz`]: "one\ntwo\n" });
  } else {
    assert.equal(kept[`a.log.${suffix(1)}`], "one\ntwo\n");
  }
});

test("foreign files and the files of other logs are left alone", async () => {
  const foreign = { "a.log.1": "x", "a.logger.2020-01-01": "y", "a.log.2020-02-30": "z", b: "w" };
  for (const [name, text] of Object.entries(foreign)) writeFileSync(join(folder, name), text);
  writeLog("one\n", 1);
  await rotate(log, "--compress", "gzip", "--backup-count", "1", "--max-age-days", "1");
  for (const [name, text] of Object.entries(foreign)) assert.equal(files()[name], text);
});

test("the application is told by a signal when its log is another file, and not otherwise", async () => {
  const app = spawn(
    process.execPath,
    [
      "-e",
      `process.on("SIGUSR2", () => console.log("told")); process.stdin.resume(); console.log("up")`,
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  // All of it: an answer may be there before anybody waits for it.
  let said = "";
  app.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  try {
    await until(() => said === "up\n");
    const pidFile = join(folder, "app.pid");
    writeFileSync(pidFile, `${app.pid}\n`);
    const tell = ["--signal-name", "SIGUSR2", "--verbose"];
    writeLog("one\n", 1);
    const first = await rotate(log, "--signal", String(app.pid), ...tell);
    assert.match(first.out, new RegExp(`process ${app.pid} was sent SIGUSR2`));
    await until(() => said === "up\ntold\n");
    const second = await rotate(log, "--pid-file", pidFile, ...tell);
    assert.doesNotMatch(second.out, /was sent/);
    rmSync(join(folder, ".daybook"), { recursive: true });
    writeLog("two\n", 1);
    await rotate(log, "--pid-file", pidFile, ...tell);
    await until(() => said === "up\ntold\ntold\n");
  } finally {
    app.stdin.end();
    await once(app, "exit");
  }
});

test("a signal that can't be sent is told and is exit code 1; the rotation is done", async () => {
  writeLog("one\n", 1);
  const pidFile = join(folder, "app.pid");
  writeFileSync(pidFile, "not a number\n");
  const { code, err } = await rotate(log, "--pid-file", pidFile);
  assert.equal(code, 1);
  assert.match(err, /app\.pid holds "not a number", which is no process id/);
  assert.equal(files()[`a.log.${suffix(1)}`], "one\n");
});

test("a log that isn't there is exit code 1, and nothing is made", async () => {
  for (const path of [log, join(folder, "no", "a.log")]) {
    const { code, err } = await rotate(path);
    assert.equal(code, 1);
    assert.match(err, /^daybook: there is no (?:log at|folder) /);
    assert.deepEqual(await rotate(path, "--missing-ok"), { code: 0, out: "", err: "" });
  }
  assert.deepEqual(readdirSync(folder), []);
});

test("a link is refused: strategy dated needs no rotation from outside", async () => {
  writeFileSync(join(folder, `a.log.${suffix(1)}`), "one\n");
  symlinkSync(`a.log.${suffix(1)}`, log);
  const { code, err } = await rotate(log);
  assert.equal(code, 1);
  assert.match(err, /a\.log is a link\. With strategy 'dated'/);
  assert.deepEqual(Object.keys(files()), ["a.log", `a.log.${suffix(1)}`]);
});

test("a folder, or a lock's place, in the log's place is a wrong argument", async () => {
  mkdirSync(log);
  for (const path of [log, join(folder, ".daybook", "x")]) {
    mkdirSync(join(folder, ".daybook"), { recursive: true });
    const { code, err } = await rotate(path);
    assert.equal(code, 2);
    assert.match(err, /accepted: a path/);
  }
});

test("wrong arguments are exit code 2, help is 0", async () => {
  assert.equal((await rotate(log, "--when", "never")).code, 2);
  const { code, out } = await rotate("--help");
  assert.equal(code, 0);
  assert.match(out, /^daybook rotate: /);
});
