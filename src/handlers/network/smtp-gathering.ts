// The records that wait to be one mail: at most one mail in an interval is wanted, so
// what comes within the interval of a mail is kept here until that is over, or there is
// too much of it. Then all go to the outbox at once, which gives them to its transport
// together. SMTPHandler owns one if it was told an interval.

import { setTimeout } from "node:timers";

import type { MailPart } from "../../platform/smtp-transport.ts";
import { awaitEnd, endAwaited } from "./outbox-end.ts";
import type { Ending } from "./outbox-end.ts";

/** How much may be gathered. */
export interface GatheringLimits {
  readonly maxQueueRecords: number;
  readonly maxQueueBytes: number;
}

/** Keeps parts of mails back for an interval. */
export class MailGathering implements Ending {
  readonly #intervalMs: number;
  readonly #limits: GatheringLimits;
  readonly #post: (part: MailPart, bytes: number) => void;
  #parts: { readonly part: MailPart; readonly bytes: number }[] = [];
  #bytes = 0;
  /** Ends the interval of the last mail; null: it is over. */
  #timer: NodeJS.Timeout | null = null;

  /** @param post takes a part to be sent; several in one turn of the event loop are a mail */
  constructor(
    intervalMs: number,
    limits: GatheringLimits,
    post: (part: MailPart, bytes: number) => void,
  ) {
    this.#intervalMs = intervalMs;
    this.#limits = limits;
    this.#post = post;
  }

  /** How many are kept back. */
  get records(): number {
    return this.#parts.length;
  }

  /** What they take of memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a part: to be sent at once if the interval is over. @throws what `post` throws */
  add(part: MailPart, bytes: number): void {
    const { maxQueueRecords, maxQueueBytes } = this.#limits;
    if (this.#timer === null) {
      this.#wait();
      this.#post(part, bytes);
      return;
    }
    if (this.#parts.length === 0) awaitEnd(this);
    this.#parts.push({ part, bytes });
    this.#bytes += bytes;
    if (this.#parts.length >= maxQueueRecords || this.#bytes >= maxQueueBytes) this.release();
  }

  /** Gives away what is kept back. Never throws. */
  release(): void {
    const parts = this.#parts;
    this.#parts = [];
    this.#bytes = 0;
    endAwaited(this);
    for (const { part, bytes } of parts) {
      try {
        this.#post(part, bytes);
      } catch {
        // Longer than all that may wait: the outbox has counted it.
      }
    }
  }

  /** The process has nothing else to do: the outbox gets its closing time for all. */
  finish(): void {
    this.release();
  }

  /** The process exits: the outbox counts what is lost. */
  abandon(): void {
    this.release();
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#parts.length === 0) return;
      this.#wait();
      this.release();
    }, this.#intervalMs);
    this.#timer.unref();
  }
}
