// `npm test`: gets the checkout ready, then runs every test of it, or those
// whose path contains one of the words given: `npm test -- rotation storm`.
// `--without model,storm` leaves out those whose path contains one of these.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { ensureTestsBuilt, plainEnvironment, root } from "./setup.mjs";

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
const { status } = spawnSync(
  process.execPath,
  ["--enable-source-maps", "--test", "--test-concurrency=2", "--test-reporter=spec", ...tests],
  { cwd: root, stdio: "inherit", env: plainEnvironment() },
);
process.exit(status ?? 1);
