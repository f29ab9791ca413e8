// A server on loopback, over TCP, TLS or a Unix socket, for tests of what connects to
// one. It can be killed with all its connections and come back at the same place, as a
// server that is started anew does. What comes is a matter of its subclasses.

import { once } from "node:events";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

import { listenQuietly } from "./quiet-port.ts";

/** A certificate and its key, PEM. */
export interface ServerIdentity {
  readonly key: string;
  readonly cert: string;
}

/** Where it is, and who it says it is; TCP at a port of its own choice without. */
export interface ServerPlace {
  readonly path?: string;
  readonly identity?: ServerIdentity;
}

/** Takes connections, and can break them. */
export abstract class LoopbackServer {
  /** Connections so far. */
  connections = 0;
  /** Those that stand. */
  protected readonly sockets: Set<Socket> = new Set();
  readonly #path: string | null;
  readonly #identity: ServerIdentity | null;
  #server: Server | null = null;
  #port = 0;

  constructor(place: ServerPlace = {}) {
    this.#path = place.path ?? null;
    this.#identity = place.identity ?? null;
  }

  get port(): number {
    return this.#port;
  }

  /** What to do with a connection's bytes. */
  protected abstract read(socket: Socket): void;

  async start(): Promise<void> {
    const take = (socket: Socket): void => this.#take(socket);
    const server =
      this.#identity === null ? createServer(take) : createTlsServer(this.#identity, take);
    this.#server = server;
    if (this.#path === null && this.#port === 0) {
      this.#port = await listenQuietly(server);
      return;
    }
    if (this.#path === null) server.listen(this.#port, "127.0.0.1");
    else server.listen(this.#path);
    await once(server, "listening");
  }

  /** Breaks all connections and closes the port. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    for (const socket of this.sockets) socket.destroy();
    server.close();
    await once(server, "close");
  }

  #take(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.sockets.delete(socket));
    this.read(socket);
  }
}
