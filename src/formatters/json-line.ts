// The parts of a line of JSON: our own keys in the order of its shape, and what becomes
// of a field that has the name of one of them. Both ways of a call end here, the one with
// a record and the one without, so that they say the same. What a value looks like
// is not decided here but in json-value.ts.
//
// All parts begin with a comma; the first of a line gets a brace over it.

import { isPresent } from "../core/formatter.ts";
import { bytesOf, putBytes } from "../core/line-bytes.ts";
import { NO_ROOM } from "../core/line-encoder.ts";
import { extraNames, LogRecord } from "../core/record.ts";
import { readProperty } from "../core/value.ts";
import { errorInField, putErrorOf, putErrorText, shownError, shownField } from "./json-error.ts";
import type { JsonWalk } from "./json-limits.ts";
import type { JsonShape, Segment } from "./json-shape.ts";
import { keyPiece, putQuoted, SPECIAL } from "./json-string.ts";
import { putTime } from "./json-time.ts";
import { freeKey, putValue, threwText } from "./json-value.ts";

const NULL = bytesOf("null");
const isOwn = Object.prototype.hasOwnProperty;
const isEnumerable = Object.prototype.propertyIsEnumerable;

/** An object's own fields, as they are; read now. */
export type Fields = Readonly<Record<string, unknown>>;

export const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const NEWLINE = 10;

/**
 * Puts our own keys.
 *
 * @param ms whole milliseconds since the epoch
 */
export function putSegments<Facts>(
  bytes: Buffer,
  at: number,
  segments: readonly Segment<Facts>[],
  facts: Facts,
  ms: number,
  shape: JsonShape,
  walk: JsonWalk,
): number {
  let to = at;
  for (const segment of segments) {
    to = putSegment(bytes, to, segment, facts, ms, shape, walk);
    if (to < 0) return to;
  }
  return to;
}

function putSegment<Facts>(
  bytes: Buffer,
  at: number,
  { piece, value, close }: Segment<Facts>,
  facts: Facts,
  ms: number,
  shape: JsonShape,
  walk: JsonWalk,
): number {
  const from = putBytes(bytes, at, piece);
  if (from < 0 || value === "fixed") return from;
  if (value === "time") return putTime(bytes, from, ms, shape.time);
  const told = value(facts);
  if (told === undefined && close === null) return at;
  const to = putOwn(bytes, from, told, walk);
  return to < 0 || close === null ? to : putBytes(bytes, to, close);
}

// Our own texts are never cut, whatever limits there are for the application's.
function putOwn(bytes: Buffer, at: number, value: unknown, walk: JsonWalk): number {
  const end =
    typeof value === "string" ? putQuoted(bytes, at, value) : putValue(bytes, at, value, walk);
  return end === at ? putBytes(bytes, at, NULL) : end;
}

/** Puts the message behind its key. */
export function putMessage(bytes: Buffer, at: number, message: string, shape: JsonShape): number {
  const from = putBytes(bytes, at, shape.message);
  return from < 0 ? from : putQuoted(bytes, from, message);
}

/**
 * Puts fields, each behind a comma; those that the shape lifts are not among them.
 *
 * @param hasError whether the line has an error of its own: if not, a field may be `error`
 */
export function putFields(
  bytes: Buffer,
  at: number,
  fields: Fields,
  hasError: boolean,
  shape: JsonShape,
  walk: JsonWalk,
): number {
  const { keys } = shape;
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
    let from: number;
    if (typeof value === "string" && value.length <= walk.maxLength) {
      from = keys.putWithText(bytes, to, key, value);
      if (from !== SPECIAL) {
        if (from < 0) return from;
        to = from;
        continue;
      }
    } else from = keys.put(bytes, to, key);
    if (from === SPECIAL) {
      const name = fieldName(fields, key, value, hasError, shape);
      if (name === null) continue;
      if (name === shape.error.key) value = shownField(value, shape);
      from = putBytes(bytes, to, shape.pieceOf(name));
    }
    if (from < 0) return from;
    const end = putValue(bytes, from, value, walk);
    if (end < 0) return end;
    if (end > from) to = end;
  }
  return to;
}

// The name of a special field; null if it is lifted. A key that is hidden from the walk
// above is in no line, and takes no name.
function fieldName(
  fields: Fields,
  key: string,
  value: unknown,
  hasError: boolean,
  shape: JsonShape,
): string | null {
  const isText = typeof value === "string";
  if (isText && shape.lifted?.has(key) === true) return null;
  const name = shape.renamed.get(key);
  const isRenamed = name !== undefined && isText && !shape.isOurs(name, hasError);
  if (isRenamed && !isEnumerable.call(fields, name)) return name;
  if (!shape.isOurs(key, hasError)) return key;
  return freeKey(key, (free) => shape.special.has(free) || isEnumerable.call(fields, free));
}

/** Puts those fields that leave the others for the line itself, under their names there. */
export function putLifted(
  bytes: Buffer,
  at: number,
  fields: Fields,
  shape: JsonShape,
  walk: JsonWalk,
): number {
  let to = at;
  for (const [key, piece] of shape.lifted ?? []) {
    if (!isOwn.call(fields, key)) continue;
    const value = readProperty(fields, key);
    if (typeof value !== "string") continue;
    to = putBytes(bytes, to, piece);
    if (to >= 0) to = putValue(bytes, to, value, walk);
    if (to < 0) return to;
  }
  return to;
}

