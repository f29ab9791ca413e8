// Which old files a log no longer needs. Pure: it is told what the folder holds
// and answers with names; strategies delete them under the lock, each only after
// the kernel says that nobody has it open. It must never name a foreign file,
// the current period's, or one that is still to come.

import { basesOf, compareDated, parseDatedName, type DatedName } from "./names.ts";
import { compareSuffixes, type SuffixKind } from "./suffix.ts";

/** What retention has to know of a log and of its folder. */
export interface RetentionQuestion {
  /** The log's own name, such as `httpsrv.log`. */
  readonly base: string;
  /** Files with the suffix of another kind of schedule are foreign. */
  readonly schedule: { readonly kind: SuffixKind };
  /** How many retired periods to keep; 0 keeps all of them. */
  readonly backupCount: number;
  /** The suffix of the period that now is: it and everything later stays. */
  readonly current: string;
  /** The entries of the log's folder, in any order. */
  readonly entries: Iterable<string>;
  /**
   * The entries of the folder's private folder. They tell which other logs live
   * here: a log named `app.2024-01-01` is not a file of the log `app`.
   */
  readonly privateEntries?: Iterable<string>;
}

/**
 * The names to delete, oldest first.
 *
 * A period goes as a whole: all its indexes, plain, marked `~` or compressed.
 * A retired period counts once, however many files it has. The newest
 * `backupCount` retired periods stay; so does whatever we would not have
 * written ourselves, and a log of its own whose name looks like one of our files.
 */
export function namesToDelete(question: RetentionQuestion): string[] {
  const { base, schedule, backupCount, current } = question;
  if (backupCount <= 0) return [];
  const others = new Set(basesOf(question.privateEntries ?? []));
  const retired: { entry: string; name: DatedName }[] = [];
  for (const entry of question.entries) {
    const name = others.has(entry) ? null : parseDatedName(base, schedule, entry);
    if (name !== null && compareSuffixes(name.suffix, current) < 0) retired.push({ entry, name });
  }
  const periods = [...new Set(retired.map(({ name }) => name.suffix))].toSorted(compareSuffixes);
  const gone = new Set(periods.slice(0, Math.max(0, periods.length - backupCount)));
  return retired
    .filter(({ name }) => gone.has(name.suffix))
    .toSorted((a, b) => compareDated(a.name, b.name))
    .map(({ entry }) => entry);
}
