// The idle-writer walk: two processes, four days, no luck. A writes every day; B
// writes on day 0, is silent through day 1 and is the first to write on day 2.
// They take turns, so nothing races, and every handler that decides by what its
// own process remembers goes wrong at the same place each time.

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Contestant } from "./contestants.ts";
import { renameLog } from "./specimens/cron-rename.ts";
import { WorkerProcess } from "./worker-process.ts";
import { dateInZone, nextMidnight } from "./zone-days.ts";

export interface WalkOptions {
  readonly contestant: Contestant;
  readonly path: string;
  readonly acksFolder: string;
  readonly zone: string;
  /** Epoch milliseconds, some time on day 0. */
  readonly start: number;
}

/** How many midnights the walk crosses. */
export const WALK_PERIODS = 3;

// Who writes how many lines on which day, in this order.
const TURNS: readonly (readonly [day: number, who: "A" | "B", lines: number])[] = [
  [0, "A", 3],
  [0, "B", 3],
  [1, "A", 3],
  [2, "B", 2],
  [2, "A", 3],
  [2, "B", 2],
  [3, "A", 2],
  [3, "B", 2],
];

export interface WalkLog {
  readonly crashes: readonly string[];
  readonly complaints: readonly string[];
  /** Epoch milliseconds of the last turn. */
  readonly end: number;
}

/** Walks one contestant through the four days; resolves when both processes are gone. */
export async function runIdleWalk(options: WalkOptions): Promise<WalkLog> {
  mkdirSync(options.acksFolder, { recursive: true });
  mkdirSync(dirname(options.path), { recursive: true });
  const { zone, start, contestant } = options;
  const crashes: string[] = [];
  const walkers = { A: new WorkerProcess("A", zone), B: new WorkerProcess("B", zone) };
  for (const walker of [walkers.A, walkers.B]) {
    await walker.nextReport();
    walker.order({
      task: "walk",
      contestant: contestant.id,
      path: options.path,
      zone,
      backupCount: 0,
      acksFolder: options.acksFolder,
      worker: walker.worker,
      at: start,
    });
    await walker.nextReport();
  }
  let [day, at] = [0, start];
  for (const [nextDay, who, lines] of TURNS) {
    for (; day < nextDay; day += 1) {
      const midnight = nextMidnight(at, zone);
      if (contestant.cron) renameLog(options.path, dateInZone(midnight - 1, zone));
      // Late enough that a handler which is an hour out on a day of 23 or 25 hours
      // still rolls over before the turn.
      at = midnight + 6 * 3_600_000;
    }
    at += 1000;
    walkers[who].order({ task: "turn", at, lines });
    if (!(await walkers[who].nextReport())) crashes.push(`${who}: ended on day ${day}`);
  }
  const complaints: string[] = [];
  for (const walker of [walkers.A, walkers.B]) {
    walker.order({ task: "leave" });
    const { code, signal } = await walker.ended;
    if (code !== 0) crashes.push(`${walker.worker}: ended with ${signal ?? `code ${code}`}`);
    complaints.push(...walker.complaints.split("\n").filter((line) => line !== ""));
  }
  return { crashes, complaints, end: at };
}
