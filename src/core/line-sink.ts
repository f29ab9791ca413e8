// What a handler may offer besides `handle`: to take a line straight from a call,
// through a formatter's line encoder. A logger's plan uses it where nothing on the
// way needs a record.

import type { LineEncoder } from "./line-encoder.ts";

/** Takes lines; what `Handler.lineSink` gives. */
export interface LineSink {
  /**
   * Takes the line of one call, as `emit` would take its record. Never throws.
   *
   * @param ms the call's time by the clock, in milliseconds since the epoch
   * @returns false if this call needs a record and `handle` all the same; nothing was taken then
   */
  put(
    encoder: LineEncoder,
    ms: number,
    levelno: number,
    message: string,
    fields: Readonly<Record<string, unknown>> | null,
    error: unknown,
  ): boolean;
}
