// Lines of JSON without a record: for one logger's name, level and bound fields, all
// that stays the same is in bytes already, and a call copies it, with the digits of
// its time, and puts message, fields and error behind. A logger's plan keeps one.
// Its lines are to the byte those of json-line.ts for a record of the same call; a
// getter or toJSON may log in the midst of one, so what a line needs is its own.

import { isPresent } from "../core/formatter.ts";
import { bytesFrom, putBytes } from "../core/line-bytes.ts";
import { NEEDS_RECORD } from "../core/line-encoder.ts";
import type { LineEncoder } from "../core/line-encoder.ts";
import { readProperty } from "../core/value.ts";
import { TimeStamp } from "./iso-time.ts";
import type { JsonLimits } from "./json-limits.ts";
import { JsonWalk } from "./json-limits.ts";
import { NAMES, OPENING, OURS, putErrorOf, putFields, putHead, putTail } from "./json-line.ts";
import type { Fields } from "./json-line.ts";
import { putQuoted } from "./json-string.ts";

/** Walks that no line is using. One is enough but for lines within lines. */
export class SpareWalk {
  readonly #limits: JsonLimits;
  #spare: JsonWalk | null = null;

  constructor(limits: JsonLimits) {
    this.#limits = limits;
  }

  /** A walk at its beginning, for one line. */
  take(): JsonWalk {
    const walk = this.#spare ?? new JsonWalk(this.#limits);
    this.#spare = null;
    return walk;
  }

  /** Takes it back when the line is done. */
  give(walk: JsonWalk): void {
    this.#spare = walk.restart();
  }
}

/** The encoder for a name and a level; null where its head can't be made. */
export function jsonEncoder(
  name: string,
  level: string,
  pid: number,
  bound: Fields | null,
  walks: SpareWalk,
): LineEncoder | null {
  const walk = walks.take();
  const head = bytesFrom(256, (bytes) => putHead(bytes, 0, 0, level, name, pid, walk.restart()));
  walks.give(walk);
  if (head === null) return null;
  return new JsonEncoder(head, bound, walks);
}

/** Room behind a head for a message, in quotes. */
const MESSAGE_ROOM = 256;

class JsonEncoder implements LineEncoder {
  /** The head, and behind it a message that came twice running: a call is mostly one of many. */
  readonly #memory: Buffer;
  readonly #head: Buffer;
  /** Head and message; null as long as none came twice. */
  #known: Buffer | null = null;
  #knownMessage = "";
  #lastMessage: string | null = null;
  readonly #stamp: TimeStamp;
  readonly #walks: SpareWalk;
  readonly #bound: BoundBytes | null;

  constructor(head: Buffer, bound: Fields | null, walks: SpareWalk) {
    this.#memory = Buffer.alloc(head.length + MESSAGE_ROOM);
    this.#memory.set(head);
    this.#head = this.#memory.subarray(0, head.length);
    // Behind the key, and the quote that begins the value.
    this.#stamp = new TimeStamp(this.#memory, OPENING.length + 1);
    this.#walks = walks;
    this.#bound = bound === null ? null : new BoundBytes(bound, walks);
  }

  encode(
    bytes: Buffer,
    offset: number,
    ms: number,
    message: string,
    fields: Fields | null,
    error: unknown,
  ): number {
    try {
      // As the record has it: seconds, and rounded.
      if (!this.#stamp.show(Math.round((ms / 1000) * 1000))) return NEEDS_RECORD;
      let at =
        this.#known !== null && message === this.#knownMessage
          ? putBytes(bytes, offset, this.#known)
          : this.#putMessage(bytes, offset, message);
      let bound = this.#bound;
      if (at >= 0 && bound !== null && bound.fixed !== null && fields === null) {
        at = putBytes(bytes, at, bound.fixed);
        bound = null;
      }
      if (at >= 0 && (fields !== null || bound !== null || isPresent(error))) {
        at = this.#putRest(bytes, at, bound, fields, error);
      }
      return at < 0 ? at : putTail(bytes, at);
    } catch {
      return NEEDS_RECORD; // the keys of a proxy can't be told, or the stack is full
    }
  }

  /** Puts head and message, and keeps them together if the message is that of the last call. */
  #putMessage(bytes: Buffer, offset: number, message: string): number {
    const at = putBytes(bytes, offset, this.#head);
    if (at < 0) return at;
    const end = putQuoted(bytes, at, message);
    if (message === this.#lastMessage && end >= 0 && end - at <= MESSAGE_ROOM) {
      this.#memory.set(bytes.subarray(at, end), this.#head.length);
      this.#known = this.#memory.subarray(0, this.#head.length + end - at);
      this.#knownMessage = message;
    }
    this.#lastMessage = message;
    return end;
  }

  #putRest(
    bytes: Buffer,
    at: number,
    bound: BoundBytes | null,
    fields: Fields | null,
    error: unknown,
  ): number {
    const walk = this.#walks.take();
    const hasError = isPresent(error);
    let to = at;
    if (bound === null) {
      if (fields !== null) to = putFields(bytes, to, fields, hasError, walk);
    } else if (fields !== null && bound.meets(fields)) {
      to = putFields(bytes, to, bound.merged(fields), hasError, walk);
    } else {
      to = bound.put(bytes, to, hasError, walk);
      if (to >= 0 && fields !== null) to = putFields(bytes, to, fields, hasError, walk);
    }
    if (to >= 0) to = putErrorOf(bytes, to, error, walk);
    this.#walks.give(walk);
    return to;
  }
}

/** The fields of a `with()`. */
class BoundBytes {
  /** Null where one of them may change: then they are read at each call. */
  readonly fixed: Buffer | null;
  readonly #fields: Fields;
  /** Whether one of them has the name of one of our keys. */
  readonly #hasOurs: boolean;

  constructor(fields: Fields, walks: SpareWalk) {
    this.#fields = fields;
    this.#hasOurs = Object.keys(fields).some((key) => OURS.has(key));
    const walk = walks.take();
    // A field `error` has another name beside an error of the call.
    this.fixed =
      NAMES.error in fields || Object.values(fields).some(mayChange)
        ? null
        : bytesFrom(256, (bytes) => putFields(bytes, 0, fields, false, walk.restart()));
    walks.give(walk);
  }

  put(bytes: Buffer, at: number, hasError: boolean, walk: JsonWalk): number {
    const fixed = this.fixed;
    return fixed === null
      ? putFields(bytes, at, this.#fields, hasError, walk)
      : putBytes(bytes, at, fixed);
  }

  /**
   * Whether a call's fields stand anywhere but behind the bound ones, or any of them
   * under another name: a key of both has the bound one's place, a name of ours looks
   * at all other names, and keys that are whole numbers come first in any object.
   */
  meets(fields: Fields): boolean {
    if (this.#hasOurs) return true;
    for (const key in fields) {
      const first = key.charCodeAt(0);
      if (key in this.#fields || OURS.has(key) || (first >= 48 && first <= 57)) return true;
    }
    return false;
  }

  /** Both together, as a record has them. */
  merged(fields: Fields): Fields {
    const all: Record<string, unknown> = Object.create(null);
    for (const key of Object.keys(this.#fields)) all[key] = this.#fields[key];
    for (const key of Object.keys(fields)) all[key] = readProperty(fields, key);
    return all;
  }
}

function mayChange(value: unknown): boolean {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
