// Gets the benchmarks ready to run: builds daybook where it is older than its sources,
// and installs the peers, pinned in package.json here, into this folder. They are
// dependencies of nothing else.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { ensureReady } from "../scripts/setup.mjs";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** What is installed, and in which version: `{ pino: "10.4.0", ... }`. */
export function peerVersions() {
  const { dependencies } = readJson(join(folder, "package.json"));
  return Object.fromEntries(
    Object.keys(dependencies).map((name) => [name, installedVersion(name)]),
  );
}

/**
 * Builds and installs what is missing or old; says so on stderr.
 * @param dist a build of daybook that is there already; then nothing is built
 */
export function ensureBenchReady(dist) {
  if (dist === undefined) ensureReady();
  const { dependencies } = readJson(join(folder, "package.json"));
  const due = Object.entries(dependencies).some(
    ([name, version]) => installedVersion(name) !== version,
  );
  if (!due) return;
  process.stderr.write("bench: installing the peers (npm install in benchmarks/) ...\n");
  npm("install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error");
}

function installedVersion(name) {
  const path = join(folder, "node_modules", name, "package.json");
  return existsSync(path) ? readJson(path).version : null;
}

function npm(...args) {
  // npm tells scripts where it is; run by hand, it is on the PATH.
  const cli = process.env.npm_execpath;
  const byNode = cli?.endsWith(".js");
  const { status, error } = spawnSync(
    byNode ? process.execPath : "npm",
    byNode ? [cli, ...args] : args,
    {
      cwd: folder,
      env: environment(),
      stdio: ["ignore", process.stderr, process.stderr],
      shell: !byNode && process.platform === "win32",
    },
  );
  if (status !== 0) throw new Error(`npm install failed: ${error?.message ?? `code ${status}`}`);
}

// An npm that runs a script tells it, in variables, about the package it does so for;
// a second npm must not take that for settings of its own.
function environment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(?:package|lifecycle)_|^INIT_CWD$|npm_config_local_prefix/.test(name),
    ),
  );
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
