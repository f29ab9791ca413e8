// Puts a configuration in the place of the one before, as a whole or not at all. What it
// needs is made first, beside what is in use; if that fails, what was made is closed and
// nothing has changed. Only then are loggers changed, and the former handlers closed.
// dictConfig and fileConfig both end here.

import { getLogger, getManager } from "../../core/hierarchy.ts";
import type { Handler } from "../../core/handler.ts";
import { getLastResort } from "../../core/last-resort.ts";
import { NOTSET } from "../../core/level.ts";
import { Logger } from "../../core/logger.ts";
import { reportError } from "../../core/self-report.ts";
import { closeHandlers, livingHandlers } from "../../core/shutdown.ts";
import {
  abandonListener,
  isListenerSince,
  listenersSoFar,
} from "../../handlers/queue/listener-births.ts";
import { withoutEmptying } from "../../platform/put-off-emptying.ts";
import { addFilters } from "./build-custom.ts";
import type { ConfigPlan, IncrementalPlan, LoggerPlan } from "./config-plan.ts";
import { RuntimeError } from "../python-errors.ts";
import { hasMethod } from "./value-shapes.ts";

// Handlers of the document that no logger holds would vanish otherwise, sooner or later.
let current: ReadonlyMap<string, Handler> = new Map();

/** Whether a configuration is being applied. */
let applying = false;

/**
 * Calls `build`, which makes the handlers and says what shall become of the loggers, and
 * does that. Files of mode "w" are emptied when nothing can fail any more. If it fails,
 * what `undos` returns is called, in that order: it puts back what `build` changed of
 * objects that were there. (What opening a file does to the disk stays.)
 *
 * @throws what `build` throws; handlers, loggers and their settings are as before then.
 * RuntimeError for a configuration within another.
 */
export function installConfig(
  build: () => ConfigPlan,
  undos: () => readonly (() => void)[] = () => [],
): void {
  alone(() => install(build, undos));
}

function install(build: () => ConfigPlan, undos: () => readonly (() => void)[]): void {
  const before = { handlers: livingHandlers(), listeners: listenersSoFar() };
  const { plan, emptyings } = built(build, undos, before);
  let undo: (() => void) | null = null;
  try {
    undo = snapshot();
    changeLoggers(plan);
  } catch (error) {
    // A logger class of the application's may do that.
    undo?.();
    takeBack(undos, before);
    throw error;
  }
  const used = reachableFrom(plan.handlers.values());
  stopListeners(used);
  const former = before.handlers.filter((each) => !used.has(each) && each !== getLastResort());
  closeHandlers(former, "for the new configuration");
  for (const [name, handler] of plan.handlers) handler.name = name;
  current = plan.handlers;
  for (const empty of emptyings) attempt(empty);
}

/**
 * Changes levels as planned, all of them or none.
 *
 * @throws what a logger class throws; RuntimeError within another configuration.
 */
export function installIncrement(plan: IncrementalPlan): void {
  alone(() => increment(plan));
}

function increment(plan: IncrementalPlan): void {
  const undo = snapshot();
  const levels = plan.handlers.map(({ handler }) => ({ handler, level: handler.level }));
  try {
    for (const { handler, level } of plan.handlers) handler.setLevel(level);
    for (const each of plan.loggers) changeLogger(each);
  } catch (error) {
    undo();
    for (const each of levels) restore(() => restoreLevel(each));
    throw error;
  }
}

// A method of the application's may refuse that, too, where the attribute doesn't.
function restoreLevel({ handler, level }: { handler: Handler; level: number }): void {
  if (handler.level !== level) handler.level = level;
  if (handler.level !== level) handler.setLevel(level);
}

/** What there was before a configuration. */
interface Before {
  readonly handlers: ReturnType<typeof livingHandlers>;
  /** How many listeners there had been. */
  readonly listeners: number;
}

// One within the other would close the handlers that the outer one has made, and be undone
// by it in part.
function alone(action: () => void): void {
  if (applying) throw new RuntimeError("a configuration can't be applied while one is applied");
  applying = true;
  try {
    action();
  } finally {
    applying = false;
  }
}

function built(
  build: () => ConfigPlan,
  undos: () => readonly (() => void)[],
  before: Before,
): { plan: ConfigPlan; emptyings: readonly (() => void)[] } {
  try {
    const { result: plan, emptyings } = withoutEmptying(build);
    return { plan, emptyings };
  } catch (error) {
    takeBack(undos, before);
    throw error;
  }
}

// No logger of the configuration that failed has handlers of it by now: those that loggers
// do have were put in use by somebody else meanwhile, as by a function that it called.
function takeBack(undos: () => readonly (() => void)[], before: Before): void {
  for (const undo of undos()) restore(undo);
  const kept = new Set<object>(before.handlers);
  const used = [getLogger(), ...getManager().loggerDict.values()].flatMap((logger) =>
    logger instanceof Logger ? logger.handlers : [],
  );
  for (const each of reachableFrom(used)) kept.add(each);
  const newer = livingHandlers().filter((each) => !kept.has(each) && each !== getLastResort());
  for (const each of newer) abandonNew(each, before);
  closeHandlers(newer, "after a configuration that failed");
}

