// The queue between a QueueHandler and its QueueListener in one thread: a list, with a
// limit if one is wanted, that tells who listens when something was put. It knows
// nothing of records. Nothing in JavaScript can wait for a place or for an item, so a
// full queue refuses, and an empty one says so.

import { typeError, ValueError } from "../../core/errors.ts";
import { refusal, typeRefusal } from "../../core/refusal.ts";

/** What a QueueHandler needs of a queue. */
export interface RecordQueue {
  /** Adds an item at the end. @throws if there is no room. */
  put(item: unknown): void;
}

/** What a QueueListener needs of a queue. */
export interface ListenableQueue extends RecordQueue {
  /** Removes the first item and returns it; undefined if there is none. */
  get(): unknown;
  /** Calls `wake` after each item that is put. Returns what ends that. */
  subscribe(wake: () => void): () => void;
  /** Told of each item when it has been handled, where it exists. */
  taskDone?(): void;
}

/** A queue that was full; CPython's `queue.Full`. */
export class QueueFull extends Error {
  override name = "QueueFull";
}

/** Taken items leave a gap at the front; from so many it is closed. */
const MOST_GAP = 1024;

/** A queue in memory, first in, first out; CPython's `queue.Queue`. */
export class LogQueue implements ListenableQueue {
  /** How many items may wait; 0 for any number. */
  readonly maxsize: number;
  #items: unknown[] = [];
  #first = 0;
  #refused = 0;
  #unfinished = 0;
  readonly #wakes: Set<() => void> = new Set();
  #joined: (() => void)[] = [];

  /**
   * `maxsize` is CPython's: 0 and what is below stand for no limit.
   *
   * @throws TypeError for a `maxsize` that is no number, ValueError for one that isn't whole.
   */
  constructor(maxsize: number = 0) {
    this.maxsize = Math.max(0, checkSize(maxsize));
  }

  /** How many items wait. */
  get size(): number {
    return this.#items.length - this.#first;
  }

  /** How many items were refused because the queue was full. */
  get refused(): number {
    return this.#refused;
  }

  /** How many items were put and not yet told done. */
  get unfinished(): number {
    return this.#unfinished;
  }

  /** How many records wait while nobody listens; 0 while somebody does. */
  get unheard(): number {
    if (this.#wakes.size > 0) return 0;
    return this.#items.slice(this.#first).filter((item) => item !== null).length;
  }

  /**
   * Adds an item. A listener's end mark, null, always has room.
   *
   * @throws QueueFull; TypeError for undefined, which stands for an empty queue.
   */
  put(item: unknown): void {
    if (item === undefined) {
      const accepted = "a record, or null to end a listener";
      throw typeError(`an item of a queue can't be undefined; accepted: ${accepted}`, {
        value: item,
        accepted,
      });
    }
    if (this.maxsize > 0 && this.size >= this.maxsize && item !== null) {
      this.#refused += 1;
      throw new QueueFull(`the queue is full: ${this.maxsize} records wait in it`);
    }
    this.#items.push(item);
    this.#unfinished += 1;
    for (const wake of this.#wakes) wake();
  }

  get(): unknown {
    if (this.#first === this.#items.length) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first] = undefined;
    this.#first += 1;
    if (this.#first === this.#items.length) {
      this.#items = [];
      this.#first = 0;
    } else if (this.#first >= MOST_GAP && this.#first * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  subscribe(wake: () => void): () => void {
    // A function of its own, so that whoever subscribes twice must end it twice.
    const own = (): void => wake();
    this.#wakes.add(own);
    return () => void this.#wakes.delete(own);
  }

  /** Says that an item that was got has been handled. @throws ValueError if all were. */
  taskDone(): void {
    if (this.#unfinished === 0) throw new ValueError("task_done() called too many times");
    this.#unfinished -= 1;
    if (this.#unfinished > 0) return;
    for (const resolve of this.#joined.splice(0)) resolve();
  }

  /** Resolves when all that was put has been handled. */
  join(): Promise<void> {
    if (this.#unfinished === 0) return Promise.resolve();
    return new Promise((resolve) => this.#joined.push(resolve));
  }
}

function checkSize(maxsize: unknown): number {
  if (Number.isSafeInteger(maxsize)) return maxsize as number;
  const accepted = "a whole number of items, 0 for no limit";
  if (typeof maxsize !== "number") throw typeRefusal("maxsize", maxsize, accepted);
  throw refusal("maxsize", maxsize, accepted);
}
