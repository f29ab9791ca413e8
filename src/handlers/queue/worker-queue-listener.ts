// A listener whose handlers live in a thread of their own, so that neither formatting
// nor writing costs the application's thread anything but a copy of the record. A module
// of the application makes the handlers there (queue-thread-main.ts). What is on its way
// when the process ends is waited for; what a thread takes with it when it dies is
// counted and told.

import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";

import { checkMethod } from "../../core/check-method.ts";
import { checkOptionNames } from "../../core/options.ts";
import { refusal, typeRefusal } from "../../core/refusal.ts";
import { registerDrain } from "../../core/shutdown.ts";
import { noteListener } from "./listener-births.ts";
import type { ListenableQueue } from "./log-queue.ts";
import { QueueThread } from "./queue-thread.ts";
import type { QueueThreadCounts } from "./queue-thread.ts";

/** What a WorkerQueueListener may be told. */
export interface WorkerQueueListenerOptions {
  /** What the module's function is called with, in the thread; anything that can be cloned. */
  readonly data?: unknown;
  /** Whether handlers are given only the records that their level allows; false if not given. */
  readonly respectHandlerLevel?: boolean | undefined;
  /** How many records the thread may be behind; more wait on the queue. 10 000 if not given. */
  readonly maxPending?: number | undefined;
  /** How long a thread that handles nothing is waited for at the end, 10 000 if not given. */
  readonly stopTimeoutMs?: number | undefined;
}

/**
 * What a WorkerQueueListener has seen, over all its threads. What is neither handled
 * nor lost of those that were taken is on its way.
 */
export interface WorkerQueueStats {
  /** Records that were taken from the queue. */
  readonly taken: number;
  /** Records that were sent to the thread. */
  readonly sent: number;
  /** Records that the handlers were given. */
  readonly handled: number;
  /**
   * Records that went with a thread that failed, or was not waited for any longer,
   * and those that came after, which were not sent.
   */
  readonly lost: number;
}

const OPTIONS: readonly string[] = ["data", "respectHandlerLevel", "maxPending", "stopTimeoutMs"];
const NOTHING: QueueThreadCounts = { taken: 0, sent: 0, handled: 0, lost: 0 };

/** Handles what is put on a queue in a thread of its own. */
export class WorkerQueueListener {
  readonly queue: ListenableQueue;
  /** The URL of the module that makes the handlers. */
  readonly module: string;
  readonly #data: unknown;
  readonly #respectHandlerLevel: boolean;
  readonly #maxPending: number;
  readonly #stopTimeoutMs: number;
  #thread: QueueThread | null = null;
  /** Ends the subscription; null while the listener is stopped. */
  #end: (() => void) | null = null;
  /** The counts of threads before. */
  #before: QueueThreadCounts = NOTHING;

  /**
   * `module` is the URL or the absolute path of an ES module that Node can run as it is.
   * Its default export is a function that is given `options.data` and returns the
   * handlers, as an array, or a promise of one.
   *
   * @throws TypeError or ValueError for what is no queue or no such place, and for bad options.
   */
  constructor(
    queue: ListenableQueue,
    module: URL | string,
    options: WorkerQueueListenerOptions = {},
  ) {
    for (const method of ["put", "get", "subscribe"]) {
      const accepted = "a LogQueue, or an object with put, get and subscribe methods";
      checkMethod(queue, method, "the queue of a listener", accepted);
    }
    checkOptionNames(options, OPTIONS);
    this.queue = queue;
    this.module = checkModule(module);
    this.#data = options.data;
    this.#respectHandlerLevel = options.respectHandlerLevel ?? false;
    this.#maxPending = checkCount("maxPending", options.maxPending ?? 10_000);
    this.#stopTimeoutMs = checkCount("stopTimeoutMs", options.stopTimeoutMs ?? 10_000);
    // What its thread was sent is to be handled, so its stop() is all there is.
    noteListener(this, () => {});
  }

  /** Whether the listener takes from the queue. */
  get isStarted(): boolean {
    return this.#end !== null;
  }

  /**
   * Starts the thread and sends it what waits on the queue. Does nothing if that was
   * done before. A module that can't be run is reported when that is known.
   *
   * @throws where threads are forbidden, and for `data` that can't be cloned.
   */
  start(): void {
    if (this.#end !== null) return;
    const { module, queue } = this;
    const thread = new QueueThread({
      owner: this,
      queue,
      gift: { module, data: this.#data, respectHandlerLevel: this.#respectHandlerLevel },
      maxPending: this.#maxPending,
      stopTimeoutMs: this.#stopTimeoutMs,
    });
    const unsubscribe = queue.subscribe(() => thread.pump());
    const unregister = registerDrain((ending) => thread.finish(false, ending));
    this.#thread = thread;
    this.#end = () => {
      unsubscribe();
      unregister();
    };
    thread.pump();
  }

  /**
   * Has the thread handle all that waits, and close its handlers; waits for that, with
   * the event loop at a standstill. Does nothing if the listener is stopped. It may be
   * started again, with a new thread and new handlers.
   */
  stop(): void {
    if (this.#end === null) return;
    this.#thread?.finish(true, false);
    this.#end();
    this.#end = null;
    this.#before = this.stats();
    this.#thread = null;
  }

  /** The counts so far. */
  stats(): WorkerQueueStats {
    const { taken, sent, handled, lost } = this.#thread?.counts ?? NOTHING;
    const before = this.#before;
    return {
      taken: before.taken + taken,
      sent: before.sent + sent,
      handled: before.handled + handled,
      lost: before.lost + lost,
    };
  }

  /** Such as `<WorkerQueueListener file:///app/log-handlers.js>`. */
  toString(): string {
    return `<${this.constructor.name} ${this.module}>`;
  }
}

function checkModule(module: unknown): string {
  const url = module instanceof URL ? module : urlOf(module);
  if (url !== null) return url.href;
  const accepted =
    'the URL of a module, such as new URL("../log-handlers.js", import.meta.url), or an absolute path';
  if (typeof module !== "string") throw typeRefusal("module", module, accepted);
  throw refusal("module", module, accepted);
}

// What is relative would be looked for beside the library.
function urlOf(module: unknown): URL | null {
  if (typeof module !== "string") return null;
  if (isAbsolute(module)) return pathToFileURL(module);
  return URL.canParse(module) ? new URL(module) : null;
}

function checkCount(name: string, value: unknown): number {
  if (typeof value === "number" && value >= 1) return value;
  const accepted = "a number from 1";
  if (typeof value !== "number") throw typeRefusal(name, value, accepted);
  throw refusal(name, value, accepted);
}
