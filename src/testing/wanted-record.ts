// What a test expects of a record, and how a record differs from it. CaptureHandler
// asks for every record; failure messages name what differs. Expected values are
// partial: what they don't name may be anything.

import { isDeepStrictEqual } from "node:util";

import { checkLevelInAnyCase } from "../core/level.ts";
import type { Level } from "../core/level.ts";
import { checkOptionNames } from "../core/options.ts";
import { MISSING, recordValue } from "../core/record.ts";
import type { LogRecord } from "../core/record.ts";
import { typeRefusal } from "../core/refusal.ts";
import { errorText, isError, isPlainObject, toText } from "../core/value.ts";

/** What a record must have; parts that aren't given may be anything. */
export interface WantedRecord {
  /** Its level. */
  readonly level?: Level | undefined;
  /** The name of its logger. */
  readonly logger?: string | RegExp | undefined;
  /** Its finished message. */
  readonly message?: string | RegExp | undefined;
  /**
   * Fields, or extras. Of objects, those properties must be there that are named here; a
   * pattern stands for a text that it matches, a function for a value of which it is true.
   */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  /** What was thrown: a class of it, or its text ("Error: boom") as a whole or by a pattern. */
  readonly error?: string | RegExp | (abstract new (...args: never[]) => unknown) | undefined;
}

const PARTS: readonly string[] = ["level", "logger", "message", "fields", "error"];

/**
 * What was given as a WantedRecord; a text or pattern alone is the message.
 *
 * @throws TypeError or ValueError for what is none.
 */
export function readWanted(wanted: WantedRecord | string | RegExp): WantedRecord {
  if (typeof wanted === "string" || isPattern(wanted)) return { message: wanted };
  checkOptionNames(wanted, PARTS);
  if (wanted?.level !== undefined) checkLevelInAnyCase(wanted.level);
  checkText("logger", wanted?.logger);
  checkText("message", wanted?.message);
  if (wanted?.fields !== undefined && !isPlainObject(wanted.fields)) {
    throw typeRefusal("fields", wanted.fields, "an object of the fields that must be there");
  }
  if (typeof wanted?.error !== "function") checkText("error", wanted?.error);
  return wanted ?? {};
}

/** The parts in which the record is not what is wanted; none if it is. */
export function differences(record: LogRecord, wanted: WantedRecord): string[] {
  const found: string[] = [];
  const { level, logger, message, fields, error } = wanted;
  if (level !== undefined && record.levelno !== checkLevelInAnyCase(level)) found.push("level");
  if (logger !== undefined && !isText(record.name, logger)) found.push("logger");
  if (message !== undefined && !isText(messageOf(record), message)) found.push("message");
  for (const [name, expected] of Object.entries(fields ?? {})) {
    const value = recordValue(record, name);
    if (value === MISSING || !isAsWanted(value, expected)) found.push(`field ${name}`);
  }
  if (error !== undefined && !isWantedError(record.exc_info, error)) found.push("error");
  return found;
}

/** The finished message; as it was written, where that can't be had. */
export function messageOf(record: LogRecord): string {
  try {
    return record.getMessage();
  } catch {
    return toText(record.msg);
  }
}

function isText(text: unknown, wanted: string | RegExp): boolean {
  if (typeof wanted === "string") return text === wanted;
  return typeof text === "string" && matches(text, wanted);
}

// A pattern with the flag g or y remembers where it was.
function matches(text: string, pattern: RegExp): boolean {
  return text.search(pattern) >= 0;
}

function isWantedError(thrown: unknown, wanted: NonNullable<WantedRecord["error"]>): boolean {
  if (thrown === null || thrown === undefined) return false;
  if (typeof wanted === "function") return thrown instanceof wanted;
  return isText(isError(thrown) ? errorText(thrown) : toText(thrown), wanted);
}

function isAsWanted(value: unknown, wanted: unknown): boolean {
  if (isPattern(wanted) && !isPattern(value)) {
    return typeof value === "string" && matches(value, wanted);
  }
  if (typeof wanted === "function" && value !== wanted) {
    return Boolean((wanted as (value: unknown) => unknown)(value));
  }
  if (isPlainObject(wanted) && typeof value === "object" && value !== null) {
    return Object.entries(wanted).every(
      ([key, item]) => Object.hasOwn(value, key) && isAsWanted(Reflect.get(value, key), item),
    );
  }
  if (Array.isArray(wanted) && Array.isArray(value)) {
    return wanted.length === value.length && wanted.every((item, i) => isAsWanted(value[i], item));
  }
  return isDeepStrictEqual(value, wanted);
}

function isPattern(value: unknown): value is RegExp {
  return value instanceof RegExp;
}

function checkText(name: string, value: unknown): void {
  if (value === undefined || typeof value === "string" || isPattern(value)) return;
  throw typeRefusal(name, value, "a text or a pattern");
}
