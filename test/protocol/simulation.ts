// Several processes of the rotation protocol inside one real process: the
// production procedures run step by step over a real folder, in an order drawn
// from a seed, under a clock that the simulation owns. Any of them may be
// "killed" between two steps or in the middle of a write; the kernel's part of
// its death, closing its files and so freeing its locks, is done for it.

import { readFileSync, readdirSync, statSync } from "node:fs";
import { closeSync, mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { kernelLock } from "../../src/platform/locks.ts";
import { nodeFs } from "../../src/platform/node-fs.ts";
import type { FileSystem } from "../../src/platform/run-sync.ts";
import { closeEnded, makeWriter, write } from "../../src/rotation/append.ts";
import type { Fd, FsOp, Steps } from "../../src/rotation/fs-op.ts";
import type { LogSite, Strategy } from "../../src/rotation/log-site.ts";
import { parseDatedName, parsePrivateName } from "../../src/rotation/names.ts";
import { parseSchedule, periodOf } from "../../src/rotation/period.ts";
import { sweep } from "../../src/rotation/sweep.ts";

export const BASE = "app.log";

/** A folder of its own, a virtual clock (epoch seconds), and the site of one log in it. */
export class World {
  readonly directory: string;
  readonly notices: string[] = [];
  readonly acked: { readonly line: string; readonly created: number }[] = [];
  readonly site: LogSite;
  readonly population: SimulatedProcess[] = [];
  clock: number;

  constructor(
    clock: number,
    backupCount: number = 0,
    when: string = "midnight",
    directory: string = newFolder(),
    base: string = BASE,
  ) {
    this.clock = clock;
    this.directory = directory;
    this.site = {
      directory: this.directory,
      base,
      schedule: parseSchedule({ when }),
      zone: { offsetAt: () => 0 },
      backupCount,
      locking: kernelLock() !== null,
      lockState: { lost: false },
      notice: (text) => void this.notices.push(text),
    };
  }

  /** Ends all processes that ever ran here and removes the folder. */
  remove(): void {
    for (const process of this.population) process.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The suffix of an instant's period. */
  suffixOf(created: number): string {
    return periodOf(this.site.schedule, this.site.zone, created).suffix;
  }

  /** Every data file once, by inode, with the suffix that its names give it. */
  files(): { readonly name: string; readonly suffix: string; readonly lines: string[] }[] {
    const found = new Map<number, { name: string; suffix: string; lines: string[] }>();
    const add = (name: string, suffix: string): void => {
      const path = join(this.directory, name);
      const { ino } = statSync(path);
      const lines = readFileSync(path, "utf8").split("\n");
      const known = found.get(ino);
      if (known !== undefined && known.suffix !== suffix)
        throw new Error(`${known.name} is ${name}, too`);
      found.set(ino, { name, suffix, lines });
    };
    for (const entry of readdirSync(this.directory)) {
      const dated = parseDatedName(BASE, null, entry);
      if (dated !== null) add(entry, dated.suffix);
    }
    for (const entry of readdirSync(join(this.directory, ".daybook"))) {
      const name = parsePrivateName(entry);
      if (name?.use === "active") add(join(".daybook", entry), name.suffix);
    }
    return [...found.values()];
  }
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "daybook-protocol-"));
}

/** What a simulated process is to do, one after the other. */
export type Act = { readonly created: number; readonly line: string; readonly verify?: boolean };

/** Carries out a step otherwise than asked: a bug planted underneath the protocol. */
export type Sabotage = (step: FsOp, fs: FileSystem) => unknown;

/** One simulated process: `advance` takes one step of it. */
export class SimulatedProcess {
  readonly world: World;
  readonly writer: ReturnType<typeof makeWriter>;
  readonly left: Act[];
  stepsTaken = 0;
  /** How often it would have slept; simulated processes don't. */
  sleeps = 0;
  readonly #fs: FileSystem;
  #open = new Set<Fd>();
  #procedure: Steps<void> | null = null;
  #next: FsOp | null = null;

