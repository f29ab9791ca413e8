// The option `key` of filters and of the handlers that hold records back: what of a
// record says where it belongs. A text names a field, so that configurations in files
// can say it, too; a function may look at anything. Nothing here catches what that
// function throws: whoever asks for a key says what becomes of the record then.

import { isPromiseReported } from "../core/on-rejection.ts";
import { MISSING, recordValue } from "../core/record.ts";
import type { LogRecord } from "../core/record.ts";
import { typeRefusal } from "../core/refusal.ts";

/** The name of a field (or of another attribute of records), or a function that gives the key. */
export type RecordKey = string | ((record: LogRecord) => unknown);

/** A record's key; null for a record that has none. */
export type KeyReader = (record: LogRecord) => unknown;

/**
 * What reads the keys that `key` describes. Undefined, null and NaN are no key, and a
 * promise, which is reported, is none either.
 *
 * @throws TypeError for what is neither a name nor a function.
 */
export function keyReader(key: RecordKey): KeyReader {
  if (typeof key === "string" && key !== "") {
    return (record) => {
      const value = recordValue(record, key);
      return value === MISSING ? null : orNull(value);
    };
  }
  if (typeof key === "function") {
    return (record) => {
      const given = key(record);
      return isPromiseReported(given, key, "the option key") ? null : orNull(given);
    };
  }
  const accepted = "the name of a field, or a function of the record";
  throw typeRefusal("key", key, accepted);
}

function orNull(value: unknown): unknown {
  return value === undefined || (typeof value === "number" && Number.isNaN(value)) ? null : value;
}
