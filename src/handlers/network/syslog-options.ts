// The options of SysLogHandler: their types, and the one place that checks them. The
// constructor calls it before the handler exists, so that a bad option leaves nothing
// behind; every error names the value and what is accepted. Nothing is connected here.

import { KeyError } from "../../core/errors.ts";
import { oneOf, refusal, typeRefusal } from "../../core/refusal.ts";
import { FACILITY_NAMES, SYSLOG_UDP_PORT } from "./syslog-codes.ts";
import { defaultAppName, defaultHostname } from "./syslog-header.ts";
import type { SysLogFraming, SysLogMessageSettings, SysLogMultiline } from "./syslog-message.ts";

/** Python's `socket.SOCK_STREAM`, with the number that Linux, macOS and Windows give it. */
export const SOCK_STREAM = 1;
/** Python's `socket.SOCK_DGRAM`. */
export const SOCK_DGRAM = 2;

/** Where a syslog server listens: host and port, or the path of a Unix socket. */
export type SysLogAddress = string | readonly [host: string, port: number];

/** What a SysLogHandler may be told of its messages and its server. */
export interface SysLogMessageOptions {
  /** `["localhost", 514]` if not given; a text is the path of a Unix socket, such as `/dev/log`. */
  readonly address?: SysLogAddress | undefined;
  /** A number (`SysLogHandler.LOG_DAEMON`) or a name ("daemon"); "user" if not given. */
  readonly facility?: number | string | undefined;
  /**
   * SOCK_DGRAM or SOCK_STREAM. If not given: datagrams; with `tls` a stream. For a Unix
   * path: a stream with `framing`, else datagrams, and in CPython's form a stream where
   * the socket turns out to be one. Unix datagrams need the package `koffi`: Node has
   * none, and without it only a stream is tried.
   */
  readonly socktype?: number | null | undefined;
  /**
   * Null (default): messages as CPython sends them, priority and text and nothing else.
   * 3164: with time, host and tag. 5424: with time, host, application, structured data.
   */
  readonly rfc?: 3164 | 5424 | null | undefined;
  /** Put before each text, as it is; empty if not given. */
  readonly ident?: string | undefined;
  /** Ends each message with a NUL; true if not given, but false with `rfc` or `framing`. */
  readonly appendNul?: boolean | undefined;
  /**
   * How a stream's messages are told apart (RFC 6587). "octet-counting" if not given and
   * there is an `rfc`, else "none": CPython's, where `appendNul` does it.
   */
  readonly framing?: SysLogFraming | null | undefined;
  /** With `rfc`: this host's name; the system's if not given. */
  readonly hostname?: string | null | undefined;
  /** With `rfc`: RFC 5424's APP-NAME, RFC 3164's tag; the program's file name if not given. */
  readonly appName?: string | null | undefined;
  /** With `rfc: 5424`: the attribute, extra or field that is the MSGID, such as "name". */
  readonly msgIdKey?: string | null | undefined;
  /**
   * With `rfc: 5424`: the SD-ID under which extras and fields are sent; null sends none.
   * "daybook@32473" if not given: 32473 is the number that RFC 5612 keeps for examples,
   * put that of your own enterprise there.
   */
  readonly sdId?: string | null | undefined;
  /**
   * With `rfc: 5424`: whether the text begins with a byte order mark. If not given, where
   * it is not ASCII: RFC 5424 wants one before UTF-8.
   */
  readonly bom?: boolean | null | undefined;
  /**
   * Texts of several lines: "keep" (default) sends them as they are, "escape" writes
   * `#012` for the newline, "space" a blank, "split" sends each line by itself. With
   * `framing: "newline"` "escape" is the default and "keep" refused.
   */
  readonly multiline?: SysLogMultiline | undefined;
  /**
   * Most bytes of a message, from its priority to its NUL. If not given: 65507 for
   * datagrams, which is what IPv4 carries, and no limit for streams. Servers may want
   * less: RFC 3164 says 1024, RFC 5424 and 5426 promise 480 and recommend 2048.
   */
  readonly maxMessageBytes?: number | undefined;
  /** What is longer: "truncate" (default) cuts it at a whole character, "drop" leaves it out. Both are counted. */
  readonly tooLong?: "truncate" | "drop" | undefined;
}

/** The names of these. */
export const SYSLOG_OPTIONS: readonly (keyof SysLogMessageOptions)[] = [
  "address",
  "facility",
  "socktype",
  "rfc",
  "ident",
  "appendNul",
  "framing",
  "hostname",
  "appName",
  "msgIdKey",
  "sdId",
  "bom",
  "multiline",
  "maxMessageBytes",
  "tooLong",
];

