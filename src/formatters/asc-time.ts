// The time of a line as its formatter's settings want it, CPython's `asctime`: as text
// for records, as bytes for the encoders. The text of a second is made once, since
// lines come in bursts. The settings may be changed on the formatter at any time, so
// they are compared each time; nothing here may show a time by the settings before.

import { bytesOf, putBytes, putText } from "../core/line-bytes.ts";
import { NEEDS_RECORD, NO_ROOM } from "../core/line-encoder.ts";
import { formatPercent } from "../core/percent.ts";
import { strftime } from "./strftime.ts";
import type { FormatterZone } from "./wall-time.ts";

/** What a formatter says of its times; see Formatter. */
export interface TimeSettings {
  readonly converter: FormatterZone;
  readonly defaultTimeFormat: string;
  readonly defaultMsecFormat: string | null;
  readonly datefmt: string | null;
}

const STANDARD_MSECS = "%s,%03d";

/** One conversion of a %-format, with its letter. */
const CONVERSION = /%[-#0 +]*\d*(?:\.\d*)?[hlL]?([a-zA-Z%])/g;

/** A whole number that Python shows as the float that it is there, without quotes. */
class WholeFloat {
  readonly #value: number;
  constructor(value: number) {
    this.#value = value;
  }
  toString(): string {
    return `${this.#value}.0`;
  }
}

/** The times of one formatter. */
export class AscTime {
  readonly #settings: TimeSettings;
  #second = Number.NaN;
  #format = "";
  #zone = "";
  #text = "";
  #bytes: Buffer | null = null;
  #msecFormat = "";
  /** The conversion by which that shows the milliseconds. */
  #conversion = "";

  constructor(settings: TimeSettings) {
    this.#settings = settings;
  }

  /**
   * The text of a time, by `datefmt` or the two default formats.
   *
   * @param created seconds since the epoch
   * @param msecs its milliseconds, 0 to 999
   */
  text(created: number, msecs: number, datefmt: string | null): string {
    const { defaultTimeFormat, defaultMsecFormat } = this.#settings;
    this.#turnTo(Math.floor(created), datefmt || defaultTimeFormat);
    const text = this.#text;
    if (datefmt || !defaultMsecFormat) return text;
    if (defaultMsecFormat === STANDARD_MSECS) {
      return `${text},${String(Math.trunc(msecs)).padStart(3, "0")}`;
    }
    return this.#withMilliseconds(defaultMsecFormat, msecs);
  }

  /**
   * Puts the same as UTF-8.
   *
   * @param ms milliseconds since the epoch
   */
  put(bytes: Buffer, at: number, ms: number): number {
    const { datefmt, defaultTimeFormat, defaultMsecFormat } = this.#settings;
    const second = Math.floor(ms / 1000);
    this.#turnTo(second, datefmt || defaultTimeFormat);
    if (datefmt || !defaultMsecFormat) return putBytes(bytes, at, this.#secondBytes());
    const msecs = Math.floor(ms - second * 1000);
    if (defaultMsecFormat !== STANDARD_MSECS) {
      return putText(bytes, at, this.#withMilliseconds(defaultMsecFormat, msecs));
    }
    const end = putBytes(bytes, at, this.#secondBytes());
    return end < 0 ? end : putMilliseconds(bytes, end, msecs);
  }

  // CPython's are a float, also where they are whole: its %s prints 948.0, and its %x
  // refuses them, as it does any number with a fraction.
  #withMilliseconds(format: string, msecs: number): string {
    if (format !== this.#msecFormat) {
      this.#msecFormat = format;
      const conversions = [...format.matchAll(CONVERSION)].filter(([, letter]) => letter !== "%");
      this.#conversion = conversions[1]?.[1] ?? "";
    }
    return formatPercent(format, [this.#text, this.#asFloat(msecs)]);
  }

  #asFloat(msecs: number): unknown {
    if (!Number.isInteger(msecs)) return msecs;
    if (/[sra]/.test(this.#conversion)) return new WholeFloat(msecs);
    return /[oxXc]/.test(this.#conversion) ? msecs + 0.5 : msecs;
  }

  #turnTo(second: number, format: string): void {
    const { converter } = this.#settings;
    if (second === this.#second && format === this.#format && converter === this.#zone) return;
    this.#text = strftime(format, second, converter);
    this.#second = second;
    this.#format = format;
    this.#zone = converter;
    this.#bytes = null;
  }

  #secondBytes(): Buffer {
    this.#bytes ??= bytesOf(this.#text);
    return this.#bytes;
  }
}

function putMilliseconds(bytes: Buffer, at: number, msecs: number): number {
  if (!(msecs >= 0 && msecs <= 999)) return NEEDS_RECORD; // a time that Date can't hold
  if (at + 4 > bytes.length) return NO_ROOM;
  const tens = (msecs / 10) | 0;
  const hundreds = (msecs / 100) | 0;
  bytes[at] = 44;
  bytes[at + 1] = 48 + hundreds;
  bytes[at + 2] = 48 + tens - hundreds * 10;
  bytes[at + 3] = 48 + msecs - tens * 10;
  return at + 4;
}
