import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { pino as ours } from "daybook/pino";
import { pino } from "pino";

import { calls } from "./calls.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

for (const [name, entry] of Object.entries(calls)) {
  test(`the lines of pino and of daybook/pino say the same of ${name}`, () => {
    const [expected, actual] = [pino, ours].map((library) => linesOf(library, entry));
    assert.deepEqual(actual.map(withoutTime), expected.map(withoutTime));
  });
}

test("most of the lines are the same to the byte", () => {
  const same = Object.values(calls).filter((entry) => {
    const [expected, actual] = [pino, ours].map((library) =>
      linesOf(library, entry).map((line) => line.replace(/"time":\d+/, "")),
    );
    return actual.join("") === expected.join("");
  });
  assert.ok(same.length >= Object.keys(calls).length * 0.8, `${same.length} are`);
});

test("a program that was written for pino prints pino's lines without any configuration", () => {
  const { stdout, stderr, status } = run("app.mjs");
  assert.equal(stderr, "");
  assert.equal(status, 0);
  const lines = stdout.trimEnd().split("\n").map(withoutTime);
  const always = { pid: lines[0].pid, hostname: hostname(), name: "shop" };
  assert.deepEqual(lines.slice(0, 2), [
    { level: 30, ...always, user: { id: 7, card: "[Redacted]" }, msg: "ada signed in" },
    { level: 20, ...always, module: "db", ms: 12, msg: "[db] asked for 3 orders" },
  ]);
  assert.equal(lines[2].level, 50);
  assert.equal(lines[2].err.type, "SyntaxError");
  assert.equal(lines[2].msg, "an order could not be read");
});

test("its records go to the handlers that are configured, such as a rotating file", () => {
  const folder = mkdtempSync(join(tmpdir(), "daybook-pino-"));
  try {
    const path = join(folder, "shop.log");
    const { stdout, stderr, status } = run("rotating.mjs", path);
    assert.deepEqual({ stdout, stderr, status }, { stdout: "", stderr: "", status: 0 });
    const { pid, ...line } = withoutTime(readFileSync(path, "utf8"));
    assert.equal(typeof pid, "number");
    assert.deepEqual(line, {
      level: 30,
      hostname: hostname(),
      name: "shop",
      order: 7,
      msg: "paid",
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("numbers that JSON doesn't know are named, where pino writes null", () => {
  const call = (log) => log.info({ n: NaN }, "x");
  assert.equal(withoutTime(linesOf(pino, call)[0]).n, null);
  assert.equal(withoutTime(linesOf(ours, call)[0]).n, "NaN");
});

/** What a library writes of a call. */
function linesOf(library, entry) {
  const { options = () => ({}), call } = typeof entry === "function" ? { call: entry } : entry;
  const lines = [];
  const stream = { write: (line) => lines.push(line) };
  call(library({ level: "trace", ...options(library) }, stream));
  return lines;
}

function withoutTime(line) {
  const { time, ...rest } = JSON.parse(line);
  assert.equal(typeof time, "number");
  return rest;
}

function run(file, ...args) {
  return spawnSync(process.execPath, [join(here, file), ...args], { encoding: "utf8" });
}
