// The signals that end a process, seen by those who have something to save first. What
// the signal would have done is done afterwards, so that the parent sees the same end.
// Several copies of the package in one process must not take each other for the
// application: their listeners carry a mark, and the last one that is ready raises the
// signal again. Nothing is decided here about what is saved.

import { constants } from "node:os";
import { inspect } from "node:util";

import { ValueError } from "../core/errors.ts";

/** What is done at a signal. Nothing of it may throw or reject. */
export interface SignalSteps {
  /** Saves what can be saved at once. The process may live on: the application may listen, too. */
  save(): void;
  /** The process is going to end by the signal as soon as this resolves. */
  finish(): Promise<void>;
  /** What comes last; after `finish`, or instead of what is left of it at a second signal. */
  last(): void;
}

/** A signal that ends a process that doesn't listen, and that can be listened to. */
export type EndSignal =
  | "SIGTERM"
  | "SIGINT"
  | "SIGHUP"
  | "SIGQUIT"
  | "SIGBREAK"
  | "SIGUSR2"
  | "SIGALRM"
  | "SIGXCPU";

/**
 * The signals that end a process which doesn't listen, and that a program can act upon.
 * Not those that Node has a use for (SIGUSR1, SIGPIPE), and none that end nothing.
 */
const ENDING_SIGNALS: readonly EndSignal[] = [
  "SIGTERM",
  "SIGINT",
  "SIGHUP",
  "SIGQUIT",
  "SIGBREAK",
  "SIGUSR2",
  "SIGALRM",
  "SIGXCPU",
];

/** On each listener of ours, of whichever version; what is under it may only grow. */
const MARK = Symbol.for("daybook.endingSignal");

const SIGNAL_EXIT = Symbol.for("signal-exit emitter");

interface Mark {
  /** `finish` is under way. */
  isBusy: boolean;
  readonly last: () => void;
}

/**
 * Takes these steps at each of these signals, until the function that it returns is
 * called. If nobody else listens to the signal, the process then ends by it: the parent
 * sees a death by that signal, or, where the kernel doesn't let it kill (a container's
 * first process), the exit code 128 and its number. If anybody else does, only `save` is
 * done. A second signal while `finish` is under way ends the process at once.
 *
 * Signals come to the main thread only; in a worker thread listening has no effect.
 *
 * @throws ValueError for a name that is none of a signal that ends processes here
 */
export function listenForEnd(signals: readonly string[], steps: SignalSteps): () => void {
  const names = [...new Set(signals)].map(checkEndingSignal);
  const mark: Mark = { isBusy: false, last: () => steps.last() };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    mark.isBusy = true;
    await steps.finish();
    mark.isBusy = false;
    if (!marksOf(signal).some((each) => each.isBusy)) raise(signal, mark);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    // Asked before anything runs: a listener that hears once is gone when it has heard.
    const isOurs = !othersListen(signal);
    if (isOurs && mark.isBusy) {
      raise(signal, mark);
      return;
    }
    steps.save();
    if (isOurs) void end(signal);
  };
  Object.defineProperty(onSignal, MARK, { value: mark });
  // In front: ahead of listeners that hear once, and of one that ends the process.
  for (const name of names) process.prependListener(name, onSignal);
  return () => {
    for (const name of names) process.removeListener(name, onSignal);
  };
}

/** Lets the signal do what it does by default. */
function raise(signal: NodeJS.Signals, own: Mark): void {
  for (const mark of new Set([own, ...marksOf(signal)])) mark.last();
  for (const listener of process.listeners(signal)) {
    if (markOf(listener) !== null) process.removeListener(signal, listener);
  }
  // Somebody has begun to listen meanwhile, or it is signal-exit's turn: theirs, then.
  const isTaken = process.listenerCount(signal) > 0;
  try {
    process.kill(process.pid, signal);
  } finally {
    // Still here. The kernel spares the first process of a container what it doesn't catch.
    if (!isTaken) process.exit(128 + (constants.signals[signal] ?? 0));
  }
}

function othersListen(signal: NodeJS.Signals): boolean {
  const others = process.listeners(signal).filter((each) => markOf(each) === null);
  return others.length > signalExitListeners();
}

/**
 * How many listeners each signal has from the package signal-exit, which comes along with
 * many others. It ends the process by the signal where it finds itself alone. If each of
 * us left that to the other, no signal would end the process any more: so we don't count
 * it, and it hears the signal again when we are gone.
 */
function signalExitListeners(): number {
  // Version 4, then versions 2 and 3.
  const places: readonly unknown[] = [
    (globalThis as { readonly [SIGNAL_EXIT]?: unknown })[SIGNAL_EXIT],
    (process as { readonly __signal_exit_emitter__?: unknown }).__signal_exit_emitter__,
  ];
  let listeners = 0;
  for (const place of places) {
    if (typeof place !== "object" || place === null || !("count" in place)) continue;
    if (typeof place.count === "number") listeners += place.count;
  }
  return listeners;
}

function marksOf(signal: NodeJS.Signals): Mark[] {
  return process.listeners(signal).flatMap((each) => markOf(each) ?? []);
}

function markOf(listener: object): Mark | null {
  return (listener as { readonly [MARK]?: Mark })[MARK] ?? null;
}

function checkEndingSignal(name: string): NodeJS.Signals {
  const known = ENDING_SIGNALS.filter((each) => Object.hasOwn(constants.signals, each));
  const found = known.find((each) => each === name);
  if (found !== undefined) return found;
  const accepted = known.join(", ");
  throw new ValueError(
    `signal ${inspect(name)} is none that ends a process and can be caught; accepted: ${accepted}`,
    { value: name, accepted },
  );
}
