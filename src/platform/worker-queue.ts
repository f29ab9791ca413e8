// What queues between threads need of the system: message ports that an application
// hands us, and, for a thread that handles records, a way to stdout and stderr. Node's
// module of threads is asked for when a port is used, not at import.

import { writeSync } from "node:fs";
import type { MessagePort } from "node:worker_threads";

export type { MessagePort } from "node:worker_threads";

/** One end of a channel between threads. */
export interface PortEnd {
  /** @throws for what can't be cloned, and on a port that is closed. */
  send(message: unknown): void;
  /** The next message that has come and was not given to a listener; null if there is none. */
  receive(): { readonly message: unknown } | null;
  /** Gives `take` each message, and keeps the thread alive for it if that is wanted. Returns what ends that. */
  listen(take: (message: unknown) => void, keepAlive: boolean): () => void;
}

/** Whether this is a MessagePort, of whatever thread's making. */
export function isPort(value: unknown): value is MessagePort {
  return value instanceof process.getBuiltinModule("node:worker_threads").MessagePort;
}

/** A port's end, for one user. */
export function portEnd(port: MessagePort): PortEnd {
  const { receiveMessageOnPort } = process.getBuiltinModule("node:worker_threads");
  let closed = false;
  port.on("close", () => {
    closed = true;
  });
  return {
    send(message) {
      // Node takes such a message without a word.
      if (closed) throw new Error("the port is closed");
      port.postMessage(message);
    },
    receive: () => receiveMessageOnPort(port) ?? null,
    listen(take, keepAlive) {
      port.on("message", take);
      if (!keepAlive) port.unref();
      return () => void port.off("message", take);
    },
  };
}

/**
 * Has this worker thread write to stdout and stderr itself, and at once. Node would
 * pass what it writes through the main thread's event loop, which may stand still, or
 * have ended: just when the thread is waited for.
 */
export function writeStdioDirectly(): void {
  // Only how they write is replaced: Node itself knows these very objects.
  for (const [stream, fd] of [[process.stdout, 1] as const, [process.stderr, 2] as const]) {
    Reflect.set(stream, "_writev", undefined);
    stream._write = (chunk: Buffer | string, encoding, done): void => {
      try {
        writeAll(fd, typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
        done();
      } catch (error) {
        done(error as Error);
      }
    };
  }
}

/** How often a pipe that is full is tried again, a millisecond apart. */
const MOST_TRIES = 5000;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

function writeAll(fd: number, bytes: Buffer): void {
  let tries = 0;
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      tries += 1;
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN" || tries > MOST_TRIES) throw error;
      Atomics.wait(sleeper, 0, 0, 1);
    }
  }
}
