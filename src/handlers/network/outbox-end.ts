// The end of the process, for outboxes in which records wait. A log call can't send
// over a network before it returns, so what was logged last would be lost with every
// program that ends by itself: when nothing is left to do, the outboxes get their
// closing time. When the process exits in another way, they can only count.

import { registerLastStep } from "../../core/shutdown.ts";

/** What has to be told of the end. */
export interface Ending {
  /** Nothing else keeps the process alive: what waits has so long as there is. */
  finish(): void;
  /** No more turns of the event loop: what waits is lost. */
  abandon(): void;
}

const waiting = new Set<Ending>();
let installed = false;
/** The process has told of its exit: what comes now has no turn of the event loop left. */
let exited = false;

/** Watches for the end, from the first outbox on: a program may log nothing before it. */
export function watchEnd(): void {
  if (installed) return;
  installed = true;
  process.on("beforeExit", () => {
    for (const each of waiting) each.finish();
  });
  // Behind the listener that closes all handlers: that one was there first.
  process.on("exit", abandonAll);
  // A death by a signal has no event of that kind.
  registerLastStep(abandonAll);
}

/** From now on `box` is told, and kept. */
export function awaitEnd(box: Ending): void {
  watchEnd();
  waiting.add(box);
  if (exited) box.abandon();
}

/** Nothing waits in `box` any more. */
export function endAwaited(box: Ending): void {
  waiting.delete(box);
}

function abandonAll(): void {
  exited = true;
  for (const each of waiting) each.abandon();
}
