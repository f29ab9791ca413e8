// Carries a plan out: starts the workers of one log, sets them off together,
// kills, stops and replaces them as planned, and watches where the log's own
// name leads meanwhile. It judges nothing; what it saw goes to the checker.

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AIM_MS } from "./bursts.ts";
import { durabilityOf } from "./contestants.ts";
import type { Contestant } from "./contestants.ts";
import { watchDropped } from "./dropped-files.ts";
import type { DroppedFiles } from "./dropped-files.ts";
import { isBatched } from "./durabilities.ts";
import { FolderWatch } from "./folder-watch.ts";
import { JournalWatch } from "./journal-watch.ts";
import { LinkWatch } from "./link-watch.ts";
import { OutsideJobs } from "./outside-jobs.ts";
import type { Part, Plan } from "./plan.ts";
import { Random } from "./random.ts";
import { StormClock } from "./storm-clock.ts";
import { WorkerProcess, faultOf } from "./worker-process.ts";
import { hasRetention, isNumbered } from "./variations.ts";
import { dateInZone } from "./zone-days.ts";

export interface CrewOptions {
  readonly plan: Plan;
  readonly contestant: Contestant;
  /** The log's path; its folder is made. */
  readonly path: string;
  readonly acksFolder: string;
  readonly linesPerSecond: number;
  /** Called about ten times a second. */
  readonly onProgress?: (progress: CrewProgress) => void;
}

export interface CrewProgress {
  readonly midnights: number;
  readonly kills: number;
  /** 0 to 1. */
  readonly done: number;
}

/** What happened to the workers. */
export interface CrewLog {
  /** SIGKILLs that ended a worker. */
  readonly kills: number;
  readonly pauses: number;
  /** Ids of the workers that a SIGKILL ended. */
  readonly killed: ReadonlySet<string>;
  /** Every process that was started, with a storm to weather. */
  readonly processes: number;
  /** Endings that nobody planned: what the worker was and how it ended. */
  readonly crashes: readonly string[];
  /** What workers wrote to stderr. */
  readonly complaints: readonly string[];
  readonly linkAhead: readonly string[];
  readonly linkBack: readonly string[];
  /** How often the log's own name was seen leading to a period. */
  readonly sightings: number;
  /** What came and went in the log's folder; null for a specimen. */
  readonly folder: FolderWatch | null;
  /** What a numbered log dropped; null for any other. */
  readonly dropped: DroppedFiles | null;
  readonly journals: JournalWatch;
}

const GRACE_MS = 60_000;
/** A process that is to be born at a midnight must be up this long before it. */
const BIRTH_MS = 5;
/** Where there are kills, one replacement in this many is killed while it opens the log. */
const KILL_OPENER_ONE_IN = 4;
/** Its orders need a part of this to arrive; what it finds half done is then left half done again. */
const OPENS_WITHIN_MS = 6;

interface Slot {
  readonly index: number;
  readonly part: Part;
  process: WorkerProcess | null;
  /** Whether the process has its orders: only then is it part of the storm. */
  ordered: boolean;
  kill: boolean;
  /** Whether the process may bring its own death about when a kill is due. */
  mayDie: boolean;
  hung: boolean;
}

/** Runs the storm of one contestant; resolves when every process is gone. */
export async function runCrew(options: CrewOptions): Promise<CrewLog> {
  mkdirSync(options.acksFolder, { recursive: true });
  mkdirSync(dirname(options.path), { recursive: true });
  const crew = new Crew(options);
  await crew.assemble();
  return crew.run();
}

class Crew {
  readonly #options: CrewOptions;
  readonly #plan: Plan;
  readonly #slots: Slot[];
  readonly #random: Random;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #killed = new Set<string>();
  readonly #crashes: string[] = [];
  readonly #complaints: string[] = [];
  readonly #journals: JournalWatch;
  #clock = StormClock.start(0, 1);
  #started = 0;
  #processes = 0;
  #pauses = 0;
  #ending = false;

