// The door `daybook/network`: the handlers that deliver over a network, and what they
// are told and tell. `daybook` itself loads none of them. Nothing is defined here.

export { DatagramHandler } from "./datagram.ts";
export type { DatagramHandlerOptions } from "./datagram.ts";
export { FramedHandler } from "./framed-handler.ts";
export type { FramedHandlerOptions, Payload } from "./framed-handler.ts";
export { HTTPHandler } from "./http.ts";
export type { HTTPHandlerOptions } from "./http.ts";
export type { NetworkDrops, NetworkStats } from "./network-stats.ts";
export { OutboxHandler } from "./outbox-handler.ts";
export { checkOutbox, OUTBOX_OPTIONS } from "./outbox-options.ts";
export type { OutboxOptions, OutboxSettings } from "./outbox-options.ts";
export type { RecordDict } from "./record-dict.ts";
export { SMTPHandler } from "./smtp.ts";
export type { SMTPHandlerOptions } from "./smtp-options.ts";
export { SocketHandler } from "./socket.ts";
export type { SocketHandlerOptions } from "./socket.ts";
export {
  FACILITY_NAMES,
  PRIORITY_NAMES,
  SYSLOG_TCP_PORT,
  SYSLOG_TLS_PORT,
  SYSLOG_UDP_PORT,
} from "./syslog-codes.ts";
export type { SysLogCodes, SysLogNames } from "./syslog-codes.ts";
export { SOCK_DGRAM, SOCK_STREAM } from "./syslog-options.ts";
export type { SysLogFraming, SysLogMultiline } from "./syslog-message.ts";
export type { SysLogAddress, SysLogMessageOptions } from "./syslog-options.ts";
export { SysLogHandler } from "./syslog.ts";
export type { SysLogHandlerOptions, SysLogStats } from "./syslog.ts";
export { SendRefused } from "../../platform/net-transport.ts";
export type { Transport } from "../../platform/net-transport.ts";
export type { HttpConnection, HttpRequest } from "../../platform/http-transport.ts";
export type { StreamSocket, TlsOptions } from "../../platform/tcp-transport.ts";
export type { DatagramType } from "../../platform/udp-transport.ts";
