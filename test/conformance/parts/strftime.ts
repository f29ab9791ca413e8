// Part `strftime`: date directives in the C locale, in the local zone or in GMT.

import { strftime as format } from "../../../src/formatters/strftime.ts";
import type { CaseInput, Part } from "../part.ts";

interface StrftimeInput {
  readonly fmt: string;
  readonly at: number;
  readonly tz: string;
  readonly converter: "local" | "gmt";
}

/** Formats one instant. */
export const strftime: Part = {
  name: "strftime",
  localZone: (input) => (input as unknown as StrftimeInput).tz,
  run(input: CaseInput) {
    const { fmt, at, converter } = input as unknown as StrftimeInput;
    return format(fmt, at, converter === "gmt" ? "utc" : "local");
  },
};
