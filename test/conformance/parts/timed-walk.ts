// Part `timed_walk`: what a TimedRotatingFileHandler leaves in its folder after days
// under a clock that the case moves by hand. Strategy `rename` has Python's look. As
// the cases want it, the active file's time of change follows that clock.

import { existsSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { TimedRotatingFileHandler, makeLogRecord, setClock } from "../../../src/index.ts";
import { withFreshLogging } from "../fresh-logging.ts";
import { namerOf, type NamerKind } from "../namers.ts";
import type { CaseInput, Part } from "../part.ts";
import { inFolder, readFolder } from "../surroundings.ts";

/** The input of a case of this part. */
export interface TimedWalkInput {
  readonly base: string;
  readonly when: string;
  readonly atTime: string | null;
  readonly backupCount: number;
  readonly delay: boolean;
  readonly tz: string;
  readonly namer: NamerKind;
  readonly steps: readonly TimedWalkStep[];
}

/** The clock goes to `at`; then a line is logged, or the handler restarts. */
export type TimedWalkStep =
  | { readonly at: number; readonly line: string; readonly restart?: undefined }
  | { readonly at: number; readonly restart: true };

/** Walks through the days and reads the folder. */
export const timedWalk: Part = {
  name: "timed_walk",
  localZone: (input) => (input as unknown as TimedWalkInput).tz,
  run: (input: CaseInput) =>
    withFreshLogging(() => inFolder(() => walk(input as unknown as TimedWalkInput))),
};

function walk(asked: TimedWalkInput): Record<string, string[]> {
  const folder = process.cwd();
  const base = join(folder, asked.base);
  let at = asked.steps[0]?.at ?? 0;
  setClock({ now: () => at * 1000 });
  const touch = (): void => {
    if (existsSync(base)) utimesSync(base, at, at);
  };
  const start = (): TimedRotatingFileHandler => {
    const isThere = existsSync(base);
    const handler = newHandler(asked);
    if (!isThere) touch();
    return handler;
  };
  let handler = start();
  for (const step of asked.steps) {
    at = step.at;
    if (step.restart) {
      handler.close();
      handler = start();
    } else {
      handler.emit(makeLogRecord({ msg: step.line, created: at }));
      touch();
    }
  }
  handler.close();
  return linesOf(folder);
}

function newHandler(asked: TimedWalkInput): TimedRotatingFileHandler {
  const { base, when, atTime, backupCount, delay, namer } = asked;
  return new TimedRotatingFileHandler(base, {
    when,
    backupCount,
    delay,
    strategy: "rename",
    namer: namerOf(namer, base),
    ...(atTime === null ? {} : { atTime }),
  });
}

/** The lines of each file, without the folder of what is no log. */
function linesOf(folder: string): Record<string, string[]> {
  const files = Object.entries(readFolder(folder, [".daybook"]));
  return Object.fromEntries(files.map(([name, text]) => [name, text.split("\n").slice(0, -1)]));
}
