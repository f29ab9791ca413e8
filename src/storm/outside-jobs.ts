// What happens to a log from outside while a storm runs: a job of the system renames
// it at midnight, or runs `daybook rotate` in a process of its own, which may be
// killed in mid-work; a cleaner deletes the lock file again and again. Started by
// the crew; judges nothing.

import { unlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Contestant } from "./contestants.ts";
import { PRIVATE_FOLDER } from "./folder-names.ts";
import type { Plan } from "./plan.ts";
import type { Random } from "./random.ts";
import { renameLog } from "./specimens/cron-rename.ts";
import type { StormClock } from "./storm-clock.ts";
import { WorkerProcess, faultOf } from "./worker-process.ts";
import { dateInZone } from "./zone-days.ts";

export interface OutsideJobsOptions {
  readonly contestant: Contestant;
  readonly plan: Plan;
  /** The log's path. */
  readonly path: string;
  readonly acksFolder: string;
  readonly clock: StormClock;
  readonly random: Random;
}

/** cron starts its jobs within a second of the full minute; these milliseconds are what is left of it. */
const CRON_DELAY_MS = 20;
/** How often the lock file is deleted, in milliseconds. */
const CLEANER_MS = 4;
/** One rotation in this many is killed, where there are kills at all. */
const KILL_ONE_IN = 4;
/** A rotation killed at once has done nothing yet, one killed later is over. */
const KILL_WITHIN_MS = 12;
/** How long before its midnight a job's process is started, so that it is up in time. */
const HEAD_START_MS = 400;

/** The jobs of one storm. */
export class OutsideJobs {
  /** SIGKILLs that ended a rotation. */
  kills = 0;
  /** Lock files that were there to be deleted. */
  deletions = 0;
  /** Endings that nobody planned. */
  readonly crashes: string[] = [];
  readonly complaints: string[] = [];
  readonly #options: OutsideJobsOptions;
  readonly #running: Promise<void>[] = [];
  #cleaner: NodeJS.Timeout | null = null;

  constructor(options: OutsideJobsOptions) {
    this.#options = options;
  }

  /** @param at - calls something at a time of the storm, real milliseconds since its start. */
  schedule(at: (ms: number, act: () => void) => void): void {
    const { contestant, plan, path, random } = this.#options;
    const { fakeStart, midnights, rate, zone, kills } = plan;
    for (const [index, midnight] of midnights.entries()) {
      const due = midnight + random.between(0, CRON_DELAY_MS);
      const isKilled = kills.length > 0 && random.whole(1, KILL_ONE_IN) === 1;
      const killAfterMs = isKilled ? random.between(0, KILL_WITHIN_MS) : null;
      if (contestant.cron === "rename") {
        const yesterday = dateInZone(fakeStart + (midnight - 1) * rate, zone);
        at(due, () => renameLog(path, yesterday));
      } else if (contestant.cron === "rotate") {
        at(due - HEAD_START_MS, () => {
          this.#running.push(this.#rotate(`rotate${index}`, due, killAfterMs));
        });
      }
    }
    const { entry } = contestant;
    if (entry.kind === "ours" && entry.variation.lock === "deleted") {
      this.#cleaner = setInterval(() => this.#deleteLock(), CLEANER_MS);
    }
  }

  /** Resolves when no job runs any more. */
  async end(): Promise<void> {
    if (this.#cleaner !== null) clearInterval(this.#cleaner);
    await Promise.all(this.#running);
  }

  async #rotate(worker: string, dueMs: number, killAfterMs: number | null): Promise<void> {
    const { contestant, plan, path, acksFolder, clock } = this.#options;
    const process = new WorkerProcess(worker, plan.zone);
    await process.nextReport();
    await sleep(Math.max(0, dueMs - clock.elapsed()));
    const { setting } = clock;
    const { entry } = contestant;
    process.order({
      task: "rotate",
      entry,
      path,
      zone: plan.zone,
      acksFolder,
      worker,
      clock: setting,
    });
    if (killAfterMs !== null) {
      await sleep(killAfterMs);
      process.signal("SIGKILL");
    }
    const ending = await process.ended;
    const killed = killAfterMs !== null && ending.signal === "SIGKILL";
    const fault = faultOf(ending);
    if (killed) this.kills += 1;
    else if (fault !== null) this.crashes.push(`${worker}: ${fault}`);
    for (const line of process.complaints.split("\n")) {
      if (line !== "") this.complaints.push(`${worker}: ${line}`);
    }
  }

  #deleteLock(): void {
    const { path } = this.#options;
    try {
      unlinkSync(join(dirname(path), PRIVATE_FOLDER, `${basename(path)}.lock`));
      this.deletions += 1;
    } catch {
      // Nobody has made it anew yet.
    }
  }
}
