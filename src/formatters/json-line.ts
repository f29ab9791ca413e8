// The shape of a line of JSON: our own keys in their order, and what becomes of a
// field that has the name of one of them. Both ways of a call end here, the one with
// a record and the one without, so that they say the same. What a value looks like
// is not decided here but in json-value.ts.

import { isPresent } from "../core/formatter.ts";
import { bytesOf, putBytes } from "../core/line-bytes.ts";
import { NO_ROOM } from "../core/line-encoder.ts";
import { extraNames, LogRecord } from "../core/record.ts";
import type { JsonWalk } from "./json-limits.ts";
import { JsonKeys, keyPiece, putQuoted, SPECIAL } from "./json-string.ts";
import { freeKey, putThrown, putValue, threwText } from "./json-value.ts";
import { isoTime } from "./iso-time.ts";

/** Our keys, by what they hold. */
export const NAMES = {
  time: "time",
  level: "level",
  logger: "logger",
  pid: "pid",
  message: "msg",
  error: "error",
  stackInfo: "stackInfo",
} as const;

/** Our keys: a field of such a name gets a `_` behind it. */
export const OURS: ReadonlySet<string> = new Set(Object.values(NAMES));

/** What a line begins with, but for its first character. */
export const OPENING: Buffer = keyPiece(NAMES.time);
const LEVEL = keyPiece(NAMES.level);
const LOGGER = keyPiece(NAMES.logger);
const PID = keyPiece(NAMES.pid);
const MESSAGE = keyPiece(NAMES.message);
const ERROR = keyPiece(NAMES.error);
const STACK_INFO = keyPiece(NAMES.stackInfo);
const NULL = bytesOf("null");

const keys = new JsonKeys((key) => OURS.has(key));
const isOwn = Object.prototype.hasOwnProperty;

/** An object's own fields, as they are; read now. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Puts a line's beginning, up to the message.
 *
 * @param ms whole milliseconds since the epoch; a time that Date doesn't know is null
 */
export function putHead(
  bytes: Buffer,
  at: number,
  ms: number,
  level: unknown,
  logger: unknown,
  pid: unknown,
  walk: JsonWalk,
): number {
  let to = putPair(bytes, at, OPENING, isoTime(ms), walk);
  if (to >= 0) bytes[at] = OPEN;
  if (to >= 0) to = putPair(bytes, to, LEVEL, level, walk);
  if (to >= 0) to = putPair(bytes, to, LOGGER, logger, walk);
  if (to >= 0) to = putPair(bytes, to, PID, pid, walk);
  return to < 0 ? to : putBytes(bytes, to, MESSAGE);
}

const OPEN = 123;
const CLOSE = 125;
const NEWLINE = 10;

function putPair(bytes: Buffer, at: number, key: Buffer, value: unknown, walk: JsonWalk): number {
  const from = putBytes(bytes, at, key);
  if (from < 0) return from;
  // Our own texts are never cut, whatever limits there are for the application's.
  const end =
    typeof value === "string" ? putQuoted(bytes, from, value) : putValue(bytes, from, value, walk);
  return end === from ? putBytes(bytes, from, NULL) : end;
}

/**
 * Puts fields, each behind a comma.
 *
 * @param hasError whether the line has an error of its own: if not, a field may be `error`
 */
export function putFields(
  bytes: Buffer,
  at: number,
  fields: Fields,
  hasError: boolean,
  walk: JsonWalk,
): number {
  let to = at;
  for (const key in fields) {
    if (!isOwn.call(fields, key)) continue;
    let value: unknown;
    try {
      value = fields[key];
    } catch (error) {
      value = threwText(key, error);
    }
    if (value === undefined) continue;
    if (typeof value === "string" && value.length <= walk.maxLength) {
      const end = keys.putWithText(bytes, to, key, value);
      if (end !== SPECIAL) {
        if (end < 0) return end;
        to = end;
        continue;
      }
    }
    let from = keys.put(bytes, to, key);
    if (from === SPECIAL) from = putBytes(bytes, to, keyPiece(fieldName(fields, key, hasError)));
    if (from < 0) return from;
    const end = putValue(bytes, from, value, walk);
    if (end < 0) return end;
    if (end > from) to = end;
  }
  return to;
}

// Not hasOwn: a key that is hidden from the walk above is in no line.
function fieldName(fields: Fields, key: string, hasError: boolean): string {
  if (key === NAMES.error && !hasError) return key;
  return freeKey(key, (name) => OURS.has(name) || Object.keys(fields).includes(name));
}

/** Puts the error of a call, if it has one. */
export function putErrorOf(bytes: Buffer, at: number, error: unknown, walk: JsonWalk): number {
  if (!isPresent(error)) return at;
  const from = putBytes(bytes, at, ERROR);
  return from < 0 ? from : putThrown(bytes, from, error, walk);
}

/** Puts the end of a line. */
export function putTail(bytes: Buffer, at: number): number {
  if (at + 2 > bytes.length) return NO_ROOM;
  bytes[at] = CLOSE;
  bytes[at + 1] = NEWLINE;
  return at + 2;
}

/** Puts the line of a record whose message is finished. */
export function putRecord(bytes: Buffer, at: number, record: LogRecord, walk: JsonWalk): number {
  const ms = Math.round(record.created * 1000);
  const { levelname, name, process, message = "" } = record;
  let to = putHead(bytes, at, ms, levelname, name, process, walk);
  if (to >= 0) to = putQuoted(bytes, to, message);
  const fields = LogRecord.fieldsOf(record);
  const hasError = isPresent(record.exc_info) || Boolean(record.exc_text);
  if (to >= 0 && fields !== null) to = putFields(bytes, to, fields, hasError, walk);
  if (to >= 0) to = putExtras(bytes, to, record, fields, walk);
  if (to >= 0) to = putErrorOfRecord(bytes, to, record, walk);
  if (to >= 0 && record.stack_info) to = putPair(bytes, to, STACK_INFO, record.stack_info, walk);
  return to < 0 ? to : putTail(bytes, to);
}

// What came from another process may have the error's text alone.
function putErrorOfRecord(bytes: Buffer, at: number, record: LogRecord, walk: JsonWalk): number {
  if (isPresent(record.exc_info) || !record.exc_text) {
    return putErrorOf(bytes, at, record.exc_info, walk);
  }
  return putPair(bytes, at, ERROR, { stack: record.exc_text }, walk);
}

// Extras give way to the fields: a name that is taken gets a `_`, as ours are.
function putExtras(
  bytes: Buffer,
  at: number,
  record: LogRecord,
  fields: Fields | null,
  walk: JsonWalk,
): number {
  const names = extraNames(record);
  if (names.length === 0) return at;
  const taken = new Set<string>(OURS);
  for (const key of Object.keys(fields ?? {})) {
    taken.add(OURS.has(key) ? fieldName(fields ?? {}, key, true) : key);
  }
  let to = at;
  for (const name of names) {
    let value: unknown;
    try {
      value = Reflect.get(record, name);
    } catch (error) {
      value = threwText(name, error);
    }
    if (value === undefined) continue;
    const free = freeKey(name, (key) => taken.has(key) || (key !== name && names.includes(key)));
    taken.add(free);
    const from = keys.put(bytes, to, free);
    if (from < 0) return from;
    const end = putValue(bytes, from, value, walk);
    if (end < 0) return end;
    if (end > from) to = end;
  }
  return to;
}
