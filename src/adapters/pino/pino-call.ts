// What the arguments of a pino call mean: `(fields, message, ...args)`, `(message,
// ...args)`, `(error)`, `(error, message)`, a request or a response. Out come a finished
// message, fields and the error, for one of our loggers. PinoLogger asks here once it is
// known that a call is wanted. The values are the application's: whatever getters,
// serializers and mixins do, nothing here throws.

import { isPromiseReported } from "../../core/on-rejection.ts";
import type { Redaction } from "../../core/redaction.ts";
import { reportError } from "../../core/self-report.ts";
import { errorMessage, errorText, isError, readProperty, toText } from "../../core/value.ts";
import { serializers as standard } from "../../formatters/serializers.ts";
import type { Serializer } from "../../formatters/serializers.ts";
import type { PinoLogger } from "./pino-logger.ts";
import type { PinoShape } from "./pino-options.ts";
import { jsonText, quickFormat } from "./quick-format.ts";

/** A call, read. */
export interface PinoCall {
  readonly message: string;
  /** Without a prototype; null if there are none. */
  readonly fields: Record<string, unknown> | null;
  /** The error that the line is about; null if there is none. */
  readonly error: Error | null;
}

/**
 * Reads a call's arguments by pino's rules.
 *
 * @param level pino's number, for the mixin
 */
export function readPinoCall(
  first: unknown,
  rest: readonly unknown[],
  shape: PinoShape,
  level: number,
  logger: PinoLogger,
): PinoCall {
  if (typeof first !== "object" && first !== undefined) {
    return withFields(null, messageOf(first, rest, shape), shape, level, logger);
  }
  const isBareNull = first === null && rest.length === 0;
  const [msg, ...args] = isBareNull ? [null] : rest;
  return withFields(first ?? null, messageOf(msg, args, shape), shape, level, logger);
}

// Undefined where there is none: then fields or error may bring one.
function messageOf(msg: unknown, args: readonly unknown[], shape: PinoShape): string | undefined {
  if (msg === undefined) return undefined;
  const { msgPrefix, redaction } = shape;
  const stringify =
    redaction === null ? jsonText : (value: unknown) => jsonText(redaction.object(value));
  if (typeof msg === "object" && msg !== null && msgPrefix === null) {
    return [msg, ...args].map(stringify).join(" ");
  }
  if (typeof msg === "function") return undefined;
  const text = msgPrefix === null || msg === null ? toText(msg) : msgPrefix + toText(msg);
  return typeof msg === "string" ? quickFormat(text, args, stringify) : text;
}

function withFields(
  object: object | null,
  message: string | undefined,
  shape: PinoShape,
  level: number,
  logger: PinoLogger,
): PinoCall {
  const { errorKey, messageKey } = shape;
  let text = message;
  let source: object | null = object;
  if (object !== null && isError(object)) {
    source = { [errorKey]: object };
    text ??= errorMessage(object);
  } else if (object !== null) {
    source = asExchange(object);
  }
  if (shape.mixin !== null) source = mixed(source ?? {}, shape.mixin, shape, level, logger);
  if (shape.formatFields !== null) source = formatted(source ?? {}, shape.formatFields, logger);
  if (source === null) {
    return { message: maskedText(text ?? "", shape), fields: null, error: null };
  }
  const read = readFields(source, logger);
  if (text === undefined) text = messageIn(read, shape);
  else delete read[messageKey];
  return sorted(read, text, shape, logger);
}

// A request or response of node:http in place of fields is one field.
function asExchange(object: object): object {
  if (peek(object, "method") && peek(object, "headers") && peek(object, "socket")) {
    return { req: standard.req(object) };
  }
  if (typeof peek(object, "setHeader") === "function") return { res: standard.res(object) };
  return object;
}

// The field `msg` is the message where a call has no text, else the error's message is.
function messageIn(fields: Record<string, unknown>, shape: PinoShape): string {
  const { messageKey, errorKey } = shape;
  const given = fields[messageKey];
  if (given !== undefined) {
    delete fields[messageKey];
    return toText(given);
  }
  const error = fields[errorKey];
  if (typeof error !== "object" || error === null) return "";
  const message = peek(error, "message");
  return message === undefined ? "" : toText(message);
}

