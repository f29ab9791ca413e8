// The door for Next.js: what `instrumentation.ts` exports. `register` configures logging
// once in each server process, `onRequestError` logs what a page, route or action threw,
// with the route. Nothing of Next is imported. These run in Node only: the edge runtime
// has no files, so instrumentation.ts must import this behind `NEXT_RUNTIME === "nodejs"`.

import type { BoundLogger } from "../core/bound-logger.ts";
import { typeError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { checkOptionNames } from "../core/options.ts";
import { reportError } from "../core/self-report.ts";
import { isError, readProperty, shortRepr } from "../core/value.ts";
import { anyLoggerOf } from "./check-logger.ts";
import { fitRequestId } from "./http/request-id.ts";

/** What Next says of the request that failed. */
export interface NextRequestInfo {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Where in the application Next was when it failed. */
export interface NextErrorContext {
  readonly routerKind: string;
  readonly routePath: string;
  readonly routeType: string;
  readonly renderSource?: string | undefined;
  readonly revalidateReason?: string | undefined;
}

/** Options of `createOnRequestError`. */
export interface OnRequestErrorOptions {
  /** Where the errors go; the logger "next" if not given. */
  readonly logger?: Logger | BoundLogger | string | undefined;
}

/** The type of Next's hook `onRequestError`. */
export type OnRequestError = (
  error: unknown,
  request: NextRequestInfo,
  context: NextErrorContext,
) => void;

// On globalThis: bundlers and hot reloads give the same process more than one copy of this module.
const DONE: unique symbol = Symbol.for("daybook.next.registered");

/**
 * Runs `configure` (which calls `basicConfig`, `dictConfig` or the like) the first time
 * that it is called in a process, and then no more: Next in development calls
 * `register` anew after changes, and a second set of handlers would write every line
 * twice. In the edge runtime nothing happens. Resolves when `configure` has finished.
 *
 * @throws TypeError for what is no function; and what `configure` throws, after which
 * the next call tries again.
 */
export async function register(configure: () => unknown): Promise<void> {
  if (typeof configure !== "function") {
    const accepted = "a function that configures the logging";
    throw typeError(`register can't run ${shortRepr(configure)}; accepted: ${accepted}`, {
      value: configure,
      accepted,
    });
  }
  if (process.env["NEXT_RUNTIME"] === "edge") return;
  const shared = globalThis as { [DONE]?: Promise<unknown> | undefined };
  shared[DONE] ??= Promise.resolve().then(configure);
  try {
    await shared[DONE];
  } catch (error) {
    shared[DONE] = undefined;
    throw error;
  }
}

/**
 * Makes a hook `onRequestError` that logs at ERROR: `GET /orders/7 failed` with the
 * fields `method`, `url`, `route`, `routeType`, `routerKind`, where there are any
 * `renderSource`, `revalidateReason`, `digest` (what Next shows to the user in place of
 * the error) and `requestId` (the header `x-request-id`, if it is fit for a log), and the error.
 * Of the headers nothing else is read. The hook never throws.
 *
 * @throws TypeError for options that are none.
 */
export function createOnRequestError(options: OnRequestErrorOptions = {}): OnRequestError {
  checkOptionNames(options, ["logger"]);
  const logger = anyLoggerOf(options.logger ?? "next");
  return (error, request, context) => {
    try {
      const fields = fieldsOf(error, request, context);
      const { method, url } = fields;
      // What was thrown may be anything.
      const thrown = isError(error) ? error : { thrown: error };
      logger.error("%s %s failed", method, url, fields, thrown);
    } catch (problem) {
      reportError(logger, problem, "an error of a request could not be logged");
    }
  };
}

/** Such a hook, ready made: `export { onRequestError } from "daybook/next"`. */
export const onRequestError: OnRequestError = (error, request, context) => {
  standard ??= createOnRequestError();
  standard(error, request, context);
};

let standard: OnRequestError | null = null;

function fieldsOf(
  error: unknown,
  request: NextRequestInfo,
  context: NextErrorContext,
): Record<string, unknown> {
  const isObject = typeof error === "object" && error !== null;
  const all: Record<string, unknown> = {
    method: request.method,
    url: request.path,
    route: context.routePath,
    routeType: context.routeType,
    routerKind: context.routerKind,
    renderSource: context.renderSource,
    revalidateReason: context.revalidateReason,
    digest: isObject ? readProperty(error, "digest") : undefined,
    requestId: fitRequestId(request.headers["x-request-id"]) ?? undefined,
  };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined && value !== ""),
  );
}
