// Bugs planted underneath the journals: marks left out, or made in another order than
// the protocol's, and looks that are answered otherwise. Each must be caught in the
// scenario that explorer-table.ts names for it. Production code is not touched.

import type { Fd, FsOp } from "../../src/rotation/fs-op.ts";
import { CELL, HEAD_BYTES, NO_INTENT, int32 } from "../../src/rotation/journal-layout.ts";
import { bytesOf, textOf } from "../../src/testing/memory-fs.ts";
import type { MemoryFs } from "../../src/testing/memory-fs.ts";
import type { PlantedBug } from "./planted.ts";

/** Whether a step stores a cell of a journal; of which value, if that matters. */
function stores(step: FsOp, cell: number, value?: number): boolean {
  if (step.op !== "store" || step.position !== cell) return false;
  return value === undefined || textOf(step.bytes) === textOf(int32(value));
}

const intends = (step: FsOp): boolean =>
  stores(step, CELL.intentFrom) && !stores(step, CELL.intentFrom, NO_INTENT);

/** The same store to another cell. */
function cell(step: FsOp, position: number, bytes: Uint8Array): FsOp {
  return { op: "store", fd: fdOf(step), position, bytes };
}

function fdOf(step: FsOp): Fd {
  if (step.op !== "store") throw new TypeError(`${step.op} is no store`);
  return step.fd;
}

function isJournal(fs: MemoryFs, fd: Fd): boolean {
  const inode = fs.openFile(fd)?.inode;
  return [...fs.entries()].some(([path, other]) => other === inode && path.endsWith(".journal"));
}

export const PLANTED_IN_JOURNALS: readonly PlantedBug[] = [
  {
    name: "no intent",
    how: "nothing is noted before a write",
    sabotage: (step, perform) => (intends(step) ? undefined : perform(step)),
  },
  {
    name: "the intent after the write",
    how: "what a write is about to do is noted when it is done",
    sabotage: (step, perform) => {
      if (intends(step)) return undefined;
      if (!stores(step, CELL.drained)) return perform(step);
      const fd = fdOf(step);
      const settled = perform({ op: "readAt", fd, position: CELL.drained, length: 4 });
      perform(cell(step, CELL.intentFrom, settled as Uint8Array));
      return perform(step);
    },
  },
  {
    name: "settled by the tail",
    how: "the last bytes of a file count, whether they stood there before the write or not",
    sabotage: (step, perform, { owner }) =>
      step.op === "size" && owner === 1 ? (perform(step) as number) - 3 : perform(step),
  },
  {
    name: "settled before the write",
    how: "lines count as written as soon as they are about to be",
    sabotage: (step, perform) => {
      if (!intends(step)) return perform(step);
      const count = perform({ op: "readAt", fd: fdOf(step), position: CELL.count, length: 4 });
      return perform(cell(step, CELL.drained, count as Uint8Array));
    },
  },
  {
    name: "emptied in the wrong order",
    how: "the settled lines are forgotten before the lines are",
    sabotage: (step, perform, { owner }) => {
      if (owner !== 1) return perform(step);
      if (stores(step, CELL.count, 0)) return perform(cell(step, CELL.drained, int32(0)));
      if (stores(step, CELL.drained, 0)) return perform(cell(step, CELL.count, int32(0)));
      return perform(step);
    },
  },
  {
    name: "an intent that outlives its lines",
    how: "emptying a journal leaves the last intent in it",
    sabotage: (step, perform, { owner }) =>
      owner === 1 && stores(step, CELL.intentFrom, NO_INTENT) ? undefined : perform(step),
  },
  {
    name: "adopting without the lock",
    how: "every journal is said to be an orphan",
    sabotage: (step, perform, { fs }) =>
      step.op === "tryLock" && isJournal(fs, step.fd) ? true : perform(step),
  },
  {
    name: "compressing without asking for intents",
    how: "whoever is about to compress finds no intent in any journal",
    sabotage: (step, perform, { fs }) => {
      const found = perform(step);
      if (step.op !== "readAt" || step.length !== HEAD_BYTES || !isJournal(fs, step.fd)) {
        return found;
      }
      const text = textOf(found as Uint8Array);
      const rest = text.slice(CELL.intentFrom + 4);
      return bytesOf(text.slice(0, CELL.intentFrom) + textOf(int32(NO_INTENT)) + rest);
    },
  },
  {
    name: "a cut line counts as written",
    how: "a process that adopts is told that the newline it looks for is there",
    sabotage: (step, perform, { fs }) => {
      const found = perform(step);
      if (step.op !== "readAt" || step.length < 2 || isJournal(fs, step.fd)) return found;
      const text = textOf(found as Uint8Array);
      return text.endsWith("\n") ? found : bytesOf(`${text}\n`);
    },
  },
];
