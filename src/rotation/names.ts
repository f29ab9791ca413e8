// The names of a log's files, both ways: from period to name and from a
// directory entry back to its parts. Strategies build names here, retention and
// the reader parse them here, and nothing else may guess at a name. Parsing
// must never claim a foreign file: what it accepts may one day be deleted.
//
// Beside the log `base`:      base.suffix[.n][~][.gz|.zst]
// In the private folder:      base.lock   base.suffix.n.active   base.rolling   base.unique.tmp
//                             base.unique.journal
// A private name is read from its right end, and none of the fields behind the
// base holds a dot. So every private name has one reading and one base, and no
// base, whatever it looks like ("app", ".app", "app.2024-01-01.1", "app.lock"),
// can meet the files of another.

import { compareSuffixes, parseSuffix, suffixKindOf, type SuffixKind } from "./suffix.ts";

/**
 * What became of a finished file: the empty text: nothing, it is plain; `gz` and
 * `zst`: it was compressed; `own`: the user's `rotator` made it, under the name
 * that the user's `namer` gives.
 */
export type Compression = "" | "gz" | "zst" | "own";

/** What a dated file's name says. */
export interface DatedName {
  /** The start of its period, such as `2019-09-03`. */
  readonly suffix: string;
  /** Which file of the period, from 1; 0 for the one without a number. */
  readonly index: number;
  /** Whether a `~` marks it as being compressed, or handed to a `rotator`. */
  readonly compressing: boolean;
  readonly compression: Compression;
}

/** The folder beside a log that holds its lock, its hidden links and temporary files. */
export const PRIVATE_FOLDER = ".daybook";

/** `unique` of the temporary name by which a file becomes the base. */
export const NEXT_BASE = "base";

/** What a name in the private folder is, with the log it belongs to. */
export type PrivateName =
  | { readonly use: "lock"; readonly base: string }
  | { readonly use: "rolling"; readonly base: string }
  | {
      readonly use: "active";
      readonly base: string;
      readonly suffix: string;
      readonly index: number;
    }
  | { readonly use: "temporary"; readonly base: string; readonly unique: string }
  | { readonly use: "journal"; readonly base: string; readonly unique: string };

// An index has no leading zero and at most 15 digits, so that a number holds it exactly.
const AFTER_SUFFIX = /^(?:\.([1-9]\d{0,14}))?(~)?(?:\.(gz|zst))?$/;
const LOCK = /^(.+)\.lock$/s;
const ROLLING = /^(.+)\.rolling$/s;
const ACTIVE = /^(.+)\.([^.]+)\.(0|[1-9]\d{0,14})\.active$/s;
const TEMPORARY = /^(.+)\.([A-Za-z0-9_-]+)\.tmp$/s;
const JOURNAL = /^(.+)\.([A-Za-z0-9_-]+)\.journal$/s;

/** The name of a period's file: `base.suffix`, or `base.suffix.index` for an index above 0. */
export function datedName(base: string, suffix: string, index: number = 0): string {
  return index === 0 ? `${base}.${suffix}` : `${base}.${suffix}.${index}`;
}

/**
 * The parts of a directory entry, or null if it is not a dated file of `base`.
 *
 * One entry is the data of at most one base. But the base of another log may
 * itself look like a dated file of this one (a log named `app.2024-01-01`
 * beside a log `app`): whoever deletes must ask retention.ts, which knows the
 * other logs of the folder.
 *
 * @param schedule - files with the suffix of another kind of schedule are
 *   foreign; null takes any of the four kinds.
 */
