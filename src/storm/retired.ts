// Which missing lines retention accounts for, by what is left in the end. A log of
// periods may lose whole old ones, as long as the newest that it must keep are
// there; a numbered log may lose lines from the oldest end only. Pure; used by the
// checker. What is removed too early, and would have been removed later anyway, only
// folder-watch.ts can see.

/**
 * Tells of a period whether retention was allowed to remove it: as many later ones as it
 * must keep are there, and are themselves over. What is left of such a period proves
 * nothing, for a late record begins its file anew.
 *
 * @param there - the periods that have a file.
 * @param last - the period in which the storm ended.
 * @param keep - how many past periods must be kept; at least 1.
 */
export function retiredPeriods(
  there: Iterable<string>,
  last: string,
  keep: number,
): (suffix: string) => boolean {
  const past = [...new Set(there)].filter((suffix) => suffix < last).toSorted();
  const oldestKept = past.at(-keep);
  return (suffix) => oldestKept !== undefined && suffix < oldestKept;
}

/**
 * The first call of a worker whose line must be there in a numbered log: files go from the
 * oldest end, and no process writes into an older file than before. Infinity when none of its
 * lines is left.
 */
export function retiredUpTo(seqs: Iterable<number>): number {
  let first = Infinity;
  for (const seq of seqs) first = Math.min(first, seq);
  return first;
}
