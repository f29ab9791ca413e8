// CPython's HTTPHandler: each record as one GET or POST, with the record's dictionary
// as a form. Unlike CPython's it keeps its connection, reads the answers, and takes an
// answer of 300 or above for a failure; CPython takes any answer for success and never
// reads it.

import { levelName } from "../../core/level.ts";
import { ValueError } from "../../core/errors.ts";
import { checkOptionNames } from "../../core/options.ts";
import type { LogRecord } from "../../core/record.ts";
import { refusal } from "../../core/refusal.ts";
import { HttpTransport, keepConnection } from "../../platform/http-transport.ts";
import type {
  ConnectionKeeper,
  HttpConnection,
  HttpRequest,
} from "../../platform/http-transport.ts";
import type { TlsOptions } from "../../platform/tcp-transport.ts";
import { hostOf } from "./framed-handler.ts";
import { urlencode } from "./http-form.ts";
import { OutboxHandler } from "./outbox-handler.ts";
import { checkOutbox, OUTBOX_OPTIONS } from "./outbox-options.ts";
import type { OutboxOptions } from "./outbox-options.ts";
import { flatRecordDict } from "./record-dict.ts";

/** What an HTTPHandler may be told. */
export interface HTTPHandlerOptions extends OutboxOptions {
  /** "GET" (default) puts the form behind the url, "POST" into the body. */
  readonly method?: "GET" | "POST" | "get" | "post" | undefined;
  /** True for HTTPS. */
  readonly secure?: boolean | undefined;
  /** User and password, for HTTP's basic authentication. Without `secure` anyone on the way can read them. */
  readonly credentials?: readonly [user: string, password: string] | null | undefined;
  /** With `secure`: what `tls.connect` of Node shall be told, such as `ca`. */
  readonly context?: TlsOptions | null | undefined;
}

const OPTIONS: readonly string[] = [
  ...OUTBOX_OPTIONS,
  "method",
  "secure",
  "credentials",
  "context",
];

/** What a waiting request takes besides its texts, roughly. */
const REQUEST_BYTES = 512;

/**
 * Sends records to a web server, one request each, in order. An answer of 300 or above
 * drops the record; 408, 425, 429, 500, 502, 503 and 504 only after `maxAttempts` tries.
 * Redirections are not followed. See OutboxHandler for what is promised.
 */
export class HTTPHandler extends OutboxHandler<HttpRequest> {
  /** `name` or `name:port`. */
  readonly host: string;
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly secure: boolean;
  readonly credentials: readonly [user: string, password: string] | null;
  readonly context: TlsOptions | null;
  readonly #keeper: ConnectionKeeper;
  /** A longer form is never sent. */
  readonly #mostChars: number;

  /**
   * @param host `name` or `name:port`
   * @param url the path, such as "/log?app=shop"
   * @throws ValueError, by CPython's text where it has one, for what is not accepted;
   * TypeError for options that don't exist, or are no object
   */
  constructor(host: string, url: string, options: HTTPHandlerOptions = {}) {
    checkOptionNames(options, OPTIONS);
    const method = methodOf(options.method ?? "GET");
    const secure = options.secure ?? false;
    if (typeof secure !== "boolean") throw refusal("secure", secure, "true or false");
    const context = contextOf(secure, options.context ?? null);
    const credentials = credentialsOf(options.credentials ?? null);
    const settings = checkOutbox(options);
    splitHost(hostOf("host", host));
    checkUrl(url);
    const keeper = keepConnection(secure ? (context ?? {}) : null);
    const target = `${secure ? "https" : "http"}://${host}`;
    super(new HttpTransport(target, keeper, settings.timeoutMs), settings);
    this.host = host;
    this.url = url;
    this.method = method;
    this.secure = secure;
    this.credentials = credentials;
    this.context = context;
    this.#keeper = keeper;
    this.#mostChars = settings.maxQueueBytes;
  }

