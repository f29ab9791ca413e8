// The other end of a queue: takes records from it and gives them to handlers, in turns
// of the event loop of their own, so that no log call waits for a slow handler. What
// waits when the process ends is handled then, before handlers are closed. Handlers
// that log to the same queue must not make any of this go on for ever.

import { clearImmediate, setImmediate } from "node:timers";

import { checkHandler, checkMethod } from "../../core/check-method.ts";
import { typeError } from "../../core/errors.ts";
import type { Handler } from "../../core/handler.ts";
import { checkOptionNames } from "../../core/options.ts";
import type { LogRecord } from "../../core/record.ts";
import { isThenable, onRejection } from "../../core/on-rejection.ts";
import { typeRefusal } from "../../core/refusal.ts";
import { nameOf, reportError, reportFailure } from "../../core/self-report.ts";
import { registerDrain } from "../../core/shutdown.ts";
import { readProperty } from "../../core/value.ts";
import { noteListener } from "./listener-births.ts";
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

const UNHANDLED = "the record could not be handled";

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
  /** Own sentinels that are on the queue. */
  #placed = 0;
  /** How many of those are of before: what comes behind them is to be handled, too. */
  #stale = 0;
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
    noteListener(this, () => this.#halt());
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
   * Handles all that waits, and stops. May be called again, and start() may, too, also
   * from within a handler. What handlers log without an end is left on the queue, and
   * told. The handlers are not closed.
   */
  stop(): void {
    const end = this.#end;
    if (end === null) return;
    if (this.#draining) {
      // From within a handler: the drain that is under way does it, and ends at the sentinel.
      this.#placeSentinel();
      this.#halt();
      return;
    }
    this.#drainAll();
    if (this.#end === end) this.#halt();
    // A handler has stopped it meanwhile, and perhaps started it again.
    this.#wake();
    if (this.#end === null) this.#tellLeft();
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
        const answer: unknown = handler.handle(prepared);
        if (answer !== prepared && answer !== false) watch(answer, handler);
      } catch (error) {
        reportError(handler, error, UNHANDLED);
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
    if (this.#drain(TURN) >= TURN) this.#wake();
  }

  // What waits, up to a mark at its end, and then what handlers have put there meanwhile.
  #drainAll(): void {
    const before = this.#marking;
    this.#marking = true;
    try {
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        this.#stale = this.#placed;
        const isMarked = this.#placeSentinel() && this.#stale === 0;
        if (this.#drain(isMarked ? Infinity : MOST_UNMARKED) === 0) return;
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
      let count = 0;
      // A handler may have stopped this listener: then all that waited is due.
      while (count < (this.#end === null ? Math.max(most, MOST_UNMARKED) : most)) {
        const item = this.#next();
        if (item === undefined) return count;
        if (item === QueueListener.sentinel) {
          if (this.#endsHere()) return count;
        } else {
          this.#handleOne(item as LogRecord);
          count += 1;
        }
      }
      if (this.#end === null) this.#tellLeft();
      return count;
    } catch (error) {
      // An overridden dequeue, mostly. It is asked again when something is put.
      reportError(this, error, "the queue could not be read");
      return 0;
    } finally {
      this.#draining = false;
    }
  }

  /** @throws TypeError for a queue that has one wait for its items. */
  #next(): unknown {
    const item = this.dequeue();
    if (!isThenable(item)) return item;
    watch(item, this);
    const accepted = "an item at once, undefined where there is none";
    throw typeError(`the item of a queue can't be a promise; accepted: ${accepted}`, {
      value: item,
      accepted,
    });
  }

  /** Whether a sentinel that was met ends the drain. */
  #endsHere(): boolean {
    this.queue.taskDone?.();
    const isOwn = this.#placed > 0;
    if (isOwn) this.#placed -= 1;
    if (this.#stale > 0) {
      this.#stale -= 1;
      return false;
    }
    if (this.#marking) return true;
    // Of a stop() after which a handler started it again, or of a shutdown() by a handler.
    if (isOwn && this.#end !== null) return false;
    // Whoever put it there other than by stop() wants the same.
    this.#halt();
    if (isOwn) this.#tellLeft();
    return true;
  }

  // Queues of the application's own need not know how much waits.
  #tellLeft(): void {
    const size = readProperty(this.queue, "size");
    const left = typeof size === "number" ? size - this.#placed : 0;
    if (!(left > 0)) return;
    const records = left === 1 ? "1 record was" : `${left} records were`;
    const what = `${records} left on the queue when the listener stopped`;
    reportFailure(this, what, () => `--- Logging error ---\nIn ${nameOf(this)}: ${what}`);
  }

  #handleOne(record: LogRecord): void {
    try {
      watch(this.handle(record), this);
    } catch (error) {
      reportError(this, error, UNHANDLED);
    }
    this.queue.taskDone?.();
  }

  #placeSentinel(): boolean {
    const failed = (error: unknown): void => {
      reportError(this, error, "the end could not be put on the queue");
    };
    // Before: whoever listens besides is called while it is put.
    this.#placed += 1;
    try {
      onRejection(this.enqueueSentinel(), this, failed);
      return true;
    } catch (error) {
      this.#placed -= 1;
      failed(error);
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

function watch(answer: unknown, source: object): void {
  onRejection(answer, source, (error) => reportError(source, error, UNHANDLED));
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
    // Python's signature has them one by one.
    const isOne = isHandler(given);
    const accepted = isOne
      ? "one array of handlers, also of a single one: [a, b]"
      : "an array, or another iterable object, of handlers";
    throw typeRefusal("handlers", given, accepted);
  }
  const list = [...handlers];
  for (const handler of list) checkHandler(handler);
  return Object.freeze(list);
}

function isHandler(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return typeof readProperty(value, "handle") === "function";
}
