// Long strings as JSON in bytes, mostly the stacks of errors: some hundred characters
// of ASCII with a newline in every fiftieth. Before V8 13.8 JSON.stringify takes
// nearly 2 ns a character for them, a regular expression over 1; four bytes at a time
// take half of that. json-string.ts comes here; nothing here runs an application's
// code, so one scratch is enough for all.

import { putBytes, putLongText } from "../core/line-bytes.ts";
import { NO_ROOM } from "../core/line-encoder.ts";

/** Node's own writers, which Buffer's `write` calls after looking at its arguments. */
interface NativeBuffer extends Buffer {
  utf8Write(text: string, at: number): number;
  latin1Write(text: string, at: number): number;
}

const [major = 0, minor = 0] = process.versions.v8.split(".").map(Number);
const STRINGIFY_IS_FAST = major > 13 || (major === 13 && minor >= 8);

const MOST = 16_384;
const MOST_BREAKS = 512;
/** Four bytes more than a text that suits, so that a longer one is seen to be longer. */
const words = new Int32Array(MOST / 4 + 1);
const scratch = Buffer.from(words.buffer) as NativeBuffer;
const breaks = new Uint32Array(MOST_BREAKS);

// U+0080 to U+009F with CSI among them, line and paragraph separator, the marks,
// embeddings, overrides and isolates of text from right to left. None is ASCII.
const STEERING = /[\u0080-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const ALL_STEERING = new RegExp(STEERING, "g");

const NEWLINE = 10;
const QUOTE = 34;
const BACKSLASH = 92;
const LETTER_N = 110;

/** The last text that came twice running, in bytes; and the last one that came at all. */
let known: { readonly text: string; readonly bytes: Buffer } | null = null;
let last = "";
const LONGEST_KNOWN = 4096;

/**
 * Puts a string as `quoted` says it. An error that is logged once is
 * mostly logged again, with the same stack: to see that costs a tenth of writing it.
 */
export function putLongQuoted(bytes: Buffer, at: number, text: string): number {
  if (known !== null && text === known.text) return putBytes(bytes, at, known.bytes);
  const end = putUnknown(bytes, at, text);
  if (end < 0 || text.length > LONGEST_KNOWN) return end;
  if (text === last) known = { text, bytes: Buffer.from(bytes.subarray(at, end)) };
  last = text;
  return end;
}

function putUnknown(bytes: Buffer, at: number, text: string): number {
  if (!STRINGIFY_IS_FAST && text.length <= MOST) {
    const count = findBreaks(text);
    if (count >= 0) return putLines(bytes as NativeBuffer, at, text, count);
  }
  const json = JSON.stringify(text);
  const end = putLongText(bytes, at, json);
  // As many bytes as characters: ASCII, where nothing is to be looked for.
  if (end < 0 || end - at === json.length || !STEERING.test(json)) return end;
  return putLongText(bytes, at, guarded(json));
}

/**
 * A text as JSON, in quotes. Besides what JSON must escape, the line breaks, control
 * characters and marks of writing direction beyond ASCII are: a terminal that shows
 * the file would obey them.
 */
export function quoted(text: string): string {
  const json = JSON.stringify(text);
  return STEERING.test(json) ? guarded(json) : json;
}

function guarded(json: string): string {
  return json.replace(
    ALL_STEERING,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** How many newlines there are, noted in `breaks`; -1 if there is more to escape than these. */
function findBreaks(text: string): number {
  const { length } = text;
  // As many bytes as characters: all of them are ASCII.
  if (scratch.utf8Write(text, 0) !== length) return -1;
  scratch[length] = scratch[length + 1] = scratch[length + 2] = 32;
  const end = (length + 3) >> 2;
  let count = 0;
  for (let i = 0; i < end; i++) {
    const word = words[i] as number;
    // Above 127 is a byte's highest bit; a subtraction sets it where a byte is below 32,
    // or is zero after the exclusive or. What it sets besides is looked at all the same.
    const quote = word ^ 0x22222222;
    const backslash = word ^ 0x5c5c5c5c;
    const special =
      ((word - 0x20202020) & ~word) |
      ((quote - 0x01010101) & ~quote) |
      ((backslash - 0x01010101) & ~backslash);
    if ((special & 0x80808080) === 0) continue;
    for (let at = i * 4; at < i * 4 + 4; at++) {
      const byte = scratch[at] as number;
      if (byte === NEWLINE && count < MOST_BREAKS) breaks[count++] = at;
      else if (byte < 32 || byte === QUOTE || byte === BACKSLASH) return -1;
    }
  }
  return count;
}

// The text is written where its last line belongs, then the lines move to the left.
function putLines(bytes: NativeBuffer, at: number, text: string, count: number): number {
  const end = at + text.length + count + 2;
  if (end > bytes.length) return NO_ROOM;
  const source = at + 1 + count;
  bytes.latin1Write(text, source);
  let to = at + 1;
  let from = 0;
  for (let i = 0; i < count; i++) {
    const stop = breaks[i] as number;
    bytes.copyWithin(to, source + from, source + stop);
    to += stop - from;
    bytes[to] = BACKSLASH;
    bytes[to + 1] = LETTER_N;
    to += 2;
    from = stop + 1;
  }
  bytes[at] = QUOTE;
  bytes[end - 1] = QUOTE;
  return end;
}
