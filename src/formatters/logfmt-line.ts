// The shape of a logfmt line: our own keys in their order, what nested values become,
// and what becomes of a key that is taken. Both ways of a call end here, the one with a
// record and the one without. What a value looks like is decided in json-value.ts:
// an object is written as JSON there, with all its limits, and taken apart here.

import { isPresent } from "../core/formatter.ts";
import { bytesFrom } from "../core/line-bytes.ts";
import { readProperty } from "../core/value.ts";
import { isoTime } from "./time-stamp.ts";
import { JsonWalk } from "./json-limits.ts";
import type { JsonLimits } from "./json-limits.ts";
import { putThrown, putValue } from "./json-value.ts";
import { logfmtKey, logfmtValue } from "./logfmt-text.ts";

/** What a nested value becomes: a key with dots for each of its own, or one text of JSON. */
export type LogfmtNested = "dotted" | "json";

/** How values are written. */
export interface LogfmtSettings {
  readonly limits: JsonLimits;
  readonly nested: LogfmtNested;
}

/** What a line is made of, besides its head. */
export interface LogfmtParts {
  /** Milliseconds since the epoch; a time that Date doesn't know is null. */
  readonly ms: number;
  /** Level, logger and what all lines have. */
  readonly head: LogfmtHead;
  readonly message: string;
  readonly fields: Fields | null;
  /** What `extra` gave the record, by name. */
  readonly extras: readonly (readonly [string, unknown])[];
  readonly error: unknown;
  /** The error's text, where there is no error. */
  readonly errorText: string | null;
  readonly stackInfo: string | null;
}

type Fields = Readonly<Record<string, unknown>>;

const NO_KEYS: ReadonlySet<string> = new Set();
const OURS: readonly string[] = ["time", "level", "logger", "msg"];
const STACK_INFO = "stackInfo";

/** What is the same in all lines of a logger's name and a level. */
export class LogfmtHead {
  readonly text: string;
  /** The keys in it, and those that the line has besides. */
  readonly keys: ReadonlySet<string>;

  constructor(level: string, logger: string, base: Fields | null, settings: LogfmtSettings) {
    const keys = new Set(OURS);
    const pairs = new LogfmtPairs(NO_KEYS, keys, settings);
    if (base !== null) pairs.putAll(base);
    const values = `level=${logfmtValue(level.toLowerCase())} logger=${logfmtValue(logger)}`;
    this.text = `${values}${pairs.text}`;
    this.keys = keys;
  }
}

/** The line, without a newline. */
export function logfmtLine(parts: LogfmtParts, settings: LogfmtSettings): string {
  const { ms, head, message, fields, extras, stackInfo } = parts;
  const taken = new Set<string>();
  // The line's error and stack have their keys before any field does.
  const end = new LogfmtPairs(head.keys, taken, settings);
  putErrorOf(end, parts);
  if (stackInfo) end.put(STACK_INFO, stackInfo);
  const middle = new LogfmtPairs(head.keys, taken, settings);
  if (fields !== null) middle.putAll(fields);
  for (const [name, value] of extras) middle.put(name, value);
  const start = `time=${timeText(ms)} ${head.text} msg=${logfmtValue(message)}`;
  return start + middle.text + end.text;
}

function putErrorOf(pairs: LogfmtPairs, { error, errorText }: LogfmtParts): void {
  if (isPresent(error)) pairs.putThrown("error", error);
  else if (errorText) pairs.put("error.stack", errorText);
}

// Lines come in bursts: the text of a second is made once.
let shownSecond = Number.NaN;
let shownText = "";

function timeText(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== shownSecond) {
    const text = isoTime(second * 1000);
    if (text === null) return "null";
    shownText = text.slice(0, -4);
    shownSecond = second;
  }
  return `${shownText}${String(ms - second * 1000).padStart(3, "0")}Z`;
}

/** Room for one value's JSON; null while somebody uses it, since a getter or toJSON may log. */
let spare: Buffer | null = Buffer.allocUnsafeSlow(4096);

function jsonText(put: (bytes: Buffer) => number): string {
  const bytes = spare;
  if (bytes === null) return bytesFrom(4096, put)?.toString("utf8") ?? "";
  spare = null;
  try {
    const end = put(bytes);
    if (end >= 0) return bytes.toString("utf8", 0, end);
  } finally {
    spare = bytes;
  }
  return bytesFrom(bytes.length * 4, put)?.toString("utf8") ?? "";
}

/** Pairs of a line, each behind a space, no key twice. */
class LogfmtPairs {
  text = "";
  readonly #ofHead: ReadonlySet<string>;
  readonly #taken: Set<string>;
  readonly #settings: LogfmtSettings;

  /** @param taken the keys that are taken besides those of the head; those put here are added */
  constructor(ofHead: ReadonlySet<string>, taken: Set<string>, settings: LogfmtSettings) {
    this.#ofHead = ofHead;
    this.#taken = taken;
    this.#settings = settings;
  }

  putAll(fields: Fields): void {
    for (const name of Object.keys(fields)) this.put(name, readProperty(fields, name));
  }

  /** A value; nothing for undefined. */
  put(name: string, value: unknown): void {
    const { limits } = this.#settings;
    if (typeof value === "string" && value.length <= limits.maxLength) {
      this.#pair(name, logfmtValue(value));
    } else if (typeof value === "number" || typeof value === "boolean" || value === null) {
      this.#pair(name, Object.is(value, -0) ? "0" : String(value));
    } else {
      this.#putJson(name, (bytes) => putValue(bytes, 0, value, new JsonWalk(limits)));
    }
  }

  /** What was thrown, in the shape of an error. */
  putThrown(name: string, thrown: unknown): void {
    const { limits } = this.#settings;
    this.#putJson(name, (bytes) => putThrown(bytes, 0, thrown, new JsonWalk(limits)));
  }

  #putJson(name: string, put: (bytes: Buffer) => number): void {
    const json = jsonText(put);
    if (json === "") return; // undefined
    this.#putPlain(name, JSON.parse(json), this.#settings.nested === "json");
  }

  #putPlain(name: string, value: unknown, asJson: boolean): void {
    if (typeof value === "string") this.#pair(name, logfmtValue(value));
    else if (typeof value !== "object" || value === null) this.#pair(name, String(value));
    else if (asJson || Array.isArray(value)) this.#pair(name, logfmtValue(JSON.stringify(value)));
    else {
      const entries = Object.entries(value);
      if (entries.length === 0) this.#pair(name, "{}");
      for (const [key, inner] of entries) this.#putPlain(`${name}.${key}`, inner, false);
    }
  }

  #pair(name: string, value: string): void {
    let key = logfmtKey(name);
    while (this.#ofHead.has(key) || this.#taken.has(key)) key += "_";
    this.#taken.add(key);
    this.text += ` ${key}=${value}`;
  }
}