/** Makes an object of what was put behind its key, from `from` to `at`; nothing of nothing. */
export function closeNest(bytes: Buffer, start: number, from: number, at: number): number {
  if (at === from) return start;
  if (at >= bytes.length) return NO_ROOM;
  bytes[from] = OPEN_BRACE;
  bytes[at] = CLOSE_BRACE;
  return at + 1;
}

/** Puts the end of a line whose first byte is a brace. */
export function putTail(bytes: Buffer, at: number): number {
  if (at + 2 > bytes.length) return NO_ROOM;
  bytes[at] = CLOSE_BRACE;
  bytes[at + 1] = NEWLINE;
  return at + 2;
}

/** Puts the end of a line that begins at `start`, and the brace there. */
export function putBothEnds(bytes: Buffer, start: number, at: number): number {
  // A line of nothing.
  const to = at === start ? at + 1 : at;
  const end = putTail(bytes, to);
  if (end >= 0) bytes[start] = OPEN_BRACE;
  return end;
}

/** Puts the line of a record whose message is finished. */
export function putRecord(
  bytes: Buffer,
  at: number,
  record: LogRecord,
  shape: JsonShape,
  walk: JsonWalk,
): number {
  const ms = Math.round(record.created * 1000);
  const { message = "" } = record;
  let to = putSegments(bytes, at, shape.before, record, ms, shape, walk);
  if (to >= 0 && !shape.isMessageLast) to = putMessage(bytes, to, message, shape);
  if (to >= 0) to = putSegments(bytes, to, shape.after, record, ms, shape, walk);
  if (to >= 0) to = putDetails(bytes, to, record, shape, walk);
  if (to >= 0 && shape.isMessageLast && message !== "") {
    to = putMessage(bytes, to, message, shape);
  }
  return to < 0 ? to : putBothEnds(bytes, at, to);
}

// Caller, fields, extras, error, stack.
function putDetails(
  bytes: Buffer,
  at: number,
  record: LogRecord,
  shape: JsonShape,
  walk: JsonWalk,
): number {
  const { exc_info: own, exc_text: text, stack_info: stack } = record;
  const all = LogRecord.fieldsOf(record);
  const inField = errorInField(all, isPresent(own) || Boolean(text), shape);
  const thrown = inField === null ? own : inField.error;
  const given = inField === null ? all : inField.rest;
  const fields = given === null || shape.rewrite === null ? given : shape.rewrite.fields(given);
  const shown = shownError(thrown, shape);
  // What came from another process may have the error's text alone. An error of our own
  // that is left out must not come back by a text that another formatter made of it.
  const isTextAlone = !isPresent(thrown) && Boolean(text);
  const hasError = isPresent(shown) || isTextAlone;
  const from = shape.nest === null ? at : putBytes(bytes, at, shape.nest);
  let to = from;
  if (to >= 0) to = putSegments(bytes, to, shape.caller, record, 0, shape, walk);
  if (to >= 0 && fields !== null) to = putFields(bytes, to, fields, hasError, shape, walk);
  if (to >= 0) to = putExtras(bytes, to, record, fields, hasError, shape, walk);
  if (to >= 0) {
    to = isTextAlone
      ? putErrorText(bytes, to, text ?? "", shape, walk)
      : putErrorOf(bytes, to, thrown, shown, shape, walk);
  }
  if (to >= 0 && stack && shape.stackInfo !== null) {
    to = putBytes(bytes, to, shape.stackInfo);
    if (to >= 0) to = putOwn(bytes, to, stack, walk);
  }
  if (to >= 0 && shape.nest !== null) to = closeNest(bytes, at, from, to);
  if (to < 0 || fields === null || shape.lifted === null) return to;
  return putLifted(bytes, to, fields, shape, walk);
}

// Extras give way to the fields: a name that is taken gets a `_`, as ours are.
function putExtras(
  bytes: Buffer,
  at: number,
  record: LogRecord,
  fields: Fields | null,
  hasError: boolean,
  shape: JsonShape,
  walk: JsonWalk,
): number {
  const names = extraNames(record);
  if (names.length === 0) return at;
  const taken = takenNames(fields, hasError, shape);
  let to = at;
  for (const name of names) {
    let value: unknown;
    try {
      value = Reflect.get(record, name);
    } catch (error) {
      value = threwText(name, error);
    }
    if (shape.rewrite !== null && value !== undefined) value = shape.rewrite.value(name, value);
    if (value === undefined) continue;
    const free = freeKey(name, (key) => taken.has(key) || (key !== name && names.includes(key)));
    taken.add(free);
    const from = putBytes(bytes, to, keyPiece(free));
    if (from < 0) return from;
    const end = putValue(bytes, from, value, walk);
    if (end < 0) return end;
    if (end > from) to = end;
  }
  return to;
}

function takenNames(fields: Fields | null, hasError: boolean, shape: JsonShape): Set<string> {
  const taken = new Set<string>(shape.special);
  if (fields === null) return taken;
  for (const key of Object.keys(fields)) {
    const name = shape.special.has(key)
      ? fieldName(fields, key, readProperty(fields, key), hasError, shape)
      : key;
    if (name !== null) taken.add(name);
  }
  return taken;
}
