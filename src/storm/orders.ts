// What the orchestrator and a worker say to each other over the IPC channel:
// plain data, so that it survives the journey. A worker first says that it is
// ready, gets its orders, and says when they are carried out: who leaves without a
// word has not done its part, whatever its exit code.

import type { Entry } from "./contestants.ts";
import type { Part } from "./plan.ts";
import type { ClockSetting } from "./storm-clock.ts";

interface Common {
  readonly entry: Entry;
  /** The log's path. */
  readonly path: string;
  readonly zone: string;
  /** The folder for side files. */
  readonly acksFolder: string;
  /** This process's id, the `worker` of its lines. */
  readonly worker: string;
}

/** Write, as a part of the storm, until the end. */
export interface StormOrders extends Common {
  readonly task: "storm";
  readonly clock: ClockSetting;
  readonly part: Part;
  /** Real milliseconds since the start, as all times here. */
  readonly midnights: readonly number[];
  /** When processes of this slot are killed. */
  readonly kills: readonly number[];
  readonly endMs: number;
  /** When to open the log; absent: at once. */
  readonly bornMs?: number;
  /** When to leave before the end; absent: not. */
  readonly leaveMs?: number;
  readonly linesPerSecond: number;
  readonly seed: number;
}

/** Open the log at a given time of the clock, then log as told, turn by turn. */
export interface WalkOrders extends Common {
  readonly task: "walk";
  /** Epoch milliseconds. */
  readonly at: number;
}

/** One turn of a walk. */
export interface Turn {
  readonly task: "turn";
  readonly at: number;
  readonly lines: number;
  /** Makes a record of now and holds it back; or hands over what is held back. */
  readonly late?: "make" | "hand";
  /** Whether it dies of a SIGKILL as the last thing that it does in this turn. */
  readonly dies?: boolean;
}

/** The walk is over. */
export interface Leave {
  readonly task: "leave";
}

/** Rotate the log from outside, as `daybook rotate` does, then leave. */
export interface RotateOrders extends Common {
  readonly task: "rotate";
  readonly clock: ClockSetting;
}

/** Come to a log at which nobody writes any more: log a line, tidy up, leave. */
export interface TidyOrders extends Common {
  readonly task: "tidy";
  /** Epoch milliseconds that the clock stands at. */
  readonly at: number;
}

export type Orders = StormOrders | WalkOrders | Turn | Leave | RotateOrders | TidyOrders;

/** What a worker says: it is ready for orders, a turn is over, or it leaves with its part done. */
export interface Report {
  readonly state: "ready" | "turned" | "done";
}
