// Where daybook answers otherwise than a case says, on purpose. Each deviation
// has a name, a reason and a predicate that recognises it and nothing else: a
// case that differs in any further way is a failure. The runner counts them by
// name, and one that no visible case (and no witness of its own) shows any more
// fails the run as stale.

import { zoneRules } from "../../src/core/zone.ts";
import { BYTES, CHAINED_MEMORY } from "./handler-deviations.ts";
import { withoutExtraCause, type Answer } from "./judge.ts";
import { namerOf } from "./namers.ts";
import type { Case, ExpectedError } from "./part.ts";
import type { FilesToDelete, FilesToDeleteInput } from "./parts/files-to-delete.ts";
import { periodIn, type PeriodsInput } from "./parts/periods.ts";
import type { TimedWalkInput } from "./parts/timed-walk.ts";
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
  /** A case that shows it, for one so rare that no visible case does. It keeps it from being stale. */
  readonly witness?: Case;
}

/** The words by which the cases know a message that only Python can write. */
const PYTHON_WORDS = /\b(str|int|float|dict|tuple|list|NoneType|__init__|module)\b/;

/**
 * Three in 1500 random walks. CPython takes the name from the moment at which the next
 * period begins, and corrects it by an hour if the clocks have changed by now.
 */
const EMPTY_FILE: Deviation = {
  name: "empty-file",
  reason:
    "a file without a line is named by the rule of periods, as all are; CPython errs by a day where the clocks changed or atTime is used, which is seen only where it costs no line its right file",
  concerns: ({ part, tags = [] }) => part === "timed_walk" && tags.includes("empty-file"),
  explains: ({ input, output }, ours) => {
    if (ours.output === undefined) return false;
    const [theirs, own] = [output as Lines, ours.output as Lines].map(splitEmpty);
    if (theirs === undefined || own === undefined || !sameData(theirs.full, own.full)) return false;
    const names = namesOfPeriods(input as unknown as TimedWalkInput);
    const amended = own.empty.filter((name) => !theirs.empty.includes(name));
    return own.empty.length === theirs.empty.length && amended.every((name) => names.has(name));
  },
  witness: {
    id: "empty-file-witness",
    part: "timed_walk",
    tags: ["empty-file"],
    input: {
      base: "app.log",
      when: "MIDNIGHT",
      atTime: null,
      backupCount: 0,
      delay: false,
      tz: "Australia/Lord_Howe",
      namer: "none",
      // Clocks go back by half an hour on 2022-04-03; CPython believes in whole hours.
      steps: [
        { at: 1_648_903_316, restart: true },
        { at: 1_649_162_516, line: "line 1" },
      ],
    },
    output: { "app.log": ["line 1"], "app.log.2022-04-01": [] },
  },
};

type Lines = Readonly<Record<string, readonly string[]>>;

function splitEmpty(files: Lines): { full: Lines; empty: string[] } {
  const entries = Object.entries(files);
  return {
    full: Object.fromEntries(entries.filter(([, lines]) => lines.length > 0)),
    empty: entries.filter(([, lines]) => lines.length === 0).map(([name]) => name),
  };
}

/** What the files of the walk's periods are called. */
function namesOfPeriods({ base, when, atTime, tz, namer, steps }: TimedWalkInput): Set<string> {
  const name = namerOf(namer, base) ?? ((text: string) => text);
  const zone = zoneRules(tz);
  const periods = steps.map(({ at }) => periodIn(zone, { when, interval: 1, atTime, tz, at }));
  return new Set(periods.map(({ suffix }) => name(`${base}.${suffix}`)));
}

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
  {
    name: "impossible-date",
    reason:
      "a name with a date that no calendar has (2024-01-99) is somebody else's file and is kept; CPython looks at the digits only and may delete it",
    concerns: ({ tags = [] }) => tags.includes("impossible-date"),
    explains: (expected, ours) => {
      const { backupCount } = expected.input as unknown as FilesToDeleteInput;
      const { candidates } = expected.output as FilesToDelete;
      const possible = candidates.filter((name) => !hasImpossibleDate(name));
      const surplus = possible.slice(0, Math.max(0, possible.length - backupCount));
      return sameData(ours.output, { delete: surplus, candidates: possible });
    },
  },
  EMPTY_FILE,
  BYTES,
  CHAINED_MEMORY,
];

/** Eight digits written as a date, which JavaScript's own calendar does not have from the year 1 on. */
function hasImpossibleDate(name: string): boolean {
  return [...name.matchAll(/(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)/g)].some(([text]) => {
    const date = new Date(`${text}T00:00:00Z`);
    return (
      text.startsWith("0000") ||
      Number.isNaN(date.getTime()) ||
      date.toISOString().slice(0, 10) !== text
    );
  });
}

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
