// What nobody in the application has caught: exceptions, and rejections of promises.
// Listens in ways that leave everything as it is: the exit code, what Node writes on
// stderr, and whether the process ends at all. Calls back, nothing more.

import { setImmediate } from "node:timers";

/** How it came out, by Node's names. */
export type FailureOrigin = "uncaughtException" | "unhandledRejection";

/** What there is to listen for. */
export interface FailureTriggers {
  readonly uncaughtExceptions: boolean;
  readonly unhandledRejections: boolean;
}

/** On our listeners, of whichever copy of the package: those don't count as anybody's. */
const MARK = Symbol.for("daybook.unhandledRejection");

/**
 * Calls `tell` with what was thrown, or what a promise was rejected with, until the
 * function that it returns is called. `tell` must not throw.
 *
 * A rejection that Node makes an uncaught exception is told as such a rejection. Where
 * the application (or PM2) listens for 'unhandledRejection', Node doesn't, and it is told
 * all the same. With `--unhandled-rejections=warn` or `none` and no such listener, Node
 * makes no failure of it, and nor is it told.
 */
export function listenForFailures(
  { uncaughtExceptions, unhandledRejections }: FailureTriggers,
  tell: (value: unknown, origin: FailureOrigin) => void,
): () => void {
  let told: { readonly value: unknown } | null = null;
  // A listener for rejections often throws what it is given: that is told once.
  const tellOnce = (value: unknown, origin: FailureOrigin): void => {
    if (told !== null && Object.is(told.value, value)) return;
    told = { value };
    setImmediate(() => (told = null)).unref();
    tell(value, origin);
  };
  const onFailure = (error: unknown, origin: FailureOrigin): void => {
    const isMeant = origin === "unhandledRejection" ? unhandledRejections : uncaughtExceptions;
    if (isMeant) tellOnce(error, origin);
  };
  process.on("uncaughtExceptionMonitor", onFailure);
  const stopFollowing = unhandledRejections
    ? followRejections((reason) => tellOnce(reason, "unhandledRejection"))
    : null;
  return () => {
    process.removeListener("uncaughtExceptionMonitor", onFailure);
    stopFollowing?.();
  };
}

type Listener = (...args: never[]) => unknown;

/**
 * Listens for 'unhandledRejection' while, and only while, somebody else does. Alone, a
 * listener would keep Node from ending the process.
 */
function followRejections(tell: (reason: unknown) => void): () => void {
  const onRejection = (reason: unknown): void => tell(reason);
  Object.defineProperty(onRejection, MARK, { value: true });
  const onAdded = (event: string | symbol, listener: Listener): void => {
    if (event === EVENT && !isMarked(listener)) join(onRejection);
  };
  const onRemoved = (event: string | symbol, listener: Listener): void => {
    // Not here: whoever removes many has a list in hand. It is soon enough, since Node
    // looks at rejections when all microtasks are done.
    if (event === EVENT && !isMarked(listener)) queueMicrotask(() => leaveAlone(onRejection));
  };
  process.on("newListener", onAdded);
  process.on("removeListener", onRemoved);
  if (othersListen()) join(onRejection);
  return () => {
    process.removeListener("newListener", onAdded);
    process.removeListener("removeListener", onRemoved);
    process.removeListener(EVENT, onRejection);
  };
}

const EVENT = "unhandledRejection";

// In front of one that ends the process.
function join(listener: (reason: unknown) => void): void {
  if (!process.listeners(EVENT).includes(listener)) process.prependListener(EVENT, listener);
}

function leaveAlone(listener: (reason: unknown) => void): void {
  if (!othersListen()) process.removeListener(EVENT, listener);
}

function othersListen(): boolean {
  return process.listeners(EVENT).some((each) => !isMarked(each));
}

function isMarked(listener: object): boolean {
  return MARK in listener;
}
