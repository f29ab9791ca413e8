// The shop on the real Next.js: built, started, and asked for pages.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const logs = mkdtempSync(join(tmpdir(), "daybook-next-"));
const env = {
  ...process.env,
  NEXT_TELEMETRY_DISABLED: "1",
  // The lock file above is that of daybook, and none of Next's business.
  NEXT_IGNORE_INCORRECT_LOCKFILE: "1",
  SHOP_LOG: join(logs, "shop.log"),
};
const cli = createRequire(import.meta.url).resolve("next/dist/bin/next");
let server;
let url;

before(async () => {
  installPackage();
  const built = spawnSync(process.execPath, [cli, "build"], { cwd: folder, env, encoding: "utf8" });
  assert.equal(built.status, 0, built.stdout + built.stderr);
  server = spawn(process.execPath, [cli, "start", "--port", "0", "--hostname", "127.0.0.1"], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  url = await addressOf(server);
});
after(async () => {
  if (server !== undefined && server.exitCode === null) {
    server.kill();
    await once(server, "exit");
  }
  rmSync(logs, { recursive: true, force: true });
});

// A link to a checkout is no package to Next: it would bundle it. So here is a copy.
function installPackage() {
  const root = join(folder, "..", "..");
  const copy = join(folder, "node_modules", "daybook");
  rmSync(copy, { recursive: true, force: true });
  for (const name of ["package.json", "dist"]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
}

async function addressOf({ stdout }) {
  let text = "";
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
    text += chunk;
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
    // What comes later is read and forgotten, or the server would wait for it.
    if (address !== null) {
      stdout.resume();
      return address[0];
    }
  }
  assert.fail(`the server has ended: ${text}`);
}

/** The log's lines that match; waits for a minute at most: an answer may be there first. */
async function linesWhere(matches, count = 1) {
  for (let tries = 0; tries < 6000; tries += 1) {
    const lines = readLog().filter((line) => matches(line));
    if (lines.length >= count) return lines;
    await sleep(10);
  }
  assert.fail(`no such line in ${readFileSync(env.SHOP_LOG, "utf8")}`);
}

function readLog() {
  if (!existsSync(env.SHOP_LOG)) return [];
  const lines = readFileSync(env.SHOP_LOG, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}

test("pages and routes log by loggers that instrumentation.js has configured", async () => {
  assert.match(await (await fetch(url)).text(), /A small shop/);
  assert.deepEqual(await (await fetch(`${url}/orders/7`)).json(), { id: 7 });
  const lines = await linesWhere(({ logger }) => logger.startsWith("shop"), 2);
  assert.deepEqual(
    lines.map(({ logger, msg }) => [logger, msg]),
    [
      ["shop.pages", "rendering /"],
      ["shop.orders", "found order 7"],
    ],
  );
});

test("what a route throws is in the log, with the route and the request's id", async () => {
  const headers = { "x-request-id": "order-13", authorization: "Bearer secret" };
  const answer = await fetch(`${url}/orders/13?gift=50%25`, { headers });
  assert.equal(answer.status, 500);
  const [line] = await linesWhere(({ requestId }) => requestId === "order-13");
  const { time, pid, error, ...rest } = line;
  assert.deepEqual(rest, {
    level: "ERROR",
    logger: "next",
    msg: "GET /orders/13?gift=50%25 failed",
    method: "GET",
    url: "/orders/13?gift=50%25",
    route: "/orders/[id]",
    routeType: "route",
    routerKind: "App Router",
    requestId: "order-13",
  });
  assert.match(JSON.stringify(error), /the printer is on fire/);
  assert.ok(pid > 0 && Date.parse(time) > 0);
});

test("what a page throws is in the log, with the digest that the visitor is told", async () => {
  const answer = await fetch(`${url}/broken`);
  assert.equal(answer.status, 500);
  const page = await answer.text();
  const [line] = await linesWhere(({ route }) => route === "/broken");
  assert.equal(line.routeType, "render");
  assert.match(JSON.stringify(line.error), /the shelf is broken/);
  assert.ok(page.includes(line.digest));
  assert.equal(readLog().filter(({ logger }) => logger === "next").length, 2);
});
