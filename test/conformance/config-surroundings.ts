// What the parts that configure logging have in common: an empty folder, standard
// streams that are texts, a clock that stands still, and a formatter's description.

import * as daybook from "../../src/index.ts";
import type { Handler } from "../../src/index.ts";
import { withFreshLogging } from "./fresh-logging.ts";
import { AtStep, type CaseInput } from "./part.ts";
import { inFolder, withStreams, type TextStreams } from "./surroundings.ts";

/** One step of a case. */
export type Step = readonly [op: string, ...args: unknown[]];

/** 2024-01-02T03:04:05.678Z. */
const CLOCK_MS = 1_704_164_645_678;

/** Runs an action with logging as it is at the start of a program. */
export function inConfigSurroundings<T>(action: (streams: TextStreams) => T): T {
  return withFreshLogging(() =>
    inFolder(() =>
      withStreams((streams) => {
        daybook.setClock({ now: () => CLOCK_MS });
        return action(streams);
      }),
    ),
  );
}

/** Carries out the steps of a case. @throws AtStep for one that fails */
export function carryOutSteps(input: CaseInput, carryOut: (step: Step) => void): void {
  for (const [index, step] of (input["steps"] as readonly Step[]).entries()) {
    try {
      carryOut(step);
    } catch (error) {
      throw new AtStep(index, error);
    }
  }
}

/** What Python knows of a formatter. */
export function describeFormatter(formatter: Handler["formatter"]): unknown {
  if (!(formatter instanceof daybook.Formatter)) return formatter;
  const { fmt, datefmt, style, defaults } = formatter;
  return { fmt, datefmt, style, defaults };
}
