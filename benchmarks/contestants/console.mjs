// console.log, as one uses it instead of a logger: to a file as stdout, which is
// synchronous, with the time and the level put in by hand.

import { MESSAGE } from "../scenarios.mjs";

/** Opens the log of a contest. */
export async function open() {
  return {
    // oxlint-disable-next-line no-console -- it is what is measured
    call: () => console.log(`${new Date().toISOString()} INFO bench ${MESSAGE}`),
  };
}
