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
import { withoutEmptying } from "../../platform/put-off-emptying.ts";
import { addFilters, hasMethod } from "./build-custom.ts";
import type { ConfigPlan, IncrementalPlan, LoggerPlan } from "./config-plan.ts";

// Handlers of the document that no logger holds would vanish otherwise, sooner or later.
let current: ReadonlyMap<string, Handler> = new Map();

/**
 * Calls `build`, which makes the handlers and says what shall become of the loggers, and
 * does that. Files of mode "w" are emptied when nothing can fail any more. (Files that
 * didn't exist may be left, empty, by a build that failed.)
 *
 * @throws what `build` throws; handlers, loggers and their settings are as before then.
 */
export function installConfig(build: () => ConfigPlan): void {
  const before = livingHandlers();
  const { plan, emptyings } = built(build, before);
  const undo = snapshot();
  try {
    changeLoggers(plan);
  } catch (error) {
    // A logger class of the application's may do that.
    undo();
    closeNewerThan(before);
    throw error;
  }
  const used = handlersIn(plan);
  stopListeners(used);
  const former = before.filter((each) => !used.has(each) && each !== getLastResort());
  closeHandlers(former, "for the new configuration");
  for (const [name, handler] of plan.handlers) handler.name = name;
  current = plan.handlers;
  for (const empty of emptyings) attempt(empty);
}

/** Changes levels as planned, all of them or none. @throws what a logger class throws. */
export function installIncrement(plan: IncrementalPlan): void {
  const undo = snapshot();
  const levels = plan.handlers.map(({ handler }) => handler.level);
  try {
    for (const { handler, level } of plan.handlers) handler.setLevel(level);
    for (const each of plan.loggers) changeLogger(each);
  } catch (error) {
    undo();
    for (const [index, { handler }] of plan.handlers.entries()) {
      handler.setLevel(levels[index] ?? NOTSET);
    }
    throw error;
  }
}

type Closeables = ReturnType<typeof livingHandlers>;

function built(
  build: () => ConfigPlan,
  before: Closeables,
): { plan: ConfigPlan; emptyings: readonly (() => void)[] } {
  try {
    const { result: plan, emptyings } = withoutEmptying(build);
    return { plan, emptyings };
  } catch (error) {
    closeNewerThan(before);
    throw error;
  }
}

function closeNewerThan(before: Closeables): void {
  const known = new Set(before);
  const newer = livingHandlers().filter((each) => !known.has(each));
  closeHandlers(newer, "after a configuration that failed");
}

function changeLoggers({ loggers, disableExisting }: ConfigPlan): void {
  const { loggerDict } = getManager();
  const existing = [...loggerDict.keys()];
  const named = loggers.map(({ name }) => name ?? "");
  // All of them exist before the first one changes.
  for (const name of named) getLogger(name);
  for (const each of loggers) changeLogger(each);
  for (const name of existing) {
    const logger = loggerDict.get(name);
    if (!(logger instanceof Logger) || named.includes(name)) continue;
    if (named.some((each) => existing.includes(each) && name.startsWith(`${each}.`))) {
      // Below a logger that is configured: it has nothing of its own any more.
      logger.setLevel(NOTSET);
      logger.handlers = [];
      logger.propagate = true;
    } else {
      logger.disabled = disableExisting;
    }
  }
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

/** What puts all loggers' settings back. */
function snapshot(): () => void {
  const settings = [getLogger(), ...getManager().loggerDict.values()].flatMap((logger) => {
    if (!(logger instanceof Logger)) return [];
    const { level, handlers, filters, propagate, disabled } = logger;
    return [{ logger, settings: { level, handlers, filters, propagate, disabled } }];
  });
  return () => {
    for (const { logger, settings: former } of settings) Object.assign(logger, former);
  };
}

/** The plan's handlers, and those that they in their turn deliver to. */
function handlersIn({ handlers }: ConfigPlan): ReadonlySet<object> {
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
  for (const handler of handlers.values()) visit(handler);
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

function attempt(step: () => void): void {
  try {
    step();
  } catch (error) {
    reportError(installConfig, error, "a step of the new configuration failed");
  }
}
