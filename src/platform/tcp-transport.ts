// Byte streams: TCP, TLS and Unix sockets. A connection is opened with the first
// frames, kept while it lasts, and never keeps the process alive while it is idle.
// What the other side sends is read and thrown away: otherwise its goodbye would not be
// heard, and what is written after it is lost. Node's modules are loaded with the first use.

import type { Socket } from "node:net";
import { clearTimeout } from "node:timers";
import type { ConnectionOptions } from "node:tls";

import { limitTime } from "./net-transport.ts";
import type { Transport } from "./net-transport.ts";

/** A stream socket of Node; a TLS socket is one too. */
export type StreamSocket = Socket;

/** What `tls.connect` may be told: `ca`, `cert`, `key`, `servername`, `rejectUnauthorized`... */
export type TlsOptions = ConnectionOptions;

/** Where a stream leads: a port of a host, or the path of a Unix socket. */
export type StreamAddress =
  | { readonly host: string; readonly port: number }
  | { readonly path: string };

const net = (): typeof import("node:net") => process.getBuiltinModule("node:net");
const tlsModule = (): typeof import("node:tls") => process.getBuiltinModule("node:tls");

/** Begins a connection; `tls` null: as it is. */
export function openStream(address: StreamAddress, tls: TlsOptions | null): StreamSocket {
  if (tls === null) return net().connect({ ...address, noDelay: true });
  // A name is what a certificate is about; an address may not be sent as one.
  const named = "host" in address && !/^[\d.]+$|:/.test(address.host);
  return tlsModule().connect({
    ...(named ? { servername: address.host } : {}),
    ...tls,
    ...address,
  });
}

/** `tcp://host:port`, `tls://host:port` or `unix:path`, for reports. */
export function streamTarget(address: StreamAddress, tls: TlsOptions | null): string {
  if ("path" in address) return `unix:${address.path}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${tls === null ? "tcp" : "tls"}://${host}:${address.port}`;
}

/** What a StreamTransport is made of. */
export interface StreamTransportOptions {
  /** Begins a connection, or gives one that stands; called again after each break. */
  readonly open: () => StreamSocket;
  /** The limit on connecting, and on a write during which nothing moves. */
  readonly timeoutMs: number;
  readonly target: string;
  /** Called when a connection stands, and with null when it is gone. */
  readonly changed?: (socket: StreamSocket | null) => void;
}

/** Sends frames as they are, one behind the other, through one connection. */
export class StreamTransport implements Transport<Uint8Array> {
  readonly batchFrames = 512;
  readonly batchBytes = 65_536;
  readonly target: string;
  readonly #open: () => StreamSocket;
  readonly #timeoutMs: number;
  readonly #changed: (socket: StreamSocket | null) => void;
  #socket: StreamSocket | null = null;
  #opening: StreamSocket | null = null;

  constructor({ open, timeoutMs, target, changed = () => {} }: StreamTransportOptions) {
    this.#open = open;
    this.#timeoutMs = timeoutMs;
    this.target = target;
    this.#changed = changed;
  }

  async send(frames: readonly Uint8Array[]): Promise<void> {
    const socket = this.#socket ?? (await this.#connect());
    await writeAll(socket, frames, this.#timeoutMs);
  }

  destroy(): void {
    const sockets = [this.#socket, this.#opening];
    this.#lose();
    for (const socket of sockets) socket?.destroy();
  }

  end(): void {
    const socket = this.#socket;
    this.#lose();
    if (socket === null) return;
    // The other side need not answer.
    const limit = limitTime(this.#timeoutMs, () => socket.destroy());
    socket.once("close", () => clearTimeout(limit));
    socket.end();
  }

  async #connect(): Promise<StreamSocket> {
    const socket = this.#open();
    this.#opening = socket;
    // The first listener, and one that stays: an 'error' without one ends the process.
    socket.on("error", () => socket.destroy());
    for (const event of ["end", "close"]) {
      socket.on(event, () => {
        if (this.#socket === socket) this.#lose();
      });
    }
    socket.unref();
    socket.resume();
    try {
      await connected(socket, this.#timeoutMs);
    } finally {
      if (this.#opening === socket) this.#opening = null;
    }
    socket.unref();
    this.#socket = socket;
    this.#changed(socket);
    return socket;
  }

  #lose(): void {
    if (this.#socket === null) return;
    this.#socket = null;
    this.#changed(null);
  }
}

// The turn of a connection, or of a write, from good to bad comes as 'error' with the
// cause, or as 'close' alone.
function settled(
  socket: StreamSocket,
  begin: (done: (error?: Error | null) => void) => void,
  closed: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => done(error);
    const onClose = (): void => done(new Error(closed));
    const done = (error?: Error | null): void => {
      socket.off("error", onError);
      socket.off("close", onClose);
      if (error === undefined || error === null) resolve();
      else reject(error);
    };
    socket.once("error", onError);
    socket.once("close", onClose);
    begin(done);
  });
}

async function connected(socket: StreamSocket, timeoutMs: number): Promise<void> {
  if (socket.destroyed) throw new Error("the socket is closed");
  const isTls = "encrypted" in socket && socket.encrypted === true;
  const secure = (socket as { secureConnecting?: unknown }).secureConnecting === true;
  if (!socket.connecting && !(isTls && secure)) return;
  const limit = limitTime(timeoutMs, () => {
    socket.destroy(new Error(`no connection within ${timeoutMs} ms`));
  });
  const event = isTls ? "secureConnect" : "connect";
  let opened: () => void = () => {};
  try {
    await settled(
      socket,
      (done) => {
        opened = () => done();
        socket.once(event, opened);
      },
      "the connection was closed before it stood",
    );
  } finally {
    clearTimeout(limit);
    socket.off(event, opened);
  }
}

async function writeAll(
  socket: StreamSocket,
  frames: readonly Uint8Array[],
  timeoutMs: number,
): Promise<void> {
  const stalled = (): void => {
    socket.destroy(new Error(`nothing could be written for ${timeoutMs} ms`));
  };
  // Node's own limit starts anew whenever the kernel has taken some of it.
  socket.setTimeout(timeoutMs, stalled);
  try {
    await settled(
      socket,
      (done) => {
        socket.cork();
        for (const [index, frame] of frames.entries()) {
          if (index < frames.length - 1) socket.write(frame);
          else socket.write(frame, (error) => done(error ?? brokenOff(socket)));
        }
        socket.uncork();
      },
      "the connection was closed",
    );
  } finally {
    socket.setTimeout(0);
    socket.off("timeout", stalled);
  }
}

// Node calls a write that was under way when the socket was destroyed a success.
function brokenOff(socket: StreamSocket): Error | null {
  return socket.destroyed ? (socket.errored ?? new Error("the connection was closed")) : null;
}
