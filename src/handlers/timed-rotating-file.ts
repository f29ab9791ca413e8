// A log file for any number of processes, one file a period: CPython's
// TimedRotatingFileHandler, made safe. The options become a site of the rotation
// protocol here; what all rotating handlers do is in base-rotating.ts.

import { BaseRotatingHandler } from "./base-rotating.ts";
import { checkOptions } from "./timed-rotating-options.ts";
import type { StrategyName, TimedRotatingFileHandlerOptions } from "./timed-rotating-options.ts";

/**
 * Writes records to a log whose files change with the period: at midnight, every
 * hour, every week; with `maxBytes` also when they are full. Any number of processes
 * may share one log.
 *
 * Guarantees: when the log call returns, the kernel has the whole record, in the
 * file of the period that holds the record's own time (`record.created`), and a
 * SIGKILL of this or another process changes nothing about that. `durability`
 * chooses another moment. Local file systems only (no NFS).
 *
 * @example
 * const handler = new TimedRotatingFileHandler("logs/httpsrv.log", {
 *   when: "midnight", backupCount: 14, compress: "gzip",
 * });
 */
export class TimedRotatingFileHandler extends BaseRotatingHandler {
  /** `when` in upper case. */
  readonly when: string;
  readonly interval: number;
  readonly backupCount: number;
  /** Whether `utc: true` was asked for. */
  readonly utc: boolean;
  readonly maxBytes: number;
  readonly strategy: StrategyName;

  /**
   * @throws {TypeError} for what is no object, and for an option that does not exist
   * @throws {ValueError} naming the option's value and what is accepted; also if
   *   strategy `rename` is asked for where no kernel lock is to be had
   * @throws the system's error if the file can't be opened now, unless `delay`
   */
  constructor(path: string | URL, options: TimedRotatingFileHandlerOptions = {}) {
    const setup = checkOptions(options);
    super(path, setup);
    this.when = setup.schedule.when;
    this.interval = setup.schedule.interval;
    this.backupCount = setup.keep.count;
    this.utc = options.utc ?? false;
    this.maxBytes = setup.maxBytes;
    this.strategy = setup.strategyName;
  }
}
