// The list of all handlers in order of creation, and their orderly end. Handlers
// register themselves; the process's 'exit' event, or the application, calls
// shutdown(), and whoever is about to end the process in another way takes the steps
// below by itself. The list must not keep a handler alive, and an ending process must
// not fail because a handler does.

import { clearTimeout, setTimeout } from "node:timers";

import { onRejection } from "./on-rejection.ts";
import { closeReports, endReports, reportError } from "./self-report.ts";

/** What shutdown needs of a handler. */
export interface Closeable {
  /** False: what is held is not to be pushed out by the end of the process. */
  readonly flushOnClose?: boolean;
  flush(): void;
  close(): void;
  /** Sends what takes turns of the event loop; false if something still waits after so long. */
  drain?(timeoutMs: number): Promise<boolean>;
}

/** Handles what waits somewhere for handlers; `ending` says that the event loop has ended. */
export type Drain = (ending: boolean) => void;

let handlers: WeakRef<Closeable>[] = [];
let pruneAt = 64;
let installed = false;
const drains = new Set<Drain>();
const lastSteps: (() => void)[] = [];

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
 * Takes all handlers off the list but these, without closing them. For tests that begin anew
 * thousands of times: within one turn of the event loop, no handler of the list is collected.
 */
export function forgetHandlersBut(kept: readonly Closeable[]): void {
  handlers = kept.map((handler) => new WeakRef(handler));
}

/**
 * Flushes and closes these, the last first; one that fails is reported. `when` is for
 * that report. One whose `flushOnClose` is false is not flushed (CPython 3.12 and later).
 */
export function closeHandlers(list: readonly Closeable[], when: string): void {
  const what = `closing ${when} failed`;
  for (const handler of list.toReversed()) {
    if (handler.flushOnClose !== false) attempt(handler, what, () => handler.flush());
    attempt(handler, what, () => handler.close());
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
 * Has `step` called when the process ends by a signal and all handlers are closed: there
 * is no 'exit' event then. It may be called again, and is never taken back.
 */
export function registerLastStep(step: () => void): void {
  lastSteps.push(step);
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

/**
 * Handles what waits on queues, and flushes the handlers, the youngest first. Nothing is
 * closed: the process may go on. Handlers that hold records back on purpose, until
 * something happens, keep them; those are the ones that have a `flushOnClose`.
 */
export function flushHandlers(): void {
  runDrains(false);
  for (const handler of livingHandlers().toReversed()) {
    if (handler.flushOnClose !== undefined) continue;
    attempt(handler, "flushing at a signal failed", () => handler.flush());
  }
}

/**
 * Has the handlers that send over a network (those with a `drain` method) send what
 * waits. Resolves when all have, or after `timeoutMs`; never rejects. Keeps the process
 * alive meanwhile.
 */
export async function drainHandlers(timeoutMs: number): Promise<void> {
  const draining = livingHandlers().map((handler) => drainOne(handler, timeoutMs));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([Promise.all(draining), late]);
  clearTimeout(timer);
}

/** What the process's 'exit' event would have done, for an end that has none. */
export function endWithoutExit(): void {
  end(true);
  for (const step of lastSteps) attempt(step, "the last step at shutdown failed", step);
  endReports();
}

function install(): void {
  if (installed) return;
  installed = true;
  process.once("exit", () => {
    end(true);
    endReports();
  });
  // Deno has no 'exit' event where nobody catches an exception, and in a thread of Bun's it
  // may come too late. Nothing is closed here: somebody may catch it after all.
  if ((process.versions["deno"] ?? process.versions["bun"]) === undefined) return;
  process.on("uncaughtExceptionMonitor", flushAtFailure);
}

function flushAtFailure(): void {
  runDrains(false);
  for (const handler of livingHandlers().toReversed()) {
    if (handler.flushOnClose === false) continue;
    attempt(handler, "flushing at an uncaught exception failed", () => handler.flush());
  }
}

function end(ending: boolean): void {
  runDrains(ending);
  closeHandlers(livingHandlers(), "at shutdown");
  closeReports();
}

function runDrains(ending: boolean): void {
  for (const drain of drains) {
    attempt(drain, "closing the queues at shutdown failed", () => drain(ending));
  }
}

async function drainOne(handler: Closeable, timeoutMs: number): Promise<void> {
  try {
    // Subclasses of the application's own may have any `drain`.
    await handler.drain?.(timeoutMs);
  } catch (error) {
    reportError(handler, error, "draining at a signal failed");
  }
}

function attempt(handler: object, what: string, step: () => unknown): void {
  const report = (error: unknown): void => reportError(handler, error, what);
  try {
    onRejection(step(), handler, report);
  } catch (error) {
    report(error);
  }
}