  constructor(world: World, strategy: Strategy, acts: readonly Act[], sabotage?: Sabotage) {
    this.world = world;
    world.population.push(this);
    this.writer = makeWriter(world.site, strategy);
    this.left = [...acts];
    const fs = nodeFs({ lock: kernelLock(), now: () => world.clock * 1000 });
    this.#fs = sabotage === undefined ? fs : { perform: (step) => sabotage(step, fs) };
  }

  /** The step that comes next; null when nothing is left to do. */
  peek(): FsOp | null {
    if (this.#procedure === null && this.left.length > 0) {
      this.#procedure = this.#perform(this.left[0] as Act);
      this.#resume((procedure) => procedure.next());
    }
    return this.#next;
  }

  /** Takes one step. */
  advance(): void {
    const step = this.peek();
    if (step === null || this.#procedure === null) return;
    this.stepsTaken += 1;
    if (step.op === "sleep") this.sleeps += 1;
    let result: unknown;
    try {
      result = step.op === "sleep" ? undefined : this.#fs.perform(step);
    } catch (error) {
      this.#resume((procedure) => procedure.throw(error));
      return;
    }
    if (step.op === "open") this.#open.add(result as Fd);
    if (step.op === "close") this.#open.delete(step.fd);
    this.#resume((procedure) => procedure.next(result));
  }

  /** Dies on the spot; with `bytesOfWrite`, in the middle of the write that comes next. */
  kill(bytesOfWrite = 0): void {
    const step = this.peek();
    if (step?.op === "append" && bytesOfWrite > 0) {
      writeSync(step.fd, step.bytes.subarray(0, Math.min(bytesOfWrite, step.bytes.length - 1)));
    }
    for (const fd of this.#open) closeSync(fd);
    this.#open.clear();
    this.#procedure = null;
    this.#next = null;
  }

  /** Does all that is left. */
  finish(): void {
    while (this.peek() !== null) this.advance();
  }

  *#perform(act: Act): Steps<void> {
    yield* write(this.writer, act.created, Buffer.from(`${act.line}\n`), act.verify ?? false);
    this.world.acked.push({ line: act.line, created: act.created });
    this.left.shift();
    if (this.writer.sweepDue) {
      this.writer.sweepDue = false;
      yield* closeEnded(this.writer, act.created - 86_400);
      yield* sweep(this.world.site);
    }
  }

  #resume(go: (procedure: Steps<void>) => IteratorResult<FsOp, void>): void {
    const procedure = this.#procedure;
    if (procedure === null) return;
    // A procedure that throws is over, and the process goes on without it.
    this.#procedure = null;
    this.#next = null;
    const turn = go(procedure);
    if (turn.done === true) return;
    this.#procedure = procedure;
    this.#next = turn.value;
  }
}

/**
 * What is wrong with a world at rest: acked lines lost, found twice or in
 * another period's file, lines that are neither whole nor a stump.
 *
 * @param killed the lines whose writers died before their call returned.
 */
export function faultsOf(world: World, killed: readonly string[] = []): string[] {
  const faults: string[] = [];
  const files = world.files();
  const known = new Set(world.acked.map(({ line }) => line));
  for (const { line, created } of world.acked) {
    const homes = files.flatMap((file) =>
      file.lines.filter((text) => text === line).map(() => file),
    );
    if (homes.length !== 1) faults.push(`${line} was found ${homes.length} times`);
    for (const { suffix, name } of homes) {
      if (suffix !== world.suffixOf(created)) faults.push(`${line} is in ${name}`);
    }
  }
  for (const { name, lines } of files) {
    for (const text of lines) {
      if (text === "" || known.has(text)) continue;
      if (!isStump(text, killed)) faults.push(`${name} holds ${JSON.stringify(text)}`);
    }
  }
  return faults;
}

/** A killed writer's stump; or two, when the second died before it could part them. */
function isStump(text: string, killed: readonly string[]): boolean {
  return killed.some(
    (line) =>
      line.startsWith(text) ||
      lengths(line).some(
        (cut) => text.startsWith(line.slice(0, cut)) && isStump(text.slice(cut), killed),
      ),
  );
}

function lengths(line: string): number[] {
  return Array.from({ length: line.length }, (_, index) => index + 1);
}
