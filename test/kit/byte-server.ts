// A server on loopback that keeps every byte it gets, for tests of handlers that write
// to streams.

import type { Socket } from "node:net";

import { LoopbackServer } from "./loopback-server.ts";

/** Collects what connections send, all of them one behind the other. */
export class ByteServer extends LoopbackServer {
  readonly #chunks: Buffer[] = [];

  /** All that came, as text. */
  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  protected override read(socket: Socket): void {
    socket.on("data", (chunk) => this.#chunks.push(chunk));
  }
}
