// What has to be right in a scenario with one of our strategies: the invariants of
// the rotation room, asked at every state, at every removal of a name, and after a
// fresh process has come to what all others left.

import {
  lineFaults,
  nameFaults,
  removalFaults,
  restFaults,
  seriesFaults,
} from "../../src/rotation/invariants.ts";
import type { FoundLog } from "../../src/rotation/invariants.ts";
import { foundLog } from "../../src/testing/found-log.ts";
import type { MemoryFs } from "../../src/testing/memory-fs.ts";
import type { Checks, Moment } from "../../src/testing/scenario.ts";
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
}

/**
 * The checks of a log that is kept by these options.
 *
 * @param before lines that were there before any process of the scenario began.
 */
export function checksOf(
  options: LogOptions,
  promise: Promised,
  before: readonly string[] = [],
): Checks {
  const naming = namingOf(options);
  const found = (fs: MemoryFs): FoundLog => foundLog(fs, DIRECTORY, naming);
  const gone = new Set((promise.expendable ?? []).map((day) => suffixOfDay(day)));
  const expendable = (suffix: string): boolean => gone.has(suffix);
  const wrong = (log: FoundLog, { acked }: Moment): string | undefined => {
    const [name] = nameFaults(log);
    if (name !== undefined) return name;
    if (promise.series !== undefined) {
      const known = new Set([...before, ...acked]);
      const noted = promise.series.map((lines) => lines.filter((line) => known.has(line)));
      return seriesFaults(log, noted)[0];
    }
    const lines = [...before, ...acked].map((line) => ({
      line,
      suffix: suffixOfLine(options, line),
    }));
    return lineFaults(log, lines, expendable)[0];
  };
  return {
    always: (moment) => wrong(found(moment.fs), moment) ?? null,
    noted: (line, fs) =>
      lineFaults(found(fs), [{ line, suffix: suffixOfLine(options, line) }])[0] ?? null,
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
      const today = periodAt(moment.fs.clock).suffix;
      const rest = restFaults(log, {
        keepsHidden: promise.keepsHidden ?? options.locking === false,
        // Nobody may clear up without a lock; these names are used again the next time.
        keepsTemporaries: options.locking === false,
        retired: (suffix) => (options.compression ?? "") !== "" && suffix < today,
      });
      return wrong(log, moment) ?? rest[0] ?? null;
    },
  };
}

function suffixOfDay(day: number): string {
  return periodAt(day * 86_400).suffix;
}
