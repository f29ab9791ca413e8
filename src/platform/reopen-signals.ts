// The ways in which the outside asks a program to open its logs again: signals
// (logrotate's postrotate, `daybook rotate --signal`) and the message that PM2 sends
// to its cluster workers for `pm2 reloadLogs`. Listens and calls back, nothing more.
// It must not keep the process alive, and leaves the application's own listeners alone.

import { constants } from "node:os";
import { inspect } from "node:util";

import { ValueError } from "../core/errors.ts";
import { listenForMessages } from "./process-messages.ts";

/** What there is to listen for. */
export interface ReopenTriggers {
  /** Names of signals, such as `SIGHUP`. */
  readonly signals: readonly string[];
  /** Whether to listen for PM2's `log:reload`. */
  readonly pm2: boolean;
}

/** Signals that no process can catch, and those after which no code of ours can run safely. */
const NOT_TO_CATCH: readonly string[] = [
  "SIGKILL",
  "SIGSTOP",
  "SIGBUS",
  "SIGFPE",
  "SIGILL",
  "SIGSEGV",
];

/**
 * Calls `reopen` at each of these signals and messages, until the function that it
 * returns is called. A second call of that does nothing.
 *
 * Signals come to the main thread only; in a worker thread listening has no effect.
 *
 * @throws ValueError for a name that is no signal, or of one that can't be caught
 */
export function listenForReopen(triggers: ReopenTriggers, reopen: () => void): () => void {
  const signals = [...new Set(triggers.signals)].map(checkSignal);
  const onSignal = (): void => reopen();
  for (const signal of signals) process.on(signal, onSignal);
  const endMessages = triggers.pm2 ? listenForMessages(isReload, reopen) : null;
  return () => {
    for (const signal of signals) process.removeListener(signal, onSignal);
    endMessages?.();
  };
}

/** Whether this system knows a signal of the name. */
export function isSignal(name: string): name is NodeJS.Signals {
  return Object.hasOwn(constants.signals, name);
}

function checkSignal(name: string): NodeJS.Signals {
  if (typeof name === "string" && isSignal(name) && !NOT_TO_CATCH.includes(name)) return name;
  const names = Object.keys(constants.signals).filter((each) => !NOT_TO_CATCH.includes(each));
  const accepted = names.join(", ");
  const why = NOT_TO_CATCH.includes(name) ? "can't be caught" : "is no signal here";
  throw new ValueError(`signal ${inspect(name)} ${why}; accepted: ${accepted}`, {
    value: name,
    accepted,
  });
}

/** `{type: "log:reload"}`, as PM2's daemon sends it; a hand-written sender may send the bare text. */
function isReload(message: unknown): boolean {
  if (message === "log:reload") return true;
  return (
    typeof message === "object" &&
    message !== null &&
    "type" in message &&
    message.type === "log:reload"
  );
}
