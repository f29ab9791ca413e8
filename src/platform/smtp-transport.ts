// Mail to an SMTP server, by the package nodemailer, which is loaded when the first
// SMTPHandler is made and never at import. One connection for each mail, as CPython's:
// alerts are rare, and an idle connection is closed by servers anyway. The socket is our
// own, so that a server that hangs keeps no process alive and can be hung up on.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { clearTimeout } from "node:timers";

import { limitTime, SendRefused } from "./net-transport.ts";
import type { Transport } from "./net-transport.ts";
import { openStream } from "./tcp-transport.ts";
import type { StreamSocket, TlsOptions } from "./tcp-transport.ts";

/** A mail address, with the name that is shown; empty: none. */
export interface MailAddress {
  readonly name: string;
  readonly address: string;
}

/** One record's part of a mail. */
export interface MailPart {
  /** One line, without control characters. */
  readonly subject: string;
  readonly text: string;
  /** When it was made, in milliseconds since the epoch. */
  readonly ms: number;
}

/** What an SmtpTransport is made of. */
export interface SmtpTransportOptions {
  readonly host: string;
  readonly port: number;
  readonly from: MailAddress;
  readonly to: readonly MailAddress[];
  readonly credentials: readonly [user: string, password: string] | null;
  /** Null: no TLS at all, as CPython's. */
  readonly tls: TlsOptions | null;
  /** With `tls`: from the first byte; else after STARTTLS, without which nothing is sent. */
  readonly implicitTls: boolean;
  /** The limit on each step. */
  readonly timeoutMs: number;
  /** Most parts of one mail. */
  readonly mostParts: number;
  /** Called with the recipients that the server refused, if it took others. */
  readonly refusedSome: (addresses: readonly string[]) => void;
}

/** As much of nodemailer as is used here: it is an optional peer, so its types are not. */
interface NodeMailer {
  createTransport(options: object): {
    sendMail(mail: object): Promise<{ readonly rejected?: readonly unknown[] }>;
    close(): void;
  };
}

/** A longer mail is sent as several. */
const BATCH_BYTES = 1_048_576;

/** Sends the parts it is given as one mail. */
export class SmtpTransport implements Transport<MailPart> {
  readonly batchFrames: number;
  readonly batchBytes: number = BATCH_BYTES;
  readonly target: string;
  readonly #options: SmtpTransportOptions;
  readonly #mailer: NodeMailer;
  #socket: StreamSocket | null = null;

  /** @throws Error naming the package, if nodemailer is not installed */
  constructor(options: SmtpTransportOptions) {
    const { host, port, mostParts } = options;
    this.#options = options;
    this.#mailer = loadNodeMailer();
    this.batchFrames = mostParts;
    this.target = `smtp://${host.includes(":") ? `[${host}]` : host}:${port}`;
  }

  async send(parts: readonly MailPart[]): Promise<void> {
    const { host, port, timeoutMs, refusedSome } = this.#options;
    const socket = openStream({ host, port }, null);
    this.#socket = socket;
    // One that stays: nodemailer takes its own away before the socket is gone.
    socket.on("error", () => {});
    socket.unref();
    try {
      await connected(socket, timeoutMs);
      const mailer = this.#mailer.createTransport(this.#settings(socket));
      const { rejected = [] } = await mailer.sendMail(this.#mail(parts));
      if (rejected.length > 0) refusedSome(rejected.map(String));
    } catch (error) {
      throw answered(error);
    } finally {
      if (this.#socket === socket) this.#socket = null;
    }
  }

  destroy(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  end(): void {}

  #settings(connection: StreamSocket): object {
    const { host, port, credentials, tls, implicitTls, timeoutMs } = this.#options;
    return {
      host,
      port,
      connection,
      secure: tls !== null && implicitTls,
      requireTLS: tls !== null,
      ignoreTLS: tls === null,
      ...(tls === null ? {} : { tls }),
      ...(credentials === null
        ? {}
        : // Where the server doesn't offer to check them, nothing is sent, as CPython's.
          { auth: { user: credentials[0], pass: credentials[1] }, forceAuth: true }),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      dnsTimeout: timeoutMs,
      // A text that looks like a path or an address is a text.
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  #mail(parts: readonly MailPart[]): object {
    const { from, to } = this.#options;
    const [first = { subject: "", text: "", ms: 0 }] = parts;
    const more = parts.length > 1 ? ` (and ${parts.length - 1} more)` : "";
    return {
      // Said apart from the headers, and in brackets: then a name without a domain is an
      // address, and no character of it makes a group of several.
      envelope: { from: `<${from.address}>`, to: to.map(({ address }) => `<${address}>`) },
      from,
      to,
      subject: first.subject + more,
      date: new Date(first.ms),
      text: parts.map(({ text }) => `${text}\n`).join("\n"),
    };
  }
}

/** Key and certificate from files, as Python's `secure` tuple names them. @throws what Node throws */
export function tlsFromFiles(
  keyFile: string | undefined,
  certFile: string | undefined,
): TlsOptions {
  if (keyFile === undefined) return {};
  const key = readFileSync(keyFile);
  // A single file has both, one behind the other.
  return { key, cert: certFile === undefined ? key : readFileSync(certFile) };
}

function loadNodeMailer(): NodeMailer {
  try {
    return createRequire(import.meta.url)("nodemailer") as NodeMailer;
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== "MODULE_NOT_FOUND") throw cause;
    throw new Error(
      "SMTPHandler needs the package nodemailer, which is not installed: npm install nodemailer",
      { cause },
    );
  }
}

function connected(socket: StreamSocket, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = limitTime(timeoutMs, () => {
      socket.destroy(new Error(`no connection within ${timeoutMs} ms`));
    });
    socket.once("connect", resolve);
    socket.once("error", reject);
    socket.once("close", () => {
      reject(new Error("the connection was closed before it stood"));
    });
    for (const event of ["connect", "close"]) socket.once(event, () => clearTimeout(limit));
  });
}

/** nodemailer's words for a mail that it doesn't even send. */
const NEVER: readonly unknown[] = ["EENVELOPE", "EMESSAGE"];

// A reply of the server that is no success: 4xx says "not now", 5xx "never". A mail that
// can't be sent at all must not stand in the way of all that come behind it.
function answered(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { responseCode, code } = error as { responseCode?: unknown; code?: unknown };
  if (typeof responseCode === "number") return new SendRefused(error.message, responseCode < 500);
  return NEVER.includes(code) ? new SendRefused(error.message) : error;
}
