// A logger as seen with another level. The doors for pino's and debug's call shapes have
// a level of their own in front of one of our loggers: everything else, its name, its
// handlers, its filters and its place in the tree, is that logger's, at every moment.
// A view is in no tree itself and is found by no name.

import type { FilterLike } from "../../core/filter.ts";
import type { Handler } from "../../core/handler.ts";
import { Logger } from "../../core/logger.ts";

/** The methods that a subclass, or a spy, may have replaced on the logger itself. */
const REPLACEABLE = ["handle", "callHandlers", "makeRecord", "findCaller", "filter"] as const;

/**
 * A Logger that answers as `logger` does, but for its level: that of the logger and of
 * its ancestors doesn't count. `disable()` and the logger's `disabled` still do.
 */
export class LevelView extends Logger {
  readonly #logger: Logger;

  /** @param level a number above 0; lower ones count as 1, since 0 would mean "as my parent" */
  constructor(logger: Logger, level: number) {
    super(logger.name, Math.max(1, level));
    this.#logger = logger;
    this.manager = logger.manager;
    for (const name of REPLACEABLE) {
      if (logger[name] !== Logger.prototype[name]) delegate(this, logger, name);
    }
  }

  override setLevel(level: number | string): void {
    super.setLevel(typeof level === "number" ? Math.max(1, level) : level);
  }

  override get handlers(): readonly Handler[] {
    return this.#logger.handlers;
  }
  override set handlers(handlers: readonly Handler[]) {
    this.#logger.handlers = handlers;
  }

  override get filters(): readonly FilterLike[] {
    return this.#logger.filters;
  }
  override set filters(filters: readonly FilterLike[]) {
    this.#logger.filters = filters;
  }

  override get parent(): Logger | null {
    return this.#logger.parent;
  }
  override set parent(parent: Logger | null) {
    this.#logger.parent = parent;
  }

  override get propagate(): boolean {
    return this.#logger.propagate;
  }
  override set propagate(propagate: boolean) {
    this.#logger.propagate = propagate;
  }

  override get disabled(): boolean {
    return this.#logger.disabled;
  }
  override set disabled(disabled: boolean) {
    this.#logger.disabled = disabled;
  }
}

// The logger's own method is asked for at each call: it may be replaced again.
function delegate(view: LevelView, logger: Logger, name: (typeof REPLACEABLE)[number]): void {
  const value = (...args: never[]): unknown =>
    (logger[name] as (...args: never[]) => unknown).apply(logger, args);
  Object.defineProperty(view, name, { value, configurable: true, writable: true });
}
