// Lines of JSON without a record: for one logger's name, level and bound fields, all
// that stays the same is in bytes already, and a call copies it, with the digits of
// its time, and puts message, fields and error. A logger's plan keeps one.
// Its lines are to the byte those of json-line.ts for a record of the same call; a
// getter or toJSON may log in the midst of one, so what a line needs is its own.

import { isPresent } from "../core/formatter.ts";
import { bytesFrom, putBytes } from "../core/line-bytes.ts";
import { NEEDS_RECORD } from "../core/line-encoder.ts";
import type { LineEncoder } from "../core/line-encoder.ts";
import type { SpareWalk } from "./json-limits.ts";
import { OPEN_BRACE, putBothEnds, putMessage, putSegments, putTail } from "./json-line.ts";
import type { Fields } from "./json-line.ts";
import { LineRest } from "./json-rest.ts";
import type { JsonShape, LineFacts, Segment } from "./json-shape.ts";
import { putQuoted } from "./json-string.ts";
import { NO_STAMP, SOME_TIME, stampAt } from "./json-time.ts";
import type { JsonStamp } from "./json-time.ts";

/** The encoder of lines that begin with the same facts; null where their bytes can't be made. */
export function jsonEncoder(
  facts: LineFacts,
  bound: Fields | null,
  shape: JsonShape,
  walks: SpareWalk,
): LineEncoder | null {
  const put = (segments: readonly Segment<LineFacts>[], from: Buffer | null): Buffer | null => {
    const walk = walks.take();
    const made = bytesFrom(256, (bytes) => {
      const at = from === null ? 0 : putBytes(bytes, 0, from);
      return at < 0
        ? at
        : putSegments(bytes, at, segments, facts, SOME_TIME, shape, walk.restart());
    });
    walks.give(walk);
    return made;
  };
  const timeAt = shape.before.findIndex(({ value }) => value === "time");
  const untilTime = put(shape.before.slice(0, Math.max(timeAt, 0)), null);
  const head = untilTime === null ? null : put(shape.before.slice(Math.max(timeAt, 0)), untilTime);
  const neck = put(shape.after, null);
  if (untilTime === null || head === null || neck === null) return null;
  const place = timeAt < 0 ? null : untilTime.length + (shape.before[timeAt]?.piece.length ?? 0);
  const rest = new LineRest(bound, shape, walks);
  if (shape.isMessageLast) return new MessageLastEncoder(head, place, rest, shape);
  const whole = Buffer.concat([head, shape.message]);
  whole[0] = OPEN_BRACE;
  return new MessageFirstEncoder(whole, neck, place, rest, shape);
}

/** Room for a message that is kept, in quotes. */
const MESSAGE_ROOM = 256;

/** Whether a call has anything but a message. */
function hasDetails(fields: Fields | null, error: unknown): boolean {
  return fields !== null || isPresent(error);
}

class MessageFirstEncoder implements LineEncoder {
  /** The head, and behind it a message that came twice running: a call is mostly one of many. */
  readonly #memory: Buffer;
  readonly #head: Buffer;
  /** What is behind the message, before the rest; mostly nothing. */
  readonly #neck: Buffer;
  /** Head, message and neck; null as long as no message came twice. */
  #known: Buffer | null = null;
  #knownMessage = "";
  #lastMessage: string | null = null;
  readonly #stamp: JsonStamp;
  readonly #rest: LineRest;
  /** See `LineRest.alone`. */
  readonly #alone: Buffer | null;

  /** @param place where in the head the time is; null for nowhere */
  constructor(head: Buffer, neck: Buffer, place: number | null, rest: LineRest, shape: JsonShape) {
    this.#memory = Buffer.alloc(head.length + MESSAGE_ROOM + neck.length);
    this.#memory.set(head);
    this.#head = this.#memory.subarray(0, head.length);
    this.#neck = neck;
    this.#stamp = place === null ? NO_STAMP : stampAt(this.#memory, place, shape.time);
    this.#rest = rest;
    this.#alone = rest.alone;
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
      const alone = this.#alone;
      if (at >= 0) {
        if (alone === null || hasDetails(fields, error)) {
          at = this.#rest.put(bytes, at, fields, error);
        } else if (alone.length > 0) at = putBytes(bytes, at, alone);
      }
      return at < 0 ? at : putTail(bytes, at);
    } catch {
      return NEEDS_RECORD; // the keys of a proxy can't be told, or the stack is full
    }
  }

  /** Puts head, message and neck, and keeps them together if the message is that of the last call. */
  #putMessage(bytes: Buffer, offset: number, message: string): number {
    const at = putBytes(bytes, offset, this.#head);
    if (at < 0) return at;
    const end = putQuoted(bytes, at, message);
    if (message === this.#lastMessage && end >= 0 && end - at <= MESSAGE_ROOM) {
      const from = this.#head.length;
      this.#memory.set(bytes.subarray(at, end), from);
      this.#memory.set(this.#neck, from + end - at);
      this.#known = this.#memory.subarray(0, from + end - at + this.#neck.length);
      this.#knownMessage = message;
    }
    this.#lastMessage = message;
    return end < 0 || this.#neck.length === 0 ? end : putBytes(bytes, end, this.#neck);
  }
}

class MessageLastEncoder implements LineEncoder {
  readonly #head: Buffer;
  /** The message behind its key that came twice running; null as long as none did. */
  #known: Buffer | null = null;
  #knownMessage = "";
  #lastMessage: string | null = null;
  readonly #stamp: JsonStamp;
  readonly #rest: LineRest;
  readonly #alone: Buffer | null;
  readonly #shape: JsonShape;

  constructor(head: Buffer, place: number | null, rest: LineRest, shape: JsonShape) {
    this.#head = head;
    this.#stamp = place === null ? NO_STAMP : stampAt(head, place, shape.time);
    this.#rest = rest;
    this.#alone = rest.alone;
    this.#shape = shape;
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
      if (!this.#stamp.show(Math.round((ms / 1000) * 1000))) return NEEDS_RECORD;
      let at = putBytes(bytes, offset, this.#head);
      const alone = this.#alone;
      if (at >= 0) {
        if (alone === null || hasDetails(fields, error)) {
          at = this.#rest.put(bytes, at, fields, error);
        } else if (alone.length > 0) at = putBytes(bytes, at, alone);
      }
      if (at >= 0 && message !== "") {
        at =
          this.#known !== null && message === this.#knownMessage
            ? putBytes(bytes, at, this.#known)
            : this.#putMessage(bytes, at, message);
      }
      return at < 0 ? at : putBothEnds(bytes, offset, at);
    } catch {
      return NEEDS_RECORD; // the keys of a proxy can't be told, or the stack is full
    }
  }

  #putMessage(bytes: Buffer, at: number, message: string): number {
    const end = putMessage(bytes, at, message, this.#shape);
    if (message === this.#lastMessage && end >= 0 && end - at <= MESSAGE_ROOM) {
      this.#known = Buffer.from(bytes.subarray(at, end));
      this.#knownMessage = message;
    }
    this.#lastMessage = message;
    return end;
  }
}
