// What becomes of a disk when all processes end at that moment and one fresh process
// comes: worked out once for each disk. The explorer asks for it at every state, so
// every crash of the whole machine's processes at once is covered, besides the
// crashes that the others survive.

import type { FsOp } from "../rotation/fs-op.ts";
import type { ModelStep, Program } from "./lives.ts";
import { MemoryFs } from "./memory-fs.ts";
import type { Sabotage } from "./moves.ts";
import { tellResult, tellStep } from "./telling.ts";
import type { World } from "./worlds.ts";

/** What is there after a recovery. */
export interface Recovery {
  readonly fs: MemoryFs;
  /** The fresh process's own lines. */
  readonly acked: readonly string[];
  /** What it threw, or that it found no end. */
  readonly thrown: string | null;
  /** Its steps in words. */
  readonly told: () => readonly string[];
}

/** The number of the fresh process: none of the scenario's. */
const FRESH = 9;
const MOST_STEPS = 5000;

export class Recoveries {
  readonly #program: Program;
  readonly #sabotage: Sabotage | undefined;
  readonly #byDisk = new Map<number, Recovery>();
  readonly #byRest = new Map<string, Recovery>();

  constructor(program: Program, sabotage: Sabotage | undefined) {
    this.#program = program;
    this.#sabotage = sabotage;
  }

  /** What becomes of a world's disk. */
  of(world: World): Recovery {
    const number = world.disk * 64 + world.events;
    let recovery = this.#byDisk.get(number);
    if (recovery === undefined) {
      const rest = new MemoryFs(world.fs);
      rest.endAll();
      // Disks may differ in files that only the dead had.
      const key = rest.key();
      recovery = this.#byRest.get(key);
      if (recovery === undefined) {
        recovery = this.#recover(rest);
        this.#byRest.set(key, recovery);
      }
      this.#byDisk.set(number, recovery);
    }
    return recovery;
  }

  #recover(rest: MemoryFs): Recovery {
    const fs = new MemoryFs(rest);
    const { acked, thrown } = this.#run(fs, null);
    fs.endAll();
    const told = (): readonly string[] => {
      const steps: string[] = [];
      this.#run(new MemoryFs(rest), steps);
      return steps;
    };
    return { fs, acked, thrown, told };
  }

  #run(fs: MemoryFs, told: string[] | null): Pick<Recovery, "acked" | "thrown"> {
    const acked: string[] = [];
    try {
      const life = this.#program();
      let turn = life.next();
      for (let steps = 0; turn.done !== true; steps += 1) {
        if (steps > MOST_STEPS) return { acked, thrown: "the fresh process goes round in circles" };
        const step = turn.value;
        if (step.op === "ack" && step.line !== null) acked.push(step.line);
        const result = step.op === "ack" ? { value: undefined } : this.#perform(fs, step);
        if (step.op !== "ack") told?.push(`fresh: ${tellStep(step)} = ${tellResult(result)}`);
        turn = "error" in result ? life.throw(result.error) : life.next(result.value);
      }
      return { acked, thrown: null };
    } catch (error) {
      return { acked, thrown: `the fresh process threw ${String(error)}` };
    }
  }

  #perform(
    fs: MemoryFs,
    step: Exclude<ModelStep, { op: "ack" }>,
  ): { value: unknown } | { error: unknown } {
    const perform = (asked: FsOp): unknown => fs.perform(FRESH, asked);
    try {
      const sabotage = this.#sabotage;
      if (sabotage === undefined) return { value: perform(step) };
      return { value: sabotage(step, perform, { owner: FRESH, fs }) };
    } catch (error) {
      return { error };
    }
  }
}
