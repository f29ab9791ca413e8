// What the system's job does to a log of strategy `external`, in a process of its own
// and by the storm's clock: the procedure of `daybook rotate`, then the removing and
// packing that follows it. A job that can't have the lock says so and leaves the work
// to the next one, as cron's would.

import { now, setClock } from "../core/clock.ts";
import { kernelLock } from "../platform/locks.ts";
import { locateLog } from "../platform/log-location.ts";
import { nodeFs } from "../platform/node-fs.ts";
import { runAsync } from "../platform/run-async.ts";
import { zoneRules } from "../core/zone.ts";
import type { LogSite } from "../rotation/log-site.ts";
import { maintain } from "../rotation/maintain.ts";
import { makeNaming } from "../rotation/naming.ts";
import { parseSchedule, periodOf } from "../rotation/period.ts";
import { rotateNow } from "../rotation/rotate.ts";
import type { RotateOrders } from "./orders.ts";
import { StormClock } from "./storm-clock.ts";
import type { Variation } from "./variations.ts";

/**
 * Rotates, packs and removes what is due; resolves when that is done. Rejects for
 * anything that is wrong besides a lock that another process holds.
 */
export async function rotateFromOutside(orders: RotateOrders): Promise<void> {
  setClock(new StormClock(orders.clock));
  const { entry } = orders;
  if (entry.kind === "specimen") throw new Error("a specimen is not rotated by daybook");
  const lock = kernelLock();
  const fs = nodeFs({ lock, now });
  const site = siteOf(orders, entry.variation, lock !== null);
  try {
    await runAsync(rotateNow(site), fs);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EBUSY") throw error;
    process.stderr.write(`${String(error)}\n`);
    return;
  }
  await runAsync(maintain(site), fs);
}

function siteOf({ path, zone }: RotateOrders, variation: Variation, locking: boolean): LogSite {
  const schedule = parseSchedule({ when: "midnight" });
  const rules = zoneRules(zone);
  const location = locateLog(path, true);
  const { compress, backupCount, maxBytes } = variation;
  return {
    ...location,
    naming: makeNaming({ base: location.base, kind: schedule.kind }),
    periodAt: (instant) => periodOf(schedule, rules, instant),
    maxBytes,
    keep: { count: backupCount, ageSeconds: 0, totalBytes: 0 },
    compression: compress === "" ? "" : compress === "gzip" ? "gz" : "zst",
    rotator: false,
    locking,
    lockState: { lost: false },
    notice: (text) => process.stderr.write(`${text}\n`),
  };
}
