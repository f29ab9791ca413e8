// What has to be right in a scenario with one of our strategies: the invariants of
// the rotation room, asked at every state, at every removal of a name, and after a
// fresh process has come to what all others left.

import {
  homesOf,
  lineFaults,
  nameFaults,
  removalFaults,
  restFaults,
  seriesFaults,
} from "../../src/rotation/invariants.ts";
import type { FoundLog } from "../../src/rotation/invariants.ts";
import { readJournal } from "../../src/rotation/journal-layout.ts";
import { foundLog } from "../../src/testing/found-log.ts";
import { bytesOf, textOf } from "../../src/testing/memory-fs.ts";
import type { MemoryFs } from "../../src/testing/memory-fs.ts";
import type { Checks } from "../../src/testing/scenario.ts";
import { DIRECTORY, freshProcess, namingOf, periodAt, suffixOfLine } from "./site.ts";
import type { LogOptions } from "./site.ts";

export interface Promised {
  /** Days whose files may go, because retention or somebody outside removes them. */
  readonly expendable?: readonly number[];
  /** Each process's lines in their order, where the first of them may go: a log whose last backups are dropped. */
  readonly series?: readonly (readonly string[])[];
  /** The backup that must be there at the end, or nothing had to be dropped. */
  readonly full?: string;
  /** Whether past files may keep their hidden names. */
  readonly keepsHidden?: boolean;
  /** Whether something from outside takes names away, so that files in use may lose theirs. */
  readonly removedOutside?: boolean;
  /** A line that is logged more than once, in the very same words, and the notes of its calls. */
  readonly again?: { readonly line: string; readonly notes: readonly string[] };
  /** Whether lines may still be in a journal after a recovery, for want of space. */
  readonly mayWait?: boolean;
}

/**
 * The checks of a log that is kept by these options.
 *
 * @param before lines that were there before any process of the scenario began.
 * @param kept lines that are in a journal first: where they are is asked after each recovery.
 */
export function checksOf(
  options: LogOptions,
  promise: Promised,
  before: readonly string[] = [],
  kept: readonly string[] = [],
): Checks {
  const inJournal = new Set(kept);
  const notKept = (lines: readonly string[]): readonly string[] =>
    inJournal.size === 0 ? lines : lines.filter((line) => !inJournal.has(line));
  const beforeNotKept = notKept(before);
  const naming = namingOf(options);
  const found = (fs: MemoryFs): FoundLog => foundLog(fs, DIRECTORY, naming);
  const gone = new Set((promise.expendable ?? []).map((day) => suffixOfDay(day)));
  const expendable = (suffix: string): boolean => gone.has(suffix);
  const wrong = (log: FoundLog, lines: readonly string[]): string | undefined => {
    const [name] = nameFaults(log);
    if (name !== undefined) return name;
    if (promise.series !== undefined) {
      const known = new Set(lines);
      const noted = promise.series.map((lines) => lines.filter((line) => known.has(line)));
      return seriesFaults(log, noted)[0];
    }
    const { again = null } = promise;
    if (again !== null) {
      const times = countOf(log, again.line);
      const least = lines.filter((line) => again.notes.includes(line)).length;
      if (times < least || times > again.notes.length) {
        return `${again.line}, logged ${least} times, is there ${times} times`;
      }
    }
    const once = lines
      .filter((line) => again?.notes.includes(line) !== true)
      .map((line) => ({ line, suffix: suffixOfLine(options, line) }));
    return lineFaults(log, once, expendable)[0];
  };
  return {
    always: ({ fs, acked }) => wrong(found(fs), [...beforeNotKept, ...notKept(acked)]) ?? null,
    noted: (line, fs) => {
      if (inJournal.has(line)) return null;
      return lineFaults(found(fs), [{ line, suffix: suffixOfLine(options, line) }])[0] ?? null;
    },
    removal: (before, after) =>
      promise.series === undefined
        ? (removalFaults(found(before), found(after), expendable)[0] ?? null)
        : null,
    atEnd: ({ fs }) => {
      if (promise.full !== undefined && !found(fs).names.includes(promise.full)) {
        return `${promise.full} is not there, though backups were dropped`;
      }
      if (promise.removedOutside === true || promise.series !== undefined) return null;
      const nameless = [...fs.openFiles()].some(
        ({ inode, lock }) => lock === "shared" && fs.nlink(inode) === 0,
      );
      return nameless ? "a process has a file open that has no name" : null;
    },
    recovery: freshProcess(options),
    afterRecovery: (moment) => {
      const log = found(moment.fs);
      const waiting = promise.mayWait === true ? waitingIn(moment.fs) : NOBODY;
      const done = [...before, ...moment.acked].filter((line) => !waiting.has(line));
      for (const line of waiting) {
        if (countOf(log, line) > 0) return `${line} is in a file, and will be written once more`;
      }
      const today = periodAt(moment.fs.clock).suffix;
      const rest = restFaults(log, {
        keepsHidden: promise.keepsHidden ?? options.locking === false,
        // Nobody may clear up without a lock; these names are used again the next time.
        keepsTemporaries: options.locking === false,
        keepsJournals: waiting.size > 0,
        retired: (suffix) => (options.compression ?? "") !== "" && suffix < today,
      });
      return wrong(log, done) ?? rest[0] ?? null;
    },
  };
}

/** How often a line is in files that count. */
function countOf(log: FoundLog, line: string): number {
  const lines = homesOf(log).flatMap(({ file }) => [...file.lines]);
  return lines.filter((other) => other === line).length;
}

const NOBODY: ReadonlySet<string> = new Set();

/** The lines in journals that are in no file by what the journals say. */
function waitingIn(fs: MemoryFs): ReadonlySet<string> {
  const lines: string[] = [];
  for (const [path, , { text }] of fs.entries()) {
    if (!path.endsWith(".journal")) continue;
    const content = readJournal(bytesOf(text));
    if (content === null || typeof content === "string") continue;
    const { data, ends, drained } = content;
    const rest = data.subarray(ends[drained - 1] ?? 0, ends.at(-1));
    lines.push(...textOf(rest).split("\n").slice(0, -1));
  }
  return new Set(lines);
}

function suffixOfDay(day: number): string {
  return periodAt(day * 86_400).suffix;
}
