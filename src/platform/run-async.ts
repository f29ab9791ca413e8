// Drives a procedure of the rotation protocol off the caller's path: steps that may
// take long are awaited, all others are one system call each, as with runSync. Used
// for compressing and removing old files. Between two steps the application goes
// on; a procedure that must not be interrupted there has no business here.

import type { FsOp, Steps } from "../rotation/fs-op.ts";
import type { FileSystem } from "./run-sync.ts";

/** The steps that may take long: they wait for the disk, a clock, or the user's code. */
export type LongStep = Extract<
  FsOp,
  { op: "compress" | "sync" | "syncFolder" | "handOver" | "sleep" }
>;

/** A file system that can carry out long steps while the application goes on. */
export interface LaterFileSystem extends FileSystem {
  /** Carries out a long step; rejects with an error whose `code` is an errno's name. */
  performLater(step: LongStep): Promise<unknown>;
}

/** Runs a procedure and resolves with its result, or rejects with what it throws. */
export async function runAsync<T>(steps: Steps<T>, fs: LaterFileSystem): Promise<T> {
  let turn = steps.next();
  while (!turn.done) {
    const step = turn.value;
    let result: unknown;
    try {
      result = isLong(step) ? await fs.performLater(step) : fs.perform(step);
    } catch (error) {
      turn = steps.throw(error);
      continue;
    }
    turn = steps.next(result);
  }
  return turn.value;
}

const LONG: ReadonlySet<FsOp["op"]> = new Set([
  "compress",
  "sync",
  "syncFolder",
  "handOver",
  "sleep",
] satisfies LongStep["op"][]);

function isLong(step: FsOp): step is LongStep {
  return LONG.has(step.op);
}
