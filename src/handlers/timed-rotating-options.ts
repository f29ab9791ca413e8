// The options of a timed rotating handler: their types, and the one place that
// checks them. Called before a handler exists, so that a bad option leaves
// nothing behind; every error names the value and what is accepted.

import { encoderFor } from "../core/encoding.ts";
import { ValueError, typeError } from "../core/errors.ts";
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

export interface TimedRotatingFileHandlerOptions {
  /**
   * `S`, `M`, `H`, `D`, `midnight`, or `W0` (weeks that end with Monday) to
   * `W6`; in either case. Default `H`, as in Python. Periods are aligned to the
   * clock: with `H`, a file holds the records from 14:00 to 15:00.
   */
  readonly when?: string;
  /** Units of `when` in a period: a whole number of at least 1. Default 1. */
  readonly interval?: number;
  /** How many files of past periods are kept; 0, the default, keeps all. */
  readonly backupCount?: number;
  /** Periods and names by UTC instead of local time. */
  readonly utc?: boolean;
  /** The zone of periods and names, such as `Europe/Berlin`. Default: the process's own. */
  readonly timeZone?: string;
  /** `"HH:MM"` or `"HH:MM:SS"`: when a day ends, for `midnight` and `W0` to `W6`. */
  readonly atTime?: string;
  /** Opens the file with the first record instead of at construction. */
  readonly delay?: boolean;
  /** `utf-8` (default), `latin1` or `ascii`; what it can't hold is written as `\u20ac`. */
  readonly encoding?: string;
  /** How the files of periods come about; see docs/rotation-protocol.md. Default `dated`. */
  readonly strategy?: StrategyName;
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

/**
 * @throws {ValueError} naming the option's value and what is accepted; also for
 *   strategy `rename` where no kernel lock is to be had
 */
export function checkOptions(options: TimedRotatingFileHandlerOptions): TimedRotatingSettings {
  refuseUnknown(options);
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

function scheduleOf({ when, interval, atTime }: TimedRotatingFileHandlerOptions): Schedule {
  try {
    return parseSchedule({ when: when ?? "H", interval, atTime });
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    throw new ValueError(error.message, { value: error.value, accepted: error.accepted });
  }
}

function zoneNameOf(options: TimedRotatingFileHandlerOptions): string {
  const { timeZone } = options;
  if (!booleanOf("utc", options.utc ?? false)) return timeZone ?? "local";
  if (timeZone === undefined) return "UTC";
  const accepted = "one of them";
  throw new ValueError(
    `utc and timeZone ${JSON.stringify(timeZone)} exclude each other; accepted: ${accepted}`,
    { value: timeZone, accepted },
  );
}

function booleanOf(name: string, value: boolean): boolean {
  if (typeof value === "boolean") return value;
  const accepted = "true or false";
  throw typeError(`${name} is ${String(value)}; accepted: ${accepted}`, { value, accepted });
}

/** A misspelt option would be silently without effect. */
function refuseUnknown(options: object): void {
  const known = [
    "when",
    "interval",
    "backupCount",
    "utc",
    "timeZone",
    "atTime",
    "delay",
    "encoding",
    "strategy",
  ];
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const accepted = known.join(", ");
    throw typeError(`unknown option ${JSON.stringify(name)}; accepted: ${accepted}`, {
      value: name,
      accepted,
    });
  }
}

function backupCountOf(value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  const accepted = "a whole number, 0 (keep all) or more";
  throw new ValueError(`backupCount is ${String(value)}; accepted: ${accepted}`, {
    value,
    accepted,
  });
}

function strategyOf(value: string): StrategyName {
  if (Object.hasOwn(STRATEGIES, value)) return value as StrategyName;
  const accepted = Object.keys(STRATEGIES)
    .map((name) => `'${name}'`)
    .join(", ");
  throw new ValueError(`strategy is ${JSON.stringify(value)}; accepted: ${accepted}`, {
    value,
    accepted,
  });
}

/**
 * Lines of several processes are told apart by the byte 0x0a. In UTF-16 that
 * byte is half a character, and a torn line would shift all that follow.
 */
function encoderOf(encoding: string): (text: string) => Uint8Array {
  const encode = encoderFor(encoding);
  if (encode("\n").length === 1) return encode;
  const accepted = "'utf-8', 'latin1', 'ascii'";
  throw new ValueError(
    `encoding ${JSON.stringify(encoding)} can't be shared between processes; accepted: ${accepted}`,
    { value: encoding, accepted },
  );
}
