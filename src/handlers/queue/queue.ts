// The handler that puts records on a queue, for a listener to handle elsewhere: later
// in this thread (queue-listener.ts), in a thread of its own (worker-queue-listener.ts),
// or wherever the queue leads. It must leave the record that it is given as it is:
// other handlers get it, too.

import { checkMethod } from "../../core/check-method.ts";
import { Handler } from "../../core/handler.ts";
import { onRejection } from "../../core/on-rejection.ts";
import type { LogRecord } from "../../core/record.ts";
import { settle } from "../buffering.ts";
import type { RecordQueue } from "./log-queue.ts";
import { addFeeder, removeFeeder, tellUnheard } from "./queue-feeders.ts";

/** What a configuration keeps with the handler that it made; a QueueListener is one. */
export interface StartStop {
  start(): void;
  stop(): void;
}

/** Puts records on a queue; CPython's class of this name. */
export class QueueHandler extends Handler {
  readonly queue: RecordQueue;
  /** The listener at the other end, for whoever has only the handler; dictConfig sets it. */
  listener: StartStop | null = null;
  #isOpen = true;
  /** How many records it has told of that nobody takes. */
  #told = 0;

  /** @throws TypeError for what has no `put` method. */
  constructor(queue: RecordQueue) {
    checkMethod(queue, "put", "a queue", "a LogQueue, or an object with a put(item) method");
    super();
    this.queue = queue;
    addFeeder(queue);
  }

  /** Puts what `prepare` made on the queue; to be overridden for queues of another kind. */
  enqueue(record: LogRecord): void {
    const answer: unknown = this.queue.put(record);
    onRejection(answer, this, (error) => this.handleError(record, error));
  }

  /**
   * The record as it goes on the queue: a copy whose message is finished, by this
   * handler's formatter, error and stack included, and which has no arguments, error or
   * stack any more. Fields and what `extra` put on it stay. A message that can't be
   * made is reported, and goes as it was written.
   */
  prepare(record: LogRecord): LogRecord {
    settle(record);
    const text = this.formatOrFallback(record);
    const copy = record.copy();
    copy.message = text;
    copy.msg = text;
    copy.args = null;
    copy.exc_info = null;
    copy.exc_text = null;
    copy.stack_info = null;
    return copy;
  }

  /** What fails, such as a full queue, goes to handleError, as with all handlers. */
  override emit(record: LogRecord): void {
    const answer: unknown = this.enqueue(this.prepare(record));
    onRejection(answer, this, (error) => this.handleError(record, error));
  }

  /** Reports what is left on the queue if nobody listens to it, and no other handler feeds it. */
  override close(): void {
    if (this.#isOpen) removeFeeder(this.queue);
    this.#isOpen = false;
    this.#told = tellUnheard(this.queue, this, this.#told);
    super.close();
  }
}