export function parseDatedName(
  base: string,
  schedule: { readonly kind: SuffixKind } | null,
  entry: string,
): DatedName | null {
  if (!entry.startsWith(`${base}.`)) return null;
  const rest = entry.slice(base.length + 1);
  // A suffix has no dot and no tilde, so it ends at the first of either.
  const length = rest.search(/[.~]/);
  const suffix = length === -1 ? rest : rest.slice(0, length);
  const known = schedule === null ? suffixKindOf(suffix) : parseSuffix(schedule.kind, suffix);
  if (known === null) return null;
  const found = AFTER_SUFFIX.exec(rest.slice(suffix.length));
  if (found === null) return null;
  return {
    suffix,
    index: Number(found[1] ?? 0),
    compressing: found[2] !== undefined,
    compression: (found[3] ?? "") as Compression,
  };
}

/**
 * The order of a log's files: by period, then by index, and of the names of one
 * index the plain one first, then `~`, then the compressed ones.
 */
export function compareDated(a: DatedName, b: DatedName): number {
  if (a.suffix !== b.suffix) return compareSuffixes(a.suffix, b.suffix);
  if (a.index !== b.index) return a.index - b.index;
  return stage(a) - stage(b);
}

/** The lock file of a log, in the private folder. */
export function lockName(base: string): string {
  return `${base}.lock`;
}

/** The former base of a log while its user's rotator makes a numbered backup of it, in the private folder. */
export function rollingName(base: string): string {
  return `${base}.rolling`;
}

/**
 * The hidden dated name of a log's active file, in the private folder.
 *
 * @param index - which file of the period; 0 for the first. It is always written.
 */
export function hiddenName(base: string, suffix: string, index: number = 0): string {
  return `${base}.${suffix}.${index}.active`;
}

/**
 * A name for a temporary file of a log, in the private folder.
 *
 * @param unique - what no other process uses: letters, digits, `_` and `-`.
 *   Anything else becomes `-`, so that the name stays recognisable as ours.
 */
export function temporaryName(base: string, unique: string): string {
  return `${base}.${safe(unique)}.tmp`;
}

/** A process's journal of a log, in the private folder; `unique` as above. */
export function journalName(base: string, unique: string): string {
  return `${base}.${safe(unique)}.journal`;
}

/** What a journal that nobody can read is called from then on: nothing here knows the name. */
export function damagedName(base: string, unique: string): string {
  return `${base}.${safe(unique)}.damaged`;
}

function safe(unique: string): string {
  return unique.replace(/[^A-Za-z0-9_-]/g, "-") || "-";
}

/**
 * What an entry of the private folder is, or null if we never write such a name.
 * Compare `base` with the log's own before touching it.
 */
export function parsePrivateName(entry: string): PrivateName | null {
  const lock = LOCK.exec(entry);
  if (lock !== null) return { use: "lock", base: lock[1] ?? "" };
  const rolling = ROLLING.exec(entry);
  if (rolling !== null) return { use: "rolling", base: rolling[1] ?? "" };
  const temporary = TEMPORARY.exec(entry);
  if (temporary !== null) {
    return { use: "temporary", base: temporary[1] ?? "", unique: temporary[2] ?? "" };
  }
  const journal = JOURNAL.exec(entry);
  if (journal !== null) {
    return { use: "journal", base: journal[1] ?? "", unique: journal[2] ?? "" };
  }
  const active = ACTIVE.exec(entry);
  if (active === null || suffixKindOf(active[2] ?? "") === null) return null;
  return {
    use: "active",
    base: active[1] ?? "",
    suffix: active[2] ?? "",
    index: Number(active[3]),
  };
}

/** The logs that a listing of the private folder speaks of, each once, sorted. */
export function basesOf(privateEntries: Iterable<string>): string[] {
  const bases = new Set<string>();
  for (const entry of privateEntries) {
    const name = parsePrivateName(entry);
    if (name !== null) bases.add(name.base);
  }
  return [...bases].toSorted();
}

/** How far an index has come on its way from a plain file to a compressed one. */
function stage(name: DatedName): number {
  const mark = name.compressing ? 1 : 0;
  if (name.compression === "") return mark;
  return { gz: 2, zst: 4, own: 6 }[name.compression] + mark;
}
