// A record of a call at a known moment, for tests of what formatters of JSON make of
// fields and errors.

import { setClock } from "../../src/core/clock.ts";
import { LogRecord } from "../../src/core/record.ts";

/** When it was made: 2026-11-22T15:07:06.123Z. */
export const MOMENT: number = Date.UTC(2026, 10, 22, 15, 7, 6, 123);

/** The record of `info("paid")` of the logger "app". The clock stands still from here on. */
export function paidRecord(
  fields: Record<string, unknown> | null,
  error: unknown = null,
): LogRecord {
  setClock({ now: () => MOMENT });
  const record = new LogRecord("app", 20, null, 0, "paid", [], error);
  record.fields = fields;
  return record;
}
