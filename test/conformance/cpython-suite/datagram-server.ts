// A server on loopback for datagrams, for the tests of handlers that send them: it keeps
// each that comes. A port that nobody else has is found by the system.

import { createSocket } from "node:dgram";
import type { Socket, SocketType } from "node:dgram";
import { once } from "node:events";

/** Keeps what it is sent. */
export class DatagramServer {
  /** What came, in order. */
  readonly received: Buffer[] = [];
  readonly host: string;
  readonly #socket: Socket;

  constructor(type: SocketType = "udp4", host: string = "127.0.0.1") {
    this.host = host;
    this.#socket = createSocket(type);
    this.#socket.on("message", (message) => void this.received.push(message));
  }

  /** What came, in one text. */
  get text(): string {
    return Buffer.concat(this.received).toString();
  }

  get port(): number {
    return this.#socket.address().port;
  }

  async start(): Promise<void> {
    this.#socket.bind(0, this.host);
    await once(this.#socket, "listening");
  }

  async stop(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, "close");
  }
}
