// What an exploration is told and what it answers: the processes and what can happen
// to them, what has to be right, and the first fault with the way to it. Types only.

import type { Program } from "./lives.ts";
import type { MemoryFs } from "./memory-fs.ts";
import type { Sabotage } from "./moves.ts";

/** A small world to explore: who takes part, what may happen, what has to be right. */
export interface Scenario {
  /** Where it all begins. */
  readonly start: () => MemoryFs;
  /** At most eight; process 1 runs the first of them, and each begins at any moment. */
  readonly programs: readonly Program[];
  /** How many processes may be killed, in all; 0 by default. */
  readonly crashes?: number;
  /** What happens from outside, each once, in this order, at any moment. */
  readonly events?: readonly OutsideEvent[];
  /** A bug planted underneath all processes. */
  readonly sabotage?: Sabotage;
  /**
   * Whether a nap may end at any moment; by default a process that was refused a
   * lock sleeps until one is freed, or nobody else can go on.
   */
  readonly restless?: boolean;
  /** Whether listing a folder and compressing take two steps; true by default. */
  readonly split?: boolean;
  /** Whether steps are left out whose order makes no difference; true by default. */
  readonly reduce?: boolean;
  /** A process that takes more steps goes round in circles; 400 by default. */
  readonly longestLife?: number;
  /** Gives up beyond so many states; ten million by default. */
  readonly mostStates?: number;
  readonly checks: Checks;
}

/** What happens from outside; false if it can't happen now. */
export interface OutsideEvent {
  readonly name: string;
  readonly happen: (fs: MemoryFs) => boolean | void;
}

/** What has to be right. Each check gives what is wrong, or null. They must depend on their arguments alone. */
export interface Checks {
  /** At any moment. */
  readonly always?: (moment: Moment) => string | null;
  /** When a line's call has just returned. */
  readonly noted?: (line: string, fs: MemoryFs) => string | null;
  /** When a step of a process took a name away, or moved one. */
  readonly removal?: (before: MemoryFs, after: MemoryFs) => string | null;
  /** When nobody has anything left to do; files are still open. */
  readonly atEnd?: (moment: Moment) => string | null;
  /** What one fresh process does after all others have ended, at any moment whatever. */
  readonly recovery?: Program;
  /** After that. */
  readonly afterRecovery?: (moment: Moment) => string | null;
}

/** A moment of a scenario. */
export interface Moment {
  readonly fs: MemoryFs;
  /** The lines whose calls have returned. */
  readonly acked: readonly string[];
}

/** What `explore` has seen. */
export interface Exploration {
  readonly states: number;
  /** States in which nobody had anything left to do. */
  readonly ends: number;
  /** Different contents of the disk. */
  readonly disks: number;
  readonly seconds: number;
  /** Whether all states were visited: false after a fault, or beyond `mostStates`. */
  readonly complete: boolean;
  /** The first fault, with the steps of a shortest way to it; null if there is none. */
  readonly fault: Fault | null;
}

/** What is wrong, and the shortest list of steps that leads there. */
export interface Fault {
  readonly what: string;
  readonly trace: readonly string[];
}
