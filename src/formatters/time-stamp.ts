// A time in bytes that their owner copies into line after line. Within a second only the
// milliseconds change, and making the text anew would cost more than all the rest of a
// short line. The JSON encoders use it; it must never show another time than the one
// it was given.

/** How an instant looks. Every text within the bounds has one length. */
export interface StampLayout {
  /** The first and the last instant that look so, in milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
  /** Where the three digits of the milliseconds are. */
  readonly millisAt: number;
  /** The text of an instant in whole milliseconds. */
  readonly textOf: (ms: number) => string;
}

/** `2026-11-22T15:07:06.123Z`, for the years 0 to 9999: others have more than four digits. */
const ISO_LAYOUT: StampLayout = {
  first: -62_167_219_200_000,
  last: 253_402_300_799_999,
  millisAt: 20,
  textOf: (ms) => new Date(ms).toISOString(),
};

/** `1795359226123`, for the years 2001 to 2286: there it has thirteen digits. */
export const EPOCH_LAYOUT: StampLayout = {
  first: 1_000_000_000_000,
  last: 9_999_999_999_999,
  millisAt: 10,
  textOf: String,
};

/** The time of an instant in ISO 8601, UTC; null where Date knows none. */
export function isoTime(ms: number): string | null {
  return Math.abs(ms) <= 8.64e15 ? ISO_LAYOUT.textOf(ms) : null;
}

/** A time at a fixed place of some bytes. */
export class TimeStamp {
  readonly #bytes: Uint8Array;
  readonly #at: number;
  readonly #layout: StampLayout;
  /** The instant that the bytes show, and the second it is in; NaN while they show none. */
  #shown = Number.NaN;
  #second = Number.NaN;

  /** @param at where in `bytes` the text begins */
  constructor(bytes: Uint8Array, at: number, layout: StampLayout = ISO_LAYOUT) {
    this.#bytes = bytes;
    this.#at = at;
    this.#layout = layout;
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
    const at = this.#at + this.#layout.millisAt;
    const tens = (since / 10) | 0;
    const hundreds = (since / 100) | 0;
    bytes[at] = 48 + hundreds;
    bytes[at + 1] = 48 + tens - hundreds * 10;
    bytes[at + 2] = 48 + since - tens * 10;
    this.#shown = ms;
    return true;
  }

  #showSecond(ms: number): boolean {
    const { first, last, textOf } = this.#layout;
    if (!(ms >= first && ms <= last)) return false;
    const text = textOf(ms);
    for (let i = 0; i < text.length; i++) this.#bytes[this.#at + i] = text.charCodeAt(i);
    this.#second = Math.floor(ms / 1000) * 1000;
    this.#shown = ms;
    return true;
  }
}
