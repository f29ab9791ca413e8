// A server on loopback that keeps every byte it gets, for tests of handlers that write
// to streams: TCP, TLS or a Unix socket. It can be killed with all its connections and
// come back at the same place, as a server that is started anew does.

import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** A certificate and its key, PEM. */
export interface ServerIdentity {
  readonly key: string;
  readonly cert: string;
}

/** Collects what connections send, all of them one behind the other. */
export class ByteServer {
  readonly #identity: ServerIdentity | null;
  readonly #path: string | null;
  readonly #sockets = new Set<Socket>();
  readonly #chunks: Buffer[] = [];
  #server: Server | null = null;
  #port = 0;
  /** How many connections there have been. */
  connections = 0;

  constructor(place: { readonly path?: string; readonly identity?: ServerIdentity } = {}) {
    this.#path = place.path ?? null;
    this.#identity = place.identity ?? null;
  }

  get port(): number {
    return this.#port;
  }

  /** All that came, as text. */
  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  async start(): Promise<void> {
    const take = (socket: Socket): void => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("data", (chunk) => this.#chunks.push(chunk));
    };
    const server =
      this.#identity === null ? createServer(take) : createTlsServer(this.#identity, take);
    this.#server = server;
    if (this.#path === null) server.listen(this.#port, "127.0.0.1");
    else server.listen(this.#path);
    await once(server, "listening");
    if (this.#path === null) this.#port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    for (const socket of this.#sockets) socket.destroy();
    server.close();
    await once(server, "close");
  }
}
