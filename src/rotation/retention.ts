// Which old files a log no longer needs. Pure: it is told what the folder holds
// and answers with names; archive.ts deletes them under the lock, each only after
// the kernel says that nobody has it open. It must never name a foreign file,
// the current period's, or one that is still to come.

import { basesOf, compareDated } from "./names.ts";
import type { DatedName } from "./names.ts";
import type { Naming } from "./naming.ts";
import { compareSuffixes, suffixKindOf } from "./suffix.ts";

/** What retention has to know of a log and of its folder. */
export interface RetentionQuestion {
  readonly naming: Naming;
  /** How many retired periods to keep; 0: any number. */
  readonly count: number;
  /** The suffix of the first period that is not too old; null: none is. */
  readonly oldest: string | null;
  /** How many bytes all files may have together, the ones that must stay included; 0: any number. */
  readonly totalBytes: number;
  /** The suffix of the period that now is: it and everything later stays. */
  readonly current: string;
  /** The entries of the log's folder, in any order. */
  readonly entries: Iterable<string>;
  /**
   * The entries of the folder's private folder. They tell which other logs live
   * here: a log named `app.2024-01-01` is not a file of the log `app`.
   */
  readonly privateEntries?: Iterable<string>;
  /** The size of each entry, in bytes; asked for only if `totalBytes` is a limit. */
  readonly sizes?: ReadonlyMap<string, number>;
}

interface Found {
  readonly entry: string;
  readonly name: DatedName;
}

/**
 * The names to delete, oldest first.
 *
 * By count and by age a period goes as a whole: all its indexes, plain, marked
 * `~` or compressed, and counts once, however many files it has. By total size
 * files go one by one. Whatever we would not have written ourselves stays, and so
 * does a log of its own whose name looks like one of our files.
 */
export function namesToDelete(question: RetentionQuestion): string[] {
  const { count, oldest, current } = question;
  const found = ownFiles(question);
  const retired = found.filter(({ name }) => compareSuffixes(name.suffix, current) < 0);
  const periods = [...new Set(retired.map(({ name }) => name.suffix))];
  const surplus = count > 0 ? periods.slice(0, Math.max(0, periods.length - count)) : [];
  const gone = new Set(surplus);
  const isDoomed = ({ name }: Found): boolean =>
    gone.has(name.suffix) || (oldest !== null && compareSuffixes(name.suffix, oldest) < 0);
  const doomed = retired.filter(isDoomed);
  const kept = found.filter((file) => !doomed.includes(file));
  return [...doomed, ...tooMuch(question, kept)].map(({ entry }) => entry);
}

/** This log's own dated files, oldest first. */
function ownFiles({ naming, entries, privateEntries }: RetentionQuestion): Found[] {
  const others = new Set(basesOf(privateEntries ?? []));
  const found: Found[] = [];
  for (const entry of entries) {
    const name = others.has(entry) ? null : naming.parse(entry);
    if (name !== null && suffixKindOf(name.suffix) === naming.kind) found.push({ entry, name });
  }
  return found.toSorted((a, b) => compareDated(a.name, b.name));
}

/** The oldest retired files beyond the total size. */
function tooMuch(
  { totalBytes, current, sizes }: RetentionQuestion,
  kept: readonly Found[],
): Found[] {
  if (totalBytes === 0) return [];
  const sizeOf = ({ entry }: Found): number => sizes?.get(entry) ?? 0;
  let total = kept.reduce((sum, file) => sum + sizeOf(file), 0);
  const doomed: Found[] = [];
  for (const file of kept) {
    if (total <= totalBytes || compareSuffixes(file.name.suffix, current) >= 0) break;
    total -= sizeOf(file);
    doomed.push(file);
  }
  return doomed;
}
