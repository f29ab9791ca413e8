// Part `files_to_delete`: which of a folder's files a timed log takes for its own
// old ones, and which of them it would remove, in Python's own grammar.

import { parseSchedule } from "../../../src/rotation/period.ts";
import { makeNaming } from "../../../src/rotation/naming.ts";
import { namesToDelete } from "../../../src/rotation/retention.ts";
import { namerOf, type NamerKind } from "../namers.ts";
import type { CaseInput, Part } from "../part.ts";

/** The input of a case of this part. */
export interface FilesToDeleteInput {
  readonly when: string;
  readonly backupCount: number;
  readonly base: string;
  readonly namer: NamerKind;
  readonly files: readonly string[];
}

/** What the folder's names give. */
export interface FilesToDelete {
  readonly delete: readonly string[];
  readonly candidates: readonly string[];
}

/** Behind all dates: nothing is of the current period, or too young. */
const LATER = "9999";

/** Asks the retention about one folder. As in Python, a count of 0 is one of none. */
export const filesToDeletePart: Part = {
  name: "files_to_delete",
  run(input: CaseInput): FilesToDelete {
    const { when, backupCount, base, namer, files } = input as unknown as FilesToDeleteInput;
    const { kind } = parseSchedule({ when });
    const naming = makeNaming({ base, kind, namer: namerOf(namer, base) });
    // Python knows one plain file a period.
    const entries = files.filter((entry) => {
      const { index, compressing, compression } = naming.parse(entry) ?? {};
      return index === 0 && !compressing && compression === "";
    });
    const question = { naming, entries, totalBytes: 0, current: LATER };
    const candidates = namesToDelete({ ...question, count: 0, oldest: LATER });
    const surplus = namesToDelete({ ...question, count: backupCount, oldest: null });
    return { delete: backupCount === 0 ? candidates : surplus, candidates };
  },
};
