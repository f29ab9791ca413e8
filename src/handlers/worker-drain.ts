// How a segment of the ring is written: the same for the worker thread and for a caller
// who does it in its place. Whoever drains has the oldest segment to himself. If a
// thread ends in here, the segment stays claimed, and its marks say how far it came:
// worker-engine.ts goes on from there.

import { runSync } from "../platform/run-sync.ts";
import type { FileSystem } from "../platform/run-sync.ts";
import type { Segment } from "../platform/worker-memory.ts";
import { readJournal } from "../rotation/journal-layout.ts";
import type { JournalContent } from "../rotation/journal-layout.ts";
import { empty, withdraw } from "../rotation/journal.ts";
import type { Journal } from "../rotation/journal.ts";
import type { TimedBatch } from "./line-buffer.ts";
import type { WorkerRing } from "./worker-ring.ts";

/** What drains: this thread's side of a ring. */
export interface Drain {
  readonly ring: WorkerRing;
  /** `THREAD` or `CALLER`. */
  readonly who: number;
  readonly segments: readonly Segment[];
  readonly fs: FileSystem;
  /** See `LocalEngine.takeBatch`. */
  readonly take: (timed: TimedBatch) => boolean;
}

/** Drains the oldest segment; false if there is none, or somebody is at it. */
export function drainOldest({ ring, who, segments, fs, take }: Drain): boolean {
  if (ring.pending === 0 || !ring.claim(who)) return false;
  const segment = ring.pending === 0 ? undefined : segments[ring.oldest];
  if (segment !== undefined) {
    const timed = linesOf(segment);
    if (timed !== null && !take(timed)) {
      ring.release();
      return false;
    }
    runSync(empty(segment.journal), fs);
    ring.done();
  }
  ring.release();
  return segment !== undefined;
}

/**
 * Settles the segment that the thread was at when it ended: what of it is in the log
 * stays, the rest is written. The thread must be over.
 *
 * @param settle writes what a journal with this content lacks, and marks it; false if it
 *   can't be said what that is
 * @returns how many lines are in the log, now or before, that nobody has counted
 */
export function settleOldest(
  { ring, segments, fs, take }: Drain,
  settle: (journal: Journal, content: JournalContent) => boolean,
): number {
  const segment = segments[ring.oldest];
  let landed = 0;
  if (segment !== undefined) {
    const { journal } = segment;
    const before = unsettledOf(segment);
    const isSure = before === null || settle(journal, before);
    if (before !== null && !isSure) runSync(withdraw({ journal, from: before.drained }), fs);
    const after = unsettledOf(segment);
    landed = linesIn(before) - linesIn(after);
    if (after !== null) take(restOf(journal, after));
    runSync(empty(journal), fs);
  }
  ring.done();
  ring.release();
  return landed;
}

/** What this process has stored is no other version's, and not damaged. */
function unsettledOf({ store }: Segment): JournalContent | null {
  // A copy: it must not change while it is settled.
  const content = readJournal(new Uint8Array(store.bytes.buffer.slice(0)));
  return typeof content === "string" ? null : content;
}

function linesIn(content: JournalContent | null): number {
  return content === null ? 0 : content.ends.length - content.drained;
}

function restOf(journal: Journal, { created, drained, ends, data }: JournalContent): TimedBatch {
  const start = ends[drained - 1] ?? 0;
  const batch = {
    bytes: data.subarray(start, ends.at(-1)),
    ends: ends.slice(drained).map((end) => end - start),
    journal: { journal, from: drained },
  };
  return { created, batch };
}

function linesOf({ store, journal }: Segment): TimedBatch | null {
  const { bytes, ends, count, created } = store;
  const lines = count[0] ?? 0;
  if (lines === 0) return null;
  const copy: number[] = [];
  for (let line = 0; line < lines; line += 1) copy.push(ends[line] ?? 0);
  return {
    created: created[0] ?? Number.NaN,
    batch: { bytes: bytes.subarray(0, copy[lines - 1]), ends: copy, journal: { journal, from: 0 } },
  };
}
