// The midnight storm: every contestant weathers the same plan, one after
// another, and walks the idle-writer walk; the checker judges each. Called by
// `daybook storm`, the demo and the tests; prints nothing itself.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { readAcks } from "./acks.ts";
import { check } from "./checker.ts";
import type { Verdict, WorkerAcks } from "./checker.ts";
import { CONTESTANTS } from "./contestants.ts";
import type { Contestant, ContestantId } from "./contestants.ts";
import { runCrew } from "./crew.ts";
import type { CrewProgress } from "./crew.ts";
import { WALK_PERIODS, runIdleWalk } from "./idle-walk.ts";
import { KeptFolders } from "./kept-folders.ts";
import { readLogFolder } from "./log-folder.ts";
import { makePlan } from "./plan.ts";
import type { Plan } from "./plan.ts";
import { isAsItShouldBe, makeRow, skippedRow } from "./storm-row.ts";
import type { Run, StormRow } from "./storm-row.ts";
import { killAllWorkers } from "./worker-process.ts";
import { dateInZone } from "./zone-days.ts";

export interface StormOptions {
  readonly processes: number;
  readonly periods: number;
  /** Real milliseconds of a day. */
  readonly periodMs: number;
  readonly kill: boolean;
  /** The first seed; each further one is the next whole number. */
  readonly seed: number;
  /** How many seeds to run. */
  readonly seeds: number;
  /** Which of ours take part. */
  readonly strategies: readonly ("dated" | "rename")[];
  /** With which seeds the specimens run. */
  readonly specimens: "none" | "first" | "all";
  /** Of each busy writer. */
  readonly linesPerSecond: number;
  readonly zone?: string;
  /** Passed to ours; 0 keeps every period. */
  readonly backupCount: number;
  /** Where to work; absent: a temporary folder. */
  readonly directory?: string;
  /** Whether to keep every folder, not only those of broken rows. */
  readonly keep: boolean;
  readonly onRow?: (row: StormRow) => void;
  readonly onProgress?: (name: string, progress: CrewProgress) => void;
}

/** What `--json` prints. */
export interface StormResult {
  readonly ok: boolean;
  readonly seed: number;
  readonly rows: readonly StormRow[];
}

/** Runs a storm. Rejects only for a machine that cannot start processes or make folders. */
export async function runStorm(options: StormOptions): Promise<StormResult> {
  const folders = new KeptFolders(options.directory);
  const inHurry = () => {
    killAllWorkers();
    folders.clear();
  };
  process.once("exit", inHurry);
  try {
    const rows: StormRow[] = [];
    for (let index = 0; index < options.seeds; index += 1) {
      const plan = makePlan({ ...options, seed: options.seed + index });
      for (const contestant of contestantsFor(options, index)) {
        for (const walk of [false, true]) {
          const row = await runRow(contestant, walk, plan, options, folders);
          rows.push(row);
          options.onRow?.(row);
        }
      }
    }
    return { ok: rows.every(isAsItShouldBe), seed: options.seed, rows };
  } finally {
    process.removeListener("exit", inHurry);
    inHurry();
  }
}

/** The contestants that take part in the storm of one seed. */
export function contestantsFor(
  { strategies, specimens }: Pick<StormOptions, "strategies" | "specimens">,
  seedIndex: number,
): readonly Contestant[] {
  const wanted: readonly ContestantId[] = strategies;
  const withSpecimens = specimens === "all" || (specimens === "first" && seedIndex === 0);
  return CONTESTANTS.filter(({ id, kind }) =>
    kind === "ours" ? wanted.includes(id) : withSpecimens,
  );
}

/** What a storm or a walk leaves for the judge. */
interface Aftermath {
  /** SIGKILLs that ended a worker. */
  readonly kills: number;
  /** Workers that count as killed. */
  readonly killed: ReadonlySet<string>;
  /** Epoch milliseconds of the clock's last moment. */
  readonly end: number;
  readonly linkFaults: readonly string[];
  readonly sightings: number;
  readonly crashes: readonly string[];
  readonly complaints: readonly string[];
}

async function runRow(
  contestant: Contestant,
  walk: boolean,
  plan: Plan,
  options: StormOptions,
  folders: KeptFolders,
): Promise<StormRow> {
  const run: Run = {
    name: walk ? `${contestant.name} (idle walk)` : contestant.name,
    kind: contestant.kind,
    walk,
    processes: walk ? 2 : plan.parts.length,
    periods: walk ? WALK_PERIODS : plan.midnights.length,
    kills: 0,
    seed: plan.seed,
    zone: plan.zone,
    seconds: 0,
    sightings: 0,
    linkFaults: [],
    crashes: [],
    complaints: [],
  };
  const reason = contestant.unavailable();
  if (reason !== null) return skippedRow(run, reason);
  const folder = folders.make(`seed-${plan.seed}-${contestant.id}${walk ? "-walk" : ""}`);
  const started = performance.now();
  const place = { path: join(folder, "log", "storm.log"), acksFolder: join(folder, "acks") };
  const aftermath = walk
    ? await walkThrough(contestant, plan, place)
    : await weather(contestant, plan, place, options);
  const seconds = (performance.now() - started) / 1000;
  const verdict = judgeFolder(place, plan.zone, aftermath, walk ? 0 : options.backupCount);
  const { killed: _killed, end: _end, ...seen } = aftermath;
  const row = makeRow({ ...run, ...seen, seconds }, verdict);
  if (!options.keep && isAsItShouldBe(row)) {
    folders.remove(folder);
    return row;
  }
  folders.keep(folder);
  return { ...row, folder };
}

interface Place {
  readonly path: string;
  readonly acksFolder: string;
}

async function weather(
  contestant: Contestant,
  plan: Plan,
  place: Place,
  options: StormOptions,
): Promise<Aftermath> {
  const log = await runCrew({
    plan,
    contestant,
    ...place,
    linesPerSecond: options.linesPerSecond,
    backupCount: contestant.kind === "ours" ? options.backupCount : 0,
    onProgress: (progress) => options.onProgress?.(contestant.name, progress),
  });
  return {
    kills: log.kills,
    killed: log.killed,
    crashes: log.crashes,
    complaints: log.complaints,
    sightings: log.sightings,
    end: plan.fakeStart + plan.endMs * plan.rate,
    linkFaults: [...log.linkAhead, ...log.linkBack],
  };
}

async function walkThrough(contestant: Contestant, plan: Plan, place: Place): Promise<Aftermath> {
  const log = await runIdleWalk({ contestant, ...place, zone: plan.zone, start: plan.fakeStart });
  return { ...log, kills: 0, sightings: 0 };
}

function judgeFolder(
  place: Place,
  zone: string,
  { killed, end }: Aftermath,
  backupCount: number,
): Verdict {
  return check({
    files: readLogFolder(place.path),
    workers: readWorkers(place.acksFolder, killed),
    suffixOf: (ms) => dateInZone(ms, zone),
    lastSuffix: dateInZone(end, zone),
    backupCount,
  });
}

/** The side files of a folder; `w3-late` died with `w3`. */
function readWorkers(folder: string, killed: ReadonlySet<string>): Map<string, WorkerAcks> {
  const workers = new Map<string, WorkerAcks>();
  for (const file of readdirSync(folder)) {
    const worker = file.replace(/\.acks$/, "");
    workers.set(worker, {
      ...readAcks(join(folder, file)),
      killed: killed.has(worker.replace(/-late$/, "")),
    });
  }
  return workers;
}
