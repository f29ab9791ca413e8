// The door for the package `debug` (`daybook/debug`): functions of its shape that log to
// our loggers, by namespace, and captureDebug, which redirects what other packages say
// through the real one. The variable DEBUG, or `enable`, switches namespaces on: it sets
// the levels of their loggers. Importing this does nothing but define.

import { inheritedLevel } from "../core/delivery.ts";
import { getLogger } from "../core/hierarchy.ts";
import { DEBUG } from "../core/level.ts";
import type { Logger } from "../core/logger.ts";
import { typeRefusal } from "../core/refusal.ts";
import { makeDebugFunction } from "./debug/debug-function.ts";
import type { DebugDoor, DebugFunction, DebugLog } from "./debug/debug-function.ts";
import type { DebugFormatter } from "./debug/debug-text.ts";
import { loggerNameOf, readPatterns, stateOf } from "./debug/namespaces.ts";
import type { NamespacePatterns } from "./debug/namespaces.ts";

export { captureDebug } from "./debug/capture-debug.ts";
export type { CaptureDebugOptions, DebugModule } from "./debug/capture-debug.ts";
export type { DebugFunction, DebugLog } from "./debug/debug-function.ts";
export type { DebugFormatter } from "./debug/debug-text.ts";

/** The function `createDebug` with what it carries. */
export interface CreateDebug {
  /**
   * The function of a namespace: logs at DEBUG to the logger `app.db` for `app:db`.
   * It is on if the patterns say so (the logger then gets the level DEBUG), off if they
   * say that, and else as the logger's level is. Without any handler its lines go to
   * stderr, as those of debug do.
   *
   * @throws TypeError for a namespace that is no string
   */
  (namespace: string): DebugFunction;
  /** Switches namespaces on and off by patterns such as `app:*,-app:noisy`, in place of those before. */
  enable(patterns: string): void;
  /** Forgets the patterns, and puts the loggers' levels back. @returns the patterns */
  disable(): string;
  /** Whether the patterns switch this namespace on. */
  enabled(namespace: string): boolean;
  /** Formatters of further placeholders, by letter: `formatters.h = (value) => ...`. */
  readonly formatters: Record<string, DebugFormatter>;
  /** A function of one's own for all lines, in place of the loggers. */
  log: DebugLog | undefined;
}

/** The patterns in force; null until DEBUG is read, with the first function. */
let patterns: NamespacePatterns | null = null;
/** The loggers that namespaces have, and their levels from before we set one. */
const known = new Map<string, Logger>();
const raised = new Map<Logger, number>();

function create(namespace: string): DebugFunction {
  if (typeof namespace !== "string") {
    const accepted = 'a string such as "app:db"';
    throw typeRefusal("a namespace", namespace, accepted);
  }
  const logger = getLogger(loggerNameOf(namespace));
  known.set(namespace, logger);
  apply(namespace, logger);
  return makeDebugFunction(namespace, logger, door);
}

const door: DebugDoor = {
  get formatters() {
    return createDebug.formatters;
  },
  get log() {
    return createDebug.log;
  },
  create,
  isOn: (namespace, logger) =>
    stateOf(namespace, inForce()) !== "off" && logger.isEnabledFor(DEBUG),
};

/** Makes functions of debug's shape. */
export const createDebug: CreateDebug = Object.assign((namespace: string) => create(namespace), {
  enable: (text: string) => setPatterns(readPatterns(text)),
  disable: () => {
    const { names, skips } = inForce();
    setPatterns({ names: [], skips: [] });
    return [...names, ...skips.map((pattern) => `-${pattern}`)].join(",");
  },
  enabled: (namespace: string) => stateOf(namespace, inForce()) === "on",
  formatters: Object.create(null) as Record<string, DebugFormatter>,
  log: undefined as DebugLog | undefined,
});

export default createDebug;

function inForce(): NamespacePatterns {
  patterns ??= readPatterns(process.env["DEBUG"] ?? "");
  return patterns;
}

function setPatterns(to: NamespacePatterns): void {
  patterns = to;
  for (const [logger, level] of raised) logger.setLevel(level);
  raised.clear();
  for (const [namespace, logger] of known) apply(namespace, logger);
}

// A logger that is on already is left alone.
function apply(namespace: string, logger: Logger): void {
  if (stateOf(namespace, inForce()) !== "on" || inheritedLevel(logger) <= DEBUG) return;
  if (!raised.has(logger)) raised.set(logger, logger.level);
  logger.setLevel(DEBUG);
}
