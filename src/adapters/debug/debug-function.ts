// One function of the shape that the package `debug` gives its users, over a logger of
// ours: it logs at DEBUG to the logger of its namespace. The door debug.ts makes them
// and knows which namespaces are on.

import type { OpenCall } from "../../core/caller.ts";
import { now } from "../../core/clock.ts";
import { deliver } from "../../core/delivery.ts";
import { exceptionText } from "../../core/exception.ts";
import { DEBUG } from "../../core/level.ts";
import type { Logger } from "../../core/logger.ts";
import { reportError, writeStderr } from "../../core/self-report.ts";
import { toText } from "../../core/value.ts";
import { debugMessage } from "./debug-text.ts";
import type { DebugFormatter, DebugMessage } from "./debug-text.ts";

/** Takes what would have been logged, in place of the logger; `this` is the function. */
export type DebugLog = (this: DebugFunction, ...args: unknown[]) => void;

/** What `createDebug(namespace)` gives. */
export interface DebugFunction {
  (...args: unknown[]): void;
  readonly namespace: string;
  /** The logger of the namespace. */
  readonly logger: Logger;
  /** Whether calls are logged; may be set, and holds then whatever the patterns say. */
  enabled: boolean;
  /** Milliseconds since the call before. */
  diff: number;
  /** A function of one's own for the lines, in place of the logger. */
  log: DebugLog | undefined;
  /** The function of a namespace below this one. */
  extend(namespace: string, delimiter?: string): DebugFunction;
  /** Does nothing, as in debug: nothing is held. */
  destroy(): boolean;
}

/** What functions ask of the door. */
export interface DebugDoor {
  readonly formatters: Readonly<Record<string, DebugFormatter>>;
  readonly log: DebugLog | undefined;
  create(namespace: string): DebugFunction;
  isOn(namespace: string, logger: Logger): boolean;
}

/** Makes the function of a namespace. */
export function makeDebugFunction(
  namespace: string,
  logger: Logger,
  door: DebugDoor,
): DebugFunction {
  let override: boolean | null = null;
  let before = 0;
  const isEnabled = (): boolean => override ?? door.isOn(namespace, logger);
  const call = (...args: unknown[]): void => {
    try {
      if (!isEnabled()) return;
      const time = now();
      debug.diff = before === 0 ? 0 : time - before;
      before = time;
      send(debug, debugMessage(args, door.formatters), door.log, open);
    } catch (error) {
      reportError(logger, error, "a debug call could not be logged:", toText(args[0]));
    }
  };
  const open: OpenCall = { boundary: call, stacklevel: 1 };
  const debug = Object.assign(call, {
    namespace,
    logger,
    diff: 0,
    log: undefined as DebugLog | undefined,
    extend: (below: string, delimiter = ":") => {
      const extended = door.create(`${namespace}${delimiter}${below}`);
      extended.log = debug.log;
      return extended;
    },
    destroy: () => true,
  }) as DebugFunction;
  Object.defineProperty(debug, "enabled", {
    get: isEnabled,
    set: (value: boolean) => {
      override = value;
    },
    enumerable: true,
  });
  return debug;
}

function send(
  debug: DebugFunction,
  { text, error }: DebugMessage,
  log: DebugLog | undefined,
  open: OpenCall,
): void {
  const own = debug.log ?? log;
  const { logger, namespace } = debug;
  if (typeof own === "function") {
    own.call(debug, `${namespace} ${withTrace(text, error)}`);
  } else if (logger.hasHandlers()) {
    deliver(logger, DEBUG, { msg: text, args: [], excInfo: error, fields: null }, null, open);
  } else {
    // A program without handlers that is started with DEBUG=... wants to see something.
    const time = new Date(now()).toISOString();
    writeStderr(`${time} ${namespace} ${withTrace(text, error)}\n`);
  }
}

function withTrace(text: string, error: Error | null): string {
  return error === null ? text : `${text}\n${exceptionText(error)}`;
}
