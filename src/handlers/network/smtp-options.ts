// The options of SMTPHandler: their types, and the one place that checks them. The
// constructor calls it before the handler exists; every error names the value and what
// is accepted. Addresses become header fields here, so nothing that could end a line of
// a header gets past.

import { typeError } from "../../core/errors.ts";
import { refusal, typeRefusal } from "../../core/refusal.ts";
import { inspectLine } from "../../core/value.ts";
import { tlsFromFiles } from "../../platform/smtp-transport.ts";
import type { MailAddress } from "../../platform/smtp-transport.ts";
import type { TlsOptions } from "../../platform/tcp-transport.ts";
import { wholeOf } from "./outbox-options.ts";
import type { OutboxOptions } from "./outbox-options.ts";

/** What an SMTPHandler may be told, by CPython's names and ours. */
export interface SMTPHandlerOptions extends OutboxOptions {
  /** The mail server: a host, or host and port. The port is 25 if not given, 465 with `implicitTls`. */
  readonly mailhost: string | readonly [host: string, port: number | null];
  /** `app@example.com`, or `The App <app@example.com>`. */
  readonly fromaddr: string;
  /** One address or several; a text may hold several, with commas between them. */
  readonly toaddrs: string | readonly string[];
  /** What `getSubject` gives. */
  readonly subject: string;
  /** User and password. */
  readonly credentials?: readonly [user: string, password: string] | null | undefined;
  /**
   * Anything but null asks for TLS by STARTTLS, and without it nothing is sent: `true`
   * or `[]`, CPython's `[keyFile]` and `[keyFile, certFile]`, or options of Node's
   * `tls.connect`. CPython heeds it only beside `credentials`.
   */
  readonly secure?: boolean | readonly string[] | TlsOptions | null | undefined;
  /** True: TLS from the first byte (RFC 8314) in place of STARTTLS. */
  readonly implicitTls?: boolean | undefined;
  /**
   * At most one mail in so many milliseconds: the first record's goes at once, those
   * that follow are gathered. If not given, each record is a mail, as CPython's.
   */
  readonly intervalMs?: number | undefined;
}

/** The names of SMTPHandler's own. */
export const SMTP_OPTIONS: readonly (keyof SMTPHandlerOptions)[] = [
  "mailhost",
  "fromaddr",
  "toaddrs",
  "subject",
  "credentials",
  "secure",
  "implicitTls",
  "intervalMs",
];

/** The options, checked. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  readonly from: MailAddress;
  readonly to: readonly MailAddress[];
  readonly toaddrs: readonly string[];
  readonly subject: string;
  readonly credentials: readonly [string, string] | null;
  readonly tls: TlsOptions | null;
  readonly implicitTls: boolean;
  readonly intervalMs: number | null;
}

const SMTP_PORT = 25;
const SMTPS_PORT = 465;
/** setTimeout takes no more. */
const LONGEST_MS = 2_147_483_647;

/** @throws ValueError or TypeError naming the value and what is accepted; what reading `secure`'s files throws */
export function smtpSettings(options: SMTPHandlerOptions): SmtpSettings {
  const implicitTls = checkFlag("implicitTls", options.implicitTls ?? false);
  const [host, port] = checkHost(options.mailhost);
  const toaddrs = checkList(options.toaddrs);
  const to = toaddrs.flatMap((text) => addressesOf("toaddrs", text));
  if (to.length === 0)
    throw refusal("toaddrs", inspectLine(options.toaddrs), "one address or more");
  const from = addressesOf("fromaddr", checkText("fromaddr", options.fromaddr));
  const [sender] = from;
  if (sender === undefined || from.length > 1) {
    throw refusal("fromaddr", options.fromaddr, "one address");
  }
  const tls = tlsOf(options.secure ?? null);
  return {
    host,
    port: port ?? (implicitTls ? SMTPS_PORT : SMTP_PORT),
    from: sender,
    to,
    toaddrs,
    subject: checkText("subject", options.subject),
    credentials: checkCredentials(options.credentials ?? null),
    tls: implicitTls ? (tls ?? {}) : tls,
    implicitTls,
    intervalMs:
      options.intervalMs === undefined
        ? null
        : wholeOf("intervalMs", options.intervalMs, 1, LONGEST_MS),
  };
}

function checkHost(mailhost: unknown): readonly [string, number | null] {
  const [host, port = null]: readonly unknown[] = Array.isArray(mailhost) ? mailhost : [mailhost];
  const isHost = typeof host === "string" && /^[!-~]+$/.test(host);
  const isPort = typeof port === "number" && Number.isInteger(port) && port >= 0 && port <= 65_535;
  const isPair = !Array.isArray(mailhost) || mailhost.length === 2;
  // 0 is CPython's way to say nothing of the port.
  if (isHost && isPair && (port === null || isPort)) return [host, port === 0 ? null : port];
  throw refusal("mailhost", mailhost, "a host, or [host, port]");
}

function checkList(toaddrs: unknown): readonly string[] {
  const list: unknown = typeof toaddrs === "string" ? [toaddrs] : toaddrs;
  if (Array.isArray(list) && list.every((each) => typeof each === "string")) return [...list];
  const accepted = "a text, or an array of texts";
  throw typeRefusal("toaddrs", toaddrs, accepted);
}

function checkCredentials(credentials: unknown): readonly [string, string] | null {
  if (credentials === null) return null;
  if (Array.isArray(credentials) && credentials.length === 2) {
    const [user, password] = credentials as readonly unknown[];
    if (typeof user === "string" && typeof password === "string") return [user, password];
  }
  // Not the value: it may be a password.
  throw typeError("credentials can't be used; accepted: [user, password], or null", {
    accepted: "[user, password], or null",
  });
}

function tlsOf(secure: unknown): TlsOptions | null {
  if (secure === null || secure === false) return null;
  if (secure === true) return {};
  if (Array.isArray(secure)) {
    const files = secure as readonly unknown[];
    if (files.length <= 2 && files.every((each) => typeof each === "string")) {
      const [keyFile, certFile] = files as readonly string[];
      return tlsFromFiles(keyFile, certFile);
    }
  } else if (typeof secure === "object") return secure as TlsOptions;
  throw refusal(
    "secure",
    secure,
    "true, false, null, [], [keyFile], [keyFile, certFile], or options of tls.connect",
  );
}

// `Name <address>` or the address alone, with commas between several. Commas within
// quotes and brackets are no separators.
function addressesOf(name: string, text: string): readonly MailAddress[] {
  const parts = text.match(/(?:"(?:\\.|[^"\\])*"|<[^<>]*>|[^,"<])+/g) ?? [];
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const { label = "", bracketed } =
        /^(?<label>[^<>]*)<(?<bracketed>[^<>]*)>$/.exec(part)?.groups ?? {};
      const address = (bracketed ?? part).trim();
      const isAddress = address !== "" && !/[\s<>",\p{Cc}]/u.test(address);
      if (isAddress && !/\p{Cc}/u.test(label)) return { name: unquoted(label.trim()), address };
      throw refusal(name, text, "addresses such as 'me@example.com' or 'Me <me@example.com>'");
    });
}

function unquoted(label: string): string {
  return /^".*"$/.test(label) ? label.slice(1, -1).replace(/\\(.)/g, "$1") : label;
}

function checkText(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw typeRefusal(name, value, "a text");
}

function checkFlag(name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw refusal(name, value, "true or false");
}
