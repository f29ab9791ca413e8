// A log file of limited size for any number of processes, CPython's
// RotatingFileHandler: `app.log`, and its backups `app.log.1`, the newest, to
// `app.log.n`. The options are checked here; what all rotating handlers do is in
// base-rotating.ts, and the shift of names in rotation/strategies/numbered.ts.

import { checkOptionNames } from "../core/options.ts";
import { oneOf } from "../core/refusal.ts";
import { kernelLock } from "../platform/locks.ts";
import type { OpenMode } from "../platform/open-log.ts";
import { ALWAYS, numbered } from "../rotation/strategies/numbered.ts";
import { BaseRotatingHandler } from "./base-rotating.ts";
import type { RotatingSetup } from "./base-rotating.ts";
import { LOCK_REMEDY, SHARED_OPTIONS, checkShared, wholeOf } from "./rotating-options.ts";
import type { RotatingHandlerOptions } from "./rotating-options.ts";
import { threadOptions } from "./worker-recipe.ts";

/** What a RotatingFileHandler may be told, by CPython's names and ours. */
export interface RotatingFileHandlerOptions extends RotatingHandlerOptions {
  /**
   * "a" goes on at the end of the file (the default). "w" empties it at the first
   * opening, whoever else writes to it; with `maxBytes` it means "a", as in Python.
   */
  readonly mode?: OpenMode | undefined;
  /** How many backups are kept. With 0, the default, the file never rolls, as in Python. */
  readonly backupCount?: number | undefined;
}

const OPTION_NAMES: readonly (keyof RotatingFileHandlerOptions)[] = [
  "mode",
  "backupCount",
  ...SHARED_OPTIONS,
];

/**
 * Writes records to a file; one that isn't empty, and would have `maxBytes` or more
 * with the next record, becomes `.1` first, while each backup moves on by one number
 * and the last is dropped. Any number of processes may share one log, and the limit
 * holds for all of them together (each may be over it by one record).
 *
 * Guarantees: when the log call returns, the kernel has the whole record, and only
 * rolling on beyond `backupCount` takes it away. `durability` chooses another moment.
 * Unlike CPython, which counts characters, it counts bytes. Without a kernel lock
 * names can't be moved safely: the file grows, which is told once.
 *
 * @example
 * const handler = new RotatingFileHandler("logs/app.log", { maxBytes: 10_000_000, backupCount: 5 });
 */
export class RotatingFileHandler extends BaseRotatingHandler {
  /** "a" whenever there is a limit. */
  readonly mode: OpenMode;
  readonly maxBytes: number;
  readonly backupCount: number;

  /**
   * @throws {TypeError} for what is no object, and for an option that does not exist
   * @throws {ValueError} naming the option's value and what is accepted
   * @throws the system's error if the file can't be opened now, unless `delay`
   */
  constructor(path: string | URL, options: RotatingFileHandlerOptions = {}) {
    const setup = checkNumberedOptions(options);
    super(path, setup);
    this.mode = setup.emptied ? "w" : "a";
    this.maxBytes = setup.settings.maxBytes;
    this.backupCount = setup.keep.count;
  }
}

/**
 * @throws {TypeError} for what is no object, and for an option that does not exist
 * @throws {ValueError} naming the option's value and what is accepted
 */
export function checkNumberedOptions(options: RotatingFileHandlerOptions): RotatingSetup {
  checkOptionNames(options, OPTION_NAMES);
  const mode = oneOf("mode", options.mode ?? "a", ["a", "w"]);
  const most = Number.MAX_SAFE_INTEGER;
  const accepted = "a whole number, 0 (never roll) or more";
  const count = wholeOf("backupCount", options.backupCount ?? 0, 0, most, accepted);
  const settings = checkShared(options);
  const lock = kernelLock();
  const rolls = settings.maxBytes > 0 && count > 0;
  const reason = "files are only moved under a kernel lock, and this machine offers none";
  return {
    settings,
    strategy: numbered,
    kind: null,
    periodAt: () => ALWAYS,
    maxBytes: rolls && lock !== null ? settings.maxBytes : 0,
    keep: { count, ageSeconds: 0, totalBytes: 0 },
    compression: "",
    emptied: mode === "w" && settings.maxBytes === 0,
    lock,
    // Emptied it is here, if at all, and once.
    recipe: {
      kind: "numbered",
      options: { ...threadOptions(options, settings.outlet), mode: "a" },
    },
    notices:
      rolls && lock === null
        ? [`maxBytes ${settings.maxBytes} has no effect: ${reason} (${LOCK_REMEDY})`]
        : [],
  };
}
