// The options of a timed rotating handler: their types, and the one place that
// checks them. Called before a handler exists, so that a bad option leaves
// nothing behind; every error names the value and what is accepted.

import { encoderFor } from "../core/encoding.ts";
import { ValueError } from "../core/errors.ts";
import { checkOptionNames } from "../core/options.ts";
import { repr } from "../core/value.ts";
import { kernelLock } from "../platform/locks.ts";
import type { KernelLock } from "../platform/locks.ts";
import { zoneRules } from "../platform/zone.ts";
import type { Strategy } from "../rotation/log-site.ts";
import { ScheduleError, parseSchedule } from "../rotation/period.ts";
import type { Schedule, ZoneRules } from "../rotation/period.ts";
import { dated } from "../rotation/strategies/dated.ts";
import { rename } from "../rotation/strategies/rename.ts";

/** The ways in which the files of periods come about. */
export type StrategyName = "dated" | "rename";

const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = { dated, rename };

/** What `when` takes; lower case does as well. A bad one is refused at construction. */
export type When =
  | "S"
  | "M"
  | "H"
  | "D"
  | "midnight"
  | `W${0 | 1 | 2 | 3 | 4 | 5 | 6}`
  | (string & Record<never, never>);

export interface TimedRotatingFileHandlerOptions {
  /**
   * `S`, `M`, `H`, `D`, `midnight`, or `W0` (weeks that end with Monday) to
   * `W6`; in either case. Default `H`, as in Python. Periods are aligned to the
   * clock: with `H`, a file holds the records from 14:00 to 15:00.
   */
  readonly when?: When | undefined;
  /** Units of `when` in a period: a whole number of at least 1. Default 1. */
  readonly interval?: number | undefined;
  /** How many files of past periods are kept; 0, the default, keeps all. */
  readonly backupCount?: number | undefined;
  /** Periods and names by UTC instead of local time. */
  readonly utc?: boolean | undefined;
  /** The zone of periods and names, such as `Europe/Berlin`. Default: the process's own. */
  readonly timeZone?: string | undefined;
  /** `"HH:MM"` or `"HH:MM:SS"`: when a day ends, for `midnight` and `W0` to `W6`. */
  readonly atTime?: string | undefined;
  /** Opens the file with the first record instead of at construction. */
  readonly delay?: boolean | undefined;
  /** `utf-8` (default), `latin1` or `ascii`; what it can't hold is written as `\u20ac`. */
  readonly encoding?: string | undefined;
  /** How the files of periods come about; see docs/rotation-protocol.md. Default `dated`. */
  readonly strategy?: StrategyName | undefined;
}

/** The options, checked and with their defaults. */
export interface TimedRotatingSettings {
  readonly schedule: Schedule;
  readonly zone: ZoneRules;
  readonly backupCount: number;
  readonly delay: boolean;
  readonly encode: (text: string) => Uint8Array;
  readonly strategyName: StrategyName;
  readonly strategy: Strategy;
  /** The machine's lock; null where there is none. */
  readonly lock: KernelLock | null;
}

const OPTION_NAMES = [
  "when",
  "interval",
  "backupCount",
  "utc",
  "timeZone",
  "atTime",
  "delay",
  "encoding",
  "strategy",
] as const satisfies (keyof TimedRotatingFileHandlerOptions)[];

/**
 * @throws {TypeError} for what is no object, and for an option that does not exist
 * @throws {ValueError} naming the option's value and what is accepted; also for
 *   strategy `rename` where no kernel lock is to be had
 */
export function checkOptions(options: TimedRotatingFileHandlerOptions): TimedRotatingSettings {
  checkOptionNames(options, OPTION_NAMES);
  const strategyName = strategyOf(options.strategy ?? "dated");
  const lock = kernelLock();
  if (strategyName === "rename" && lock === null) {
    throw new ValueError(
      `strategy 'rename' needs a kernel lock and this machine offers none (${LOCK_REMEDY}); accepted here: 'dated'`,
      { value: strategyName, accepted: "'dated'" },
    );
  }
  return {
    schedule: scheduleOf(options),
    zone: zoneRules(zoneNameOf(options)),
    backupCount: backupCountOf(options.backupCount ?? 0),
    delay: booleanOf("delay", options.delay ?? false),
    encode: encoderOf(options.encoding ?? "utf-8"),
    strategyName,
    strategy: STRATEGIES[strategyName],
    lock,
  };
}

/** How a machine without a kernel lock gets one. */
export const LOCK_REMEDY =
  "install the optional dependency koffi, or the flock command of util-linux";

/** CPython's text where it has one; what is accepted follows. */
function scheduleOf({ when, interval, atTime }: TimedRotatingFileHandlerOptions): Schedule {
  try {
    return parseSchedule({ when: when ?? "H", interval, atTime });
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    const { message, value, accepted } = error;
    throw new ValueError(`${message}; accepted: ${accepted}`, { value, accepted });
  }
}

function zoneNameOf(options: TimedRotatingFileHandlerOptions): string {
  const { timeZone } = options;
  if (!booleanOf("utc", options.utc ?? false)) return timeZone ?? "local";
  if (timeZone === undefined) return "UTC";
  throw refusal("timeZone beside utc: true", timeZone, "one of the two");
}

function booleanOf(name: string, value: boolean): boolean {
  if (typeof value === "boolean") return value;
  throw refusal(name, value, "true or false");
}

function backupCountOf(value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw refusal("backupCount", value, "a whole number, 0 (keep all) or more");
}

function strategyOf(value: string): StrategyName {
  if (Object.hasOwn(STRATEGIES, value)) return value as StrategyName;
  const names = Object.keys(STRATEGIES).map((name) => `'${name}'`);
  throw refusal("strategy", value, names.join(", "));
}

/**
 * Lines of several processes are told apart by the byte 0x0a. In UTF-16 that
 * byte is half a character, and a torn line would shift all that follow.
 */
function encoderOf(encoding: string): (text: string) => Uint8Array {
  const refused = refusal("encoding", encoding, "'utf-8', 'latin1', 'ascii'");
  try {
    const encode = encoderFor(encoding);
    if (encode("\n").length === 1) return encode;
  } catch {
    throw refused;
  }
  throw refused;
}

function refusal(name: string, value: unknown, accepted: string): ValueError {
  return new ValueError(`${name} is ${repr(value)}; accepted: ${accepted}`, { value, accepted });
}
