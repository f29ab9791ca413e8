// Times as `2026-11-22T15:07:06.123Z`, 24 characters in bytes that their owner copies
// into line after line. Within a second only the milliseconds change, and making the
// text anew would cost more than all the rest of a short line. The JSON encoders
// use it; it must never show another time than the one it was given.

/** How many bytes a stamp has. */
export const STAMP_LENGTH = 24;

// The years 0 to 9999: others have more than four digits.
const FIRST = -62_167_219_200_000;
const LAST = 253_402_300_799_999;

/** The time of an instant in ISO 8601, UTC; null where Date knows none. */
export function isoTime(ms: number): string | null {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : null;
}

/** A time in bytes, at a fixed place of them. */
export class TimeStamp {
  readonly #bytes: Uint8Array;
  readonly #at: number;
  /** The instant that the bytes show, and the second it is in; NaN while they show none. */
  #shown = Number.NaN;
  #second = Number.NaN;

  /** @param at where in `bytes` the stamp is; `STAMP_LENGTH` bytes from there are its own */
  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /**
   * Makes the bytes show an instant.
   *
   * @param ms whole milliseconds since the epoch
   * @returns false if its text has another length, or there is none
   */
  show(ms: number): boolean {
    if (ms === this.#shown) return true;
    const since = ms - this.#second;
    if (!(since >= 0 && since < 1000)) return this.#showSecond(ms);
    const bytes = this.#bytes;
    const at = this.#at + 20;
    const tens = (since / 10) | 0;
    const hundreds = (since / 100) | 0;
    bytes[at] = 48 + hundreds;
    bytes[at + 1] = 48 + tens - hundreds * 10;
    bytes[at + 2] = 48 + since - tens * 10;
    this.#shown = ms;
    return true;
  }

  #showSecond(ms: number): boolean {
    if (!(ms >= FIRST && ms <= LAST)) return false;
    const text = new Date(ms).toISOString();
    for (let i = 0; i < STAMP_LENGTH; i++) this.#bytes[this.#at + i] = text.charCodeAt(i);
    this.#second = Math.floor(ms / 1000) * 1000;
    this.#shown = ms;
    return true;
  }
}
