// The counters of a log with a worker thread: those of the thread, of the ring, and of
// what the calling thread did itself, added up. Pure; for worker-engine.ts.

import type { WriterCounts } from "../rotation/append.ts";
import type { FileHandlerStats } from "./file-handler-stats.ts";
import type { Counted } from "./worker-ring.ts";

/** What the ring itself has to tell. */
export interface RingStats {
  /** Lines in it. */
  readonly buffered: number;
  /** Lines kept beside it. */
  readonly spilled: number;
  /** Lines it had no room for. */
  readonly dropped: number;
  /** Lines that are in the log and that the thread did not come to count. */
  readonly landed: number;
}

/** @param local what the calling thread has done */
export function statsTogether(
  local: FileHandlerStats,
  thread: Counted,
  ring: RingStats,
): FileHandlerStats {
  return {
    written: local.written + thread.written + ring.landed,
    dropped: local.dropped + thread.dropped + ring.dropped,
    late: local.late + thread.late,
    rolled: local.rolled + thread.rolled,
    reopened: local.reopened + thread.reopened,
    mended: local.mended + thread.mended,
    removed: local.removed + thread.removed,
    archived: local.archived + thread.archived,
    bytes: local.bytes + thread.bytes,
    errors: local.errors + thread.errors,
    buffered: ring.buffered,
    spilled: local.spilled + thread.spilled + ring.spilled,
    fsyncs: local.fsyncs,
  };
}

/** What is told on the diagnostics channel. */
export function countsTogether(local: WriterCounts, thread: Counted): WriterCounts {
  return {
    rolled: local.rolled + thread.rolled,
    reopened: local.reopened + thread.reopened,
    mended: local.mended + thread.mended,
    late: local.late + thread.late,
    bytes: local.bytes + thread.bytes,
    dropped: local.dropped + thread.filesDropped,
    archived: local.archived + thread.filesArchived,
  };
}
