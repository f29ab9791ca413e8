// Where daybook answers otherwise than a case says, on purpose. Each deviation
// has a name, a reason and a predicate that recognises it and nothing else: a
// case that differs in any further way is a failure. The runner counts them by
// name, and one that no visible case shows any more fails the run as stale.

import { withoutExtraCause, type Answer } from "./judge.ts";
import type { Case, ExpectedError } from "./part.ts";
import { periodIn, type PeriodsInput } from "./parts/periods.ts";
import { sameData } from "./same-data.ts";
import { formerRules, hasNewerZoneData } from "./zone-changes.ts";

/** One way in which daybook differs on purpose. */
export interface Deviation {
  readonly name: string;
  /** Why, for someone who ports a program from Python. */
  readonly reason: string;
  /** Whether a case may show it at all; `explains` is asked of no other. */
  readonly concerns: (expected: Case) => boolean;
  /** Whether this, and nothing more, is how our answer differs from the case's. */
  readonly explains: (expected: Case, ours: Answer) => boolean;
}

/** The words by which the cases know a message that only Python can write. */
const PYTHON_WORDS = /\b(str|int|float|dict|tuple|list|NoneType|__init__|module)\b/;

const ALWAYS: readonly Deviation[] = [
  {
    name: "python-message",
    reason: "the message names Python types or calls; the type of the error is the same",
    concerns: ({ tags = [] }) => tags.includes("python-message"),
    explains: (expected, ours) =>
      sameErrorBut(expected, ours, ({ message }) => PYTHON_WORDS.test(message)),
  },
  {
    name: "os-error",
    reason: "the message is the operating system's, as Python words it",
    concerns: ({ tags = [] }) => tags.includes("os-error"),
    explains: (expected, ours) =>
      sameErrorBut(expected, ours, ({ message }) => message.startsWith("[Errno ")),
  },
];

/** Shown only where Node brings newer zone data than the cases were made with. */
const NEWER_ZONE_DATA: Deviation = {
  name: "newer-zone-data",
  reason: "this Node knows of changes of clocks that the cases' zone data (2025b) does not",
  concerns: ({ part, input, output }) =>
    part === "periods" && output !== undefined && formerRules(String(input["tz"])) !== null,
  explains: ({ input, output }) => {
    const asked = input as unknown as PeriodsInput;
    const former = formerRules(asked.tz);
    return former !== null && sameData(periodIn(former, asked), output);
  },
};

/** The deviations there are on this Node. */
export const DEVIATIONS: readonly Deviation[] = hasNewerZoneData()
  ? [...ALWAYS, NEWER_ZONE_DATA]
  : ALWAYS;

/** Whether two chains of errors agree in all but the messages that `excused` picks. */
function sameErrorBut(
  expected: Case,
  ours: Answer,
  excused: (error: ExpectedError) => boolean,
): boolean {
  if (expected.error === undefined || ours.error === undefined) return false;
  const strip = (error: ExpectedError, other: ExpectedError): ExpectedError => {
    const cause = error.cause && other.cause && strip(error.cause, other.cause);
    return {
      ...other,
      ...(excused(error) ? { message: error.message } : {}),
      ...(cause === undefined ? {} : { cause }),
    };
  };
  const comparable = withoutExtraCause(ours.error, expected.error);
  return sameData(strip(expected.error, comparable), expected.error);
}
