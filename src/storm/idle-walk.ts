// The idle-writer walk: two processes, four days, no luck. A writes every day; B
// writes on day 0, is silent through day 1 and is the first to write on day 2.
// They take turns, so nothing races, and every handler that decides by what its
// own process remembers goes wrong at the same place each time. On day 0 there is
// C as well, of whom only the stump of its first line is ever seen, and on day 1 D,
// who is killed in the same turn of the event loop in which it wrote all its lines.

import { closeSync, constants, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AckWriter } from "./acks.ts";
import { durabilityOf } from "./contestants.ts";
import type { Entry } from "./contestants.ts";
import { watchDropped } from "./dropped-files.ts";
import type { DroppedFiles } from "./dropped-files.ts";
import { rotateOrders, runErrand } from "./errand.ts";
import type { ErrandPlace } from "./errand.ts";
import { JournalWatch } from "./journal-watch.ts";
import { formatLine } from "./line.ts";
import { renameLog } from "./specimens/cron-rename.ts";
import { WorkerProcess, faultOf } from "./worker-process.ts";
import { dateInZone, nextMidnight } from "./zone-days.ts";

export interface WalkOptions extends ErrandPlace {
  /** Epoch milliseconds, some time on day 0. */
  readonly start: number;
}

/**
 * Longer than a handler goes without a look at the names of its files: the look comes with B's
 * next line, and not with the late record right behind it, which must not need one.
 */
const LOOK_PASSES_MS = 520;

/** How many midnights the walk crosses. */
export const WALK_PERIODS = 3;

type Who = "A" | "B" | "C" | "D";
type Turn = readonly [day: number, who: Who, lines: number, late?: "make" | "hand"];

// Who writes how many lines on which day, in this order. C dies in its call
// between two lines of B, so nothing but the stump tells B that its place in the
// file has moved; and on day 0, when the log's own name leads to the file that
// everybody writes to, whatever the handler. A record that B made on day 0 and hands
// over on day 2 finds that day's file packed, unless B's having it open was respected;
// the specimens are spared it, for none of them could file it. D's lines belong into
// the file of day 1, which A leaves for that of day 2 before anybody else has a reason to
// look for what D left; only those are spared D who have nothing in memory.
const TURNS: readonly Turn[] = [
  [0, "A", 3],
  [0, "B", 1],
  [0, "C", 1],
  [0, "B", 2],
  [0, "B", 0, "make"],
  [1, "D", 60],
  [1, "A", 3],
  [2, "B", 2],
  [2, "A", 3],
  [2, "B", 2, "hand"],
  [3, "A", 2],
  [3, "B", 2],
];

// While B is silent, A fills so many files of a numbered log that B's is dropped.
const A_FILLS: readonly Turn[] = Array.from({ length: 8 }, () => [1, "A", 3]);
// D may not fill so many at once that some come and go unseen.
const D_FILLS: readonly Turn[] = [[1, "D", 6]];

export interface WalkLog {
  readonly crashes: readonly string[];
  readonly complaints: readonly string[];
  /** What was wrong with where the log's own name led. */
  readonly linkFaults: readonly string[];
  /** The workers that were killed: D, and C, who never was a process. */
  readonly killed: ReadonlySet<string>;
  /** SIGKILLs that were sent. */
  readonly kills: number;
  /** Epoch milliseconds of the last turn. */
  readonly end: number;
  /** What a numbered log dropped; null for any other. */
  readonly dropped: DroppedFiles | null;
  readonly journals: JournalWatch;
}

