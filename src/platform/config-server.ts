// The socket that configurations come in by: a TCP server on a loopback address that
// takes one frame per connection, four bytes of length (big-endian) and the content.
// listen() of the config room opens it. It bounds length, number and time of
// connections, keeps nothing, answers nothing, and never keeps the process alive.

import type { AddressInfo, Server, Socket } from "node:net";
import { clearTimeout, setTimeout } from "node:timers";

/** What a server is made with. */
export interface ConfigServerOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** A longer frame is refused at its first four bytes. */
  readonly maxBytes: number;
  /** How long a frame may take to come in, in milliseconds. */
  readonly timeoutMs: number;
  /** A whole frame. Must not throw; the connection is closed when it is done. */
  readonly received: (content: Uint8Array) => Promise<void>;
  /** A connection went wrong. Must not throw. */
  readonly failed: (error: unknown) => void;
}

/** Connections at a time; more are closed at once, and told. */
const MOST_CONNECTIONS = 16;

/** Whether a host is this machine alone: one of the addresses that never leave it, or their name. */
export function isLoopback(host: string): boolean {
  const { isIPv4 } = process.getBuiltinModule("node:net");
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}

/** A server that listens from its making on. */
export class ConfigServer {
  /** Resolves when connections are accepted; rejects if that can't be. */
  readonly ready: Promise<void>;
  readonly #server: Server;
  readonly #options: ConfigServerOptions;
  readonly #sockets = new Set<Socket>();
  #port: number;

  constructor(options: ConfigServerOptions) {
    this.#options = options;
    this.#port = options.port;
    const { createServer } = process.getBuiltinModule("node:net");
    this.#server = createServer((socket) => this.#receive(socket));
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#server.on("drop", () => {
      const text = `a sender was turned away: ${MOST_CONNECTIONS} others are connected`;
      options.failed(new Error(text));
    });
    this.ready = new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.once("close", () => reject(new Error("closed before it listened")));
      this.#server.listen({ host: options.host, port: options.port }, () => {
        this.#server.off("error", reject);
        this.#server.on("error", options.failed);
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
    this.#server.unref();
  }

  /** The port; the real one from `ready` on, if any was asked for. */
  get port(): number {
    return this.#port;
  }

  /** Accepts no more and cuts what is open; resolves when the port is free. */
  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #receive(socket: Socket): void {
    const { maxBytes, timeoutMs, received, failed } = this.#options;
    socket.unref();
    this.#sockets.add(socket);
    const frame = new Frame(maxBytes);
    const late = setTimeout(() => {
      socket.destroy(new Error(`no whole configuration came within ${timeoutMs} ms`));
    }, timeoutMs);
    late.unref();
    socket.on("error", (error: NodeJS.ErrnoException) => {
      // A sender that goes away is none of our troubles.
      if (error.code !== "ECONNRESET") failed(error);
    });
    socket.on("end", () => {
      if (frame.isCut) failed(new Error("a sender left before its configuration was whole"));
    });
    socket.on("close", () => {
      clearTimeout(late);
      this.#sockets.delete(socket);
    });
    socket.on("data", (chunk: Buffer) => {
      try {
        const content = frame.add(chunk);
        if (content === null) return;
        clearTimeout(late);
        socket.pause();
        void received(content).then(() => socket.destroy());
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
  }
}

/** One frame, put together of what comes in. What follows it is not looked at. */
class Frame {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #length = 0;
  /** The content's length, once it is known. */
  #wanted = Infinity;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Something has come, but not all of it. */
  get isCut(): boolean {
    return this.#length > 0 && this.#length < this.#wanted + 4;
  }

  /** The content when it is whole, once; null otherwise. @throws Error for one that is too long. */
  add(chunk: Buffer): Buffer | null {
    if (this.#length >= this.#wanted + 4) return null;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < 4) return null;
    if (this.#wanted === Infinity) {
      const head = Buffer.concat(this.#chunks);
      this.#chunks = [head];
      this.#wanted = head.readUInt32BE(0);
      if (this.#wanted > this.#maxBytes) {
        const text = `a configuration of ${this.#wanted} bytes was refused`;
        throw new Error(`${text}; at most ${this.#maxBytes} are accepted`);
      }
    }
    if (this.#length < this.#wanted + 4) return null;
    return Buffer.concat(this.#chunks).subarray(4, this.#wanted + 4);
  }
}