/** The options, checked, with what stands for those that were not given. */
export interface SysLogSettings extends SysLogMessageSettings {
  readonly address: SysLogAddress;
  readonly facility: number | string;
  readonly socktype: number;
  /** Of a Unix socket: which type to connect to. */
  readonly unixType: "datagram" | "stream" | "either";
  readonly ident: string;
  readonly appendNul: boolean;
}

/** What IPv4 leaves of 65535 bytes for a datagram's own. */
const MOST_OF_DATAGRAM = 65_507;
/** What RFC 5424 demands of every receiver, and enough for any header without data. */
const LEAST_OF_MESSAGE = 480;

/**
 * @param hasTls whether the connection shall be TLS
 * @param hasUnixDatagrams asked only for the path of a Unix socket
 * @throws ValueError, TypeError or KeyError (an unknown facility, as CPython's at the first
 * record) naming the value and what is accepted
 */
export function sysLogSettings(
  options: SysLogMessageOptions,
  hasTls: boolean,
  hasUnixDatagrams: () => boolean,
): SysLogSettings {
  const address = checkAddress(options.address ?? ["localhost", SYSLOG_UDP_PORT]);
  checkOneOf("socktype", options.socktype, [SOCK_DGRAM, SOCK_STREAM, null]);
  const unixType = typeof address === "string" ? unixTypeOf(options, hasUnixDatagrams) : "either";
  const socktype =
    typeof address !== "string"
      ? inetTypeOf(options.socktype ?? null, hasTls)
      : unixType === "stream"
        ? SOCK_STREAM
        : SOCK_DGRAM;
  if (typeof address === "string" && hasTls) {
    throw refusal("address beside tls", address, "[host, port], or no tls");
  }
  const rfc = options.rfc ?? null;
  const isStream = socktype === SOCK_STREAM;
  const framing = framingOf(options.framing ?? null, rfc, isStream);
  // What a Unix socket carries is for its system to say.
  const isUdp = !isStream && typeof address !== "string";
  if (options.maxMessageBytes !== undefined) checkLimit(options.maxMessageBytes);
  checkOneOf("rfc", rfc, [3164, 5424, null]);
  checkOneOf("tooLong", options.tooLong, ["truncate", "drop"]);
  checkOneOf("bom", options.bom, [true, false, null]);
  checkOneOf("appendNul", options.appendNul, [true, false]);
  checkRfcOptions(options, rfc);
  return {
    address,
    socktype,
    unixType,
    facility: checkFacility(options.facility ?? FACILITY_NAMES["user"] ?? 1),
    ident: checkText("ident", options.ident ?? ""),
    appendNul: options.appendNul ?? (rfc === null && (options.framing ?? null) === null),
    rfc,
    framing,
    // What may become one is guarded as one.
    isStream: isStream || (typeof address === "string" && unixType === "either"),
    hostname: checkPrintable("hostname", options.hostname ?? defaultHostname(), 255),
    appName: checkPrintable("appName", options.appName ?? defaultAppName(), 48),
    msgIdKey: options.msgIdKey == null ? null : checkText("msgIdKey", options.msgIdKey),
    sdId: options.sdId === null ? null : checkSdId(options.sdId ?? "daybook@32473"),
    bom: options.bom ?? null,
    multiline: multilineOf(options.multiline, framing),
    maxMessageBytes: options.maxMessageBytes ?? (isUdp ? MOST_OF_DATAGRAM : Infinity),
    tooLong: options.tooLong ?? "truncate",
  };
}

function checkAddress(address: unknown): SysLogAddress {
  const accepted = "[host, port], or the path of a Unix socket";
  // `host:port` would be a file's name, and that no such file exists be found out late.
  if (typeof address === "string" && address !== "" && !/^[^/\\]+:\d+$/.test(address)) {
    return address;
  }
  if (Array.isArray(address) && address.length === 2) {
    const [host, port] = address as readonly unknown[];
    if (typeof host === "string" && host !== "" && isPort(port)) return [host, port];
  }
  const isOfType = typeof address === "string" || Array.isArray(address);
  throw (isOfType ? refusal : typeRefusal)("address", address, accepted);
}

function isPort(port: unknown): port is number {
  return typeof port === "number" && Number.isInteger(port) && port > 0 && port <= 65_535;
}

