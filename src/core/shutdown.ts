// The list of all handlers in order of creation, and their orderly end. Handlers
// register themselves; the process's 'exit' event, or the application, calls
// shutdown(). The list must not keep a handler alive, and an ending process must
// not fail because a handler does.

import { closeReports, endReports, reportError } from "./self-report.ts";

/** What shutdown needs of a handler. */
export interface Closeable {
  flush(): void;
  close(): void;
}

let handlers: WeakRef<Closeable>[] = [];
let pruneAt = 64;
let installed = false;

/** Adds a handler to the list; the first one also installs shutdown() for the process's exit. */
export function registerHandler(handler: Closeable): void {
  if (!installed) {
    installed = true;
    process.once("exit", () => {
      shutdown();
      endReports();
    });
  }
  if (handlers.length >= pruneAt) {
    handlers = handlers.filter((reference) => reference.deref() !== undefined);
    pruneAt = Math.max(64, handlers.length * 2);
  }
  handlers.push(new WeakRef(handler));
}

/**
 * Flushes and closes all handlers, the youngest first. Runs by itself when the
 * process exits; calling it earlier is allowed, and so is logging afterwards. A
 * handler that fails is reported, the others are closed all the same.
 */
export function shutdown(): void {
  for (const reference of handlers.toReversed()) {
    const handler = reference.deref();
    if (handler === undefined) continue;
    attempt(handler, () => handler.flush());
    attempt(handler, () => handler.close());
  }
  closeReports();
}

function attempt(handler: Closeable, step: () => void): void {
  try {
    step();
  } catch (error) {
    reportError(handler, error, "closing at shutdown failed");
  }
}
