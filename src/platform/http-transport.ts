// Requests over HTTP, one after the other, so that they arrive in order, through a
// connection that is kept. A response is read to its end and thrown away, but for its
// status. Used by HTTPHandler, which makes the requests. Node's modules are loaded with the
// first use: who imports the handlers may need none of them.

import type { Agent as HttpAgent, ClientRequest, IncomingMessage } from "node:http";
import type { Agent as HttpsAgent, RequestOptions } from "node:https";
import { clearTimeout } from "node:timers";

import { limitTime, SendRefused } from "./net-transport.ts";
import type { Transport } from "./net-transport.ts";
import type { TlsOptions } from "./tcp-transport.ts";

/** Where and how a request goes: what Node's `http.request` calls its options. */
export type HttpConnection = RequestOptions;

/** Keeps connections. */
export type ConnectionKeeper = HttpAgent | HttpsAgent;

/** One request. */
export interface HttpRequest {
  /** `protocol` says which: "https:" or, by default, "http:". */
  readonly connection: HttpConnection;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Uint8Array | null;
}

const http = (): typeof import("node:http") => process.getBuiltinModule("node:http");
const https = (): typeof import("node:https") => process.getBuiltinModule("node:https");

/** A keeper of one connection; `tls` null: without TLS. */
export function keepConnection(tls: TlsOptions | null): ConnectionKeeper {
  const options = { keepAlive: true, maxSockets: 1 };
  const { Agent } = tls === null ? http() : https();
  return new Agent({ ...tls, ...options });
}

/** Answers after which the same request may well succeed: RFC 9110, RFC 6585. */
const TEMPORARY: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Sends one request at a time. */
export class HttpTransport implements Transport<HttpRequest> {
  readonly batchFrames = 1;
  readonly batchBytes = 1;
  readonly target: string;
  readonly #keeper: ConnectionKeeper;
  readonly #timeoutMs: number;
  #request: ClientRequest | null = null;

  constructor(target: string, keeper: ConnectionKeeper, timeoutMs: number) {
    this.target = target;
    this.#keeper = keeper;
    this.#timeoutMs = timeoutMs;
  }

  async send(frames: readonly HttpRequest[]): Promise<void> {
    for (const frame of frames) {
      const { statusCode = 0, statusMessage = "" } = await this.#ask(frame, true);
      // What is redirected has reached nobody.
      if (statusCode < 300) continue;
      const answer = `the answer was ${statusCode} ${statusMessage}`.trimEnd();
      throw new SendRefused(answer, TEMPORARY.has(statusCode));
    }
  }

  destroy(): void {
    this.#request?.destroy();
    this.#keeper.destroy();
  }

  end(): void {
    this.#keeper.destroy();
  }

  async #ask(frame: HttpRequest, again: boolean): Promise<IncomingMessage> {
    try {
      return await this.#exchange(frame);
    } catch (error) {
      // The server ended the idle connection in the very moment: that is no failure.
      const { code } = error as NodeJS.ErrnoException;
      const late = code === "ECONNRESET" || code === "EPIPE";
      if (again && late && this.#request?.reusedSocket === true) return this.#ask(frame, false);
      throw error;
    }
  }

  #exchange({ connection, method, path, headers, body }: HttpRequest): Promise<IncomingMessage> {
    const timeoutMs = this.#timeoutMs;
    return new Promise((resolve, reject) => {
      const web = connection.protocol === "https:" ? https() : http();
      const request = web.request({ ...connection, method, path, headers });
      this.#request = request;
      const limit = limitTime(timeoutMs, () => {
        request.destroy(new Error(`no whole answer within ${timeoutMs} ms`));
      });
      const fail = (error: Error): void => {
        clearTimeout(limit);
        reject(error);
      };
      request.on("error", fail);
      request.on("close", () => fail(new Error("the connection was closed")));
      request.on("response", (response) => {
        response.on("error", fail);
        response.on("end", () => {
          clearTimeout(limit);
          resolve(response);
        });
        response.resume();
      });
      request.end(body ?? undefined);
    });
  }
}