  /**
   * The dictionary that is sent: CPython's `record.__dict__`, the call's fields among it.
   * For subclasses that send another one.
   */
  mapLogRecord(record: LogRecord): Record<string, unknown> {
    return flatRecordDict(record);
  }

  /**
   * Where and how requests go: options for Node's `http.request`, with `protocol`
   * "https:" for HTTPS. For subclasses with a proxy, or an agent of their own.
   */
  getConnection(host: string, secure: boolean): HttpConnection {
    const agent = this.#keeper;
    return { ...splitHost(host), protocol: secure ? "https:" : "http:", agent };
  }

  override emit(record: LogRecord): void {
    const request = this.making(() => this.#requestOf(record));
    const { path, body } = request;
    this.post(request, path.length + (body?.length ?? 0) + REQUEST_BYTES);
  }

  override toString(): string {
    return `<${this.constructor.name} ${this.host}${this.url} (${levelName(this.level)})>`;
  }

  #requestOf(record: LogRecord): HttpRequest {
    const { method, credentials } = this;
    const form = urlencode(this.mapLogRecord(record), this.#mostChars);
    const connection = this.getConnection(this.host, this.secure);
    const headers: Record<string, string | number> = {};
    let path = this.url;
    let body: Uint8Array | null = null;
    if (method === "GET") path += (path.includes("?") ? "&" : "?") + form;
    else {
      body = Buffer.from(form, "latin1");
      headers["Content-type"] = "application/x-www-form-urlencoded";
      headers["Content-length"] = body.length;
    }
    if (credentials !== null) {
      const token = Buffer.from(credentials.join(":")).toString("base64");
      headers["Authorization"] = `Basic ${token}`;
    }
    return { connection, method, path, headers, body };
  }
}

function methodOf(method: string): "GET" | "POST" {
  const upper = String(method).toUpperCase();
  if (upper === "GET" || upper === "POST") return upper;
  throw new ValueError("method must be GET or POST", { value: method, accepted: "GET or POST" });
}

function contextOf(secure: boolean, context: TlsOptions | null): TlsOptions | null {
  if (!secure && context !== null) {
    throw new ValueError("context parameter only makes sense with secure=True", {
      value: context,
      accepted: "null, or secure: true with it",
    });
  }
  if (context === null || (typeof context === "object" && !Array.isArray(context))) return context;
  throw refusal("context", context, "an object for tls.connect, such as { ca }, or null");
}

function credentialsOf(
  credentials: readonly [user: string, password: string] | null,
): readonly [user: string, password: string] | null {
  if (credentials === null) return null;
  const given: unknown = credentials;
  const fits =
    Array.isArray(given) && given.length === 2 && given.every((each) => typeof each === "string");
  // A password has no place in a report.
  if (!fits) {
    throw new ValueError("credentials are not [user, password]; accepted: two texts, or null", {
      accepted: "[user, password], or null",
    });
  }
  return [credentials[0], credentials[1]];
}

/** As CPython's http.client: what stands behind the last colon is the port, but within brackets. */
function splitHost(host: string): { hostname: string; port?: number } {
  const colon = host.lastIndexOf(":");
  const hasPort = colon > host.lastIndexOf("]");
  const name = (hasPort ? host.slice(0, colon) : host).replace(/^\[(.*)\]$/, "$1");
  const port = hasPort ? host.slice(colon + 1) : "";
  if (name === "" || /[\s/?#@]/.test(name) || !/^\d*$/.test(port) || Number(port) > 65_535) {
    const accepted = "a name or address, with :port behind if needed, such as 'logs.example:8080'";
    throw refusal("host", host, accepted);
  }
  return port === "" ? { hostname: name } : { hostname: name, port: Number(port) };
}

function checkUrl(url: string): void {
  const given: unknown = url;
  if (typeof given === "string" && /^[!-~]+$/.test(given)) return;
  throw refusal("url", given, "a path such as '/log', with anything but ASCII escaped");
}