function inetTypeOf(given: number | null, hasTls: boolean): number {
  if (!hasTls) return given ?? SOCK_DGRAM;
  if (given === SOCK_DGRAM)
    throw refusal("socktype beside tls", given, "SOCK_STREAM (1), or no tls");
  return SOCK_STREAM;
}

// Messages with an RFC's header are framed on a stream and not as datagrams, so that it
// must be known before the first is made.
function unixTypeOf(
  { socktype, framing, rfc }: SysLogMessageOptions,
  hasUnixDatagrams: () => boolean,
): "datagram" | "stream" | "either" {
  if (socktype === SOCK_STREAM) return "stream";
  const has = hasUnixDatagrams();
  if (socktype === SOCK_DGRAM) {
    if (has) return "datagram";
    throw refusal(
      "socktype of a Unix socket without the package koffi",
      socktype,
      "SOCK_STREAM (1)",
    );
  }
  if (!has || (framing !== undefined && framing !== null)) return "stream";
  return rfc === undefined || rfc === null ? "either" : "datagram";
}

function framingOf(
  given: SysLogFraming | null,
  rfc: number | null,
  isStream: boolean,
): SysLogFraming {
  checkOneOf("framing", given, ["octet-counting", "newline", "nul", "none", null]);
  if (!isStream && given !== null && given !== "none") {
    throw refusal("framing of datagrams", given, "none, or socktype: SOCK_STREAM (1) with it");
  }
  if (given !== null) return given;
  return isStream && rfc !== null ? "octet-counting" : "none";
}

function multilineOf(given: SysLogMultiline | undefined, framing: SysLogFraming): SysLogMultiline {
  checkOneOf("multiline", given, ["keep", "escape", "space", "split"]);
  if (framing !== "newline") return given ?? "keep";
  if (given === "keep") {
    throw refusal("multiline beside framing 'newline'", given, "'escape', 'space', 'split'");
  }
  return given ?? "escape";
}

// Without effect, and without a word, they would be mistakes that nobody finds.
function checkRfcOptions(options: SysLogMessageOptions, rfc: number | null): void {
  const needed: readonly [keyof SysLogMessageOptions, readonly number[]][] = [
    ["hostname", [3164, 5424]],
    ["appName", [3164, 5424]],
    ["msgIdKey", [5424]],
    ["sdId", [5424]],
    ["bom", [5424]],
  ];
  for (const [name, rfcs] of needed) {
    const value = options[name];
    if (value === undefined || value === null || (rfc !== null && rfcs.includes(rfc))) continue;
    const accepted = `${rfcs.map((each) => `rfc: ${each}`).join(" or ")} with it`;
    throw refusal(`${name} beside rfc ${rfc}`, value, accepted);
  }
}

function checkFacility(facility: unknown): number | string {
  if (typeof facility === "string") {
    if (Object.hasOwn(FACILITY_NAMES, facility)) return facility;
    throw new KeyError(facility, {
      value: facility,
      accepted: Object.keys(FACILITY_NAMES).join(", "),
    });
  }
  const isCode = typeof facility === "number" && Number.isInteger(facility);
  if (isCode && facility >= 0 && facility <= 23) return facility;
  throw refusal("facility", facility, "a whole number from 0 to 23, or a facility's name");
}

function checkLimit(limit: unknown): void {
  const isLimit = typeof limit === "number" && Number.isInteger(limit);
  if (isLimit && limit >= LEAST_OF_MESSAGE) return;
  throw refusal("maxMessageBytes", limit, `a whole number of ${LEAST_OF_MESSAGE} or more`);
}

function checkText(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw refusal(name, value, "a text");
}

function checkPrintable(name: string, value: unknown, most: number): string {
  if (typeof value === "string" && /^[!-~]+$/.test(value) && value.length <= most) return value;
  throw refusal(name, value, `1 to ${most} characters of printable ASCII, no blanks`);
}

// RFC 5424, 6.3.2: names without an @ are the IANA's, the others end with one's own number.
function checkSdId(value: unknown): string {
  const isName = typeof value === "string" && /^[^\s=\]"]+$/.test(value);
  if (isName && /^[!-~]{1,32}$/.test(value) && /^[^@]+@\d+(?:\.\d+)*$/.test(value)) return value;
  throw refusal("sdId", value, "name@enterprise-number, at most 32 characters, or null");
}

/** What is not given is as good as one of them. */
function checkOneOf(name: string, value: unknown, accepted: readonly unknown[]): void {
  if (value !== undefined) oneOf(name, value, accepted);
}
