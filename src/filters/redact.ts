// The filter that masks secrets: puts in the record's place a copy in which they are
// masked, for the handler it is attached to, or, attached to a logger, for all of its
// handlers. The record itself and the application's objects stay as they are, so other
// handlers have their own view. What is masked is compiled in core/redaction.ts.

import type { FilterObject, FilterResult } from "../core/filter.ts";
import { compileRedaction } from "../core/redaction.ts";
import type { Redaction, RedactOption } from "../core/redaction.ts";
import { extraNames, LogRecord } from "../core/record.ts";

/**
 * Masks fields (bound ones and those of the context too), what `extra` gave, the error,
 * and the objects among the message's arguments, whose own properties are looked at as
 * if they were fields. Texts are not searched: what stands in a message, a stack or
 * inside a string stays. A record without a match, and without
 * proxies that are looked into, passes as it is.
 */
export class RedactFilter implements FilterObject {
  readonly #redaction: Redaction;

  /** @throws TypeError or ValueError that names the part of the option that isn't accepted. */
  constructor(redact: RedactOption) {
    this.#redaction = compileRedaction(redact);
  }

  filter(record: LogRecord): FilterResult {
    const redaction = this.#redaction;
    const changes: Changes = { copy: null };
    const fields = LogRecord.fieldsOf(record);
    if (fields !== null) {
      const masked = redaction.fields(fields);
      if (masked !== fields) copyOf(record, changes).fields = masked;
    }
    maskExtras(record, redaction, changes);
    const excInfo = redaction.error(record.exc_info);
    if (!Object.is(excInfo, record.exc_info)) {
      const copy = copyOf(record, changes);
      copy.exc_info = excInfo;
      copy.exc_text = null; // it was made of the original
    }
    const msg = redaction.object(record.msg);
    if (!Object.is(msg, record.msg)) copyOf(record, changes).msg = msg;
    const args = maskArgs(record.args, redaction);
    if (args !== record.args) copyOf(record, changes).args = args;
    return changes.copy ?? record;
  }
}

interface Changes {
  copy: LogRecord | null;
}

function copyOf(record: LogRecord, changes: Changes): LogRecord {
  if (changes.copy === null) {
    changes.copy = record.copy();
    changes.copy.message = undefined; // a formatter made it of the original
  }
  return changes.copy;
}

function maskExtras(record: LogRecord, redaction: Redaction, changes: Changes): void {
  for (const name of extraNames(record)) {
    const value: unknown = Reflect.get(record, name);
    const masked = redaction.value(name, value);
    if (Object.is(masked, value)) continue; // NaN, too
    const copy = copyOf(record, changes);
    if (masked === undefined) Reflect.deleteProperty(copy, name);
    else Reflect.set(copy, name, masked);
  }
}

// One mapping alone is the object that %(key)s reads; else each argument by itself.
function maskArgs(args: LogRecord["args"], redaction: Redaction): LogRecord["args"] {
  if (args === null || args === undefined) return args;
  if (!isList(args)) return redaction.object(args) as LogRecord["args"];
  let copy: unknown[] | null = null;
  for (let i = 0; i < args.length; i++) {
    const masked = redaction.object(args[i]);
    if (Object.is(masked, args[i])) continue;
    copy ??= [...args];
    copy[i] = masked;
  }
  return copy ?? args;
}

function isList(args: object): args is readonly unknown[] {
  try {
    return Array.isArray(args);
  } catch {
    return false; // a revoked proxy
  }
}
