// Part `formatter`: one record through one Formatter, in any of the three styles.

import { Formatter, makeLogRecord, type FormatterOptions } from "../../../src/index.ts";
import type { CaseInput, Part } from "../part.ts";

interface FormatterInput {
  readonly style: string;
  readonly fmt: string | null;
  readonly datefmt: string | null;
  readonly validate: boolean;
  readonly defaults: Record<string, unknown> | null;
  readonly converter: "local" | "gmt";
  readonly tz: string;
  readonly record: Record<string, unknown> & { readonly extra?: Record<string, unknown> };
  readonly msecFormat?: string | null;
  readonly timeFormat?: string;
}

/** Formats one record. */
export const formatter: Part = {
  name: "formatter",
  localZone: (input) => (input as unknown as FormatterInput).tz,
  run(input: CaseInput) {
    const asked = input as unknown as FormatterInput;
    const { extra, ...attributes } = asked.record;
    const made = new Formatter(asked.fmt, {
      style: asked.style,
      datefmt: asked.datefmt,
      validate: asked.validate,
      defaults: asked.defaults,
      timeZone: asked.converter === "gmt" ? "UTC" : "local",
    } as FormatterOptions);
    if (asked.msecFormat !== undefined) made.defaultMsecFormat = asked.msecFormat;
    if (asked.timeFormat !== undefined) made.defaultTimeFormat = asked.timeFormat;
    return made.format(makeLogRecord({ ...attributes, ...extra }));
  },
};
