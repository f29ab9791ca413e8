// A queue between threads: what is put at one end of a channel is got at the other. A
// QueueHandler of a worker thread puts its records here, and a QueueListener of the
// main thread, or of any other, gets them. Records cross as plain data.

import { checkOptionNames } from "../../core/options.ts";
import type { LogRecord } from "../../core/record.ts";
import { typeRefusal } from "../../core/refusal.ts";
import { isPort, portEnd } from "../../platform/worker-queue.ts";
import type { MessagePort, PortEnd } from "../../platform/worker-queue.ts";
import { LogQueue } from "./log-queue.ts";
import type { ListenableQueue } from "./log-queue.ts";
import { packRecord, unpackRecord } from "./packed-record.ts";

/** What a PortQueue may be told. */
export interface PortQueueOptions {
  /**
   * Whether a listener keeps its thread alive to wait for records; false if not given.
   * A worker thread that does nothing else needs it, the main thread hardly ever.
   */
  readonly keepAlive?: boolean | undefined;
}

/** One end of a queue between threads, over a MessagePort that the application made. */
export class PortQueue implements ListenableQueue {
  readonly keepAlive: boolean;
  readonly #end: PortEnd;
  /** What came and was not yet got. A listener's end mark, null, never leaves here. */
  readonly #inbox: LogQueue = new LogQueue();
  #listeners = 0;
  #deafen: (() => void) | null = null;

  /** @throws TypeError for what is no MessagePort, and for options that don't exist. */
  constructor(port: MessagePort, options: PortQueueOptions = {}) {
    if (!isPort(port)) {
      const accepted = "a MessagePort of node:worker_threads";
      throw typeRefusal("a port", port, accepted);
    }
    checkOptionNames(options, ["keepAlive"]);
    this.keepAlive = options.keepAlive ?? false;
    this.#end = portEnd(port);
  }

  /** Sends a record to the other end. @throws if the port is closed. */
  put(item: unknown): void {
    if (item !== null) {
      this.#end.send(packRecord(item as LogRecord));
      return;
    }
    this.#takeIn();
    this.#inbox.put(null);
  }

  /** The next record that the other end has put; undefined if there is none. */
  get(): unknown {
    if (this.#inbox.size === 0) this.#takeIn();
    return this.#inbox.get();
  }

  subscribe(wake: () => void): () => void {
    const unsubscribe = this.#inbox.subscribe(wake);
    this.#listeners += 1;
    this.#deafen ??= this.#end.listen((message) => this.#accept(message), this.keepAlive);
    return () => {
      unsubscribe();
      this.#listeners -= 1;
      if (this.#listeners > 0) return;
      this.#deafen?.();
      this.#deafen = null;
    };
  }

  /** Says that a record that was got has been handled. */
  taskDone(): void {
    this.#inbox.taskDone();
  }

  /** What has come and was not heard of, since that takes a turn of the event loop. */
  #takeIn(): void {
    for (let next = this.#end.receive(); next !== null; next = this.#end.receive()) {
      this.#accept(next.message);
    }
  }

  // What else is sent over the port is none of ours.
  #accept(message: unknown): void {
    const record = unpackRecord(message);
    if (record !== null) this.#inbox.put(record);
  }
}
