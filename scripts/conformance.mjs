// `npm run conformance -- <folder>`: gets the checkout ready, then runs the
// cases of a folder, by default test/conformance/cases/. What a run prints and
// when it fails: test/conformance/run.ts.

import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

import { ensureTestsBuilt, root } from "./setup.mjs";

ensureTestsBuilt();

// The folder is relative to where the command was typed; npm changes that to the
// checkout and says in INIT_CWD where it was.
const typedIn = process.env.INIT_CWD ?? process.cwd();
const folders = process.argv.slice(2).map((folder) => resolve(typedIn, folder));
const { status } = spawnSync(
  process.execPath,
  ["--enable-source-maps", join(root, "build", "test", "conformance", "run.js"), ...folders],
  { cwd: root, stdio: "inherit" },
);
process.exit(status ?? 1);
