// Records as data for another thread, and records of such data again: all attributes,
// fields and extras, by their names. Whoever sends a record has it prepared first
// (queue.ts); the receiver's own factory makes it again, as CPython's makeLogRecord.

import { LogRecord, makeLogRecord } from "../../core/record.ts";
import { readProperty } from "../../core/value.ts";
import { plainMade, PlainMaker } from "./packed-value.ts";

/** A record as data that structured clone takes. */
export interface PlainRecord {
  readonly kind: "daybook:record";
  readonly attributes: Record<string, unknown>;
  /** Whether there is something in it that plainMade must make again. */
  readonly hasTags: boolean;
}

/** What a record knows, but doesn't keep among its own properties. */
const DERIVED = [
  "pathname",
  "filename",
  "module",
  "lineno",
  "funcName",
  "process",
  "processName",
  "thread",
  "threadName",
] as const;

/** A record as data. What it is made of may change afterwards. */
export function packRecord(record: LogRecord): PlainRecord {
  const maker = new PlainMaker();
  const attributes: Record<string, unknown> = {};
  const put = (key: string, value: unknown): void => {
    if (value !== undefined) Object.defineProperty(attributes, key, { value, enumerable: true });
  };
  for (const key of Object.keys(record)) put(key, maker.make(readProperty(record, key)));
  for (const key of DERIVED) put(key, maker.make(readProperty(record, key)));
  const fields = LogRecord.fieldsOf(record);
  if (fields !== null) put("fields", maker.make(fields));
  return { kind: "daybook:record", attributes, hasTags: maker.hasTags };
}

/** The record of a message; null if the message is none of packRecord's. */
export function unpackRecord(message: unknown): LogRecord | null {
  if (typeof message !== "object" || message === null) return null;
  const { kind, attributes, hasTags } = message as Partial<PlainRecord>;
  if (kind !== "daybook:record" || typeof attributes !== "object") return null;
  return makeLogRecord(hasTags ? (plainMade(attributes) as Record<string, unknown>) : attributes);
}
