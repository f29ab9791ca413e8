// Waiting for what will be so, in tests of what happens in other processes or over a
// network. A test polls for its condition; how long that takes is never asserted.

import { setTimeout as sleep } from "node:timers/promises";

/** Resolves as soon as `isSo()`; rejects after a minute, with what `told()` says. */
export async function until(isSo: () => boolean, told: () => string = () => ""): Promise<void> {
  const end = performance.now() + 60_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`it did not come to be so: ${told()}`);
    await sleep(5);
  }
}
