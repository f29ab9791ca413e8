// `npm run test:examples`: every example against the real framework. Gets the
// checkout ready, installs the frameworks into examples/, makes `daybook` there this
// checkout, and runs each examples/*/test.mjs, or those of the names given:
// `npm run test:examples -- express hono`. With `--as-built` dist/ is taken as it is.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { installPinned } from "./pinned-packages.mjs";
import { ensureReady, linkExamples, plainEnvironment, root } from "./setup.mjs";

const folder = join(root, "examples");
const flags = process.argv.slice(2).filter((word) => word.startsWith("--"));
const names = process.argv.slice(2).filter((word) => !word.startsWith("--"));

const tests = chosenTests();
if (!flags.includes("--as-built")) ensureReady();
// No package here needs its install script: what is native comes from the registry, built.
installPinned(folder, () => say("installing the frameworks (npm install in examples/) ..."), [
  "--ignore-scripts",
]);
linkExamples();

const { status } = spawnSync(
  process.execPath,
  ["--test", "--test-concurrency=2", "--test-reporter=spec", ...tests],
  { cwd: root, stdio: "inherit", env: plainEnvironment() },
);
process.exit(status ?? 1);

/** The paths of the tests, by the names on the command line; ends the process on a wrong one. */
function chosenTests() {
  const known = readdirSync(folder).filter((name) => existsSync(join(folder, name, "test.mjs")));
  const wrong = [
    ...flags.filter((flag) => flag !== "--as-built"),
    ...names.filter((name) => !known.includes(name)),
  ];
  if (wrong.length > 0) {
    say(`no example ${wrong.join(", ")}; there are: ${known.join(", ")}; and --as-built`);
    process.exit(1);
  }
  return (names.length > 0 ? names : known).map((name) => join("examples", name, "test.mjs"));
}

function say(text) {
  console.error(`daybook: ${text}`);
}
