// How an outbox's troubles are told: once when one begins, once when it is over, with
// the number of records that it cost. A trouble begins with a failure or a drop and
// ends when nothing waits any more. A server that is away for a night makes two lines.

import { nameOf, reportFailure } from "../../core/self-report.ts";

/** Whose troubles these are: a handler. */
export interface TroubleListener {
  /** Something failed, or began to, that is not about one record. */
  handleTrouble(error: unknown, what: string): void;
}

/** The troubles of one outbox. */
export class TroubleLog {
  readonly #listener: TroubleListener;
  #isTold = false;
  #dropped = 0;

  constructor(listener: TroubleListener) {
    this.#listener = listener;
  }

  /** A try failed; there will be others. */
  failed(error: unknown, target: string): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#tell(error, `sending to ${target} failed; records wait until it works`);
  }

  /** The other side has refused records, which are dropped. */
  refused(error: unknown, count: number, target: string): void {
    const records = count === 1 ? "a record was" : `${count} records were`;
    this.#tell(error, `${target} refused what was sent; ${records} dropped`);
  }

  /** The oldest had to go, for want of room; told when it begins, the number when it ends. */
  overflowed(count: number, target: string): void {
    this.#dropped += count;
    if (this.#dropped > count) return;
    const error = withoutStack(`more wait to be sent to ${target} than may`);
    this.#tell(error, "the oldest records that wait are dropped");
  }

  /** The time was up for all that waited. */
  expired(count: number, target: string): void {
    const before = this.#dropped === 0 ? "" : `, and ${this.#dropped} were dropped before`;
    this.#dropped = 0;
    const records = count === 1 ? "1 record" : `${count} records`;
    const error = withoutStack(`${records} could not be sent to ${target}${before}`);
    this.#tell(error, "what waited is dropped: the time to send it was up");
  }

  /** Nothing waits any more. */
  over(): void {
    const dropped = this.#dropped;
    this.#isTold = false;
    this.#dropped = 0;
    if (dropped === 0) return;
    const records = dropped === 1 ? "1 record was" : `${dropped} records were`;
    reportFailure(
      this.#listener,
      "records were dropped",
      `${nameOf(this.#listener)}: ${records} dropped; now none waits any more`,
    );
  }

  #tell(error: unknown, what: string): void {
    try {
      this.#listener.handleTrouble(error, what);
    } catch (failure) {
      // An overridden method: it must not stop the sending.
      reportFailure(this.#listener, "handleTrouble threw", String(failure));
    }
  }
}

// Where in our code it was found out says nothing to anybody.
function withoutStack(message: string): Error {
  const error = new Error(message);
  error.stack = `Error: ${message}`;
  return error;
}
