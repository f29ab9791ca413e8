// The thread of a WorkerQueueListener, from the application's side: takes records from
// the queue, sends them as plain data, a batch at a time, and knows how far the thread
// is behind. At a stop and at the end of the process it waits for the thread with the
// event loop at a standstill. A thread that dies takes what it had; that is counted and
// told, and so is every record that comes after.

import { clearTimeout, setTimeout } from "node:timers";

import { reportError, reportFailure } from "../../core/self-report.ts";
import type { LogRecord } from "../../core/record.ts";
import { repr } from "../../core/value.ts";
import { startThread } from "../../platform/worker-thread.ts";
import type { Thread } from "../../platform/worker-thread.ts";
import type { ListenableQueue } from "./log-queue.ts";
import { packRecord } from "./packed-record.ts";
import type { PlainRecord } from "./packed-record.ts";
import { QueueTally, stepsBetween } from "./queue-tally.ts";
import { unpackError } from "../worker-messages.ts";

/** What the thread is given. */
export interface QueueGift {
  /** The URL of the module that makes the handlers. */
  readonly module: string;
  /** What its function is called with. */
  readonly data: unknown;
  readonly respectHandlerLevel: boolean;
  readonly cells: SharedArrayBuffer;
}

/** What the thread is told. */
export type ToQueueThread =
  | { readonly kind: "records"; readonly records: readonly PlainRecord[] }
  /** To flush and close its handlers, and, the last time, to end. */
  | { readonly kind: "close"; readonly last: boolean };

/** What the thread tells. */
export type FromQueueThread =
  | { readonly kind: "failed" | "trouble"; readonly error: unknown }
  | { readonly kind: "progress" };

/** What it takes to start a thread. */
export interface QueueThreadParts {
  /** In whose name troubles are reported. */
  readonly owner: object;
  readonly queue: ListenableQueue;
  readonly gift: Omit<QueueGift, "cells">;
  /** How many records the thread may be behind. */
  readonly maxPending: number;
  /** How long a thread that handles nothing is waited for. */
  readonly stopTimeoutMs: number;
}

/** Counts of records. */
export interface QueueThreadCounts {
  readonly taken: number;
  readonly sent: number;
  readonly handled: number;
  readonly lost: number;
}

const ENTRY = new URL("./queue-thread-main.js", import.meta.url);

/** Records that are sent at a time. */
const BATCH = 64;

export class QueueThread {
  readonly #parts: QueueThreadParts;
  readonly #tally: QueueTally = new QueueTally();
  readonly #thread: Thread;
  #batch: PlainRecord[] = [];
  #taken = 0;
  #sent = 0;
  #handled = 0;
  #lost = 0;
  /** How often the thread was told to close its handlers. */
  #closes = 0;
  /** The thread takes nothing any more. */
  #isOver = false;
  /** It was told to end, and nothing is owed by it. */
  #isDismissed = false;
  #patience: NodeJS.Timeout | null = null;
  /** The event loop has ended: nothing is put off any more. */
  #atExit = false;

