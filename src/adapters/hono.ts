// The door for Hono: a middleware that gives each request an id, a logger and a
// context, and writes one line at its end. On Node's servers the end is that of the
// response, streamed bodies and clients that hang up included; elsewhere, and with
// `app.request()`, it is when the handlers have answered. Nothing of Hono is imported:
// its context has all that is needed. It must never keep a request from its handlers.

import type { BoundLogger } from "../core/bound-logger.ts";
import { bindContext } from "../core/context.ts";
import { reportError } from "../core/self-report.ts";
import { readProperty } from "../core/value.ts";
import type { RequestLineKeys } from "./http/line-keys.ts";
import { RequestLog } from "./http/request-log.ts";
import type {
  RequestEnd,
  RequestLogOptions,
  RequestOutcome,
  RequestStart,
} from "./http/request-log.ts";
import { watchResponse } from "./http/response-watch.ts";
import type { HttpResponse } from "./http/response-watch.ts";

export type { RequestLineKeys, RequestOutcome };

/**
 * What `requestLogger` puts into the context; for the type of the app:
 * `new Hono<{ Variables: RequestLogVariables }>()`.
 */
export interface RequestLogVariables {
  /** `c.get("log")`: the request's logger; `requestId` goes with every call. */
  log: BoundLogger;
  /** `c.get("requestId")`: the request's id. */
  requestId: string;
}

/** What is used of a Hono context. */
export interface HonoContext {
  readonly req: {
    readonly method: string;
    readonly url: string;
    header(name: string): string | undefined;
  };
  readonly res: { readonly status: number; readonly headers: Pick<Headers, "get"> };
  readonly error: Error | undefined;
  readonly env: unknown;
  header(name: string, value?: string): void;
}

/** Options of `requestLogger`. */
export type RequestLoggerOptions<C extends HonoContext = HonoContext> = RequestLogOptions<[c: C]>;

/** Hono's `c.get` and `c.set`, whose types depend on the app. */
interface Variables {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

const seen = new WeakSet<object>();

/**
 * A middleware, to be used before all others: `app.use(requestLogger())`. It sets
 * `log` and `requestId` of the context, tells the client the id by a header, runs what
 * follows in a context with `requestId`, and logs the request: `GET /orders/7 200`
 * with the fields `method`, `url`, `route`, `status`, `durationMs`, `bytes` (of the
 * body, where it is known), `remoteAddress` (on Node), and `aborted` where the client
 * hung up. What a handler threw goes with it. Used twice, the first counts. An id that
 * Hono's own `requestId()` has set is taken.
 *
 * @throws TypeError or ValueError for options that are none.
 */
export function requestLogger<C extends HonoContext = HonoContext>(
  options: RequestLoggerOptions<C> = {},
): (c: C, next: () => Promise<void>) => Promise<void> {
  const requests = new RequestLog<[c: C]>(options);
  return async (c, next) => {
    if (seen.has(c)) {
      await next();
      return;
    }
    seen.add(c);
    const given = (c as unknown as Variables).get("requestId");
    const id = requests.idOf((name) => given ?? c.req.header(name), [c]);
    await requests.within(id, async () => {
      const done = begin(requests, c, id);
      let thrown: unknown;
      try {
        await next();
      } catch (error) {
        // Errors end in Hono's error handler and are in `c.error`; the rest comes here.
        thrown = error;
        throw error;
      } finally {
        done?.(thrown);
      }
    });
  };
}

/** Prepares a request; returns what is to be called when it is handled, if anything. */
function begin<C extends HonoContext>(
  requests: RequestLog<[c: C]>,
  c: C,
  requestId: string,
): ((thrown: unknown) => void) | null {
  try {
    const log = requests.loggerOf(requestId);
    const variables = c as unknown as Variables;
    variables.set("log", log);
    variables.set("requestId", requestId);
    if (requests.responseHeader !== null) c.header(requests.responseHeader, requestId);
    const start: RequestStart = {
      requestId,
      isIgnored: requests.ignores([c]),
      method: c.req.method,
      url: urlOf(c),
      remoteAddress: addressOf(c),
      startedAt: performance.now(),
    };
    if (!requests.hearsEndOf(start)) return null;
    return watch(c, start.method, (end) => requests.end(log, [c], start, end));
  } catch (error) {
    reportError(requests.logger, error, "a request can't be logged");
    return null;
  }
}

function watch(
  c: HonoContext,
  method: string,
  write: (end: RequestEnd) => void,
): (thrown: unknown) => void {
  const outgoing = nodeOf(c, "outgoing");
  let problem: unknown;
  if (outgoing === undefined) {
    return (thrown) => write(endOf(c, thrown));
  }
  // A response ends in the context of its socket; the line belongs into the request's.
  const done = bindContext((end: Pick<RequestEnd, "status" | "aborted" | "bytes">) => {
    write({ ...end, error: problem ?? c.error, route: routeOf(c) });
  });
  watchResponse(outgoing as HttpResponse, method, done);
  return (thrown) => {
    problem = thrown;
  };
}

function endOf(c: HonoContext, thrown: unknown): RequestEnd {
  const error = thrown ?? c.error;
  const route = routeOf(c);
  if (thrown !== undefined) return { status: null, aborted: false, error, route, bytes: null };
  const length = c.res.headers.get("content-length");
  const bytes = length === null || !/^\d+$/.test(length) ? null : Number(length);
  return { status: c.res.status, aborted: false, error, route, bytes };
}

/** Path and query, as the client asked for them. */
function urlOf(c: HonoContext): string {
  const incoming = nodeOf(c, "incoming");
  const raw = incoming === undefined ? undefined : readProperty(incoming, "url");
  if (typeof raw === "string") return raw;
  const { pathname, search } = new URL(c.req.url);
  return pathname + search;
}

function addressOf(c: HonoContext): unknown {
  const incoming = nodeOf(c, "incoming");
  const socket = incoming === undefined ? undefined : readProperty(incoming, "socket");
  return typeof socket === "object" && socket !== null
    ? readProperty(socket, "remoteAddress")
    : undefined;
}

/** One of Node's two objects, where the server is one of Node's. */
function nodeOf(c: HonoContext, name: "incoming" | "outgoing"): object | undefined {
  const { env } = c;
  if (typeof env !== "object" || env === null) return undefined;
  const value = readProperty(env, name);
  const isNode =
    typeof value === "object" &&
    value !== null &&
    typeof readProperty(value, name === "incoming" ? "headers" : "once") ===
      (name === "incoming" ? "object" : "function");
  return isNode ? value : undefined;
}

/** The pattern of the route that answered; null where only middleware did. */
function routeOf(c: HonoContext): string | null {
  const path = readProperty(c.req, "routePath");
  return typeof path === "string" && path !== "" && !path.endsWith("*") ? path : null;
}
