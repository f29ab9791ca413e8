// What a configuration will do, once everything it needs exists: plain data between
// those who read documents or files and install-config.ts, which does it.

import type { FilterLike } from "../../core/filter.ts";
import type { Handler } from "../../core/handler.ts";

/** What becomes of one logger. */
export interface LoggerPlan {
  /** The logger's name; null, "" or "root" for the root. */
  readonly name: string | null;
  /** Null leaves the level as it is. */
  readonly level: number | null;
  /** The handlers in place of those that the logger has; null leaves them. */
  readonly handlers: readonly Handler[] | null;
  /** Added to the filters that the logger has. */
  readonly filters: readonly FilterLike[];
  /** Null leaves it as it is. */
  readonly propagate: boolean | null;
  /** Whether a logger that is disabled is enabled. */
  readonly enable: boolean;
}

/** A whole configuration, which takes the place of the one before. */
export interface ConfigPlan {
  /** Every handler by its name, in the order in which they were made. */
  readonly handlers: ReadonlyMap<string, Handler>;
  /** In the order of the document; the root is one of them if it is configured. */
  readonly loggers: readonly LoggerPlan[];
  /** Whether loggers that exist and are not named are disabled. */
  readonly disableExisting: boolean;
}

/** A few changes of levels, which leave all else as it is. */
export interface IncrementalPlan {
  readonly handlers: readonly { readonly handler: Handler; readonly level: number }[];
  readonly loggers: readonly LoggerPlan[];
}
