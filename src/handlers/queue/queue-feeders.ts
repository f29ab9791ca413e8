// Which handlers put records on which queue, so that the last of them to be closed can
// say how many records are left on a queue that nobody listens to: a configuration
// makes listeners and doesn't start them, and what waits would be gone without a word.
// Queues of other kinds, which other threads or processes may empty, are left alone.

import { nameOf, reportFailure } from "../../core/self-report.ts";
import { LogQueue } from "./log-queue.ts";

/** How many handlers that are open put records on a queue. */
const feeders = new WeakMap<object, number>();

/** Counts a handler that puts records on the queue from now on. */
export function addFeeder(queue: object): void {
  feeders.set(queue, (feeders.get(queue) ?? 0) + 1);
}

/** Counts one less. */
export function removeFeeder(queue: object): void {
  feeders.set(queue, (feeders.get(queue) ?? 1) - 1);
}

/**
 * Reports what is left on a queue without listeners, unless another handler feeds it: a
 * configuration may have put that in this one's place. `told` of them were told before.
 * Returns how many have been told now.
 */
export function tellUnheard(queue: object, handler: object, told: number): number {
  if (!(queue instanceof LogQueue) || (feeders.get(queue) ?? 0) > 0) return told;
  const left = queue.unheard;
  if (left <= told) return left;
  const records = left === 1 ? "1 record is" : `${left} records are`;
  const what = `${records} left on a queue that no listener takes from`;
  const text = `${what}; start the handler's listener, or one of your own, for the queue`;
  reportFailure(handler, what, () => `--- Logging error ---\nIn ${nameOf(handler)}: ${text}`);
  return left;
}
