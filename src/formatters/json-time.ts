// The three ways in which a line of JSON shows its time: as ISO 8601 text, as
// milliseconds since the epoch, and as nanoseconds since the epoch in a string. The
// shape of a line picks one; encoders keep the bytes of a time and change the digits
// that change. A stamp must never show another time than the one it was given.

import { putBytes, bytesOf } from "../core/line-bytes.ts";
import { EPOCH_LAYOUT, isoTime, TimeStamp } from "./time-stamp.ts";

/** How a line shows its time. */
export type JsonTimeKind = "iso" | "epochMs" | "epochNs";

/** A time in bytes, at a fixed place of them. */
export interface JsonStamp {
  /**
   * Makes the bytes show an instant, given in whole milliseconds since the epoch.
   *
   * @returns false if its text has another length, or there is none
   */
  show(ms: number): boolean;
}

const NULL = bytesOf("null");

/** Puts a time in whole milliseconds since the epoch; null where there is none to tell. */
export function putTime(bytes: Buffer, at: number, ms: number, kind: JsonTimeKind): number {
  const text = timeText(ms, kind);
  return putBytes(bytes, at, text === null ? NULL : bytesOf(text));
}

function timeText(ms: number, kind: JsonTimeKind): string | null {
  if (kind === "iso") {
    const text = isoTime(ms);
    return text === null ? null : `"${text}"`;
  }
  // What Date doesn't know is no time, and beyond it numbers have gaps.
  if (!(Math.abs(ms) <= 8.64e15)) return null;
  return kind === "epochMs" ? String(ms + 0) : `"${BigInt(ms) * 1_000_000n}"`;
}

/** The stamp for a time that was put at `at` of `bytes`. */
export function stampAt(bytes: Uint8Array, at: number, kind: JsonTimeKind): JsonStamp {
  if (kind === "iso") return new TimeStamp(bytes, at + 1);
  return new TimeStamp(bytes, kind === "epochMs" ? at : at + 1, EPOCH_LAYOUT);
}

/** For lines that show no time. */
export const NO_STAMP: JsonStamp = { show: () => true };

/** An instant that every stamp can show, for heads that are made ahead of their lines. */
export const SOME_TIME: number = EPOCH_LAYOUT.first;