// Each field through its serializer. The error itself is the record's: every formatter
// knows what to do with that.
function sorted(
  read: Record<string, unknown>,
  message: string,
  shape: PinoShape,
  logger: PinoLogger,
): PinoCall {
  const { errorKey, nestedKey, redaction } = shape;
  const text = maskedText(message, shape);
  let fields: Record<string, unknown> = Object.create(null);
  let error: Error | null = null;
  for (const key of Object.keys(read)) {
    const value = serialized(key, read[key], shape, logger);
    if (value === undefined || typeof value === "function") continue;
    const thrown = key === errorKey && nestedKey === null ? errorIn(value, read[key]) : null;
    if (thrown !== null) error = thrown;
    else if (key === errorKey && isError(value)) fields[key] = standard.err(value);
    else fields[key] = value;
  }
  if (redaction !== null) {
    fields = redaction.fields(fields) as Record<string, unknown>;
    error = error === null ? null : maskedError(error, errorKey, redaction);
  }
  if (Object.keys(fields).length === 0) return { message: text, fields: null, error };
  return { message: text, fields: nestedKey === null ? fields : { [nestedKey]: fields }, error };
}

// pino masks the message as it does the fields, by the name that it has in the line.
function maskedText(message: string, { redaction, messageKey }: PinoShape): string {
  if (redaction === null) return message;
  const masked = redaction.value(messageKey, message);
  return masked === undefined ? "" : toText(masked);
}

// By the name that it has here, and by those that it has everywhere.
function maskedError(error: Error, errorKey: string, redaction: Redaction): Error | null {
  const masked = redaction.inTurn(() => redaction.error(redaction.value(errorKey, error)));
  return isError(masked) ? masked : null;
}

/**
 * A field's value by its serializer, if it has one. One that throws is reported, and a
 * notice stands in the line.
 */
export function serialized(
  key: string,
  value: unknown,
  shape: PinoShape,
  logger: PinoLogger,
): unknown {
  const serializer = serializerOf(key, shape);
  if (serializer === undefined || (serializer === standard.err && isError(value))) return value;
  try {
    const shown = serializer(value);
    if (shown !== value) isPromiseReported(shown, logger, `the serializer of ${key}`);
    return shown;
  } catch (error) {
    reportError(logger, error, `the serializer of ${key} threw`);
    return `[serializer of ${key} threw ${isError(error) ? errorText(error) : toText(error)}]`;
  }
}

function serializerOf(key: string, { serializers, errorKey }: PinoShape): Serializer | undefined {
  return serializers.get(key) ?? (key === errorKey ? serializers.get("err") : undefined);
}

// What a standard serializer made of an error has the error behind `raw`, pino's too.
function errorIn(value: unknown, given: unknown): Error | null {
  if (isError(value)) return value;
  if (!isError(given) || typeof value !== "object" || value === null) return null;
  return peek(value, "raw") === given ? given : null;
}

function mixed(
  source: object,
  mixin: NonNullable<PinoShape["mixin"]>,
  { merge }: PinoShape,
  level: number,
  logger: PinoLogger,
): object {
  try {
    const more = mixin(source, level, logger);
    if (isPromiseReported(more, logger, "a mixin")) return source;
    if (merge !== null) return merge(source, more);
    return Object.assign(Object.create(null) as object, more, readFields(source, logger));
  } catch (error) {
    reportError(logger, error, "a mixin threw, the record went on without it");
    return source;
  }
}

function formatted(
  source: object,
  format: NonNullable<PinoShape["formatFields"]>,
  logger: PinoLogger,
): object {
  try {
    const made: unknown = format(source as Record<string, unknown>);
    if (isPromiseReported(made, logger, "formatters.log")) return source;
    return typeof made === "object" && made !== null ? made : {};
  } catch (error) {
    reportError(logger, error, "formatters.log threw, the record went on without it");
    return source;
  }
}

/** An object's own fields, in an object without a prototype. */
export function readFields(source: object, logger: PinoLogger): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.create(null);
  try {
    for (const key of Object.keys(source)) fields[key] = readProperty(source, key);
  } catch (error) {
    reportError(logger, error, "the fields of a call could not be read");
    fields["fields"] = "[unreadable object]";
  }
  return fields;
}

function peek(object: object, key: string): unknown {
  try {
    return Reflect.get(object, key) as unknown;
  } catch {
    return undefined;
  }
}
