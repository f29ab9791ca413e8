// Gets the benchmarks ready to run: builds daybook where it is older than its sources,
// and installs the peers, pinned in package.json here, into this folder. They are
// dependencies of nothing else.

import { fileURLToPath } from "node:url";

import { installedVersions, installPinned } from "../scripts/pinned-packages.mjs";
import { ensureReady } from "../scripts/setup.mjs";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** What is installed, and in which version: `{ pino: "10.4.0", ... }`. */
export function peerVersions() {
  return installedVersions(folder);
}

/**
 * Builds and installs what is missing or old; says so on stderr.
 * @param dist a build of daybook that is there already; then nothing is built
 */
export function ensureBenchReady(dist) {
  if (dist === undefined) ensureReady();
  installPinned(folder, () => {
    process.stderr.write("bench: installing the peers (npm install in benchmarks/) ...\n");
  });
}
