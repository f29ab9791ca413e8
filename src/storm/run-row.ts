// One row of the storm from its first process to its verdict: the storm or the walk,
// the tidying up behind it, and the judgement over what is left. Called by
// storm.ts; prints nothing.

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { readAcks } from "./acks.ts";
import type { WorkerAcks } from "./acks.ts";
import { check } from "./checker.ts";
import type { Verdict } from "./checker.ts";
import { durabilityOf } from "./contestants.ts";
import type { Contestant, Entry } from "./contestants.ts";
import { runCrew } from "./crew.ts";
import type { DroppedFile, DroppedFiles } from "./dropped-files.ts";
import { WALK_PERIODS, runIdleWalk } from "./idle-walk.ts";
import { journalObstacle } from "./journal-probe.ts";
import type { JournalWatch } from "./journal-watch.ts";
import type { KeptFolders } from "./kept-folders.ts";
import { readLogFolder } from "./log-folder.ts";
import type { Plan } from "./plan.ts";
import { isAsItShouldBe, makeRow, skippedRow } from "./storm-row.ts";
import type { Run, StormRow } from "./storm-row.ts";
import type { StormOptions } from "./storm.ts";
import { tidyUp } from "./tidy.ts";
import { forWalk, hasRetention, isNumbered } from "./variations.ts";
import { dateInZone } from "./zone-days.ts";

/** What a storm or a walk leaves for the judge. */
interface Aftermath extends Seen {
  /** Workers that count as killed. */
  readonly killed: ReadonlySet<string>;
  /** Epoch milliseconds of the clock's last moment. */
  readonly end: number;
  /** What a numbered log dropped, if all of that is known. */
  readonly dropped?: readonly DroppedFile[] | undefined;
}

type Seen = Pick<
  Run,
  | "kills"
  | "sightings"
  | "limitHolds"
  | "linkFaults"
  | "removalFaults"
  | "restFaults"
  | "archives"
  | "removed"
  | "journals"
  | "orphans"
  | "midDrain"
  | "journalFault"
  | "crashes"
  | "complaints"
>;

/** Runs one contestant through the storm, or through the walk, and judges it. */
export async function runRow(
  entrant: Contestant,
  walk: boolean,
  plan: Plan,
  options: StormOptions,
  folders: KeptFolders,
): Promise<StormRow> {
  const contestant = walk ? walking(entrant) : entrant;
  const { name, entry } = contestant;
  const run: Run = {
    name: walk ? `${name} (idle walk)` : name,
    kind: entry.kind,
    durability: durabilityOf(entry),
    walk,
    processes: walk ? 2 : plan.parts.length,
    periods: walk ? WALK_PERIODS : plan.midnights.length,
    seed: plan.seed,
    zone: plan.zone,
    seconds: 0,
    ...NOTHING_SEEN,
  };
  if (contestant.unavailable !== null) return skippedRow(run, contestant.unavailable);
  const slug = name.replace(/[^a-z0-9]+/g, "-");
  const folder = folders.make(`seed-${plan.seed}-${slug}${walk ? "-walk" : ""}`);
  const obstacle = needsJournal(entry) ? journalObstacle(folder, entry.variation) : null;
  if (obstacle !== null) {
    folders.remove(folder);
    return skippedRow(run, obstacle);
  }
  const started = performance.now();
  const place = { path: join(folder, "log", "storm.log"), acksFolder: join(folder, "acks") };
  const { killed, end, dropped, ...seen } = walk
    ? await walkThrough(contestant, plan, place)
    : await weather(contestant, plan, place, options);
  const seconds = (performance.now() - started) / 1000;
  const { kills } = seen;
  const verdict = judgeFolder(place, plan.zone, { killed, end, dropped, kills }, entry);
  const row = makeRow({ ...run, ...seen, seconds }, verdict);
  if (!options.keep && isAsItShouldBe(row)) {
    folders.remove(folder);
    return row;
  }
  folders.keep(folder);
  if (dropped !== undefined) saveDropped(join(folder, "dropped"), dropped);
  return { ...row, folder };
}

const NOTHING_SEEN: Seen = {
  kills: 0,
  sightings: 0,
  limitHolds: true,
  linkFaults: [],
  removalFaults: [],
  restFaults: [],
  archives: 0,
  removed: 0,
  journals: 0,
  orphans: 0,
  midDrain: 0,
  journalFault: null,
  crashes: [],
  complaints: [],
};

/** The walk has few lines: a numbered log must shift after some of them, or it shows nothing. */
function walking(contestant: Contestant): Contestant {
  const { entry } = contestant;
  if (entry.kind === "specimen") return contestant;
  return { ...contestant, entry: { kind: "ours", variation: forWalk(entry.variation) } };
}

interface Place {
  readonly path: string;
  readonly acksFolder: string;
}

