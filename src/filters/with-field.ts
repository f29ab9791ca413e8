// Puts a field of a filter's own into a record, in a copy: the record also goes to
// handlers that this filter is not for. A name that is taken gets a `_` behind it, so
// that nothing the application logged is lost.

import { LogRecord } from "../core/record.ts";
import { typeRefusal } from "../core/refusal.ts";

/** A copy of the record with one more field, the last. */
export function withField(record: LogRecord, name: string, value: unknown): LogRecord {
  const copy = record.copy();
  const fields = LogRecord.fieldsOf(record);
  let free = name;
  if (fields !== null) while (Object.hasOwn(fields, free)) free += "_";
  // Copied: a record of another maker may share its fields with its copies.
  const more: Record<string, unknown> = Object.assign(Object.create(null), fields);
  more[free] = value;
  copy.fields = more;
  return copy;
}

/**
 * The value of the option `field`: a field's name, or null for none.
 *
 * @throws TypeError for anything else.
 */
export function fieldOption(value: unknown): string | null {
  if (value === null || (typeof value === "string" && value !== "")) return value;
  const accepted = "a name, or null";
  throw typeRefusal("field", value, accepted);
}
