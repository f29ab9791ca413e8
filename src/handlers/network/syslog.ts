// The handler that sends records to a syslog server, CPython's SysLogHandler: its
// messages by default, those of RFC 3164 or RFC 5424 if asked for; over UDP, TCP, TLS or
// a Unix socket. What waits, retries and drops is the outbox's. A syslog server never
// answers: what the kernel has taken counts as sent.

import { checkOptionNames } from "../../core/options.ts";
import type { LogRecord } from "../../core/record.ts";
import { refusal } from "../../core/refusal.ts";
import { inspectLine } from "../../core/value.ts";
import type { Transport } from "../../platform/net-transport.ts";
import { hasUnixDatagrams } from "../../platform/syslog-unix-datagram.ts";
import { SysLogUnixTransport } from "../../platform/syslog-unix-transport.ts";
import { StreamTransport, openStream, streamTarget } from "../../platform/tcp-transport.ts";
import type { TlsOptions } from "../../platform/tcp-transport.ts";
import { DatagramTransport, datagramType } from "../../platform/udp-transport.ts";
import type { NetworkStats } from "./network-stats.ts";
import { checkOutbox, OUTBOX_OPTIONS } from "./outbox-options.ts";
import type { OutboxOptions } from "./outbox-options.ts";
import { SysLogCodes } from "./syslog-codes.ts";
import { sysLogMessages } from "./syslog-message.ts";
import { SOCK_DGRAM, sysLogSettings, SYSLOG_OPTIONS } from "./syslog-options.ts";
import type { SysLogAddress, SysLogMessageOptions, SysLogSettings } from "./syslog-options.ts";

/** What a SysLogHandler may be told, by CPython's names and ours. */
export interface SysLogHandlerOptions extends SysLogMessageOptions, OutboxOptions {
  /**
   * True, or options of Node's `tls.connect` (`ca`, `cert`, `key`, `servername`): TLS,
   * as RFC 5425 has it, usually at port 6514. The server's certificate is checked.
   */
  readonly tls?: boolean | TlsOptions | null | undefined;
}

/** What a SysLogHandler has done so far. */
export interface SysLogStats extends NetworkStats {
  /** Messages whose end was cut off at `maxMessageBytes`; they were sent. */
  readonly truncated: number;
}

const OPTIONS: readonly string[] = [...SYSLOG_OPTIONS, "tls", ...OUTBOX_OPTIONS];

/**
 * Sends each record to a syslog server, as one message, or as one for each of its lines
 * (`multiline: "split"`; each counts as a record in `stats()` then).
 *
 * Guarantees: those of OutboxHandler. Over UDP nothing is promised, as ever. Without
 * `rfc` the bytes of a datagram are CPython's; what UTF-8 can't hold is written as
 * Python's escapes, where CPython fails.
 */
export class SysLogHandler extends SysLogCodes {
  readonly address: SysLogAddress;
  readonly socktype: number;
  /** A number or a name; may be set. */
  facility: number | string;
  /** Put before each text; may be set. */
  ident: string;
  /** Whether a NUL ends each message; may be set. CPython's append_nul. */
  appendNul: boolean;
  readonly #settings: SysLogSettings;
  #truncated = 0;

  /**
   * Connects with the first record.
   *
   * @throws ValueError, TypeError or KeyError for options that are unknown or have values
   * that are not accepted.
   */
  constructor(options: SysLogHandlerOptions = {}) {
    checkOptionNames(options, OPTIONS);
    const outbox = checkOutbox(options);
    const tls = tlsOf(options.tls);
    const settings = sysLogSettings(options, tls !== null, hasUnixDatagrams);
    super(transportFor(settings, tls, outbox.timeoutMs), outbox);
    this.#settings = settings;
    this.address = settings.address;
    this.socktype = settings.socktype;
    this.facility = settings.facility;
    this.ident = settings.ident;
    this.appendNul = settings.appendNul;
  }

  /**
   * Sends the record's text, made by the formatter, with `ident` before it.
   *
   * @throws ValueError for a message that is too long and not to be cut; it is counted
   */
  override emit(record: LogRecord): void {
    const messages = this.making(() => {
      const priority = this.encodePriority(this.facility, this.mapPriority(record.levelname));
      const text = this.ident + this.formatOrFallback(record);
      return sysLogMessages(record, priority, text, this.appendNul, this.#settings);
    });
    let failure: { readonly error: unknown } | null = null;
    for (const { bytes, mostBytes, truncated } of messages) {
      try {
        this.post(bytes, bytes.length, mostBytes);
        if (truncated) this.#truncated += 1;
      } catch (error) {
        // The other lines of the record are sent all the same.
        failure = { error };
      }
    }
    if (failure !== null) throw failure.error;
  }

  override stats(): SysLogStats {
    return { ...super.stats(), truncated: this.#truncated };
  }
}

function transportFor(
  { address, socktype, unixType }: SysLogSettings,
  tls: TlsOptions | null,
  timeoutMs: number,
): Transport<Uint8Array> {
  if (typeof address === "string") return new SysLogUnixTransport(address, unixType, timeoutMs);
  const [host, port] = address;
  if (socktype === SOCK_DGRAM) {
    return new DatagramTransport({ host, port, type: datagramType(host), timeoutMs });
  }
  const open = (): ReturnType<typeof openStream> => openStream({ host, port }, tls);
  return new StreamTransport({ open, timeoutMs, target: streamTarget({ host, port }, tls) });
}

function tlsOf(tls: SysLogHandlerOptions["tls"]): TlsOptions | null {
  if (tls === undefined || tls === null || tls === false) return null;
  if (tls === true) return {};
  if (typeof tls === "object" && !Array.isArray(tls)) return tls;
  throw refusal("tls", inspectLine(tls), "true, false, null, or options of tls.connect");
}
