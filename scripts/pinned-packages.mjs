// Packages for a private folder of this checkout (benchmarks/, examples/), pinned in
// the package.json there and installed into it, so that they are dependencies of
// nothing else. The scripts of those folders call this; nothing of the product does.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What is installed in a folder, by the names of its package.json: `{ pino: "10.4.0", koa: null }`. */
export function installedVersions(folder) {
  return Object.fromEntries(
    Object.keys(pinned(folder)).map((name) => [name, installedVersion(folder, name)]),
  );
}

/**
 * Installs the folder's dependencies where one is missing or in another version.
 * No lock file: the versions in package.json are exact.
 *
 * @param announce called with no arguments before an installation
 * @param options more arguments for `npm install`
 * @returns whether anything was installed
 * @throws Error if npm fails
 */
export function installPinned(folder, announce, options = []) {
  const due = Object.entries(pinned(folder)).some(
    ([name, version]) => installedVersion(folder, name) !== version.replace(/^npm:.+@/, ""),
  );
  if (!due) return false;
  announce();
  const quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];
  npm(folder, "install", ...quiet, ...options);
  return true;
}

function pinned(folder) {
  return readJson(join(folder, "package.json")).dependencies;
}

function installedVersion(folder, name) {
  const path = join(folder, "node_modules", name, "package.json");
  return existsSync(path) ? readJson(path).version : null;
}

function npm(folder, ...args) {
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
