// Threads for other rooms: starting one, and the two ends of what goes between it and
// its maker. Messages can be taken while the maker's thread is blocked, and nothing
// here keeps a process alive unless that is asked for. Node's module is loaded with the
// first thread, not at import.

import type { MessagePort, Worker } from "node:worker_threads";

/** What the maker is told of its thread, in its own turns. */
export interface ThreadEvents {
  message(message: unknown): void;
  /** The thread is over, whatever the reason. */
  ended(error: unknown): void;
}

/** A thread, for its maker. */
export interface Thread {
  send(message: unknown): void;
  /** The next message that has come and was not given to `message`; null if there is none. */
  receive(): { readonly message: unknown } | null;
  /** Whether the process stays alive for this thread's messages. */
  hold(alive: boolean): void;
  /** Ends it between two of its instructions. `ended` follows. */
  terminate(): void;
}

/** What a thread is given, for itself. */
export interface ThreadSide {
  readonly data: unknown;
  send(message: unknown): void;
  /** Keeps the thread alive until `letGo`. */
  listen(message: (message: unknown) => void): void;
  /** The thread ends when nothing else keeps it. */
  letGo(): void;
}

/** Marks our threads in their `workerData`. */
const MARK = "daybook:thread";

interface Gift {
  readonly mark: typeof MARK;
  readonly data: unknown;
  readonly port: MessagePort;
}

const threads = (): typeof import("node:worker_threads") =>
  process.getBuiltinModule("node:worker_threads");

/**
 * Starts a thread.
 *
 * @param entry the module that it runs
 * @param data what can be cloned, or shared
 * @throws where threads are forbidden (`--permission`), or there are too many
 */
export function startThread(entry: URL, data: unknown, events: ThreadEvents): Thread {
  const { MessageChannel, Worker: Thread, receiveMessageOnPort } = threads();
  const { port1, port2 } = new MessageChannel();
  const gift: Gift = { mark: MARK, data, port: port2 };
  const thread: Worker = new Thread(entry, {
    name: "daybook",
    workerData: gift,
    transferList: [port2],
    // What an application loads ahead of itself (--import, --require) is not meant for us.
    execArgv: [],
  });
  let error: unknown = null;
  thread.on("error", (reason) => {
    error = reason;
  });
  thread.on("exit", () => {
    for (let last = receiveMessageOnPort(port1); last; last = receiveMessageOnPort(port1)) {
      events.message(last.message);
    }
    port1.close();
    events.ended(error);
  });
  port1.on("message", (message) => events.message(message));
  thread.unref();
  port1.unref();
  return {
    send: (message) => port1.postMessage(message),
    receive: () => receiveMessageOnPort(port1) ?? null,
    hold: (alive) => (alive ? port1.ref() : port1.unref()),
    terminate: () => void thread.terminate(),
  };
}

/** Whether this thread is one of ours: nothing in it may start another one. */
export function isOwnThread(): boolean {
  return giftOf() !== null;
}

/** What this thread was given; null if it is none of ours. */
export function threadSide(): ThreadSide | null {
  const gift = giftOf();
  if (gift === null) return null;
  const { data, port } = gift;
  return {
    data,
    send: (message) => port.postMessage(message),
    listen: (message) => void port.on("message", message),
    letGo: () => void port.unref(),
  };
}

function giftOf(): Gift | null {
  const { isMainThread, workerData } = threads();
  if (isMainThread) return null;
  const given = workerData as Partial<Gift> | null | undefined;
  return given?.mark === MARK ? (given as Gift) : null;
}
