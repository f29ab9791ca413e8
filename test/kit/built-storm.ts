// The storm as the package has it: most of what a small storm costs is the start of its
// processes, and these start soonest. Read by test/storm/.

import type { runStorm as RunStorm } from "../../src/storm/storm.ts";
import { builtUrl } from "./built.ts";

type Storm = { readonly runStorm: typeof RunStorm };

/** `runStorm` of src/storm/storm.ts. */
export const runStorm: typeof RunStorm = ((await import(builtUrl("storm/storm.js"))) as Storm)
  .runStorm;
