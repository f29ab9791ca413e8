// The list of all handlers in order of creation, and their orderly end. Handlers
// register themselves; the process's 'exit' event, or the application, calls
// shutdown(). The list must not keep a handler alive, and an ending process must
// not fail because a handler does.

import { onRejection } from "./on-rejection.ts";
import { closeReports, endReports, reportError } from "./self-report.ts";

/** What shutdown needs of a handler. */
export interface Closeable {
  /** False: what is held is not to be pushed out by the end of the process. */
  readonly flushOnClose?: boolean;
  flush(): void;
  close(): void;
}

/** Handles what waits somewhere for handlers; `ending` says that the event loop has ended. */
export type Drain = (ending: boolean) => void;

let handlers: WeakRef<Closeable>[] = [];
let pruneAt = 64;
let installed = false;
const drains = new Set<Drain>();

/** Adds a handler to the list; the first one also installs shutdown() for the process's exit. */
export function registerHandler(handler: Closeable): void {
  install();
  if (handlers.length >= pruneAt) {
    handlers = handlers.filter((reference) => reference.deref() !== undefined);
    pruneAt = Math.max(64, handlers.length * 2);
  }
  handlers.push(new WeakRef(handler));
}

/** The handlers that are alive, in order of creation. */
export function livingHandlers(): Closeable[] {
  return handlers.flatMap((reference) => reference.deref() ?? []);
}

/**
 * Flushes and closes these, the last first; one that fails is reported. `when` is for
 * that report. One whose `flushOnClose` is false is not flushed (CPython 3.12 and later).
 */
export function closeHandlers(list: readonly Closeable[], when: string): void {
  for (const handler of list.toReversed()) {
    if (handler.flushOnClose !== false) attempt(handler, when, () => handler.flush());
    attempt(handler, when, () => handler.close());
  }
}

/**
 * Has shutdown() call `drain` before it closes any handler. Returns what takes it back;
 * until then it is kept alive.
 */
export function registerDrain(drain: Drain): () => void {
  install();
  drains.add(drain);
  return () => void drains.delete(drain);
}

/**
 * Flushes and closes all handlers, the youngest first. Runs by itself when the
 * process exits; calling it earlier is allowed, and so is logging afterwards. What
 * waits on queues that are listened to is handled before. A handler whose
 * `flushOnClose` is false is not flushed (CPython 3.12 and later). One that fails is
 * reported, the others are closed all the same.
 */
export function shutdown(): void {
  end(false);
}

function install(): void {
  if (installed) return;
  installed = true;
  process.once("exit", () => {
    end(true);
    endReports();
  });
}

function end(ending: boolean): void {
  for (const drain of drains) {
    attempt(drain, "the queues at shutdown", () => drain(ending));
  }
  closeHandlers(livingHandlers(), "at shutdown");
  closeReports();
}

function attempt(handler: object, when: string, step: () => unknown): void {
  const report = (error: unknown): void => {
    reportError(handler, error, `closing ${when} failed`);
  };
  try {
    onRejection(step(), handler, report);
  } catch (error) {
    report(error);
  }
}
