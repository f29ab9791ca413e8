// What a formatter may offer besides `format`: lines written straight into bytes,
// without a record and without a string between. A logger's plan asks for one, and
// a handler that owns bytes uses it. What it writes must be, to the byte, what
// `format` would have said of the same call, with a newline behind it.

/** The buffer ends before the line does: there is none, and nothing in it counts. */
export const NO_ROOM = -1;

/** This call needs a record and `format`: a getter threw, or something else is out of the ordinary. */
export const NEEDS_RECORD = -2;

/** Writes the lines of one logger at one level. Made once, used for every call. */
export interface LineEncoder {
  /**
   * Writes the line of a call into `bytes` from `offset` on, and a newline behind it.
   * Never throws; writes nothing behind the end of `bytes`.
   *
   * @param ms the call's time by the clock, in milliseconds since the epoch, as `now()` gave it
   * @param message the finished message
   * @param fields the structured fields of the call, in whatever object the application
   *   passed; to be read now, not to be kept or changed; null if there are none
   * @param error the error of the call; null if there is none
   * @returns the offset behind the newline, or `NO_ROOM`, or `NEEDS_RECORD`
   */
  encode(
    bytes: Buffer,
    offset: number,
    ms: number,
    message: string,
    fields: Readonly<Record<string, unknown>> | null,
    error: unknown,
  ): number;
}

/** Makes line encoders; what `RecordFormatter.lineEncoders` gives. */
export interface LineEncoders {
  /**
   * The encoder for a logger's name and a level; null if this formatter has none for it.
   *
   * @param bound the fields of `logger.with()`, which come before those of the call; null for none
   */
  encoderFor(
    name: string,
    levelno: number,
    bound: Readonly<Record<string, unknown>> | null,
  ): LineEncoder | null;
}