// Of a handler that a function of the document has made, its listener included.
function abandonNew(handler: object, before: Before): void {
  restore(() => {
    const { listener } = handler as { listener?: unknown };
    if (!hasMethod(listener, "stop")) return;
    // One of a kind that nobody counts is as old as the handlers that have it.
    const isNew = isListenerSince(listener, before.listeners);
    if (isNew ?? !before.handlers.some((each) => Reflect.get(each, "listener") === listener)) {
      abandonListener(listener as { stop(): void });
    }
  });
}

function changeLoggers({ loggers, disableExisting }: ConfigPlan): void {
  const { loggerDict } = getManager();
  const existing = new Set(loggerDict.keys());
  const named = new Set(loggers.map(({ name }) => name ?? ""));
  // All of them exist before the first one changes.
  for (const name of named) getLogger(name);
  for (const each of loggers) changeLogger(each);
  for (const name of existing) {
    const logger = loggerDict.get(name);
    if (!(logger instanceof Logger) || named.has(name)) continue;
    if (ancestorsOf(name).some((each) => named.has(each) && existing.has(each))) {
      // Below a logger that is configured: it has nothing of its own any more.
      logger.setLevel(NOTSET);
      logger.handlers = [];
      logger.propagate = true;
    } else {
      logger.disabled = disableExisting;
    }
  }
}

// By the dots alone, as CPython compares names: "a." is an ancestor of "a..b", too.
function ancestorsOf(name: string): string[] {
  const ancestors: string[] = [];
  for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) {
    ancestors.push(name.slice(0, dot));
  }
  return ancestors;
}

function changeLogger({ name, level, handlers, filters, propagate, enable }: LoggerPlan): void {
  const logger = getLogger(name);
  if (level !== null) logger.setLevel(level);
  if (handlers !== null) {
    for (const handler of logger.handlers) logger.removeHandler(handler);
    for (const handler of handlers) logger.addHandler(handler);
  }
  addFilters(logger, filters);
  if (enable) logger.disabled = false;
  if (propagate !== null) logger.propagate = propagate;
}

/** What puts all loggers' settings back, and the tree of them. */
function snapshot(): () => void {
  const { loggerDict } = getManager();
  const tree = [...loggerDict];
  const settings = [getLogger(), ...loggerDict.values()].flatMap((logger) => {
    if (!(logger instanceof Logger)) return [];
    const { level, handlers, filters, propagate, disabled, parent } = logger;
    return [{ logger, settings: { level, handlers, filters, propagate, disabled, parent } }];
  });
  const gaps = [...loggerDict.values()].flatMap((gap) =>
    gap instanceof Logger ? [] : [{ gap, loggers: [...gap.loggers] }],
  );
  return () => {
    for (const { logger, settings: former } of settings) {
      for (const [key, value] of Object.entries(former)) {
        // Each by itself, and only what differs: a logger class may refuse any of them.
        restore(() => {
          if (Reflect.get(logger, key) !== value) Reflect.set(logger, key, value);
        });
      }
    }
    for (const { gap, loggers } of gaps) {
      gap.loggers.clear();
      for (const logger of loggers) gap.loggers.add(logger);
    }
    loggerDict.clear();
    for (const [name, logger] of tree) loggerDict.set(name, logger);
  };
}

/** These handlers, and those that they in their turn deliver to. */
function reachableFrom(handlers: Iterable<object>): ReadonlySet<object> {
  const found = new Set<object>();
  const visit = (handler: object): void => {
    if (found.has(handler)) return;
    found.add(handler);
    const { target, listener } = handler as { target?: unknown; listener?: unknown };
    const { handlers: served } = (listener ?? {}) as { handlers?: unknown };
    for (const each of [target, ...(Array.isArray(served) ? (served as unknown[]) : [])]) {
      if (typeof each === "object" && each !== null) visit(each);
    }
  };
  for (const handler of handlers) visit(handler);
  return found;
}

// CPython leaves them running, with handlers that are closed.
function stopListeners(used: ReadonlySet<object>): void {
  for (const handler of current.values()) {
    const { listener } = handler as { listener?: unknown };
    if (used.has(handler) || !hasMethod(listener, "stop")) continue;
    attempt(() => (listener as { stop(): void }).stop());
  }
}

function restore(step: () => void): void {
  attempt(step, "what a configuration changed could not be put back");
}

function attempt(step: () => void, what = "a step of the new configuration failed"): void {
  try {
    step();
  } catch (error) {
    reportError(installConfig, error, what);
  }
}
