// The line encoders of one plan for calls within a context. A context mostly lasts for
// a few calls, so its fields are put in front of those of the call and encoded with
// them. One that stays (a job, a script, a connection) is worth an encoder of its own,
// which has its fields as bytes, as a `with()` has. Plans keep one of these from their
// first such call on. Its lines are those of a record with the same fields.

import { joinedFields } from "./bound-fields.ts";
import type { LineEncoder } from "./line-encoder.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Makes the encoder of a plan's logger and level for fields that stand in front; null for none. */
export type MakeEncoder = (before: Fields | null) => LineEncoder | null;

/** After so many calls in one context, one behind the other, it gets its own encoder. */
const CALLS_IN_A_ROW = 16;

export class ContextEncoders {
  readonly #make: MakeEncoder;
  readonly #bound: Fields | null;
  /** For calls whose fields are all given; null if the formatter has none. */
  readonly #plain: LineEncoder | null;
  /** What surrounded the last call, and the calls in a row. */
  #around: Fields | null = null;
  #calls = 0;
  /** That of the context of the last calls; null as long as it has none. */
  #own: LineEncoder | null = null;
  /** What surrounded the last call and, behind it, what is bound. */
  #before: Fields | null = null;

  constructor(make: MakeEncoder, bound: Fields | null) {
    this.#make = make;
    this.#bound = bound;
    this.#plain = make(null);
  }

  /**
   * The encoder for a call that `around` surrounds; to be given the fields that
   * `fieldsFor` makes. Null if the call needs a record.
   */
  encoderFor(around: Fields): LineEncoder | null {
    if (around !== this.#around) {
      this.#around = around;
      this.#calls = 1;
      this.#own = null;
      this.#before = this.#bound === null ? around : joinedFields(around, this.#bound);
      return this.#plain;
    }
    this.#calls += 1;
    if (this.#calls === CALLS_IN_A_ROW) {
      const own = this.#make(this.#before);
      // What makes it may be the application's, and log in another context.
      if (around !== this.#around) return this.encoderFor(around);
      this.#own = own;
    }
    return this.#own ?? this.#plain;
  }

  /** The fields to give to the encoder just asked for; `own` are those of the call, or null. */
  fieldsFor(own: Fields | null): Fields | null {
    if (this.#own !== null) return own;
    return own === null ? this.#before : joinedFields(this.#before as Fields, own);
  }
}
