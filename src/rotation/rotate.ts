// Rotation from outside, the source's fourth fix: what `daybook rotate` does, run
// by cron or a timer, for logs that the application itself does not rotate. It
// serves processes of strategy `external`, which write each record into its own
// period's file and leave the names to us, and any program that opens the log by
// its name and looks whether that still leads to the file it has open.

import { lookAround, beginPeriod } from "./active-period.ts";
import { adoptIntoDated } from "./adopt.ts";
import { mkdir, now } from "./fs-op.ts";
import type { Steps } from "./fs-op.ts";
import { PATIENT, withLogLock } from "./log-lock.ts";
import { inFolder } from "./log-site.ts";
import type { LogSite } from "./log-site.ts";

/** What a rotation did. */
export interface Rotated {
  /** The suffix of the period that the log's own name stands for now. */
  readonly current: string;
  /** The suffixes of the periods whose files got their dated names, oldest first. */
  readonly retired: readonly string[];
}

/**
 * Gives the files of past periods their dated names and lets the log's own name
 * lead to the file of the current one. A second run in the same period does
 * nothing. Killed anywhere, the next run finishes.
 *
 * @throws an error with code EBUSY if the log's lock can't be had, and one that
 *   says what is in the way if the log's own name is not a file of ours.
 */
export function* rotateNow(site: LogSite): Steps<Rotated> {
  yield* mkdir(site.directory);
  yield* adoptIntoDated(site);
  return yield* withLogLock(site, PATIENT, function* (held) {
    const path = inFolder(site, site.base);
    if (!held) {
      throw Object.assign(new Error(`EBUSY: the lock of ${path} can't be had`), { code: "EBUSY" });
    }
    const around = yield* lookAround(site);
    const period = site.periodAt(yield* now());
    const top = around.actives.findLast(({ suffix }) => suffix === period.suffix);
    const hindrance = yield* beginPeriod(site, period, top?.index ?? 0, "retire", around);
    if (hindrance !== null) throw new Error(`${path} ${hindrance}`);
    const retired = around.actives.filter((active) => active !== top);
    return { current: period.suffix, retired: retired.map(({ suffix }) => suffix) };
  });
}
