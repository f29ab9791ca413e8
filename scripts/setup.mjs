// Gets a checkout ready to run: installs what package-lock.json names, builds
// what is older than its sources. Needs nothing but Node and npm, so that
// `npm run demo` and `npm test` can be the first command typed in a fresh clone.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, realpathSync } from "node:fs";
import { rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's top folder. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Installs and builds the package itself (dist/), where that is due. */
export function ensureReady() {
  const marker = join(root, "node_modules", ".package-lock.json");
  if (modified(marker) < modified(join(root, "package-lock.json"))) {
    say("installing the pinned dependencies (npm ci) ...");
    npm("ci", "--loglevel=error", "--ignore-scripts");
  }
  const files = ["tsconfig.build.json", "package.json", "scripts/build.mjs"];
  build("the package", "dist", ["src", ...files], ["scripts/build.mjs"]);
  linkExamples();
}

/** Makes `daybook` in examples/ this checkout. (npm, where it installs there, removes the link.) */
export function linkExamples() {
  const modules = join(root, "examples", "node_modules");
  const link = join(modules, "daybook");
  if (existsSync(link) && realpathSync(link) === realpathSync(root)) return;
  rmSync(link, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  symlinkSync(root, link, "junction");
}

/**
 * The environment that tests run in: without what has Node and daybook print otherwise than
 * into a plain pipe. The tests of that set it themselves.
 */
export function plainEnvironment() {
  const env = { ...process.env };
  for (const name of ["FORCE_COLOR", "NO_COLOR", "JOURNAL_STREAM"]) delete env[name];
  return env;
}

/** Besides, compiles the sources together with the tests (build/). */
export function ensureTestsBuilt() {
  ensureReady();
  const tsc = join("node_modules", "typescript", "bin", "tsc");
  build("the tests", "build", ["src", "test", "tsconfig.json"], [tsc, "-p", "tsconfig.json"]);
}

function build(what, output, sources, program) {
  const built = newest(join(root, output));
  if (built > Math.max(...sources.map((source) => newest(join(root, source))))) return;
  say(`building ${what} ...`);
  // Whatever has no source any more must not stay: stale tests would still run.
  rmSync(join(root, output), { recursive: true, force: true });
  run(process.execPath, program);
}

function npm(...args) {
  // npm tells scripts where it is; run by hand, it is on the PATH.
  const cli = process.env.npm_execpath;
  if (cli?.endsWith(".js")) run(process.execPath, [cli, ...args]);
  else run("npm", args, { shell: process.platform === "win32" });
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", process.stderr, process.stderr],
    ...options,
  });
  if (status === 0) return;
  console.error(
    `daybook: ${[command, ...args].join(" ")} failed: ${error?.message ?? `exit code ${status}`}`,
  );
  process.exit(1);
}

/** The latest modification of a file, or of the files in a folder. */
function newest(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return -1;
  if (stats.isFile()) return stats.mtimeMs;
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return Math.max(
    -1,
    ...entries
      .filter((entry) => entry.isFile())
      .map((entry) => modified(join(entry.parentPath, entry.name))),
  );
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;
}

function say(text) {
  console.error(`daybook: ${text}`);
}

// As a script of its own (npm's "prepare"), also before anything is installed.
if (process.argv[1] === fileURLToPath(import.meta.url)) ensureReady();
