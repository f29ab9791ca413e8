// CPython's SocketHandler: records to a server over TCP, TLS or a Unix socket, each as
// a frame. Unlike CPython's it connects and sends beside the application's calls, and
// what a broken connection has not taken is kept and sent again.

import { refusal } from "../../core/refusal.ts";
import { levelName } from "../../core/level.ts";
import { checkOptionNames } from "../../core/options.ts";
import type { LogRecord } from "../../core/record.ts";
import { openStream, streamTarget, StreamTransport } from "../../platform/tcp-transport.ts";
import type { StreamAddress, StreamSocket, TlsOptions } from "../../platform/tcp-transport.ts";
import { FramedHandler, hostOf, payloadOf, portOf } from "./framed-handler.ts";
import type { FramedHandlerOptions } from "./framed-handler.ts";
import { checkOutbox, OUTBOX_OPTIONS } from "./outbox-options.ts";

/** What a SocketHandler may be told. */
export interface SocketHandlerOptions extends FramedHandlerOptions {
  /** True for TLS, or what `tls.connect` of Node shall be told, such as `ca`. Default: none. */
  readonly tls?: boolean | TlsOptions | null | undefined;
}

const OPTIONS: readonly string[] = [...OUTBOX_OPTIONS, "payload", "tls"];

/**
 * Sends records to a server, through one connection that is opened with the first of
 * them and again after each break. See OutboxHandler for what is promised.
 */
export class SocketHandler extends FramedHandler {
  /** The host, or the path of the Unix socket. */
  readonly host: string;
  /** Null: `host` is the path of a Unix socket. */
  readonly port: number | null;
  /**
   * True: nothing is told of connections that fail, and a record that fails closes the
   * connection in silence, as CPython's handler does. `stats()` counts all the same.
   */
  closeOnError = false;
  readonly #tls: TlsOptions | null;
  #sock: StreamSocket | null = null;

  /**
   * @param port null: `host` is the path of a Unix socket
   * @throws ValueError for a host, port or option that is not accepted; TypeError for
   * options that don't exist, or are no object
   */
  constructor(host: string, port: number | null, options: SocketHandlerOptions = {}) {
    checkOptionNames(options, OPTIONS);
    const settings = checkOutbox(options);
    const tls = tlsOf(options);
    const address = addressOf(hostOf("host", host), port);
    const transport = new StreamTransport({
      open: () => this.makeSocket(),
      timeoutMs: settings.timeoutMs,
      target: streamTarget(address, tls),
      changed: (socket) => {
        this.#sock = socket;
      },
    });
    super(transport, settings, payloadOf(options));
    this.host = host;
    this.port = port;
    this.#tls = tls;
  }

  /** The connection; null while there is none. */
  get sock(): StreamSocket | null {
    return this.#sock;
  }

  /** CPython's: `[host, port]`, or the path. */
  get address(): readonly [host: string, port: number] | string {
    return this.port === null ? this.host : [this.host, this.port];
  }

  /**
   * Begins a connection: for subclasses that want another one, through a proxy or with
   * other options. It may be still connecting; it is waited for, `timeoutMs` long.
   *
   * @throws whatever it likes: that is a failed try
   */
  makeSocket(): StreamSocket {
    return openStream(addressOf(this.host, this.port), this.#tls);
  }

  /** With `closeOnError` and a connection: closes that, in silence. Otherwise reports the failure. */
  override handleError(record: LogRecord, error: unknown): void {
    if (this.closeOnError && this.#sock !== null) this.disconnect();
    else super.handleError(record, error);
  }

  override handleTrouble(error: unknown, what: string): void {
    if (!this.closeOnError) super.handleTrouble(error, what);
  }

  override toString(): string {
    const to = this.port === null ? this.host : `${this.host}:${this.port}`;
    return `<${this.constructor.name} ${to} (${levelName(this.level)})>`;
  }
}

function addressOf(host: string, port: number | null): StreamAddress {
  if (port === null) return { path: host };
  const accepted = "a whole number from 1 to 65535, or null for a Unix socket";
  return { host, port: portOf(port, accepted) };
}

function tlsOf({ tls = null }: SocketHandlerOptions): TlsOptions | null {
  if (tls === null || tls === false) return null;
  if (tls === true) return {};
  if (typeof tls === "object" && !Array.isArray(tls)) return tls;
  throw refusal("tls", tls, "true, false, or an object for tls.connect, such as { ca }");
}
