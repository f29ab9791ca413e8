// Part `periods`: where a timed file's period begins and ends. Daybook's own
// rule, so nothing of CPython is run here; the zone is passed in, whatever the
// local one is.

import { ValueError } from "../../../src/core/errors.ts";
import { zoneRules } from "../../../src/core/zone.ts";
import { ScheduleError, parseSchedule, periodOf } from "../../../src/rotation/period.ts";
import type { Period, ScheduleOptions, ZoneRules } from "../../../src/rotation/period.ts";
import type { CaseInput, Part } from "../part.ts";

/** The input of a case of this part. */
export interface PeriodsInput extends ScheduleOptions {
  readonly tz: string;
  readonly at: number;
}

/** Runs the rule on one instant. */
export const periods: Part = {
  name: "periods",
  run(input: CaseInput) {
    const asked = input as unknown as PeriodsInput;
    return periodIn(zoneRules(asked.tz), asked);
  },
};

/** The answer to a case in a zone with these rules. */
export function periodIn(zone: ZoneRules, asked: PeriodsInput): Period {
  try {
    return periodOf(parseSchedule(asked), zone, asked.at);
  } catch (error) {
    // As the handlers do: the rotation room imports nothing, not even ValueError.
    if (error instanceof ScheduleError) throw new ValueError(error.message);
    throw error;
  }
}