  /** @throws where threads are forbidden, and for data that can't be cloned. */
  constructor(parts: QueueThreadParts) {
    this.#parts = parts;
    const gift: QueueGift = { ...parts.gift, cells: this.#tally.cells };
    this.#thread = startThread(ENTRY, gift, {
      message: (message) => this.#hear(message as FromQueueThread),
      ended: (error) => this.#ended(error),
    });
  }

  get counts(): QueueThreadCounts {
    this.#count();
    return { taken: this.#taken, sent: this.#sent, handled: this.#handled, lost: this.#lost };
  }

  /** Sends what is on the queue, as far as the thread keeps up. Called with each record that is put. */
  pump(): void {
    if (this.#atExit) {
      this.finish(false, true);
      return;
    }
    const { maxPending } = this.#parts;
    while (this.#isOver || this.#pending() < maxPending) if (!this.#takeOne()) return;
    this.#tally.wantNews();
    // It may have got ahead between the two lines above.
    if (this.#pending() < maxPending) this.pump();
  }

  /**
   * Sends all that is on the queue and waits until it is handled and the thread's
   * handlers are closed. What the thread is then behind is lost, and told.
   *
   * @param last whether the thread is to end
   * @param ending whether the process is
   */
  finish(last: boolean, ending: boolean): void {
    this.#atExit = ending;
    while (this.#takeOne());
    this.#sendBatch();
    if (this.#isOver) return;
    this.#closes += 1;
    this.#tell({ kind: "close", last });
    const { stopTimeoutMs, owner } = this.#parts;
    const isDone = this.#tally.wait(() => this.#isUpToDate(), stopTimeoutMs);
    // Since it may be told why it failed.
    this.#hearAll();
    if (isDone) {
      if (last) this.#dismiss();
    } else if (!this.#isOver) {
      this.#giveUp();
      const why = new Error(`the thread did nothing for ${stopTimeoutMs} ms`);
      reportError(owner, why, this.#lossText());
      this.#thread.terminate();
    }
  }

  /** False if there was nothing to take. */
  #takeOne(): boolean {
    const { queue, owner } = this.#parts;
    const item = queue.get();
    if (item === undefined) return false;
    try {
      // Null is a listener's end mark, and ends none that has a thread.
      if (item !== null) this.#takeRecord(item as LogRecord);
    } catch (error) {
      this.#lost += 1;
      reportError(owner, error, "a record could not be taken from the queue");
    }
    try {
      queue.taskDone?.();
    } catch (error) {
      reportError(owner, error, "the queue could not be told that a record was taken");
    }
    return true;
  }

  #takeRecord(record: LogRecord): void {
    this.#taken += 1;
    if (this.#isOver) this.#lose(record);
    else this.#addToBatch(packRecord(record));
  }

  #addToBatch(record: PlainRecord): void {
    this.#batch.push(record);
    if (this.#batch.length === 1) queueMicrotask(() => this.#sendBatch());
    else if (this.#batch.length >= BATCH) this.#sendBatch();
  }

  #sendBatch(): void {
    const records = this.#batch;
    if (records.length === 0) return;
    this.#batch = [];
    if (this.#isOver) {
      this.#lost += records.length;
      return;
    }
    this.#sent += records.length;
    if (this.#tell({ kind: "records", records })) return;
    this.#sent -= records.length;
    this.#lost += records.length;
  }

  #tell(message: ToQueueThread): boolean {
    try {
      this.#thread.send(message);
      return true;
    } catch (error) {
      reportError(this.#parts.owner, error, "records could not be sent to the thread");
      return false;
    }
  }

  #hear(message: FromQueueThread): void {
    const { owner } = this.#parts;
    if (message.kind === "progress") {
      this.pump();
    } else if (message.kind === "trouble") {
      reportError(owner, unpackError(message.error), "the record could not be handled");
    } else {
      this.#giveUp();
      reportError(owner, unpackError(message.error), this.#lossText());
    }
  }

  #hearAll(): void {
    for (let next = this.#thread.receive(); next !== null; next = this.#thread.receive()) {
      this.#hear(next.message as FromQueueThread);
    }
  }

  // Nothing is lost with a thread that has done all it was sent; it may finish what
  // its handlers still send somewhere.
  #dismiss(): void {
    this.#isDismissed = true;
    this.#isOver = true;
    const { stopTimeoutMs } = this.#parts;
    this.#patience = setTimeout(() => this.#thread.terminate(), stopTimeoutMs);
  }

  #ended(error: unknown): void {
    if (this.#patience !== null) clearTimeout(this.#patience);
    if (this.#isOver) {
      if (error !== null && this.#isDismissed) {
        reportError(this.#parts.owner, error, "the thread failed at its end");
      }
      return;
    }
    this.#giveUp();
    const why = error ?? new Error("the thread was ended from within");
    reportError(this.#parts.owner, why, this.#lossText());
  }

  #giveUp(): void {
    if (this.#isOver) return;
    this.#lost += this.#pending();
    this.#batch = [];
    this.#isOver = true;
  }

  #lose(record: LogRecord): void {
    this.#lost += 1;
    const what = "a record was lost: the thread of its handlers has ended";
    reportFailure(
      this.#parts.owner,
      what,
      () => `--- Logging error ---\n${what}\nMessage: ${repr(record.msg)}`,
    );
  }

  #lossText(): string {
    return `the thread of the handlers has ended${this.#andLoss()}`;
  }

  #andLoss(): string {
    if (this.#lost === 0) return "";
    return `, ${this.#lost} ${this.#lost === 1 ? "record" : "records"} lost`;
  }

  #isUpToDate(): boolean {
    return this.#pending() === 0 && this.#tally.closed === this.#closes;
  }

  /** Records that the thread has yet to handle, with those that wait to be sent. */
  #pending(): number {
    this.#count();
    return this.#sent - this.#handled + this.#batch.length;
  }

  #count(): void {
    // What a thread that was given up still does has been counted as lost.
    if (this.#isOver) return;
    this.#handled += stepsBetween(this.#handled, this.#tally.handled);
  }
}
