// How the error of a line is written, by the line's shape: as one object, ours or
// pino's, or as a key each for its type, message and stack, as the Elastic Common
// Schema and OpenTelemetry have it. The writers of lines come here; what any value
// looks like is json-value.ts's to say.

import { exceptionText } from "../core/exception.ts";
import { isPresent } from "../core/formatter.ts";
import { putBytes } from "../core/line-bytes.ts";
import { errorMessage, isError, readProperty, toText } from "../core/value.ts";
import type { JsonWalk } from "./json-limits.ts";
import type { Fields } from "./json-line.ts";
import type { ErrorPieces, JsonShape } from "./json-shape.ts";
import { errorType, putString, putThrown, putValue } from "./json-value.ts";
import { serializers } from "./serializers.ts";

/** The error that a field holds, and the other fields. */
export interface FieldError {
  readonly error: Error;
  readonly rest: Fields;
}

const isEnumerable = Object.prototype.propertyIsEnumerable;

/**
 * The error of a call that has none but in a field, where the shape takes it from there;
 * else null, and the fields are written as they are.
 *
 * @param hasOwn whether the call has an error of its own, or its text
 */
export function errorInField(
  fields: Fields | null,
  hasOwn: boolean,
  shape: JsonShape,
): FieldError | null {
  if (fields === null || hasOwn) return null;
  for (const name of shape.error.fields) {
    if (!isEnumerable.call(fields, name)) continue;
    const error = readProperty(fields, name);
    if (isError(error)) return { error, rest: without(fields, name) };
  }
  return null;
}

function without(fields: Fields, left: string): Fields {
  const rest: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(fields)) {
    if (name !== left) rest[name] = readProperty(fields, name);
  }
  return rest;
}

/** What of an error is written: what serializers and masks made of it. */
export function shownError(thrown: unknown, shape: JsonShape): unknown {
  return shape.rewrite === null || !isPresent(thrown) ? thrown : shape.rewrite.error(thrown);
}

/**
 * Puts the error of a call, if it has one, behind a comma and its key.
 *
 * @param shown what `shownError` made of `thrown`
 */
export function putErrorOf(
  bytes: Buffer,
  at: number,
  thrown: unknown,
  shown: unknown,
  shape: JsonShape,
  walk: JsonWalk,
): number {
  if (!isPresent(thrown) || !isPresent(shown)) return at;
  const { errorPiece, errorPieces } = shape;
  if (errorPieces !== null) return putParts(bytes, at, shown, errorPieces, walk);
  if (errorPiece === null) return at;
  const from = putBytes(bytes, at, errorPiece);
  if (from < 0) return from;
  if (shape.rewrite?.isPlain(thrown, shown) === true) {
    return putOrNothing(bytes, at, from, shown, walk);
  }
  if (shape.error.form === "object") return putThrown(bytes, from, shown, walk);
  return putOrNothing(bytes, at, from, serializers.err(shown), walk);
}

/** Puts the error of a record that has come with its text alone. */
export function putErrorText(
  bytes: Buffer,
  at: number,
  text: string,
  shape: JsonShape,
  walk: JsonWalk,
): number {
  const { errorPiece, errorPieces } = shape;
  if (errorPieces !== null) return putPart(bytes, at, errorPieces.stack, text, walk);
  if (errorPiece === null) return at;
  const from = putBytes(bytes, at, errorPiece);
  return from < 0 ? from : putValue(bytes, from, { stack: text }, walk);
}

/** What a field of the error's name holds, in a line without an error of its own. */
export function shownField(value: unknown, shape: JsonShape): unknown {
  const isPino = shape.error.form === "pino" && shape.rewrite === null;
  return isPino ? serializers.err(value) : value;
}

function putOrNothing(
  bytes: Buffer,
  at: number,
  from: number,
  value: unknown,
  walk: JsonWalk,
): number {
  const end = putValue(bytes, from, value, walk);
  return end === from ? at : end;
}

// Whatever was thrown; a serializer may have made a plain object of it.
function putParts(
  bytes: Buffer,
  at: number,
  shown: unknown,
  pieces: ErrorPieces,
  walk: JsonWalk,
): number {
  const isObject = typeof shown === "object" && shown !== null;
  if (!isObject || !(isError(shown) || isErrorLike(shown))) {
    const to = putPart(bytes, at, pieces.type, typeof shown, walk);
    return to < 0 ? to : putPart(bytes, to, pieces.message, toText(shown), walk);
  }
  const [type, message, stack] = isError(shown)
    ? [errorType(shown), errorMessage(shown), exceptionText(shown)]
    : [readProperty(shown, "type"), readProperty(shown, "message"), readProperty(shown, "stack")];
  let to = putPart(bytes, at, pieces.type, type, walk);
  if (to >= 0) to = putPart(bytes, to, pieces.message, message, walk);
  if (to >= 0) to = putPart(bytes, to, pieces.stack, stack, walk);
  const code = pieces.code === null ? undefined : readProperty(shown, "code");
  // A keyword by its schema.
  if (to >= 0 && pieces.code !== null && (typeof code === "string" || typeof code === "number")) {
    to = putPart(bytes, to, pieces.code, String(code), walk);
  }
  return to;
}

function isErrorLike(value: object): boolean {
  return typeof readProperty(value, "message") === "string";
}

// Texts only: what has another kind in some lines can't be searched.
function putPart(bytes: Buffer, at: number, piece: Buffer, value: unknown, walk: JsonWalk): number {
  if (value === undefined || value === null) return at;
  const from = putBytes(bytes, at, piece);
  return from < 0 ? from : putString(bytes, from, toText(value), walk);
}
