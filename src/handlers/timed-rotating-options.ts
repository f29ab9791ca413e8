// The options of a timed rotating handler: their types, and the one place that
// checks them. Called before a handler exists, so that a bad option leaves
// nothing behind; every error names the value and what is accepted.

import { oneOf, refusal } from "../core/refusal.ts";
import { ValueError } from "../core/errors.ts";
import { checkOptionNames } from "../core/options.ts";
import { zstdAvailable } from "../platform/compress-file.ts";
import { kernelLock } from "../platform/locks.ts";
import { zoneRules } from "../core/zone.ts";
import type { Method } from "../rotation/fs-op.ts";
import type { Keep, Strategy } from "../rotation/log-site.ts";
import { ScheduleError, parseSchedule, periodOf } from "../rotation/period.ts";
import type { Schedule } from "../rotation/period.ts";
import { claim } from "../rotation/strategies/claim.ts";
import { dated } from "../rotation/strategies/dated.ts";
import { external } from "../rotation/strategies/external.ts";
import { rename } from "../rotation/strategies/rename.ts";
import type { RotatingSetup } from "./base-rotating.ts";
import { LOCK_REMEDY, SHARED_OPTIONS, booleanOf, checkShared } from "./rotating-options.ts";
import { wholeOf } from "./rotating-options.ts";
import type { RotatingHandlerOptions } from "./rotating-options.ts";
import { threadOptions } from "./worker-recipe.ts";

/** The ways in which the files of periods come about. */
export type StrategyName = "dated" | "rename" | "claim" | "external";

/** How finished files are compressed. */
export type CompressName = "gzip" | "zstd";

const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = { dated, rename, claim, external };

/** What `when` takes; lower case does as well. A bad one is refused at construction. */
export type When =
  | "S"
  | "M"
  | "H"
  | "D"
  | "midnight"
  | `W${0 | 1 | 2 | 3 | 4 | 5 | 6}`
  | (string & Record<never, never>);

/** Options of `new TimedRotatingFileHandler(path, options)`. */
export interface TimedRotatingFileHandlerOptions extends RotatingHandlerOptions {
  /**
   * `S`, `M`, `H`, `D`, `midnight`, or `W0` (weeks that end with Monday) to
   * `W6`; in either case. Default `H`, as in Python. Periods are aligned to the
   * clock: with `H`, a file holds the records from 14:00 to 15:00.
   */
  readonly when?: When | undefined;
  /** Units of `when` in a period: a whole number of at least 1. Default 1. */
  readonly interval?: number | undefined;
  /**
   * How many past periods are kept, with all their files; 0, the default, keeps all.
   * This and the limits below need a kernel lock to remove a file.
   */
  readonly backupCount?: number | undefined;
  /** How many days a period is kept after its end, fractions allowed; 0, the default: for ever. */
  readonly maxAgeDays?: number | undefined;
  /** Bytes that all files of the log may have together; past ones are removed for it. 0, the default: any number. */
  readonly maxTotalBytes?: number | undefined;
  /**
   * Compresses the files of past periods, and full ones, when no process has them open
   * any more. Needs a kernel lock; `zstd` needs Node 22.15. Default false.
   */
  readonly compress?: CompressName | false | undefined;
  /** Periods and names by UTC instead of local time. */
  readonly utc?: boolean | undefined;
  /** The zone of periods and names, such as `Europe/Berlin`. Default: the process's own. */
  readonly timeZone?: string | undefined;
  /** `"HH:MM"` or `"HH:MM:SS"`: when a day ends, for `midnight` and `W0` to `W6`. */
  readonly atTime?: string | undefined;
  /** How the files of periods come about; see docs/rotation-protocol.md. Default `dated`. */
  readonly strategy?: StrategyName | undefined;
}

/** The options, checked and with their defaults. */
export interface TimedRotatingSetup extends RotatingSetup {
  readonly schedule: Schedule;
  readonly strategyName: StrategyName;
}

const OPTION_NAMES: readonly (keyof TimedRotatingFileHandlerOptions)[] = [
  "when",
  "interval",
  "backupCount",
  "maxAgeDays",
  "maxTotalBytes",
  "compress",
  "utc",
  "timeZone",
  "atTime",
  "strategy",
  ...SHARED_OPTIONS,
];

