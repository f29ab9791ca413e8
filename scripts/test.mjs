// `npm test`: gets the checkout ready, then runs every test of it, or those
// whose path contains one of the words given: `npm test -- rotation storm`.
// `--without model,storm` leaves out those whose path contains one of these.

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { ensureTestsBuilt, plainEnvironment, root } from "./setup.mjs";

/**
 * What mostly waits, for processes or for the clock. These run one after the other, beside
 * all that computes, and what they print comes when they are done.
 */
const WAITING = ["external", "faults", "kill", "process-end", "storm"].map((name) =>
  join("build", "test", name),
);

ensureTestsBuilt();

const { values, positionals: words } = parseArgs({
  options: { without: { type: "string", default: "" } },
  allowPositionals: true,
});
const without = values.without.split(",").filter((word) => word !== "");
const tests = readdirSync(join(root, "build"), { recursive: true })
  .filter((path) => path.endsWith(".test.js"))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .filter((path) => !without.some((word) => path.includes(word)))
  .map((path) => join("build", path))
  .toSorted();
if (tests.length === 0) {
  console.error(`daybook: no test file matches ${words.join(", ")}`);
  process.exit(1);
}
const waits = (path) => WAITING.some((folder) => path.startsWith(folder));
const [waiting, others] = [tests.filter(waits), tests.filter((path) => !waits(path))];
const statuses =
  others.length === 0
    ? [await run(waiting, 1, "inherit")]
    : await Promise.all([run(waiting, 1, "pipe"), run(others, 2, "inherit")]);
process.exit(Math.max(...statuses));

/** Runs test files, so many at a time; resolves with the exit code. */
async function run(files, concurrency, stdout) {
  if (files.length === 0) return 0;
  const options = ["--test", `--test-concurrency=${concurrency}`, "--test-reporter=spec"];
  const child = spawn(process.execPath, ["--enable-source-maps", ...options, ...files], {
    cwd: root,
    stdio: ["inherit", stdout, "inherit"],
    env: plainEnvironment(),
  });
  let told = "";
  child.stdout?.setEncoding("utf8").on("data", (text) => (told += text));
  return await new Promise((resolve) =>
    child.once("close", (code) => {
      // All of it, also where the output is a pipe.
      process.stdout.write(told, () => resolve(code ?? 1));
    }),
  );
}
