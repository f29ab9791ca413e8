// Datagrams over UDP. The socket is connected to its one target: so its name is looked
// up once and not with every record, and the kernel tells of a port where nobody
// listens. Whether a datagram arrives is nobody's promise. Node's modules are loaded with
// the first use.

import type { Socket } from "node:dgram";
import { clearTimeout } from "node:timers";

import { limitTime, SendRefused } from "./net-transport.ts";
import type { Transport } from "./net-transport.ts";

/** The two kinds of UDP. */
export type DatagramType = "udp4" | "udp6";

/** Bytes that one datagram can carry: what 16 bits can say, less the headers. */
export const MAX_DATAGRAM: Readonly<Record<DatagramType, number>> = { udp4: 65_507, udp6: 65_527 };

const isIP = (host: string): number => process.getBuiltinModule("node:net").isIP(host);

/** The usual kind for a host: IPv6 for an address of IPv6 alone, as CPython's default is IPv4. */
export function datagramType(host: string): DatagramType {
  return isIP(host) === 6 ? "udp6" : "udp4";
}

/** A name may come to mean another address: then it is looked up again. */
const LOOK_UP_MS = 60_000;

/** Where datagrams go. */
export interface DatagramTransportOptions {
  readonly host: string;
  readonly port: number;
  readonly type: DatagramType;
  /** The limit on looking up the name, and on each sending. */
  readonly timeoutMs: number;
}

/** Sends each frame as one datagram. */
export class DatagramTransport implements Transport<Uint8Array> {
  readonly batchFrames = 1;
  readonly batchBytes = 65_536;
  readonly target: string;
  readonly #options: DatagramTransportOptions;
  #socket: Socket | null = null;
  #since = 0;
  /** What became of a datagram before; the next sending fails with it. */
  #refusal: Error | null = null;

  constructor(options: DatagramTransportOptions) {
    const { host, port } = options;
    this.#options = options;
    this.target = `udp://${host.includes(":") ? `[${host}]` : host}:${port}`;
  }

  async send(frames: readonly Uint8Array[]): Promise<void> {
    const isName = isIP(this.#options.host) === 0;
    if (isName && performance.now() - this.#since > LOOK_UP_MS) this.destroy();
    const socket = this.#socket ?? (await this.#connect());
    if (this.#refusal !== null) throw this.#refusal;
    for (const frame of frames) await this.#sendOne(socket, frame);
  }

  destroy(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#refusal = null;
    socket?.close();
  }

  end(): void {
    this.destroy();
  }

  async #connect(): Promise<Socket> {
    const { host, port, type } = this.#options;
    const socket = process.getBuiltinModule("node:dgram").createSocket(type);
    socket.unref();
    socket.on("error", (error) => {
      if (this.#socket === socket) this.#refusal = error;
    });
    this.#socket = socket;
    this.#since = performance.now();
    await this.#settled(socket, (done) => socket.connect(port, host, done));
    return socket;
  }

  async #sendOne(socket: Socket, frame: Uint8Array): Promise<void> {
    try {
      await this.#settled(socket, (done) => socket.send(frame, done));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EMSGSIZE") throw error;
      throw new SendRefused(`a datagram of ${frame.length} bytes is too long for the network`);
    }
  }

  // A socket that is closed calls nobody back.
  #settled(socket: Socket, begin: (done: (error?: Error | null) => void) => void): Promise<void> {
    const { timeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      const closed = (): void => done(new Error("the socket was closed"));
      const failed = (error: Error): void => done(error);
      const done = (error?: Error | null): void => {
        clearTimeout(limit);
        socket.off("close", closed);
        socket.off("error", failed);
        if (error === undefined || error === null) resolve();
        else reject(error);
      };
      const limit = limitTime(timeoutMs, () => {
        done(new Error(`nothing was sent within ${timeoutMs} ms`));
      });
      socket.once("close", closed);
      socket.once("error", failed);
      try {
        begin(done);
      } catch (error) {
        done(error as Error); // closed in between, or still connecting
      }
    });
  }
}
