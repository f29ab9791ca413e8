// Bugs that the kill tests plant underneath the protocol, to show that their own
// checker sees them. Each takes a step and gives what is done in its place: one
// action or several, each of which counts as a step, so that a process can die
// between them. Only test children use this.

import * as fs from "node:fs";

import { CELL } from "../../src/rotation/journal-layout.ts";
import type { FsOp } from "../../src/rotation/fs-op.ts";

/** What is done instead of a step, one after the other; null leaves the step as it is. */
export type Sabotage = (step: FsOp) => readonly (() => unknown)[] | null;

const nothing = (): undefined => undefined;

export const SABOTAGES: Readonly<Record<string, Sabotage>> = {
  /**
   * A past file loses its hidden name before it has its dated one. Only a death
   * between the two can show it.
   */
  "unlinks before linking": (step) => {
    if (step.op !== "link" || !/\.\d{4}-\d{2}-\d{2}$/.test(step.to)) return null;
    const aside = `${step.from}.aside`;
    return [
      () => fs.renameSync(step.from, aside),
      () => {
        fs.linkSync(aside, step.to);
        fs.renameSync(aside, step.from);
      },
    ];
  },
  "never ends a stump": (step) => (step.op === "writeAt" ? [nothing] : null),
  "leaves temporary names": (step) =>
    step.op === "unlink" && step.path.endsWith(".tmp") ? [nothing] : null,
  "leaves hidden names": (step) =>
    step.op === "unlink" && step.path.endsWith(".active") ? [nothing] : null,
  /** The record is told to be written, and is not. */
  "writes nothing": (step) =>
    step.op === "append" ? [() => ({ written: step.bytes.length, end: -1 })] : null,
  /** A write into which a death falls can't be settled. */
  "notes no intent": (step) =>
    step.op === "store" && step.position === CELL.intentFrom ? [nothing] : null,
  /** What is about to be written counts as written. */
  "settles before it writes": (step) =>
    step.op === "store" && step.position === CELL.intentFrom && step.bytes[0] === 0
      ? [() => void settleAll(step.fd)]
      : null,
  /** A record goes into the file in two writes, and the second half comes again after a stump. */
  "writes a line twice": (step) =>
    step.op === "append"
      ? [
          () => fs.writeSync(step.fd, step.bytes),
          () => ({ written: fs.writeSync(step.fd, step.bytes), end: -1 }),
        ]
      : null,
};

function settleAll(fd: number): void {
  const count = Buffer.alloc(4);
  fs.readSync(fd, count, 0, 4, CELL.count);
  fs.writeSync(fd, count, 0, 4, CELL.drained);
}
