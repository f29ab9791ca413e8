// The service under the real PM2, reloaded while requests come: each that was answered
// has its line, once. PM2 has a home of its own here, so that it meets no other.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const folder = mkdtempSync(join(tmpdir(), "daybook-pm2-"));
const socketPath = join(folder, "shop.sock");
const command = createRequire(import.meta.url).resolve("pm2/bin/pm2");
const env = {
  ...process.env,
  PM2_HOME: join(folder, "pm2"),
  PM2_DISABLE_VERSION_CHECK: "true",
  SHOP_LOG: join(folder, "logs", "shop.log"),
  PORT: socketPath, // a socket of this test's, which nobody else can have
};
after(async () => {
  await pm2("kill");
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command of PM2's, and waits for it. */
async function pm2(...args) {
  const cwd = fileURLToPath(new URL(".", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [command, ...args], { cwd, env });
  return stdout;
}

/**
 * Asks for a path; resolves to whether it was answered. A process that ends may hang up, or
 * never take a connection that the cluster has already given to it.
 */
function ask(path) {
  return new Promise((resolve) => {
    const request = http.get({ socketPath, path, agent: false, timeout: 2000 }, (response) => {
      response.on("error", () => resolve(false));
      response.resume().on("end", () => resolve(response.complete));
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
  });
}

/** The lines of the log by now, of all its files. */
function lines() {
  const logs = join(folder, "logs");
  const files = readdirSync(logs).filter((name) => name.startsWith("shop.log."));
  return files.flatMap((name) =>
    readFileSync(join(logs, name), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line)),
  );
}

async function until(isThere) {
  for (let tries = 0; !isThere() && tries < 6000; tries += 1) await sleep(10);
  assert.ok(isThere());
}

/** Paths that were answered, for as long as `work` goes on. */
async function askDuring(work) {
  const answered = [];
  const isOver = new AbortController();
  const clients = [0, 1, 2].map(async (client) => {
    for (let turn = 0; !isOver.signal.aborted; turn += 1) {
      const path = `/orders/${client}-${turn}`;
      if (await ask(path)) answered.push(path);
      await sleep(5);
    }
  });
  try {
    await work(answered);
  } finally {
    isOver.abort();
    await Promise.all(clients);
  }
  return answered;
}

test("pm2 reload and stop lose no line of a request that was answered", async () => {
  await pm2("start", "ecosystem.config.cjs");
  const answered = await askDuring(async (soFar) => {
    await until(() => soFar.length >= 50);
    assert.deepEqual(lines(), [], "all wait in memory");
    await pm2("reload", "shop");
    const atReload = soFar.length;
    await until(() => soFar.length >= atReload + 50);
  });
  await pm2("stop", "shop");

  const found = lines();
  const counts = new Map();
  for (const { url } of found) counts.set(url, (counts.get(url) ?? 0) + 1);
  const lost = answered.filter((path) => counts.get(path) !== 1);
  assert.deepEqual(lost, [], `of ${answered.length} that were answered`);
  assert.equal(new Set(found.map(({ pid }) => pid)).size, 4, "two processes, and their successors");
});