  constructor(options: CrewOptions) {
    this.#options = options;
    this.#plan = options.plan;
    this.#random = new Random(options.plan.workerSeed);
    this.#journals = new JournalWatch(options.path);
    this.#slots = options.plan.parts.map((part, index) => ({
      index,
      part,
      process: null,
      ordered: false,
      kill: false,
      mayDie: false,
      hung: false,
    }));
  }

  /** Starts every process and waits until all of them can take orders. */
  async assemble(): Promise<void> {
    for (const slot of this.#slots) slot.process = this.#newProcess();
    await Promise.all(this.#slots.map((slot) => slot.process?.nextReport()));
  }

  async run(): Promise<CrewLog> {
    const { path, plan } = this.#options;
    this.#clock = StormClock.start(plan.fakeStart, plan.rate, plan.endMs);
    const lives = this.#slots.map((slot) => this.#live(slot));
    const link = new LinkWatch(path, plan.zone, this.#clock);
    const folder = watchFolder(this.#options);
    const jobs = new OutsideJobs({
      ...this.#options,
      clock: this.#clock,
      random: this.#random.fork(),
    });
    const dropped = watchDropped(this.#options.contestant.entry, path);
    this.#schedule(link, folder, jobs);
    if (dropped !== null) this.#timers.push(setInterval(() => dropped.look(), 2));
    await sleep(Math.max(0, this.#plan.endMs - this.#clock.elapsed()));
    this.#ending = true;
    // Everyone may finish; who cannot within the grace hangs, which is a fault.
    const late = setTimeout(() => this.#endHung(), GRACE_MS);
    await Promise.all(lives);
    clearTimeout(late);
    await jobs.end();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#report();
    return {
      kills: this.#killed.size + jobs.kills,
      pauses: this.#pauses,
      killed: this.#killed,
      processes: this.#processes,
      crashes: [...this.#crashes, ...jobs.crashes],
      complaints: [...this.#complaints, ...jobs.complaints],
      linkAhead: link.ahead,
      linkBack: link.back,
      sightings: link.sightings,
      folder,
      dropped,
      journals: this.#journals,
    };
  }

  #schedule(link: LinkWatch, folder: FolderWatch | null, jobs: OutsideJobs): void {
    const at = (ms: number, act: () => void) => {
      this.#timers.push(setTimeout(act, Math.max(0, ms - this.#clock.elapsed())));
    };
    const lateMs = isBatched(durabilityOf(this.#options.contestant.entry)) ? AIM_MS : 0;
    for (const kill of this.#plan.kills) at(kill.atMs + lateMs, () => this.#kill(kill.slot));
    for (const pause of this.#plan.pauses) {
      at(pause.fromMs, () => {
        const process = this.#slots[pause.slot]?.process;
        if (process?.signal("SIGSTOP") !== true) return;
        this.#pauses += 1;
        at(Math.min(pause.toMs, this.#plan.endMs), () => process.signal("SIGCONT"));
      });
    }
    jobs.schedule(at);
    const today = () => dateInZone(this.#clock.now(), this.#plan.zone);
    const look = () => {
      link.look();
      folder?.look(today);
      this.#journals.look();
    };
    this.#timers.push(setInterval(look, 7));
    this.#timers.push(setInterval(() => this.#report(), 100));
  }

  /** A slot's life: one process after another until the storm is over. */
  async #live(slot: Slot): Promise<void> {
    for (let first = true; slot.process !== null; first = false) {
      const process = slot.process;
      if (!first && !(await process.nextReport())) {
        this.#crashes.push(`${process.worker}: ended before it was ready`);
        return;
      }
      if (this.#ending) process.order({ task: "leave" });
      else {
        this.#order(slot, process, first);
        if (!first) this.#killOpener(slot);
      }
      const ending = await process.ended;
      this.#hearComplaints(process);
      const killed = (slot.kill || slot.mayDie) && ending.signal === "SIGKILL";
      const fault = faultOf(ending);
      if (killed) {
        this.#killed.add(process.worker);
        this.#journals.noteDeath(process.pid);
      } else if (fault !== null) {
        this.#crashes.push(`${process.worker}: ${slot.hung ? "did not end" : fault}`);
      }
      slot.ordered = slot.kill = slot.mayDie = false;
      const goesOn = !this.#ending && (killed || (slot.part.newborn === true && fault === null));
      slot.process = goesOn ? this.#newProcess() : null;
    }
  }

  #order(slot: Slot, process: WorkerProcess, first: boolean): void {
    const { plan, contestant, path, acksFolder, linesPerSecond } = this.#options;
    const nowMs = this.#clock.elapsed();
    const bornMs = plan.midnights.find((midnight) => midnight > nowMs + BIRTH_MS);
    const isNewborn = slot.part.newborn === true && !first && bornMs !== undefined;
    const day = plan.endMs / plan.midnights.length;
    const life = (isNewborn ? bornMs : nowMs) + day * this.#random.between(0.6, 1.8);
    process.order({
      task: "storm",
      entry: contestant.entry,
      path,
      zone: plan.zone,
      acksFolder,
      worker: process.worker,
      clock: this.#clock.setting,
      part: partFor(contestant, slot.part),
      midnights: plan.midnights,
      kills: plan.kills.filter((kill) => kill.slot === slot.index).map(({ atMs }) => atMs),
      endMs: plan.endMs,
      linesPerSecond,
      seed: this.#random.whole(0, 2 ** 31),
      ...(isNewborn ? { bornMs } : {}),
      ...(slot.part.newborn === true ? { leaveMs: life } : {}),
    });
    slot.mayDie = isBatched(durabilityOf(contestant.entry));
    slot.ordered = true;
    this.#processes += 1;
  }

  #kill(index: number): void {
    const slot = this.#slots[index];
    if (slot === undefined || !slot.ordered || slot.kill || this.#ending) return;
    slot.kill = slot.process?.signal("SIGKILL") === true;
  }

  /** Who comes after a killed process finds what that left half done, and may not get far with it. */
  #killOpener(slot: Slot): void {
    if (this.#plan.kills.length === 0 || this.#random.whole(1, KILL_OPENER_ONE_IN) > 1) return;
    const afterMs = this.#random.between(0, OPENS_WITHIN_MS);
    const process = slot.process;
    this.#timers.push(
      setTimeout(() => {
        if (slot.process === process) this.#kill(slot.index);
      }, afterMs),
    );
  }

  #endHung(): void {
    for (const slot of this.#slots) {
      if (slot.process === null) continue;
      slot.hung = true;
      slot.process.signal("SIGKILL");
    }
  }

  #newProcess(): WorkerProcess {
    const { entry } = this.#options.contestant;
    const locking = entry.kind === "specimen" || entry.variation.lock !== "none";
    const worker = new WorkerProcess(`w${this.#started}`, this.#plan.zone, locking);
    this.#started += 1;
    return worker;
  }

  #hearComplaints(process: WorkerProcess): void {
    for (const line of process.complaints.split("\n")) {
      if (line !== "") this.#complaints.push(`${process.worker}: ${line}`);
    }
  }

  #report(): void {
    const elapsed = this.#clock.elapsed();
    this.#options.onProgress?.({
      midnights: this.#plan.midnights.filter((midnight) => midnight <= elapsed).length,
      kills: this.#killed.size,
      done: Math.min(1, elapsed / this.#plan.endMs),
    });
  }
}

/** What a specimen does to its files is for the checker alone. */
function watchFolder({ contestant, path }: CrewOptions): FolderWatch | null {
  if (contestant.entry.kind === "specimen") return null;
  const { variation } = contestant.entry;
  const backupCount = hasRetention(variation) ? variation.backupCount : 0;
  return new FolderWatch({ path, numbered: isNumbered(variation), backupCount });
}

/** No handler that goes by the wall clock could file a record of the day after tomorrow. */
function partFor(contestant: Contestant, part: Part): Part {
  return contestant.entry.kind === "specimen" ? { ...part, future: false } : part;
}
