// The names of the handlers that reach out of the process, and of what their arguments
// may be in a document from Python. known-names.ts takes them along.

import { DatagramHandler } from "../../handlers/network/datagram.ts";
import type { DatagramHandlerOptions } from "../../handlers/network/datagram.ts";
import { HTTPHandler } from "../../handlers/network/http.ts";
import type { HTTPHandlerOptions } from "../../handlers/network/http.ts";
import { OUTBOX_OPTIONS } from "../../handlers/network/outbox-options.ts";
import type { OutboxOptions } from "../../handlers/network/outbox-options.ts";
import { SMTP_OPTIONS } from "../../handlers/network/smtp-options.ts";
import { SMTPHandler } from "../../handlers/network/smtp.ts";
import { SocketHandler } from "../../handlers/network/socket.ts";
import type { SocketHandlerOptions } from "../../handlers/network/socket.ts";
import { SOCK_DGRAM, SOCK_STREAM, SYSLOG_OPTIONS } from "../../handlers/network/syslog-options.ts";
import { SysLogHandler } from "../../handlers/network/syslog.ts";
import { optionNames } from "./signature.ts";
import type { KnownClass, Signature } from "./signature.ts";

const SOCKET: Signature = {
  positional: ["host", "port"],
  required: 2,
  options: optionNames<SocketHandlerOptions, OutboxOptions>(OUTBOX_OPTIONS, {
    payload: true,
    tls: true,
  }),
};

const DATAGRAM: Signature = {
  positional: ["host", "port"],
  required: 2,
  options: optionNames<DatagramHandlerOptions, OutboxOptions>(OUTBOX_OPTIONS, {
    payload: true,
    type: true,
  }),
};

const HTTP: Signature = {
  positional: ["host", "url"],
  required: 2,
  options: optionNames<HTTPHandlerOptions, OutboxOptions>(OUTBOX_OPTIONS, {
    method: true,
    secure: true,
    credentials: true,
    context: true,
  }),
};

const SMTP: Signature = {
  options: [...SMTP_OPTIONS, ...OUTBOX_OPTIONS],
  needed: ["mailhost", "fromaddr", "toaddrs", "subject"],
  renamed: { timeout: { to: "timeoutMs", convert: milliseconds } },
};

const SYSLOG: Signature = { options: [...SYSLOG_OPTIONS, "tls", ...OUTBOX_OPTIONS] };

/** The classes, all of the Python module `logging.handlers`. */
export const NETWORK_CLASSES: readonly KnownClass[] = [
  ["logging.handlers", SocketHandler, SOCKET],
  ["logging.handlers", DatagramHandler, DATAGRAM],
  ["logging.handlers", HTTPHandler, HTTP],
  ["logging.handlers", SMTPHandler, SMTP],
  ["logging.handlers", SysLogHandler, SYSLOG],
];

/** The constants, for `ext://`. */
export function networkConstants(): [string, unknown][] {
  const codes: [string, unknown][] = [];
  for (let each: object = SysLogHandler; each !== Function.prototype;) {
    for (const [name, value] of Object.entries(each)) {
      if (name.startsWith("LOG_")) codes.push([`logging.handlers.SysLogHandler.${name}`, value]);
    }
    each = Object.getPrototypeOf(each) as object;
  }
  return [["socket.SOCK_STREAM", SOCK_STREAM], ["socket.SOCK_DGRAM", SOCK_DGRAM], ...codes];
}

/** Python counts times in seconds. What is no number is left to the handler's own check. */
function milliseconds(value: unknown): unknown {
  return typeof value === "number" ? Math.round(value * 1000) : value;
}
