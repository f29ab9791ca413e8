// CPython's DatagramHandler: each record as one datagram over UDP, in the same frame as
// a SocketHandler's. UDP promises nothing: what is sent may be lost on the way, come
// twice, or in another order.

import { refusal } from "../../core/refusal.ts";
import { levelName } from "../../core/level.ts";
import { checkOptionNames } from "../../core/options.ts";
import { datagramType, DatagramTransport, MAX_DATAGRAM } from "../../platform/udp-transport.ts";
import type { DatagramType } from "../../platform/udp-transport.ts";
import { FramedHandler, hostOf, payloadOf, portOf } from "./framed-handler.ts";
import type { FramedHandlerOptions } from "./framed-handler.ts";
import { checkOutbox, OUTBOX_OPTIONS } from "./outbox-options.ts";

/** What a DatagramHandler may be told. */
export interface DatagramHandlerOptions extends FramedHandlerOptions {
  /** `udp4`, the default as in CPython, or `udp6`, the default for an address of IPv6. */
  readonly type?: DatagramType | undefined;
}

const OPTIONS: readonly string[] = [...OUTBOX_OPTIONS, "payload", "type"];

/**
 * Sends records to a UDP port. A record whose frame is longer than a datagram can be,
 * 65,507 bytes (udp6: 65,527), is dropped, reported and counted. Where the host's kernel
 * says that nobody listens, that is a failure as any other, and costs one datagram.
 */
export class DatagramHandler extends FramedHandler {
  readonly host: string;
  readonly port: number;

  /**
   * @throws ValueError for a host, port or option that is not accepted, a Unix socket
   * among them (a null port): Node knows none for datagrams; TypeError for options that
   * don't exist, or are no object
   */
  constructor(host: string, port: number, options: DatagramHandlerOptions = {}) {
    checkOptionNames(options, OPTIONS);
    const settings = checkOutbox(options);
    hostOf("host", host);
    portOf(port, "a whole number from 1 to 65535 (Node has no Unix sockets for datagrams)");
    const { type = datagramType(host) } = options;
    if (type !== "udp4" && type !== "udp6") throw refusal("type", type, "'udp4', 'udp6'");
    const { timeoutMs } = settings;
    const transport = new DatagramTransport({ host, port, type, timeoutMs });
    super(transport, settings, payloadOf(options), MAX_DATAGRAM[type]);
    this.host = host;
    this.port = port;
  }

  /** CPython's: `[host, port]`. */
  get address(): readonly [host: string, port: number] {
    return [this.host, this.port];
  }

  override toString(): string {
    return `<${this.constructor.name} ${this.host}:${this.port} (${levelName(this.level)})>`;
  }
}
