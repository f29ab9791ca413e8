// Opening all log files again, on demand: after another program has renamed them.
// For the application to call, or to have called at a signal; nothing here happens
// by itself, since a library must not take over a program's signals unasked.

import { checkOptionNames } from "../core/options.ts";
import { reportError } from "../core/self-report.ts";
import { refusal } from "../core/refusal.ts";
import { listenForReopen } from "../platform/reopen-signals.ts";
import { liveLogFiles } from "./log-files.ts";

/** When logs are to be opened again. */
export interface ReopenSignalsOptions {
  /** The signals to listen for. Default `["SIGHUP", "SIGUSR2"]`. */
  readonly signals?: readonly string[] | undefined;
  /** Whether to listen for the message that `pm2 reloadLogs` sends to cluster workers. Default true. */
  readonly pm2?: boolean | undefined;
}

const OPTIONS: readonly string[] = ["signals", "pm2"];

const DEFAULT_SIGNALS: readonly string[] = ["SIGHUP", "SIGUSR2"];

/**
 * Has every handler that writes to a file, in this thread, open it again: each closes
 * its file, and goes on in the one that now has the log's name. Whether a logger has
 * the handler doesn't matter. Says how many handlers were asked. Never throws: a
 * handler that fails is reported, and tries again with its next record.
 */
export function reopenLogs(): number {
  const files = liveLogFiles();
  for (const file of files) {
    try {
      file.reopen();
    } catch (error) {
      reportError(file, error, "reopening the file failed"); // a subclass's own reopen
    }
  }
  return files.length;
}

/**
 * Calls `reopenLogs` at SIGHUP, at SIGUSR2 and at PM2's message, or at what the options
 * say, until the function that it returns is called. For the main thread: Node gives
 * signals to no other.
 *
 * A signal that is listened for no longer does what it does by default; SIGHUP no longer
 * ends the process when its terminal is closed. Listening keeps no process alive.
 *
 * @example
 * const uninstall = installReopenSignals({ signals: ["SIGUSR2"] });
 *
 * @throws ValueError for what is no list of signals, a name that is no signal, or a signal
 *   that can't be caught; TypeError for options that don't exist
 */
export function installReopenSignals(options: ReopenSignalsOptions = {}): () => void {
  checkOptionNames(options, OPTIONS);
  const { signals = DEFAULT_SIGNALS, pm2 = true } = options;
  if (!Array.isArray(signals)) throw refusal("signals", signals, "a list of names such as SIGHUP");
  if (typeof pm2 !== "boolean") throw refusal("pm2", pm2, "true or false");
  return listenForReopen({ signals, pm2 }, reopenLogs);
}
