// The storm as the package has it, in dist/: its processes start in less than half the time
// that they take where each module is a file, and starting them is most of what a small
// storm costs. `npm test` has built it from the same sources. Read by test/storm/.

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import type { runStorm as RunStorm } from "../../src/storm/storm.ts";
import { topFolder } from "./doc-examples.ts";

const root = topFolder(fileURLToPath(import.meta.url));
const built = pathToFileURL(join(root, "dist", "storm", "storm.js"));

/** `runStorm` of src/storm/storm.ts. */
export const runStorm: typeof RunStorm = (
  (await import(built.href)) as { runStorm: typeof RunStorm }
).runStorm;

/** The `daybook` command, as it is installed. */
export const COMMAND: string = join(root, "bin", "daybook.mjs");
