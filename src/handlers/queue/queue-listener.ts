// The other end of a queue: takes records from it and gives them to handlers, in turns
// of the event loop of their own, so that no log call waits for a slow handler. What
// waits when the process ends is handled then, before handlers are closed. Handlers
// that log to the same queue must not make any of this go on for ever.

import { checkHandler, checkMethod } from "../../core/check-method.ts";
import { typeError } from "../../core/errors.ts";
import type { Handler } from "../../core/handler.ts";
import { checkOptionNames } from "../../core/options.ts";
import type { LogRecord } from "../../core/record.ts";
import { reportError } from "../../core/self-report.ts";
import { registerDrain } from "../../core/shutdown.ts";
import { inspectLine } from "../../core/value.ts";
import type { ListenableQueue } from "./log-queue.ts";

/** What a QueueListener may be told. */
export interface QueueListenerOptions {
  /** Whether handlers are given only the records that their level allows; false if not given. */
  readonly respectHandlerLevel?: boolean | undefined;
}

/** Records that are handled in one turn of the event loop. */
const TURN = 256;
/** How often what handlers put on the queue meanwhile is handled, too, before a stop. */
const MOST_ROUNDS = 16;
/** Records that are handled at once where no sentinel could be put behind them. */
const MOST_UNMARKED = 100_000;

/** Handles what is put on a queue; CPython's class of this name. */
export class QueueListener {
  /** What ends a listener that gets it from the queue. */
  static readonly sentinel: null = null;

  readonly queue: ListenableQueue;
  readonly handlers: readonly Handler[];
  readonly respectHandlerLevel: boolean;
  /** Ends the subscription; null while the listener is stopped. */
  #end: (() => void) | null = null;
  #turn: NodeJS.Immediate | null = null;
  #draining = false;
  /** A sentinel marks what is to be handled now, and doesn't end the listener. */
  #marking = false;
  /** The event loop has ended: what comes is handled at once. */
  #atExit = false;

  /** @throws TypeError for what is no queue or no handler, and for options that don't exist. */
  constructor(
    queue: ListenableQueue,
    handlers: Iterable<Handler>,
    options: QueueListenerOptions = {},
  ) {
    checkQueue(queue);
    checkOptionNames(options, ["respectHandlerLevel"]);
    this.queue = queue;
    this.handlers = checkedHandlers(handlers);
    this.respectHandlerLevel = options.respectHandlerLevel ?? false;
  }

  /** Whether the listener takes from the queue. */
  get isStarted(): boolean {
    return this.#end !== null;
  }

  /** Begins with what waits on the queue. Does nothing if that was done before. */
  start(): void {
    if (this.#end !== null) return;
    const unsubscribe = this.queue.subscribe(() => this.#wake());
    const unregister = registerDrain((ending) => {
      this.#atExit = ending;
      this.#drainAll();
    });
    this.#end = () => {
      unsubscribe();
      unregister();
    };
    this.#wake();
  }

  /**
   * Handles all that waits, and stops. May be called again, and start() may, too. The
   * handlers are not closed.
   */
  stop(): void {
    if (this.#end === null) return;
    // From within a handler: the drain that is under way does it, and ends at the sentinel.
    if (this.#draining) this.#placeSentinel();
    else this.#drainAll();
    this.#halt();
  }

  /** The next item of the queue; undefined if there is none. */
  dequeue(): unknown {
    return this.queue.get();
  }

  /** The record as the handlers are to get it; to be overridden where a queue changes records. */
  prepare(record: LogRecord): LogRecord {
    return record;
  }

  /** Gives a record to the handlers. One that throws is reported, the others get it. */
  handle(record: LogRecord): void {
    const prepared = this.prepare(record);
    for (const handler of this.handlers) {
      if (this.respectHandlerLevel && prepared.levelno < handler.level) continue;
      try {
        handler.handle(prepared);
      } catch (error) {
        reportError(handler, error, "the record could not be handled");
      }
    }
  }

  /** Puts on the queue what ends the listener; to be overridden for queues of another kind. */
  enqueueSentinel(): void {
    this.queue.put(QueueListener.sentinel);
  }

  /** Such as `<QueueListener (2 handlers)>`. */
  toString(): string {
    const count = this.handlers.length;
    return `<${this.constructor.name} (${count} ${count === 1 ? "handler" : "handlers"})>`;
  }

  #wake(): void {
    if (this.#draining || this.#marking || this.#end === null) return;
    if (this.#atExit) this.#drainAll();
    else this.#turn ??= setImmediate(() => this.#takeTurn());
  }

  #takeTurn(): void {
    this.#turn = null;
    // More may wait: others' turns come first.
    if (this.#drain(TURN) === TURN) this.#wake();
  }

  // What waits, up to a mark at its end, and then what handlers have put there meanwhile.
  #drainAll(): void {
    const before = this.#marking;
    this.#marking = true;
    try {
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        if (this.#drain(this.#placeSentinel() ? Infinity : MOST_UNMARKED) === 0) return;
      }
    } finally {
      this.#marking = before;
    }
  }

  /** Handles up to so many records, or those before the sentinel; returns how many it did. */
  #drain(most: number): number {
    if (this.#draining) return 0;
    this.#draining = true;
    try {
      for (let count = 0; count < most; count += 1) {
        const item = this.dequeue();
        if (item === undefined) return count;
        if (item === QueueListener.sentinel) {
          this.queue.taskDone?.();
          // Whoever put it there other than by stop() wants the same.
          if (!this.#marking) this.#halt();
          return count;
        }
        this.#handleOne(item as LogRecord);
      }
      return most;
    } catch (error) {
      // An overridden dequeue, mostly. It is asked again when something is put.
      reportError(this, error, "the queue could not be read");
      return 0;
    } finally {
      this.#draining = false;
    }
  }

  #handleOne(record: LogRecord): void {
    try {
      this.handle(record);
    } catch (error) {
      reportError(this, error, "the record could not be handled");
    }
    this.queue.taskDone?.();
  }

  #placeSentinel(): boolean {
    try {
      this.enqueueSentinel();
      return true;
    } catch (error) {
      reportError(this, error, "the end could not be put on the queue");
      return false;
    }
  }

  #halt(): void {
    this.#end?.();
    this.#end = null;
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#turn = null;
  }
}

function checkQueue(queue: unknown): void {
  const accepted = "a LogQueue, or an object with put, get and subscribe methods";
  for (const method of ["put", "get", "subscribe"]) {
    checkMethod(queue, method, "the queue of a listener", accepted);
  }
}

// All of them before the listener exists.
function checkedHandlers(handlers: Iterable<Handler>): readonly Handler[] {
  const given: unknown = handlers;
  if (typeof given !== "object" || given === null || !(Symbol.iterator in given)) {
    const accepted = "an array, or another iterable object, of handlers";
    throw typeError(`handlers can't be ${inspectLine(given)}; accepted: ${accepted}`, {
      value: given,
      accepted,
    });
  }
  const list = [...handlers];
  for (const handler of list) checkHandler(handler);
  return Object.freeze(list);
}
