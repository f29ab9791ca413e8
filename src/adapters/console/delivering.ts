// Whether the code that runs now runs because a record is being delivered: a handler's
// `emit`, and whatever it has started for later. The doors for the console and for debug
// ask here, since what a handler says there must not become a record again: it would be
// given to that handler, and so on without end.

import { AsyncLocalStorage } from "node:async_hooks";

// Made when a door is opened first: following the context of asynchronous calls costs a
// program something.
let storage: AsyncLocalStorage<true> | null = null;

/** Delivers a record; all that runs because of it is known by `isDelivering`. */
export function whileDelivering(deliver: () => void): void {
  storage ??= new AsyncLocalStorage<true>();
  storage.run(true, deliver);
}

/** True in handlers, and in what they have left to run later. */
export function isDelivering(): boolean {
  return storage?.getStore() === true;
}
