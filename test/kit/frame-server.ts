// A server on loopback for length-framed records: it takes frames apart as they come. It
// can stop reading, so that its clients feel the pressure.

import type { Socket } from "node:net";

import { LoopbackServer } from "./loopback-server.ts";

/** Collects the payloads of frames. */
export class FrameServer extends LoopbackServer {
  /** The payloads of all whole frames, in the order of their arrival. */
  readonly payloads: Buffer[] = [];
  /** False: what comes stays with the kernel. */
  #reads = true;

  /** The payloads, parsed as JSON. */
  get records(): Record<string, unknown>[] {
    return this.payloads.map((bytes) => JSON.parse(bytes.toString()) as Record<string, unknown>);
  }

  /** Connections that stand. */
  get open(): number {
    return this.sockets.size;
  }

  /** Breaks all connections as a crash of the other machine does. */
  reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** No byte is read any more until `resume`. */
  pause(): void {
    this.#reads = false;
    for (const socket of this.sockets) socket.pause();
  }

  resume(): void {
    this.#reads = true;
    for (const socket of this.sockets) socket.resume();
  }

  protected override read(socket: Socket): void {
    let rest: Buffer = Buffer.alloc(0);
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
