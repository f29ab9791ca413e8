// How one log's finished files are called: by the grammar of names.ts, or as the
// user's `namer` has it. The user's names are found as CPython finds them: each
// date in a directory entry is put through the namer, and the entry is ours if
// that gives it back. A namer is never inverted, so no guess ever names a file.

import { datedName, parseDatedName } from "./names.ts";
import type { DatedName } from "./names.ts";
import { suffixKindOf } from "./suffix.ts";
import type { SuffixKind } from "./suffix.ts";

/** Python's hook: the default name of a finished file in, the name it shall have out; no folders. */
export type Namer = (name: string) => string;

export interface Naming {
  /** The log's own name. */
  readonly base: string;
  /** Of how exact a date the names carry; null for a log without periods. */
  readonly kind: SuffixKind | null;
  /** The name of a period's plain data file. */
  dated(suffix: string, index: number): string;
  /** The name of a numbered backup, from 1. */
  numbered(index: number): string;
  /** The directory entry with these parts: the inverse of `parse`. */
  entry(name: DatedName): string;
  /** The parts of a directory entry, or null if it is no dated file of this log, of whatever kind. */
  parse(entry: string): DatedName | null;
}

export interface NamingOptions {
  readonly base: string;
  readonly kind: SuffixKind | null;
  readonly namer?: Namer | null;
  /**
   * Whether a user's `rotator` makes the finished files: then the namer's names
   * are theirs alone, and a plain data file keeps the default name.
   */
  readonly rotator?: boolean;
}

// What stands behind a namer's name, the most special last: a namer's own name
// may end in ".gz" as well, and is then plain.
const MARKS = [
  { end: "", compressing: false, compression: "" },
  { end: "~", compressing: true, compression: "" },
  { end: ".gz", compressing: false, compression: "gz" },
  { end: ".zst", compressing: false, compression: "zst" },
] as const;

// Looked for from every place on, since what stands before a date may be the start of
// a longer one: a log named `2024-01-01_10` has `2024-01-01_10-2024-01-28`.
const DATE = /(?=(\d{4}-\d{2}-\d{2}(?:_\d{2}(?:-\d{2}(?:-\d{2})?)?)?))/g;

/** Makes a log's naming. The namer must be a pure function; what it throws comes out of every method. */
export function makeNaming({ base, kind, namer, rotator = false }: NamingOptions): Naming {
  const own = namer ?? ((name: string): string => name);
  const plain = rotator ? (name: string): string => name : own;
  const entry = (name: DatedName): string => {
    if (name.compression === "own") return own(datedName(base, name.suffix, name.index));
    const mark = name.compressing ? "~" : "";
    const ending = name.compression === "" ? "" : `.${name.compression}`;
    return `${plain(datedName(base, name.suffix, name.index))}${mark}${ending}`;
  };
  const byDefault = (text: string): DatedName | null => parseDatedName(base, null, text);
  return {
    base,
    kind,
    dated: (suffix, index) => plain(datedName(base, suffix, index)),
    numbered: (index) => own(`${base}.${index}`),
    entry,
    parse(text) {
      if (namer === null || namer === undefined) return byDefault(text);
      const known = rotator ? byDefault(text) : null;
      return known ?? forward(entry, text, rotator);
    },
  };
}

/** Finds what the namer makes this very entry of, by trying what the entry holds. */
function forward(
  entry: (name: DatedName) => string,
  text: string,
  rotator: boolean,
): DatedName | null {
  const marks = rotator ? [{ compressing: false, compression: "own" } as const] : MARKS;
  const indexes = [0, ...indexesIn(text)];
  for (const suffix of datesIn(text)) {
    for (const { compressing, compression } of marks) {
      for (const index of indexes) {
        const name = { suffix, index, compressing, compression };
        if (entry(name) === text) return name;
      }
    }
  }
  return null;
}

/** All dates of the calendar that a text holds, not only the longest reading of each. */
function datesIn(text: string): string[] {
  const dates = new Set<string>();
  for (const [, found = ""] of text.matchAll(DATE)) {
    for (const length of [19, 16, 13, 10]) {
      const part = found.slice(0, length);
      if (part.length === length && suffixKindOf(part) !== null) dates.add(part);
    }
  }
  return [...dates];
}

function indexesIn(text: string): number[] {
  return (text.match(/\d+/g) ?? []).filter((digits) => /^[1-9]\d{0,14}$/.test(digits)).map(Number);
}
