// The package as it is built, in dist/: for programs that tests start by the dozen. They
// start in less than half the time that they take where each module is a file, and starting
// them is most of what such a test costs. `npm test` has built it from the same sources.

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { topFolder } from "./doc-examples.ts";

const root = topFolder(fileURLToPath(import.meta.url));

/** The URL of a file of dist/, such as `index.js`. */
export function builtUrl(path: string): string {
  return pathToFileURL(join(root, "dist", path)).href;
}

/** The `daybook` command, as it is installed. */
export const COMMAND: string = join(root, "bin", "daybook.mjs");
