// A record's text as the bytes that go to a syslog server: priority, header, text and
// the end that the transport needs, each message no longer than the limit. SysLogHandler
// calls it and sends what comes back, a datagram or a frame of a stream each. It opens
// nothing and keeps nothing but its settings.

import { encoderFor } from "../../core/encoding.ts";
import type { LogRecord } from "../../core/record.ts";
import { rfc3164Header, rfc5424Header } from "./syslog-header.ts";
import type { SysLogHeaderSettings } from "./syslog-header.ts";

/** How messages of a stream are told apart (RFC 6587); "none": by nothing that is added here. */
export type SysLogFraming = "octet-counting" | "newline" | "nul" | "none";

/** What becomes of a text of several lines. */
export type SysLogMultiline = "keep" | "escape" | "space" | "split";

/** How messages are made; checked by syslog-options.ts. */
export interface SysLogMessageSettings extends SysLogHeaderSettings {
  /** Null: CPython's own form, the text right behind the priority. */
  readonly rfc: 3164 | 5424 | null;
  readonly framing: SysLogFraming;
  readonly multiline: SysLogMultiline;
  /** Whether RFC 5424's text begins with a byte order mark; null: where it is not ASCII. */
  readonly bom: boolean | null;
  /** Most bytes of a message, without what framing adds; Infinity: any number. */
  readonly maxMessageBytes: number;
  readonly tooLong: "truncate" | "drop";
  /** Whether a stream carries the messages. */
  readonly isStream: boolean;
}

/** One message, ready to be sent. */
export interface SysLogMessage {
  /** All of it, with what framing adds. */
  readonly bytes: Uint8Array;
  /** How many bytes it may have; it has more if it could not be cut, or was not to be. */
  readonly mostBytes: number;
  /** Its text was cut. */
  readonly truncated: boolean;
}

const BOM = "\ufeff";
const NUL = Buffer.from([0]);
const NEWLINE = Buffer.from([10]);
const NOTHING = Buffer.alloc(0);

// Lone surrogates become Python's escapes; CPython fails at them.
const encode = encoderFor("utf-8");

/**
 * The messages of one record: one, or with `multiline: "split"` one for each line that
 * is not empty.
 *
 * @param priority the number in the angle brackets
 * @param text ident and formatted record
 * @param appendNul ends each message with a NUL, as CPython does; it counts as a byte of it
 */
export function sysLogMessages(
  record: LogRecord,
  priority: number,
  text: string,
  appendNul: boolean,
  settings: SysLogMessageSettings,
): readonly SysLogMessage[] {
  return partsOf(text, settings.multiline).map((part) => {
    const { bytes, cut } = messageBytes(record, `<${priority}>`, part, appendNul, settings);
    const whole = framed(bytes, settings.framing);
    const added = whole.length - bytes.length;
    return { bytes: whole, mostBytes: settings.maxMessageBytes + added, truncated: cut };
  });
}

function partsOf(text: string, multiline: SysLogMultiline): readonly string[] {
  switch (multiline) {
    case "keep":
      return [text];
    case "space":
      return [text.replace(/[\r\n]+(?=[^\r\n])/g, " ").replace(/[\r\n]+$/, "")];
    case "escape":
      return [text.replace(/[\r\n]/g, octal)];
    case "split": {
      const lines = text.split(/[\r\n]+/).filter((line) => line !== "");
      return lines.length === 0 ? [""] : lines;
    }
  }
}

function messageBytes(
  record: LogRecord,
  prefix: string,
  text: string,
  appendNul: boolean,
  settings: SysLogMessageSettings,
): { readonly bytes: Uint8Array; readonly cut: boolean } {
  const { maxMessageBytes, rfc } = settings;
  const end = appendNul ? NUL : NOTHING;
  const guard = guardFor(appendNul, settings);
  const marked = rfc === 5424 && (settings.bom ?? /\P{ASCII}/u.test(text)) ? BOM + text : text;
  const body = encode(guard(marked));
  const room = maxMessageBytes - end.length;
  let head = encode(guard(prefix + headerOf(record, settings, true)));
  const whole = Buffer.concat([head, body, end]);
  if (whole.length <= maxMessageBytes || settings.tooLong === "drop") {
    return { bytes: whole, cut: false };
  }
  // Structured data can't be cut: a list without its bracket spoils the whole message.
  if (head.length >= room && rfc === 5424) {
    head = encode(guard(prefix + headerOf(record, settings, false)));
  }
  if (head.length > room) return { bytes: whole, cut: false };
  const rest = body.subarray(0, boundary(body, room - head.length));
  return { bytes: Buffer.concat([head, rest, end]), cut: true };
}

function headerOf(record: LogRecord, settings: SysLogMessageSettings, withData: boolean): string {
  switch (settings.rfc) {
    case null:
      return "";
    case 3164:
      return rfc3164Header(record, settings);
    case 5424:
      return rfc5424Header(record, settings, withData);
  }
}

// On a stream the byte that ends a message must not occur in one: what follows it
// would be taken for the next, with any priority that a user's input may bear.
function guardFor(
  appendNul: boolean,
  { isStream, framing }: SysLogMessageSettings,
): (text: string) => string {
  if (framing === "newline") return (text) => text.replace(/[\r\n]/g, octal);
  const endsWithNul = framing === "nul" || (appendNul && framing === "none");
  if (isStream && endsWithNul) return (text) => text.replaceAll("\0", octal);
  return (text) => text;
}

// As syslog daemons write control characters: `#012` is a newline.
function octal(char: string): string {
  return `#${char.charCodeAt(0).toString(8).padStart(3, "0")}`;
}

// The end of the last whole character within `length` bytes of UTF-8.
function boundary(bytes: Uint8Array, length: number): number {
  let end = Math.min(length, bytes.length);
  while (end > 0 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return end;
}

function framed(message: Uint8Array, framing: SysLogFraming): Uint8Array {
  switch (framing) {
    case "octet-counting":
      return Buffer.concat([Buffer.from(`${message.length} `), message]);
    case "newline":
      return Buffer.concat([message, NEWLINE]);
    case "nul":
      return Buffer.concat([message, NUL]);
    case "none":
      return message;
  }
}
