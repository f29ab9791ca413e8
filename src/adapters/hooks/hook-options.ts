// The options that all hooks into databases and clients have, and the one line that
// each finished operation gets: its level by how long it took and whether it failed.
// The hooks come here. A hook must never get an error into what it listens to.

import type { BoundLogger } from "../../core/bound-logger.ts";
import { checkLevel, DEBUG, ERROR, WARNING } from "../../core/level.ts";
import type { Level } from "../../core/level.ts";
import type { Logger } from "../../core/logger.ts";
import { checkOptionNames } from "../../core/options.ts";
import { refusal, typeRefusal } from "../../core/refusal.ts";
import { isError, toText } from "../../core/value.ts";
import { anyLoggerOf } from "../check-logger.ts";
import { roundMs } from "../round-ms.ts";

/** Options of every hook. */
export interface HookOptions {
  /** The level of what went well and was quick enough; DEBUG if not given. */
  readonly level?: Level | undefined;
  /** From this duration on it is slow, and logged at WARNING; null, the default, for never. */
  readonly slowMs?: number | null | undefined;
  /** The level of what failed; ERROR if not given. */
  readonly errorLevel?: Level | undefined;
}

/** An operation that has ended. */
export interface Operation {
  /** What it is called: `query`, `request`. */
  readonly what: string;
  /** Null for unknown. */
  readonly durationMs: number | null;
  /** What else is known; made only if it is logged. */
  readonly fields: () => Record<string, unknown>;
  /** What it failed with; undefined where it did not. */
  readonly error?: unknown;
}

/** Logs operations by the options of their hook. */
export class OperationLog {
  readonly logger: Logger | BoundLogger;
  /** The level of what failed. */
  readonly errorLevel: number;
  readonly #level: number;
  readonly #slowMs: number;

  /**
   * @param others - names of options that only this hook has
   * @throws TypeError or ValueError for a logger or options that are none.
   */
  constructor(
    logger: Logger | BoundLogger | string,
    options: HookOptions,
    others: readonly string[] = [],
  ) {
    checkOptionNames(options, ["level", "slowMs", "errorLevel", ...others]);
    const { level = DEBUG, slowMs = null, errorLevel = ERROR } = options;
    this.logger = anyLoggerOf(logger);
    this.#level = checkLevel(level);
    this.errorLevel = checkLevel(errorLevel);
    this.#slowMs = slowMs === null ? Infinity : checkDuration(slowMs);
  }

  /** Writes `query`, `slow query` or `query failed`, if its level is on. */
  write({ what, durationMs, fields, error }: Operation): void {
    const failed = error !== undefined;
    const slow = durationMs !== null && durationMs >= this.#slowMs;
    // What is slow is never less visible than what is not.
    const calm = slow ? Math.max(WARNING, this.#level) : this.#level;
    const level = failed ? this.errorLevel : calm;
    if (!this.logger.isEnabledFor(level)) return;
    const all = fields();
    if (durationMs !== null) all["durationMs"] = roundMs(durationMs);
    if (!failed) {
      this.logger.log(level, slow ? `slow ${what}` : what, all);
      return;
    }
    if (!isError(error)) all["thrown"] = toText(error);
    this.logger.log(level, `${what} failed`, all, ...(isError(error) ? [error] : []));
  }
}

/** @throws TypeError for what is neither true nor false. */
export function checkSwitch(name: string, value: boolean): boolean {
  if (typeof value === "boolean") return value;
  const accepted = "true or false";
  throw typeRefusal(name, value, accepted);
}

function checkDuration(ms: number): number {
  if (typeof ms === "number" && ms >= 0) return ms;
  const accepted = "a number of milliseconds from 0, or null";
  throw refusal("slowMs", ms, accepted);
}
