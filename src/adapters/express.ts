// The door for Express 4 and 5, and for anything with its `(req, res, next)`, plain
// node:http too: a middleware that gives each request an id, a logger and a context,
// and writes one line when its response is over; and one that puts the error that
// Express was handed into that line. Nothing of Express is imported: what is used of
// requests and responses is Node's. It must never keep a request from its handlers.

import type { BoundLogger } from "../core/bound-logger.ts";
import { bindContext } from "../core/context.ts";
import type { Logger } from "../core/logger.ts";
import { checkOptionNames } from "../core/options.ts";
import { reportError } from "../core/self-report.ts";
import { isError, readProperty } from "../core/value.ts";
import { anyLoggerOf } from "./check-logger.ts";
import type { RequestLineKeys } from "./http/line-keys.ts";
import { watchRoute } from "./http/matched-route.ts";
import { RequestLog } from "./http/request-log.ts";
import type { RequestLogOptions, RequestOutcome, RequestStart } from "./http/request-log.ts";
import { watchResponse } from "./http/response-watch.ts";
import type { HttpResponse, ResponseEnd } from "./http/response-watch.ts";

export type { HttpResponse, RequestLineKeys, RequestOutcome };

/** What is used of a request: Node's IncomingMessage has it, and Express's Request. */
export interface HttpRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What `requestLogger` adds to a request; `@types/express` knows it without this. */
export interface RequestLogging {
  /** The request's logger: `requestId` goes with every call. */
  log: BoundLogger;
  /** The request's id. */
  requestId: string;
}

declare global {
  // oxlint-disable-next-line typescript/no-namespace
  namespace Express {
    /** A request that `requestLogger` of daybook/express has seen. */
    interface Request {
      /** The request's logger: `requestId` goes with every call. */
      log: BoundLogger;
      /** The request's id. */
      requestId: string;
    }
  }
}

/** Options of `requestLogger`. */
export type RequestLoggerOptions<
  Req extends HttpRequest = HttpRequest,
  Res extends HttpResponse = HttpResponse,
> = RequestLogOptions<[req: Req, res: Res]>;

/** Options of `errorLogger`. */
export interface ErrorLoggerOptions {
  /** Where errors of requests go that `requestLogger` has not seen; the logger "http" if not given. */
  readonly logger?: Logger | BoundLogger | string | undefined;
}

type Next = (error?: unknown) => void;

/** What is known of a request between its middleware and its end. */
interface Seen {
  error: unknown;
}

const seen = new WeakMap<object, Seen>();

/**
 * A middleware, to be used before all others. It sets `req.log` and `req.requestId`, tells the client
 * the id by a header, runs what follows in a context with `requestId`, and logs the
 * request when its response is over: `GET /orders/7 200` with the fields `method`, `url`,
 * `route`, `status`, `durationMs`, `bytes` (of the body), `remoteAddress`, and `aborted`
 * where the client hung up. Used twice, the first counts.
 *
 * @throws TypeError or ValueError for options that are none.
 */
export function requestLogger<
  Req extends HttpRequest = HttpRequest,
  Res extends HttpResponse = HttpResponse,
>(options: RequestLoggerOptions<Req, Res> = {}): (req: Req, res: Res, next: Next) => void {
  const requests = new RequestLog<[req: Req, res: Res]>(options);
  return (req, res, next) => {
    if (seen.has(res)) {
      next();
      return;
    }
    const requestId = requests.idOf((name) => req.headers[name], [req, res]);
    requests.within(requestId, () => {
      try {
        begin(requests, req, res, requestId);
      } catch (error) {
        reportError(requests.logger, error, "a request can't be logged");
      }
      next();
    });
  };
}

/**
 * An error middleware, to be used behind the routes: the line of the request gets the
 * error that they threw or passed on. It passes the error on in turn. Where there is
 * no `requestLogger`, the error gets a line of its own, at ERROR.
 *
 * @throws TypeError for options that are none.
 */
export function errorLogger(
  options: ErrorLoggerOptions = {},
): (error: unknown, req: HttpRequest, res: object, next: Next) => void {
  checkOptionNames(options, ["logger"]);
  const logger = anyLoggerOf(options.logger ?? "http");
  // Express knows an error middleware by its four parameters.
  return (error, req, res, next) => {
    const request = seen.get(res);
    if (request !== undefined) request.error = error;
    else
      logger.error(
        "%s %s failed",
        req.method,
        urlOf(req),
        isError(error) ? error : { thrown: error },
      );
    next(error);
  };
}

function begin<Req extends HttpRequest, Res extends HttpResponse>(
  requests: RequestLog<[req: Req, res: Res]>,
  req: Req,
  res: Res,
  requestId: string,
): void {
  const log = requests.loggerOf(requestId);
  const request: Seen = { error: undefined };
  seen.set(res, request);
  Object.assign(req, { log, requestId } satisfies RequestLogging);
  if (requests.responseHeader !== null && !res.headersSent) {
    res.setHeader(requests.responseHeader, requestId);
  }
  const start: RequestStart = {
    requestId,
    isIgnored: requests.ignores([req, res]),
    method: req.method ?? "",
    url: urlOf(req),
    // Express's `ip` heeds "trust proxy". A socket has forgotten it when it is closed.
    remoteAddress: readProperty(req, "ip") ?? addressOf(req),
    startedAt: performance.now(),
  };
  if (!requests.hearsEndOf(start)) return;
  const route = watchRoute(req);
  // A response ends in the context of its socket; the line belongs into the request's.
  const done = bindContext((end: ResponseEnd) => {
    const { error } = request;
    requests.end(log, [req, res], start, { ...end, error, route: route() });
  });
  watchResponse(res, start.method, done);
}

/** As the client asked for it: routers cut off of `url` what they are mounted at. */
function urlOf(req: HttpRequest): string {
  const original = readProperty(req, "originalUrl");
  return typeof original === "string" ? original : (req.url ?? "");
}

function addressOf(req: HttpRequest): unknown {
  const socket = readProperty(req, "socket");
  return typeof socket === "object" && socket !== null
    ? readProperty(socket, "remoteAddress")
    : undefined;
}
