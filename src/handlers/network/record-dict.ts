// A record as the dictionary of its attributes, CPython's `record.__dict__`: what goes
// over the wire to another process, as JSON, as a pickle, or as a form. The names and
// their order are CPython's; the structured fields, which CPython doesn't have, come as
// attributes, as `extra` would put them, and once more under `fields`. makeLogRecord()
// on the other side makes a record of it again.

import { isPresent } from "../../core/formatter.ts";
import { extraNames, isStandardName, LogRecord } from "../../core/record.ts";
import { readProperty } from "../../core/value.ts";

/** The attributes that CPython gives every record, in the order of its dictionary. */
const ATTRIBUTES = [
  "name",
  "msg",
  "args",
  "levelname",
  "levelno",
  "pathname",
  "filename",
  "module",
  "exc_info",
  "exc_text",
  "stack_info",
  "lineno",
  "funcName",
  "created",
  "msecs",
  "relativeCreated",
  "thread",
  "threadName",
  "processName",
  "process",
  "taskName",
] as const satisfies readonly (keyof LogRecord)[];

/** Those that are floats in CPython, also where they are whole numbers. */
export const FLOAT_ATTRIBUTES: ReadonlySet<string> = new Set([
  "created",
  "msecs",
  "relativeCreated",
]);

/** A record's attributes; a new object without a prototype, made for each record. */
export type RecordDict = Record<string, unknown>;

/**
 * All attributes as they are: the standard ones, what `extra` or a factory added, then
 * `message` and `asctime` if a formatter has set them. The call's fields come behind,
 * each whose name is free as an attribute, and all of them under `fields`.
 */
export function recordDict(record: LogRecord): RecordDict {
  const dict = attributesOf(record);
  spreadFields(dict, record);
  return dict;
}

/** As `recordDict`, but `fields` is there only if a name of theirs was not free. */
export function flatRecordDict(record: LogRecord): RecordDict {
  const dict = attributesOf(record);
  if (spreadFields(dict, record)) delete dict["fields"];
  return dict;
}

function attributesOf(record: LogRecord): RecordDict {
  const dict: RecordDict = Object.create(null);
  for (const name of ATTRIBUTES) dict[name] = record[name];
  for (const name of extraNames(record)) dict[name] = readProperty(record, name);
  for (const name of ["message", "asctime"] as const) {
    if (record[name] !== undefined) dict[name] = record[name];
  }
  return dict;
}

// Returns whether each field is an attribute now. A name that a record has, or that
// would hide the method which every formatter of CPython calls, is not free.
function spreadFields(dict: RecordDict, record: LogRecord): boolean {
  const fields = LogRecord.fieldsOf(record);
  const names = fields === null ? [] : Object.keys(fields);
  if (fields === null || names.length === 0) return true;
  const free = names.filter((name) => !isTaken(name) && !Object.hasOwn(dict, name));
  for (const name of free) dict[name] = readProperty(fields, name);
  dict["fields"] = fields;
  return free.length === names.length;
}

function isTaken(name: string): boolean {
  return name === "getMessage" || isStandardName(name);
}

/**
 * The attributes for a receiver that knows nothing of our objects, by CPython's rules:
 * `msg` is the finished message, `args` and `exc_info` are null, `message` is left out.
 * If there is an error, `format` is called first, for it to leave the error's text in
 * `exc_text`.
 *
 * @throws what `format` and `getMessage()` throw.
 */
export function sentDict(record: LogRecord, format: (record: LogRecord) => unknown): RecordDict {
  if (isPresent(record.exc_info)) format(record);
  const dict = recordDict(record);
  dict["msg"] = record.getMessage();
  dict["args"] = null;
  dict["exc_info"] = null;
  delete dict["message"];
  return dict;
}