/** Walks one contestant through the four days; resolves when both processes are gone. */
export async function runIdleWalk(options: WalkOptions): Promise<WalkLog> {
  mkdirSync(options.acksFolder, { recursive: true });
  mkdirSync(dirname(options.path), { recursive: true });
  const { start, contestant } = options;
  const crashes: string[] = [];
  const linkFaults: string[] = [];
  const complaints: string[] = [];
  const { entry } = contestant;
  const walkers = { A: await comeIn(options, "A", start), B: await comeIn(options, "B", start) };
  let [day, at, kills] = [0, start, 0];
  const dropped = watchDropped(entry, options.path);
  const journals = new JournalWatch(options.path);
  for (const [nextDay, who, lines, late] of turnsFor(entry, dropped !== null)) {
    for (; day < nextDay; day += 1) at = await passMidnight(options, at, { crashes, complaints });
    at += 1000;
    if (who === "C") {
      if (!leaveStump(options, who, at)) linkFaults.push(`led nowhere on day ${day}`);
      continue;
    }
    if (who === "D") {
      crashes.push(...(await dieInTurn(options, at, lines, journals)));
      kills += 1;
      continue;
    }
    if (late === "hand") await sleep(LOOK_PASSES_MS);
    walkers[who].order({ task: "turn", at, lines, ...(late === undefined ? {} : { late }) });
    if (!(await walkers[who].nextReport())) crashes.push(`${who}: ended on day ${day}`);
    dropped?.look();
    journals.look();
  }
  for (const walker of [walkers.A, walkers.B]) {
    walker.order({ task: "leave" });
    const fault = faultOf(await walker.ended);
    if (fault !== null) crashes.push(`${walker.worker}: ${fault}`);
    complaints.push(...walker.complaints.split("\n").filter((line) => line !== ""));
  }
  return {
    crashes,
    complaints,
    linkFaults,
    killed: new Set(["C", "D"]),
    kills,
    end: at,
    dropped,
    journals,
  };
}

/** What happens between two days; gives the time of the next morning. */
async function passMidnight(
  options: WalkOptions,
  at: number,
  troubles: { crashes: string[]; complaints: string[] },
): Promise<number> {
  const { zone, contestant, path } = options;
  const midnight = nextMidnight(at, zone);
  if (contestant.cron === "rename") renameLog(path, dateInZone(midnight - 1, zone));
  // Late enough that a handler which is an hour out on a day of 23 or 25 hours
  // still rolls over before the turn.
  const morning = midnight + 6 * 3_600_000;
  if (contestant.cron === "rotate") {
    await runErrand("rotate", options, rotateOrders(options, morning), troubles);
  }
  return morning;
}

function turnsFor(entry: Entry, drops: boolean): readonly Turn[] {
  const isOurs = entry.kind === "ours";
  const mayDie = isOurs || durabilityOf(entry) !== "write";
  const turns = TURNS.filter(([, who, lines]) => (who === "D" ? mayDie : isOurs || lines > 0)).map(
    (turn): Turn => (isOurs ? turn : [turn[0], turn[1], turn[2]]),
  );
  if (!drops) return turns;
  const fills: Partial<Record<Who, readonly Turn[]>> = { A: A_FILLS, D: D_FILLS };
  return turns.flatMap((turn) => (turn[0] === 1 ? (fills[turn[1]] ?? []) : [turn]));
}

/** Starts a walker, which opens the log at a moment of the walk. */
async function comeIn(options: WalkOptions, worker: string, at: number): Promise<WorkerProcess> {
  const { contestant, path, acksFolder, zone } = options;
  const { entry } = contestant;
  const locking = entry.kind === "specimen" || entry.variation.lock !== "none";
  const walker = new WorkerProcess(worker, zone, locking);
  await walker.nextReport();
  walker.order({ task: "walk", entry, path, zone, acksFolder, worker, at });
  await walker.nextReport();
  return walker;
}

/** A process comes, logs, and is killed before its turn is over; says what went otherwise. */
async function dieInTurn(
  options: WalkOptions,
  at: number,
  lines: number,
  journals: JournalWatch,
): Promise<string[]> {
  const walker = await comeIn(options, "D", at);
  walker.order({ task: "turn", at, lines, dies: true });
  const { signal, code } = await walker.ended;
  journals.noteDeath(walker.pid);
  return signal === "SIGKILL" ? [] : [`D: ended with ${signal ?? `code ${code}`}`];
}

/**
 * Does to the current file what a SIGKILL between two pages of a write does: the
 * beginning of a line, no newline, and no ack. Whoever writes next has to end it.
 * False when the log's own name leads to no file.
 */
function leaveStump({ path, acksFolder }: WalkOptions, worker: string, ms: number): boolean {
  new AckWriter(join(acksFolder, `${worker}.acks`)).close();
  const line = formatLine({ worker, seq: 0, ms, padLength: 40 });
  let fd: number;
  try {
    // Never made anew: a file of this name would be in the handler's way.
    fd = openSync(path, constants.O_WRONLY | constants.O_APPEND);
  } catch {
    return false;
  }
  writeSync(fd, line.slice(0, -20));
  closeSync(fd);
  return true;
}