/**
 * @throws {TypeError} for what is no object, and for an option that does not exist
 * @throws {ValueError} naming the option's value and what is accepted; also for
 *   strategy `rename` where no kernel lock is to be had, and for `zstd` where Node has none
 */
export function checkOptions(options: TimedRotatingFileHandlerOptions): TimedRotatingSetup {
  checkOptionNames(options, OPTION_NAMES);
  const strategyNames = Object.keys(STRATEGIES) as StrategyName[];
  const strategyName = oneOf("strategy", options.strategy ?? "dated", strategyNames);
  const settings = checkShared(options);
  const schedule = scheduleOf(options);
  const zone = zoneRules(zoneNameOf(options));
  const keep = keepOf(options);
  const compression = compressionOf(options.compress ?? false);
  const lock = kernelLock();
  if (strategyName === "rename" && lock === null) {
    const others = "'dated', 'claim', 'external'";
    throw new ValueError(
      `strategy 'rename' needs a kernel lock and this machine offers none (${LOCK_REMEDY}); accepted here: ${others}`,
      { value: strategyName, accepted: others },
    );
  }
  return {
    settings,
    strategy: STRATEGIES[strategyName],
    strategyName,
    schedule,
    kind: schedule.kind,
    periodAt: (instant) => periodOf(schedule, zone, instant),
    maxBytes: settings.maxBytes,
    keep,
    compression,
    emptied: false,
    lock,
    recipe: {
      kind: "timed",
      options: { ...threadOptions(options, settings.outlet), utc: undefined, timeZone: zone.name },
    },
    notices: lock === null ? ineffective(options, keep, compression) : [],
  };
}

/** Without a lock nobody knows whether a file is in use. */
function ineffective(
  { compress, maxAgeDays, rotator }: TimedRotatingFileHandlerOptions,
  { count, totalBytes, ageSeconds }: Keep,
  compression: "" | Method,
): string[] {
  const names = [
    ...(count > 0 ? [`backupCount ${count}`] : []),
    ...(ageSeconds > 0 ? [`maxAgeDays ${maxAgeDays}`] : []),
    ...(totalBytes > 0 ? [`maxTotalBytes ${totalBytes}`] : []),
    ...(compression === "" ? [] : [`compress '${compress}'`]),
    ...(rotator === undefined || rotator === null ? [] : ["rotator"]),
  ];
  if (names.length === 0) return [];
  const verb = names.length === 1 ? "has" : "have";
  return [
    `${names.join(", ")} ${verb} no effect: old files are only removed and compressed under a kernel lock, and this machine offers none (${LOCK_REMEDY})`,
  ];
}

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

function keepOf(options: TimedRotatingFileHandlerOptions): Keep {
  const { backupCount = 0, maxAgeDays = 0, maxTotalBytes = 0 } = options;
  if (!Number.isFinite(maxAgeDays) || maxAgeDays < 0) {
    throw refusal("maxAgeDays", maxAgeDays, "a number of days, 0 (keep all) or more");
  }
  const most = Number.MAX_SAFE_INTEGER;
  return {
    count: wholeOf("backupCount", backupCount, 0, most, "a whole number, 0 (keep all) or more"),
    ageSeconds: maxAgeDays * 86_400,
    totalBytes: wholeOf(
      "maxTotalBytes",
      maxTotalBytes,
      0,
      most,
      "a whole number of bytes, 0 (keep all) or more",
    ),
  };
}

function compressionOf(value: CompressName | false): "" | Method {
  if (value === false) return "";
  const accepted = zstdAvailable() ? "false, 'gzip', 'zstd'" : "false, 'gzip'";
  if (value === "gzip") return "gz";
  if (value !== "zstd") throw refusal("compress", value, accepted);
  if (zstdAvailable()) return "zst";
  throw new ValueError(
    `compress 'zstd' needs Node 22.15, and this is ${process.versions.node}; accepted here: ${accepted}`,
    { value, accepted },
  );
}
