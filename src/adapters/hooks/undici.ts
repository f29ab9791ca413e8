// The requests that a process makes by `fetch` or undici, in our logs: one line for
// each, when its response is there in full or it has failed. Node's fetch and the
// package undici tell of them by diagnostics_channel, so nothing is wrapped. Headers
// and bodies are never read, and the query of a URL only shows where it is asked for:
// that is where keys and tokens travel.

import { subscribe, unsubscribe } from "node:diagnostics_channel";

import type { BoundLogger } from "../../core/bound-logger.ts";
import { bindContext } from "../../core/context.ts";
import type { Logger } from "../../core/logger.ts";
import { typeRefusal } from "../../core/refusal.ts";
import { reportError } from "../../core/self-report.ts";
import { readProperty, toText } from "../../core/value.ts";
import { roundMs } from "../round-ms.ts";
import { checkSwitch, OperationLog } from "./hook-options.ts";
import type { HookOptions } from "./hook-options.ts";

/** A request as `ignore` is told of it. */
export interface OutgoingRequest {
  /** Such as `https://api.example.com`. */
  readonly origin: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
}

/** Options of `undiciLogging`. */
export interface UndiciLoggingOptions extends HookOptions {
  /** True to log URLs with their query. */
  readonly query?: boolean | undefined;
  /**
   * Requests that are not logged. Those that ship log lines must be among them, or each
   * line would make another. Where it throws, that is reported, and the request not logged.
   */
  readonly ignore?: ((request: OutgoingRequest) => boolean) | undefined;
}

/** A request under way. */
interface UnderWay {
  readonly startedAt: number;
  readonly request: OutgoingRequest;
  status: number | null;
  firstByteMs: number | null;
  /** Logs it, in the context in which it was made. */
  readonly end: (error?: unknown) => void;
}

interface Message {
  readonly request: object;
  readonly response?: { readonly statusCode?: unknown };
  readonly error?: unknown;
}

/**
 * Logs all requests of `fetch` and undici from now on: `request`, `slow request` or
 * `request failed` with the fields `method`, `url`, `status`, `firstByteMs` (until the
 * head of the response), `durationMs` (until its end), with a failure the error. A
 * response of status 500 is none: the request went well. The record has the context of
 * the code that made the request. Call it once in a process.
 *
 * @returns a function that ends it.
 * @throws TypeError or ValueError for a logger or options that are none.
 */
export function undiciLogging(
  logger: Logger | BoundLogger | string,
  options: UndiciLoggingOptions = {},
): () => void {
  const log = new OperationLog(logger, options, ["query", "ignore"]);
  const query = checkSwitch("query", options.query ?? false);
  const ignore = checkIgnore(options.ignore);
  const underWay = new WeakMap<object, UnderWay>();
  const create = ({ request }: Message): void => {
    const told = outgoing(request);
    if (ignore?.(told) !== true) underWay.set(request, begin(log, told, query));
  };
  const headers = ({ request, response }: Message): void => {
    const known = underWay.get(request);
    if (known === undefined) return;
    known.status = typeof response?.statusCode === "number" ? response.statusCode : null;
    known.firstByteMs = performance.now() - known.startedAt;
  };
  // Undici may tell of more than one end of a request: the first counts.
  const end = ({ request, error }: Message): void => {
    const known = underWay.get(request);
    underWay.delete(request);
    known?.end(error);
  };
  const listeners = Object.entries({ create, headers, trailers: end, error: end }).map(
    ([name, listen]) => [`undici:request:${name}`, guarded(log.logger, listen)] as const,
  );
  for (const [channel, listener] of listeners) subscribe(channel, listener);
  return () => {
    for (const [channel, listener] of listeners) unsubscribe(channel, listener);
  };
}

function begin(log: OperationLog, request: OutgoingRequest, query: boolean): UnderWay {
  const startedAt = performance.now();
  const end = bindContext((error?: unknown) => {
    const durationMs = performance.now() - startedAt;
    log.write({ what: "request", durationMs, fields: () => fieldsOf(known, query), error });
  });
  const known: UnderWay = { startedAt, request, status: null, firstByteMs: null, end };
  return known;
}

function fieldsOf(
  { request, status, firstByteMs }: UnderWay,
  query: boolean,
): Record<string, unknown> {
  const path = query ? request.path : request.path.replace(/[?#].*$/s, "");
  const fields: Record<string, unknown> = { method: request.method, url: request.origin + path };
  if (status !== null) fields["status"] = status;
  if (firstByteMs !== null) fields["firstByteMs"] = roundMs(firstByteMs);
  return fields;
}

function outgoing(request: object): OutgoingRequest {
  const [origin = "", method = "", path = ""] = ["origin", "method", "path"].map((name) => {
    const value = readProperty(request, name);
    return value === undefined || value === null ? "" : toText(value);
  });
  return { origin, method, path };
}

// diagnostics_channel throws what a listener throws, later, as an uncaught exception.
function guarded(logger: object, listen: (message: Message) => void): (message: unknown) => void {
  return (message) => {
    try {
      listen(message as Message);
    } catch (error) {
      reportError(logger, error, "a request could not be logged");
    }
  };
}

function checkIgnore(ignore: UndiciLoggingOptions["ignore"]): UndiciLoggingOptions["ignore"] {
  if (ignore === undefined || typeof ignore === "function") return ignore;
  const accepted = "a function of { origin, method, path }";
  throw typeRefusal("ignore", ignore, accepted);
}
