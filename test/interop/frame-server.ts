// A server on loopback for length-framed records, over TCP, TLS or a Unix socket: it
// takes frames apart as they come. It can be killed with all its connections, come back
// at the same place, and stop reading, so that its clients feel the pressure.

import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

import type { ServerIdentity } from "../kit/byte-server.ts";

/** Collects the payloads of frames. */
export class FrameServer {
  /** The payloads of all whole frames, in the order of their arrival. */
  readonly payloads: Buffer[] = [];
  /** Connections so far. */
  connections = 0;
  /** False: what comes stays with the kernel. */
  #reads = true;
  readonly #path: string | null;
  readonly #identity: ServerIdentity | null;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;

  constructor(place: { readonly path?: string; readonly identity?: ServerIdentity } = {}) {
    this.#path = place.path ?? null;
    this.#identity = place.identity ?? null;
  }

  get port(): number {
    return this.#port;
  }

  /** The payloads, parsed as JSON. */
  get records(): Record<string, unknown>[] {
    return this.payloads.map((bytes) => JSON.parse(bytes.toString()) as Record<string, unknown>);
  }

  /** Connections that stand. */
  get open(): number {
    return this.#sockets.size;
  }

  async start(): Promise<void> {
    const take = (socket: Socket): void => this.#take(socket);
    const server =
      this.#identity === null ? createServer(take) : createTlsServer(this.#identity, take);
    this.#server = server;
    if (this.#path === null) server.listen(this.#port, "127.0.0.1");
    else server.listen(this.#path);
    await once(server, "listening");
    if (this.#path === null) this.#port = (server.address() as AddressInfo).port;
  }

  /** Breaks all connections and closes the port. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    for (const socket of this.#sockets) socket.destroy();
    server.close();
    await once(server, "close");
  }

  /** Breaks all connections as a crash of the other machine does. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** No byte is read any more until `resume`. */
  pause(): void {
    this.#reads = false;
    for (const socket of this.#sockets) socket.pause();
  }

  resume(): void {
    this.#reads = true;
    for (const socket of this.#sockets) socket.resume();
  }

  #take(socket: Socket): void {
    let rest: Buffer = Buffer.alloc(0);
    this.connections += 1;
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("data", (chunk: Buffer) => {
      rest = this.#split(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]));
    });
    if (!this.#reads) socket.pause();
  }

  #split(bytes: Buffer): Buffer {
    let rest = bytes;
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0);
      this.payloads.push(Buffer.from(rest.subarray(4, end)));
      rest = rest.subarray(end);
    }
    return rest;
  }
}
