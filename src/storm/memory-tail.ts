// The law of durability `buffered`: a SIGKILL loses what its process had in memory,
// and no more. That is the last lines of the process, of one turn of its event loop,
// as many as one batch may have. Says which missing lines it excuses. Pure; used by
// the checker.

import type { WorkerAcks } from "./acks.ts";
import { BATCH_BYTES } from "./durabilities.ts";
import { lineOf } from "./fragments.ts";
import { processOf } from "./overshoot.ts";

/** The missing lines of one worker. */
export interface Missing {
  readonly worker: string;
  /** In rising order. */
  readonly seqs: readonly number[];
  /** The last of its lines that surely was in a file; -1 for none. */
  readonly lastFound: number;
}

/**
 * Which missing lines died with their process's memory, as `<worker> <seq>`.
 *
 * @param isInFragment - whether a line was written and spoilt by a kill all the same.
 */
export function excusedLines(
  missing: readonly Missing[],
  workers: ReadonlyMap<string, WorkerAcks>,
  isInFragment: (worker: string, seq: number) => boolean,
): ReadonlySet<string> {
  const excused = new Set<string>();
  const lastTurns = lastTurnsOf(workers);
  const waiting = new Map<string, number>();
  for (const { worker, seqs, lastFound } of missing) {
    const acks = workers.get(worker);
    if (acks?.killed !== true) continue;
    const process = processOf(worker);
    // From the last one back: if there are too many, the first of them are at fault.
    for (const seq of seqs.toReversed()) {
      if (acks.turns[seq] !== lastTurns.get(process)) break;
      if (seq < lastFound && !isInFragment(worker, seq)) break;
      const bytes = (waiting.get(process) ?? 0) + lineOf(acks, worker, seq).length + 1;
      if (bytes > BATCH_BYTES) break;
      waiting.set(process, bytes);
      excused.add(`${worker} ${seq}`);
    }
  }
  return excused;
}

/** The turn in which each process made the last call that returned. */
function lastTurnsOf(workers: ReadonlyMap<string, WorkerAcks>): Map<string, number> {
  const last = new Map<string, number>();
  for (const [worker, { turns }] of workers) {
    const process = processOf(worker);
    last.set(process, Math.max(last.get(process) ?? -1, turns.at(-1) ?? -1));
  }
  return last;
}
