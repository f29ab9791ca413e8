// What one process can do next in one world: take its step, of which some have two
// halves that others can come between, or die before it or in the middle of a write.
// The explorer calls this for each pair of world and point of a life once.
//
// Steps that nobody else can notice or disturb, then or later, are taken at once with
// the step before them ("local" below). That leaves out orders of steps which end
// in the same worlds as those that stay: a local step gives the same result and the
// same world wherever it stands among others' steps, and a death just before it
// leaves the same as a death just after it.

import type { FsOp } from "../rotation/fs-op.ts";
import type { Lives, ModelStep, Point, Result, SecondHalf } from "./lives.ts";
import { MemoryFs } from "./memory-fs.ts";
import type { Checks } from "./scenario.ts";
import { PairIndex } from "./pair-index.ts";
import { tellResult, tellStep } from "./telling.ts";
import type { Death, World, Worlds } from "./worlds.ts";

/** Carries out a step otherwise than asked: a bug planted underneath the protocol. */
export type Sabotage = (
  step: FsOp,
  perform: (step: FsOp) => unknown,
  process: { readonly owner: number; readonly fs: MemoryFs },
) => unknown;

/** One thing that a process can do, with all that comes of it. */
export interface Move {
  readonly world: World;
  readonly point: Point;
  /** The lines it has noted as written. */
  readonly acked: readonly string[];
  /** Whether a lock was freed by it. */
  readonly freed: boolean;
  /** Whether the last lock it asked for was refused; null if it asked for none. */
  readonly refused: boolean | null;
  /** What is wrong with it. */
  readonly fault: string | null;
  /** Its steps in words, if they were asked for. */
  readonly told: readonly string[];
}

export interface MoveRules {
  readonly sabotage: Sabotage | undefined;
  /** Whether listing a folder and compressing take two steps. */
  readonly split: boolean;
  /** Whether local steps are taken at once, and lives with equal memories are one. */
  readonly reduce: boolean;
  /** How many outside events the scenario has. */
  readonly events: number;
  /** What is wrong with a step that took names away or moved them, and with a line just noted. */
  readonly removal: Checks["removal"];
  readonly noted: Checks["noted"];
}

/** Steps that change nothing. */
const LOOKING: ReadonlySet<string> = new Set([
  "readAt",
  "size",
  "fstat",
  "stat",
  "lstat",
  "readdir",
  "readlink",
  "now",
  "sleep",
  "sync",
  "syncFolder",
  "imitate",
]);
const RENAMING: ReadonlySet<string> = new Set(["unlink", "rename", "move", "handOver"]);

/** A move under way. */
interface Draft {
  world: World;
  point: Point;
  acked: readonly string[];
  freed: boolean;
  refused: boolean | null;
  fault: string | null;
  told: readonly string[];
}

const NOTHING: readonly string[] = [];

/** What processes can do. */
export class Moves {
  readonly #lives: Lives;
  readonly #worlds: Worlds;
  readonly #rules: MoveRules;
  readonly #known: (readonly Move[])[] = [];
  readonly #index = new PairIndex();

  constructor(lives: Lives, worlds: Worlds, rules: MoveRules) {
    this.#lives = lives;
    this.#worlds = worlds;
    this.#rules = rules;
  }

  /** The steps that a process can take at a point of its life; more than one where chance decides. */
  from(point: Point, world: World): readonly Move[] {
    const known = this.#index.get(point.id, world.id);
    if (known !== -1) return this.#known[known] as readonly Move[];
    const moves = this.told(point, world, false);
    this.#index.set(point.id, world.id, this.#known.push(moves) - 1);
    return moves;
  }

  /** The same with the steps in words. */
  told(point: Point, world: World, tell = true): readonly Move[] {
    const halves = this.#firstHalves(point, world);
    const drafts = halves ?? [this.#start(point, world)];
    if (halves === null) this.#step(drafts[0] as Draft, tell);
    else if (tell)
      for (const draft of drafts) tellIn(draft, `${tellStep(point.next as FsOp)} begins`);
    for (const draft of drafts) this.#goOn(draft, tell);
    return drafts;
  }

  /**
   * How many bytes of the write that comes next may be left by a death in the middle of it.
   * A store of a whole word has no middle.
   */
  cuts(point: Point): readonly number[] {
    const { next } = point;
    if (next?.op === "store") {
      const { length } = next.bytes;
      return length === 4 || length === 8 ? [] : [Math.floor(length / 2)];
    }
    if (next?.op !== "append") return [];
    const { length } = next.bytes;
    const inSecond = next.bytes.indexOf(0x0a) + 2;
    return [...new Set([1, inSecond, length - 1])].filter((cut) => cut > 0 && cut < length);
  }

  /** What a process leaves that dies at a point, `cut` bytes into a write if it is above 0. */
  death(point: Point, world: World, cut: number): Death {
    const owner = point.program + 1;
    const known = cut === 0 ? world.deaths[owner] : undefined;
    if (known !== undefined) return known;
    const fs = new MemoryFs(world.fs);
    if (cut > 0) {
      attempt(() => fs.doPart(point.next as Extract<FsOp, { op: "append" | "store" }>, cut));
    }
    fs.endProcess(owner);
    const death = { world: this.#worlds.of(fs, world.events), freed: fs.freedLock };
    if (cut === 0) world.deaths[owner] = death;
    return death;
  }

  #start(point: Point, world: World): Draft {
    return {
      world,
      point,
      acked: NOTHING,
      freed: false,
      refused: null,
      fault: null,
      told: NOTHING,
    };
  }

  /** Notes what was said, and takes local steps. */
  #goOn(draft: Draft, tell: boolean): void {
    for (;;) {
      const { next } = draft.point;
      if (next === null) {
        if (draft.point.thrown === null) draft.point = this.#lives.ended(draft.point);
        return;
      }
      if (next.op === "ack") this.#note(draft, next, tell);
      else if (!this.#rules.reduce || !this.#takeLocal(draft, next, tell)) return;
    }
  }

  /** That a record's call has returned is no step: the file system knows nothing of it. */
  #note(draft: Draft, { line, memory }: Extract<ModelStep, { op: "ack" }>, tell: boolean): void {
    if (line !== null) {
      draft.acked = [...draft.acked, line];
      draft.fault ??= this.#rules.noted?.(line, draft.world.fs) ?? null;
    }
    if (tell && line !== null) tellIn(draft, `notes that ${line} is written`);
    const after = this.#lives.after(draft.point, { value: undefined });
    const merges = memory !== undefined && this.#rules.reduce && after.thrown === null;
    draft.point = merges ? this.#lives.merge(after, memory) : after;
  }

