// The ends of a process that Node's 'exit' event doesn't cover, or doesn't explain:
// signals, exceptions that nobody catches, PM2's message. For the application to ask
// for; nothing here happens by itself, since a library must not take over a program's
// signals unasked. It changes when a process ends, never how.

import { checkMethod } from "../core/check-method.ts";
import { getLogger } from "../core/hierarchy.ts";
import type { Logger } from "../core/logger.ts";
import { checkOptionNames } from "../core/options.ts";
import { reportError } from "../core/self-report.ts";
import { drainHandlers, endWithoutExit, flushHandlers } from "../core/shutdown.ts";
import { refusal } from "../core/refusal.ts";
import { inspectLine, isError } from "../core/value.ts";
import { listenForFailures } from "../platform/process-failures.ts";
import type { FailureOrigin } from "../platform/process-failures.ts";
import { listenForMessages } from "../platform/process-messages.ts";
import { listenForEnd } from "../platform/process-signals.ts";
import type { EndSignal } from "../platform/process-signals.ts";

/** What is done at the ends of the process. */
export interface ProcessHooksOptions {
  /** Where failures that nobody catches are logged, at CRITICAL. Default the root logger. */
  readonly logger?: Logger | undefined;
  /** The signals at which logs are saved. Default `["SIGTERM", "SIGINT", "SIGHUP"]`. */
  readonly signals?: readonly EndSignal[] | undefined;
  /** Whether exceptions that nobody catches are logged. Default true. */
  readonly uncaughtExceptions?: boolean | undefined;
  /** Whether rejections that nobody handles are logged. Default true. */
  readonly unhandledRejections?: boolean | undefined;
  /** Whether logs are saved at the message `shutdown` that PM2 sends. Default true. */
  readonly pm2?: boolean | undefined;
  /** How long a signal waits for what is to be sent over a network. Default 1500, below PM2's 1600. */
  readonly drainTimeoutMs?: number | undefined;
}

const OPTIONS: readonly string[] = [
  "logger",
  "signals",
  "uncaughtExceptions",
  "unhandledRejections",
  "pm2",
  "drainTimeoutMs",
];

const DEFAULT_SIGNALS: readonly string[] = ["SIGTERM", "SIGINT", "SIGHUP"];

/** The longest time that setTimeout takes. */
const LONGEST_MS = 2_147_483_647;

const MESSAGES: Readonly<Record<FailureOrigin, string>> = {
  uncaughtException: "uncaught exception",
  unhandledRejection: "unhandled rejection",
};

/** Takes back what is installed; null if nothing is. */
let uninstallCurrent: (() => void) | null = null;

/**
 * Saves the logs at signals that end the process, and logs what ends it otherwise, until
 * the function that it returns is called. A second call takes the place of the first.
 *
 * At a signal, what waits on queues is handled and all handlers are flushed. If nobody
 * else listens to that signal, what waits for a network has `drainTimeoutMs` to be sent;
 * then all handlers are closed and the process ends by the signal, as it would have
 * without hooks; a second signal ends it at once. If anybody else listens, ending the
 * process is theirs. Exceptions and rejections are logged, and do what they would have
 * done: exit code and Node's words on stderr stay. A logger without any handler logs
 * none of them.
 *
 * For the main thread; in a worker thread only failures are seen, those of that thread.
 *
 * @example
 * installProcessHooks({ logger: getLogger("app") });
 *
 * @throws ValueError for a value that is not accepted; TypeError for options that don't
 *   exist, and for what is no logger
 */
export function installProcessHooks(options: ProcessHooksOptions = {}): () => void {
  checkOptionNames(options, OPTIONS);
  const { signals = DEFAULT_SIGNALS, logger, pm2 = true, drainTimeoutMs = 1500 } = options;
  const { uncaughtExceptions = true, unhandledRejections = true } = options;
  if (logger !== undefined) checkMethod(logger, "hasHandlers", "logger", "a Logger");
  if (!Array.isArray(signals)) throw refusal("signals", signals, "a list of names such as SIGTERM");
  checkFlags({ uncaughtExceptions, unhandledRejections, pm2 });
  if (!(drainTimeoutMs >= 0 && drainTimeoutMs <= LONGEST_MS)) {
    throw refusal("drainTimeoutMs", drainTimeoutMs, `a number from 0 to ${LONGEST_MS}`);
  }
  const stopSignals = listenForEnd(signals, {
    save: flushHandlers,
    finish: () => drainHandlers(drainTimeoutMs),
    last: endWithoutExit,
  });
  uninstallCurrent?.();
  const stopFailures = listenForFailures(
    { uncaughtExceptions, unhandledRejections },
    (...failure) => logFailure(logger ?? getLogger(), ...failure),
  );
  const stopMessages = pm2 ? listenForMessages(isShutdown, flushHandlers) : null;
  const uninstall = (): void => {
    if (uninstallCurrent !== uninstall) return;
    uninstallCurrent = null;
    stopSignals();
    stopFailures();
    stopMessages?.();
  };
  uninstallCurrent = uninstall;
  return uninstall;
}

// Whatever goes wrong here must not become the failure that Node tells.
function logFailure(logger: Logger, value: unknown, origin: FailureOrigin): void {
  try {
    // Without a handler it would go to stderr, where Node's own words are.
    if (!logger.hasHandlers()) return;
    if (isError(value)) logger.critical(MESSAGES[origin], value);
    else logger.critical(`${MESSAGES[origin]}: %s`, inspectLine(value));
  } catch (error) {
    reportError(logger, error, `logging an ${MESSAGES[origin]} failed`);
  }
}

/** What PM2 sends ahead of a reload, and instead of a signal with `shutdown_with_message`. */
function isShutdown(message: unknown): boolean {
  return message === "shutdown";
}

function checkFlags(flags: Readonly<Record<string, boolean>>): void {
  for (const [name, value] of Object.entries(flags)) {
    if (typeof value !== "boolean") throw refusal(name, value, "true or false");
  }
}
