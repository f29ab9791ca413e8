// Strings as JSON in bytes: what JSON.stringify says, to the byte, but for the few
// characters that a terminal would obey, which are escaped too. And the keys of objects,
// which programs repeat in every line, so that they are kept as bytes. The JSON writer
// comes here for each string; nothing here looks at lengths that a formatter allows.

import { bytesOf, putBytes } from "../core/line-bytes.ts";
import { NO_ROOM } from "../core/line-encoder.ts";
import { putLongQuoted, quoted } from "./json-long-string.ts";

const QUOTE = 34;
const BACKSLASH = 92;

/** Longer strings go by the native functions; see line-bytes.ts for the figures. */
const LOOP_LENGTH = 40;

/** Puts a string, in quotes. */
export function putQuoted(bytes: Buffer, at: number, text: string): number {
  const { length } = text;
  if (at + length + 2 > bytes.length) return NO_ROOM;
  if (length > LOOP_LENGTH) return putLongQuoted(bytes, at, text);
  const from = at + 1;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code > 127 || code === QUOTE || code === BACKSLASH) {
      return putLongQuoted(bytes, at, text);
    }
    bytes[from + i] = code;
  }
  bytes[at] = QUOTE;
  bytes[from + length] = QUOTE;
  return from + length + 1;
}

/** Longer keys are rare, and may be data; so may longer texts. */
const LONGEST_KEPT = 64;
/** Keys that are data (ids, paths) must not fill the memory. */
const MOST_KEPT = 1000;

/** A key in bytes, and the one that came behind it the last time. */
interface KeptKey {
  readonly key: string;
  readonly piece: Buffer;
  next: KeptKey | null;
  /** The text that came with it the last time, and the last one that came twice running. */
  lastText: string | null;
  knownText: string | null;
  /** The key with the known text. */
  pair: Buffer;
}

function keptKey(key: string, piece: Buffer): KeptKey {
  return { key, piece, next: null, lastText: null, knownText: null, pair: piece };
}

/** Keys as they stand in a line: `,"key":` in bytes. */
export class KeptKeys {
  readonly #kept = new Map<string, KeptKey>();
  readonly #isSpecial: ((key: string) => boolean) | null;
  /** Lines have the same keys in the same order: a guess by the last one is 2 ns, a map 15. */
  #last: KeptKey = keptKey("", Buffer.alloc(0));

  /** @param isSpecial keys that `put` refuses; null for none */
  constructor(isSpecial: ((key: string) => boolean) | null = null) {
    this.#isSpecial = isSpecial;
  }

  /** Puts a comma, the key, and a colon; `SPECIAL` for a key that is. */
  put(bytes: Buffer, at: number, key: string): number {
    const guess = this.#last.next;
    if (guess === null || guess.key !== key) return this.#putOther(bytes, at, key);
    this.#last = guess;
    return putBytes(bytes, at, guess.piece);
  }

  /**
   * The same with a text for a value, in quotes. A field has mostly few texts, one often
   * many times running ("POST", a host's name): to see that costs a tenth of writing it.
   */
  putWithText(bytes: Buffer, at: number, key: string, text: string): number {
    const guess = this.#last.next;
    if (guess !== null && guess.key === key && text === guess.knownText) {
      this.#last = guess;
      return putBytes(bytes, at, guess.pair);
    }
    const from = this.put(bytes, at, key);
    if (from < 0) return from;
    const end = putQuoted(bytes, from, text);
    if (end >= 0) remember(this.#last, text, bytes, at, end);
    return end;
  }

  #putOther(bytes: Buffer, at: number, key: string): number {
    const kept = this.#kept.get(key);
    if (kept === undefined) return this.#putNew(bytes, at, key);
    this.#last.next = kept;
    this.#last = kept;
    return putBytes(bytes, at, kept.piece);
  }

  #putNew(bytes: Buffer, at: number, key: string): number {
    if (this.#isSpecial?.(key) === true) return SPECIAL;
    const piece = keyPiece(key);
    // What is behind this key is not what comes behind the one before it.
    this.#last = keptKey(key, piece);
    if (key.length <= LONGEST_KEPT) {
      if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
      this.#kept.set(key, this.#last);
    }
    return putBytes(bytes, at, piece);
  }
}

function remember(kept: KeptKey, text: string, bytes: Buffer, at: number, end: number): void {
  if (text.length > LONGEST_KEPT) return;
  if (text === kept.lastText) {
    kept.knownText = text;
    kept.pair = Buffer.from(bytes.subarray(at, end));
  }
  kept.lastText = text;
}

/** What `KeptKeys.put` gives for a special key; nothing was put. */
export const SPECIAL = -3;

/** A comma, a key, and a colon. */
export function keyPiece(key: string): Buffer {
  return bytesOf(`,${quoted(key)}:`);
}