  #takeLocal(draft: Draft, next: ModelStep | SecondHalf, tell: boolean): boolean {
    const { point, world } = draft;
    switch (next.op) {
      case "now": // as long as nothing from outside can still move the clock
        if (world.events < this.#rules.events) return false;
        break;
      case "sync": // the model loses no power
        break;
      case "close": // without a lock, of a file that the same process has open once more
        if (!isSpare(world.fs, point.program + 1, next.fd)) return false;
        break;
      case "fstat": {
        // What an open file is never changes. Whether more than that is looked at
        // is known once some result was tried.
        const result = this.#outcome(point, next, world).result;
        this.#lives.after(point, result);
        for (const field of point.fields ?? [])
          if (field !== "id" && field !== "kind") return false;
        break;
      }
      default:
        return false;
    }
    this.#step(draft, tell);
    return true;
  }

  #step(draft: Draft, tell: boolean): void {
    const { point, world } = draft;
    const step = point.next as FsOp | SecondHalf;
    const { result, after, freed } = this.#outcome(point, step, world);
    if (tell) tellIn(draft, `${tellStep(step)} = ${tellResult(result)}`);
    draft.world = after;
    draft.freed ||= freed;
    if (step.op === "tryLock" && "value" in result) draft.refused = result.value === false;
    if (RENAMING.has(step.op) && after !== world) {
      draft.fault ??= this.#rules.removal?.(world.fs, after.fs) ?? null;
    }
    draft.point = this.#lives.after(point.whole ?? point, result);
  }

  #outcome(
    point: Point,
    step: FsOp | SecondHalf,
    world: World,
  ): { result: Result; after: World; freed: boolean } {
    const owner = point.program + 1;
    const { sabotage } = this.#rules;
    const looking = LOOKING.has(step.op) && sabotage === undefined;
    const fs = looking ? world.fs : new MemoryFs(world.fs);
    let result: Result;
    try {
      if (step.op === "second half") result = { value: finish(step, fs) };
      else if (sabotage === undefined) result = { value: fs.perform(owner, step) };
      else {
        const perform = (asked: FsOp): unknown => fs.perform(owner, asked);
        result = { value: sabotage(step, perform, { owner, fs }) };
      }
    } catch (error) {
      if (typeof (error as { code?: unknown }).code !== "string") throw error;
      result = { error };
    }
    const after = fs.isUnchanged(world.fs) ? world : this.#worlds.of(fs, world.events);
    return { result, after, freed: !looking && fs.freedLock };
  }

  /** The first halves of a step that others can come between; null for all other steps. */
  #firstHalves(point: Point, world: World): Draft[] | null {
    const { next } = point;
    if (!this.#rules.split || next === null) return null;
    if (next.op === "compress") {
      const fs = new MemoryFs(world.fs);
      if (!attempt(() => fs.compressHalf(next, 1))) return null;
      const half: SecondHalf = { op: "second half", of: "compress", step: next };
      return [this.#start(this.#lives.between(point, half), this.#worlds.of(fs, world.events))];
    }
    if (next.op !== "readdir") return null;
    let names: readonly string[];
    try {
      names = world.fs.perform(point.program + 1, next) as readonly string[];
    } catch {
      return null;
    }
    // Which names are read first is the file system's affair: here one order or the other.
    return [false, true].map((descending) => {
      const order = descending ? names.toReversed() : names;
      const listed = order.slice(0, Math.ceil(names.length / 2));
      const upTo = listed.at(-1) ?? null;
      const half: SecondHalf = {
        op: "second half",
        of: "readdir",
        path: next.path,
        listed,
        upTo,
        descending,
      };
      return this.#start(this.#lives.between(point, half), world);
    });
  }
}

/** Whether a half of a step could be done: the disk may be full. */
function attempt(half: () => void): boolean {
  try {
    half();
    return true;
  } catch (error) {
    if (typeof (error as { code?: unknown }).code !== "string") throw error;
    return false;
  }
}

function tellIn(draft: Draft, text: string): void {
  draft.told = [...draft.told, text];
}

/** Whether a descriptor has no lock and its file is open once more in the same process. */
function isSpare(fs: MemoryFs, owner: number, fd: number): boolean {
  const file = fs.openFile(fd);
  if (file === undefined || file.lock !== null) return false;
  for (const other of fs.openFiles()) {
    if (other !== file && other.owner === owner && other.inode === file.inode) return true;
  }
  return false;
}

function finish(half: SecondHalf, fs: MemoryFs): unknown {
  if (half.of === "compress") return fs.compressHalf(half.step, 2);
  const now = fs.perform(0, { op: "readdir", path: half.path }) as readonly string[];
  const { upTo, descending } = half;
  const rest = now.filter((name) => upTo === null || (descending ? name < upTo : name > upTo));
  return [...half.listed, ...rest].toSorted();
}
