// Pieces of a line as bytes: text as UTF-8, digits, and bytes that were made before.
// Line encoders put one behind the other. Each function checks that its piece fits,
// writes it, and gives the offset behind it, or one of the codes of line-encoder.ts,
// which are below zero. None keeps anything, so calls may nest; none throws.

import { NEEDS_RECORD, NO_ROOM } from "./line-encoder.ts";

/** Node's own writers, which Buffer's `write` calls after looking at its arguments. */
interface NativeBuffer extends Buffer {
  utf8Write(text: string, at: number): number;
}

// Up to here a loop is faster than the way into C++ and back: 16 characters take 40 ns
// in a loop, 60 to 110 there; 200 take a microsecond and 110 ns (Node 20).
const LOOP_LENGTH = 40;

/** Puts bytes that were made before. */
export function putBytes(bytes: Buffer, at: number, piece: Uint8Array): number {
  const { length } = piece;
  const end = at + length;
  if (end > bytes.length) return NO_ROOM;
  if (length > 12) bytes.set(piece, at);
  else for (let i = 0; i < length; i++) bytes[at + i] = piece[i] as number;
  return end;
}

/**
 * Puts text as UTF-8. A lone surrogate has no bytes of its own and may belong to the
 * piece before or behind: then it is `NEEDS_RECORD`.
 */
export function putText(bytes: Buffer, at: number, text: string): number {
  const { length } = text;
  if (at + length > bytes.length) return NO_ROOM;
  if (length > LOOP_LENGTH) return putLongText(bytes, at, text);
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return putLongText(bytes, at, text);
    bytes[at + i] = code;
  }
  return at + length;
}

/** As `putText`, without a look at the single characters. */
export function putLongText(bytes: Buffer, at: number, text: string): number {
  if (!text.isWellFormed()) return NEEDS_RECORD;
  const room = bytes.length - at;
  // No character of a JavaScript string needs more than three bytes.
  if (text.length * 3 > room && Buffer.byteLength(text, "utf8") > room) return NO_ROOM;
  return at + (bytes as NativeBuffer).utf8Write(text, at);
}

/** Puts a number as JavaScript prints it. */
export function putNumber(bytes: Buffer, at: number, value: number): number {
  if ((value | 0) === value && value >= 0) return putDigits(bytes, at, value);
  return putText(bytes, at, String(value));
}

/** Puts a whole number from 0 to 2^31 - 1. */
export function putDigits(bytes: Buffer, at: number, value: number): number {
  const end = at + digitsOf(value);
  if (end > bytes.length) return NO_ROOM;
  let rest = value;
  for (let i = end - 1; i >= at; i--) {
    const next = (rest / 10) | 0;
    bytes[i] = 48 + rest - next * 10;
    rest = next;
  }
  return end;
}

function digitsOf(value: number): number {
  if (value < 10) return 1;
  if (value < 100) return 2;
  if (value < 1000) return 3;
  if (value < 10_000) return 4;
  let digits = 5;
  for (let limit = 100_000; value >= limit; limit *= 10) digits += 1;
  return digits;
}

/** Bytes of text that is known to be well-formed. */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text, "utf8");
}

/**
 * What `put` writes from offset 0 on, in as much room as it needs, at first `room`
 * bytes. A copy of its own.
 *
 * @returns null if `put` gives up for another reason than room
 */
export function bytesFrom(room: number, put: (bytes: Buffer) => number): Buffer | null {
  for (let size = room; ; size *= 4) {
    const bytes = Buffer.allocUnsafeSlow(size);
    const end = put(bytes);
    if (end >= 0) return Buffer.from(bytes.subarray(0, end));
    if (end !== NO_ROOM) return null;
  }
}
