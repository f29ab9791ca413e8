// Several processes of the rotation protocol inside one real process: the
// production procedures run step by step over a real folder, in an order drawn
// from a seed, under a clock that the simulation owns. Any of them may be
// "killed" between two steps or in the middle of a write; the kernel's part of
// its death, closing its files and so freeing its locks, is done for it.

import { readFileSync, readdirSync, statSync } from "node:fs";
import { closeSync, mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

import { kernelLock } from "../../src/platform/locks.ts";
import { nodeFs } from "../../src/platform/node-fs.ts";
import type { FileSystem } from "../../src/platform/run-sync.ts";
import { closeEnded, makeWriter, single, write } from "../../src/rotation/append.ts";
import type { Fd, FsOp, Steps } from "../../src/rotation/fs-op.ts";
import type { LogSite, Strategy } from "../../src/rotation/log-site.ts";
import { maintain } from "../../src/rotation/maintain.ts";
import { parsePrivateName } from "../../src/rotation/names.ts";
import { parseSchedule, periodOf } from "../../src/rotation/period.ts";
import { makeNaming } from "../../src/rotation/naming.ts";
import type { Namer } from "../../src/rotation/naming.ts";
import { rotateNow } from "../../src/rotation/rotate.ts";
import { external } from "../../src/rotation/strategies/external.ts";

export const BASE = "app.log";

/** What a world may have otherwise than by default. */
export interface WorldOptions {
  /** Retired periods that are kept; 0, the default, keeps all. */
  readonly count?: number;
  readonly when?: string;
  readonly maxBytes?: number;
  readonly compression?: LogSite["compression"];
  readonly namer?: Namer;
  readonly directory?: string;
  readonly base?: string;
  /** Whether processes can take kernel locks. */
  readonly locking?: boolean;
}

/** A folder of its own, a virtual clock (epoch seconds), and the site of one log in it. */
export class World {
  readonly directory: string;
  readonly notices: string[] = [];
  readonly acked: { readonly line: string; readonly created: number }[] = [];
  readonly site: LogSite;
  readonly population: SimulatedProcess[] = [];
  clock: number;
  /** The user's rotator. */
  rotator: (from: string, to: string) => void = () => {};

  constructor(clock: number, options: WorldOptions = {}) {
    const { when = "midnight", base = BASE, directory = newFolder() } = options;
    const schedule = parseSchedule({ when });
    const zone = { offsetAt: () => 0 };
    this.clock = clock;
    this.directory = directory;
    this.site = {
      directory,
      base,
      naming: makeNaming({ base, kind: schedule.kind, namer: options.namer ?? null }),
      periodAt: (instant) => periodOf(schedule, zone, instant),
      maxBytes: options.maxBytes ?? 0,
      keep: { count: options.count ?? 0, ageSeconds: 0, totalBytes: 0 },
      compression: options.compression ?? "",
      rotator: false,
      locking: options.locking ?? kernelLock() !== null,
      lockState: { lost: false },
      notice: (text) => void this.notices.push(text),
    };
  }

  /**
   * What is left lying about once all processes have ended and a last one has
   * opened the log and put the past in order.
   */
  leftovers(strategy: Strategy): string[] {
    for (const process of this.population) process.kill();
    const last = new SimulatedProcess(this, strategy, [{ created: this.clock, line: "the last" }]);
    last.writer.maintenanceDue = true;
    last.finish();
    last.kill();
    const stray = this.privateEntries().filter(
      (entry) => parsePrivateName(entry)?.use === "temporary",
    );
    const marked = readdirSync(this.directory).filter(
      (entry) => this.site.naming.parse(entry)?.compressing === true,
    );
    return [...stray, ...marked];
  }

  /** Ends all processes that ever ran here and removes the folder. */
  remove(): void {
    for (const process of this.population) process.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The suffix of an instant's period. */
  suffixOf(created: number): string {
    return this.site.periodAt(created).suffix;
  }

  /**
   * Every data file once, by inode, with the suffix that its names give it. While
   * the `~` file of an index is there, its archive does not count.
   */
  files(): { readonly name: string; readonly suffix: string; readonly lines: string[] }[] {
    const found = new Map<number, { name: string; suffix: string; lines: string[] }>();
    const add = (name: string, suffix: string): void => {
      const path = join(this.directory, name);
      const { ino } = statSync(path);
      const bytes = readFileSync(path);
      const text = bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
      const known = found.get(ino);
      if (known !== undefined && known.suffix !== suffix)
        throw new Error(`${known.name} is ${name}, too`);
      found.set(ino, { name, suffix, lines: text.toString("utf8").split("\n") });
    };
    const entries = readdirSync(this.directory);
    for (const entry of entries) {
      const dated = this.site.naming.parse(entry);
      if (dated === null) continue;
      const inWork = this.site.naming.entry({ ...dated, compressing: true, compression: "" });
      if (dated.compression === "" || !entries.includes(inWork)) add(entry, dated.suffix);
    }
    for (const entry of this.privateEntries()) {
      const name = parsePrivateName(entry);
      if (name?.use === "active") add(join(".daybook", entry), name.suffix);
    }
    return [...found.values()];
  }

  /** What is in the private folder. */
  privateEntries(): string[] {
    try {
      return readdirSync(join(this.directory, ".daybook"));
    } catch {
      return []; // nobody has taken a lock
    }
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
  readonly strategy: Strategy;
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
    this.strategy = strategy;
    this.writer = makeWriter(world.site, strategy);
    this.left = [...acts];
    const fs: FileSystem = { perform: (step) => perform(world, step) };
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
    const batch = single(Buffer.from(`${act.line}\n`));
    yield* write(this.writer, act.created, batch, act.verify ?? false);
    this.world.acked.push({ line: act.line, created: act.created });
    this.left.shift();
    if (this.writer.maintenanceDue) {
      this.writer.maintenanceDue = false;
      yield* closeEnded(this.writer, act.created - 86_400);
      // The job that rotates from outside comes at some time; why not now.
      if (this.strategy === external) yield* this.#rotate();
      yield* maintain(this.world.site);
    }
  }

  /** A job that fails says so and comes again. */
  *#rotate(): Steps<void> {
    try {
      yield* rotateNow(this.world.site);
    } catch (error) {
      this.world.notices.push(String(error));
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

/** Carries out a step; all at once what production does bit by bit, off the caller's path. */
export function perform(world: World, step: FsOp): unknown {
  switch (step.op) {
    case "compress":
      return writeSync(step.to, gzipSync(readFileSync(`/proc/self/fd/${step.from}`)));
    case "handOver":
      return world.rotator(step.from, step.to);
    case "sync":
    case "syncFolder":
      return undefined;
    default:
      return nodeFs({ lock: kernelLock(), now: () => world.clock * 1000 }).perform(step);
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

/** Numbers that look random and depend on the seed alone (mulberry32's mixing). */
export function randomBy(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
