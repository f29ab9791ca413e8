// The way to a syslog server on this machine: a Unix socket, of datagrams or a stream.
// SysLogHandler's outbox owns one where the address is a path. Which type it is may only
// be found out by connecting, and a server that comes back may have changed it.

import { setTimeout as sleep } from "node:timers/promises";

import { SendRefused } from "./net-transport.ts";
import type { Transport } from "./net-transport.ts";
import { hasUnixDatagrams, openUnixDatagram } from "./syslog-unix-datagram.ts";
import type { UnixDatagram } from "./syslog-unix-datagram.ts";
import { StreamTransport, openStream, streamTarget } from "./tcp-transport.ts";

/** Which type of Unix socket to connect to; "either": of datagrams, and if it isn't that, a stream. */
export type UnixSocketType = "datagram" | "stream" | "either";

/** How long to leave a full receiver alone. */
const FULL_WAIT_MS = 5;

/** Sends each message as a datagram, or all of them through a stream. */
export class SysLogUnixTransport implements Transport<Uint8Array> {
  readonly batchBytes = 65_536;
  readonly target: string;
  readonly #path: string;
  readonly #type: UnixSocketType;
  readonly #timeoutMs: number;
  readonly #stream: StreamTransport;
  #datagram: UnixDatagram | null = null;
  /** A stream is what the last connection was. */
  #isStream: boolean;
  #ended = false;

  /** @param timeoutMs the limit on connecting, and on waiting for room */
  constructor(path: string, type: UnixSocketType, timeoutMs: number) {
    this.#path = path;
    this.#type = type === "either" && !hasUnixDatagrams() ? "stream" : type;
    this.#isStream = this.#type === "stream";
    this.#timeoutMs = timeoutMs;
    this.target = streamTarget({ path }, null);
    const open = (): ReturnType<typeof openStream> => openStream({ path }, null);
    this.#stream = new StreamTransport({ open, timeoutMs, target: this.target });
  }

  /** Of datagrams one: had a batch failed half-way, its beginning would be sent twice. */
  get batchFrames(): number {
    return this.#isStream ? this.#stream.batchFrames : 1;
  }

  async send(frames: readonly Uint8Array[]): Promise<void> {
    this.#ended = false;
    if (!this.#isStream && this.#connectDatagram()) {
      for (const frame of frames) await this.#sendDatagram(frame);
      return;
    }
    try {
      await this.#stream.send(frames);
    } catch (error) {
      // The next try asks again what is there.
      if (this.#type === "either") this.#isStream = false;
      throw codeOf(error) === "EPROTOTYPE" ? this.#otherType(error) : error;
    }
  }

  destroy(): void {
    this.#ended = true;
    this.#closeDatagram();
    this.#stream.destroy();
  }

  end(): void {
    this.#ended = true;
    this.#closeDatagram();
    this.#stream.end();
  }

  // False: a stream is there.
  #connectDatagram(): boolean {
    if (this.#datagram !== null) return true;
    try {
      this.#datagram = openUnixDatagram(this.#path);
      return true;
    } catch (error) {
      if (codeOf(error) !== "EPROTOTYPE") throw error;
      if (this.#type !== "either") throw this.#otherType(error);
      this.#isStream = true;
      return false;
    }
  }

  async #sendDatagram(frame: Uint8Array): Promise<void> {
    let again = true;
    let waited = 0;
    for (;;) {
      try {
        if (!this.#connectDatagram()) throw new Error("the socket is of the other type now");
        if (this.#datagram?.send(frame) === true) return;
        if (waited >= this.#timeoutMs) throw new Error(`no room for ${this.#timeoutMs} ms`);
        waited += FULL_WAIT_MS;
        await sleep(FULL_WAIT_MS, undefined, { ref: false });
        if (this.#ended) throw new Error("the socket is closed");
      } catch (error) {
        if (codeOf(error) === "EMSGSIZE") {
          throw new SendRefused(`a datagram of ${frame.length} bytes is too long for the system`);
        }
        this.#closeDatagram();
        // As CPython: a server that was started anew is found at the same path.
        if (!again || this.#ended || codeOf(error) === undefined) throw error;
        again = false;
      }
    }
  }

  #closeDatagram(): void {
    this.#datagram?.close();
    this.#datagram = null;
  }

  #otherType(cause: unknown): Error {
    const text =
      this.#type === "datagram"
        ? `${this.#path} is no datagram socket; socktype SOCK_STREAM may be right`
        : `${this.#path} is a datagram socket, which Node itself can't write to: install the ` +
          "package koffi, or have the syslog server listen for UDP, TCP or on a stream socket";
    return Object.assign(new Error(text, { cause }), { code: "EPROTOTYPE" });
  }
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}