async function weather(
  contestant: Contestant,
  plan: Plan,
  place: Place,
  { linesPerSecond, onProgress }: StormOptions,
): Promise<Aftermath> {
  const log = await runCrew({
    plan,
    contestant,
    ...place,
    linesPerSecond,
    onProgress: (progress) => onProgress?.(contestant.name, progress),
  });
  const { entry } = contestant;
  const end = Math.floor(plan.fakeStart + plan.endMs * plan.rate);
  const tidied = await tidy(contestant, plan.zone, place, end);
  log.folder?.settle(dateInZone(end, plan.zone));
  return {
    end,
    kills: log.kills,
    killed: log.killed,
    sightings: log.sightings,
    limitHolds: log.pauses === 0 || entry.kind === "specimen" || !isNumbered(entry.variation),
    linkFaults: mayGoBack(entry) ? log.linkAhead : [...log.linkAhead, ...log.linkBack],
    removalFaults: log.folder?.faults ?? [],
    archives: log.folder?.packed ?? 0,
    removed: log.folder?.removed ?? 0,
    ...journalsSeen(entry, log.journals),
    ...droppedBy(log.dropped),
    restFaults: tidied.faults,
    crashes: [...log.crashes, ...tidied.crashes],
    complaints: [...log.complaints, ...tidied.complaints],
  };
}

async function walkThrough(contestant: Contestant, plan: Plan, place: Place): Promise<Aftermath> {
  const walk = { contestant, ...place, zone: plan.zone, start: plan.fakeStart };
  const log = await runIdleWalk(walk);
  const tidied = await tidy(contestant, plan.zone, place, log.end);
  return {
    ...NOTHING_SEEN,
    ...droppedBy(log.dropped),
    ...journalsSeen(contestant.entry, log.journals),
    end: log.end,
    kills: log.kills,
    killed: log.killed,
    linkFaults: log.linkFaults,
    restFaults: tidied.faults,
    crashes: [...log.crashes, ...tidied.crashes],
    complaints: [...log.complaints, ...tidied.complaints],
  };
}

/**
 * Without the lock nothing keeps a slow process from pointing the log's own name to the file
 * that was the current one when it looked; another one mends that, and at rest it is right.
 */
function mayGoBack(entry: Entry): boolean {
  if (entry.kind === "specimen") return false;
  return entry.variation.strategy === "claim" || entry.variation.lock !== "kept";
}

function journalsSeen(
  entry: Entry,
  { journals, orphans, midDrain }: JournalWatch,
): Pick<Run, "journals" | "orphans" | "midDrain" | "journalFault"> {
  const isMissing = needsJournal(entry) && journals === 0;
  const journalFault = isMissing ? "no journal was ever seen" : null;
  return { journals, orphans, midDrain, journalFault };
}

/** Counted, and, if all that was dropped is known, for the checker to read. */
function droppedBy(watch: DroppedFiles | null): Partial<Pick<Aftermath, "removed" | "dropped">> {
  const dropped = watch?.collect();
  if (watch === null || dropped === undefined) return {};
  return { removed: dropped.length, dropped: watch.complete ? dropped : undefined };
}

/** For who looks into a kept folder: what the log's own folder can't show any more. */
function saveDropped(folder: string, dropped: readonly DroppedFile[]): void {
  mkdirSync(folder);
  for (const { label, size, content } of dropped) {
    writeFileSync(join(folder, label.replaceAll(" ", "-")), content);
    writeFileSync(join(folder, `${label.replaceAll(" ", "-")}.size-when-dropped`), `${size}\n`);
  }
}

/** A specimen has no promise to be at rest, and a line more would only blur its verdict. */
async function tidy(contestant: Contestant, zone: string, place: Place, at: number) {
  const { entry } = contestant;
  if (entry.kind === "specimen") return { faults: [], crashes: [], complaints: [] };
  return tidyUp({ contestant, variation: entry.variation, ...place, zone, at });
}

function judgeFolder(
  place: Place,
  zone: string,
  { killed, end, dropped, kills }: Pick<Aftermath, "killed" | "end" | "dropped" | "kills">,
  entry: Entry,
): Verdict {
  const variation = entry.kind === "ours" ? entry.variation : null;
  const numbered = variation !== null && isNumbered(variation);
  const retention = variation !== null && hasRetention(variation);
  return check({
    files: readLogFolder(place.path, numbered),
    workers: readWorkers(place.acksFolder, killed),
    suffixOf: (ms) => dateInZone(ms, zone),
    lastSuffix: dateInZone(end, zone),
    numbered,
    backupCount: retention ? variation.backupCount : 0,
    maxBytes: variation?.maxBytes ?? 0,
    dropped,
    durability: durabilityOf(entry),
    kills,
  });
}

/** A machine without a kernel lock has no journals either, and its rows run as if they were `write`. */
function needsJournal(entry: Entry): entry is Entry & { readonly kind: "ours" } {
  if (entry.kind === "specimen") return false;
  return entry.variation.durability === "journal" && entry.variation.lock !== "none";
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
