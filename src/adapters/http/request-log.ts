// What the middleware of all web frameworks share: the options, a request's id and
// bound logger, its context, and the one line at its end. The doors read requests and
// responses and hand over plain values. Nothing that an option's function or a log does
// may reach the application: what fails is reported, and the request goes on.

import type { BoundLogger } from "../../core/bound-logger.ts";
import { withContext } from "../../core/context.ts";
import { checkLevel, ERROR, INFO, WARNING } from "../../core/level.ts";
import type { Level } from "../../core/level.ts";
import type { Logger } from "../../core/logger.ts";
import { isPromiseReported } from "../../core/on-rejection.ts";
import { checkOptionNames } from "../../core/options.ts";
import { refusal, typeRefusal } from "../../core/refusal.ts";
import { reportError, reportOnce } from "../../core/self-report.ts";
import { isError, isPlainObject, readProperty, shortRepr, toText } from "../../core/value.ts";
import { anyLoggerOf } from "../check-logger.ts";
import { roundMs } from "../round-ms.ts";
import { checkLineKeys, renamed } from "./line-keys.ts";
import type { RequestLineKeys } from "./line-keys.ts";
import { fitRequestId, newRequestId } from "./request-id.ts";

/** How a request ended. */
export interface RequestOutcome {
  /** The response's status; null where none was sent. */
  readonly status: number | null;
  /** Whether the connection was closed before the response was out. */
  readonly aborted: boolean;
  /** What a handler threw, as far as the framework tells; undefined for nothing. */
  readonly error: unknown;
  /** From the request's arrival here to the end of its response. */
  readonly durationMs: number;
}

/** Options of a middleware whose functions are called with `Args`. */
export interface RequestLogOptions<Args extends unknown[]> {
  /** Where the lines go; the logger "http" if not given. */
  readonly logger?: Logger | BoundLogger | string | undefined;
  /**
   * The header that may bring the request's id, or a function that gives it. What comes
   * in a header is taken if it is 1 to 128 letters, digits or `_ . : ; / + = @ ~ -`.
   * Otherwise, and where the function gives no such text, it is a random UUID.
   * `"x-request-id"` if not given.
   */
  readonly requestId?: string | ((...args: Args) => unknown) | undefined;
  /** The header that tells the client its id; null for none. `"x-request-id"` if not given. */
  readonly responseHeader?: string | null | undefined;
  /**
   * The level of a request's line; null for no line, undefined for the usual level: ERROR
   * for a status from 500, and for an error with one below 400 (the response was begun
   * before it), WARNING from 400 and for what was aborted, else INFO.
   */
  readonly level?:
    | ((...args: [...Args, outcome: RequestOutcome]) => Level | null | undefined)
    | undefined;
  /** Requests that get no line, asked when they come (health checks, for one). They have id, logger and context all the same. */
  readonly ignore?: ((...args: Args) => boolean) | undefined;
  /** More fields for a request's line, asked at its end; they win over those that are there anyway. */
  readonly customFields?: ((...args: Args) => object) | undefined;
  /**
   * Called when a request is over, behind its line, also where it has none:
   * `onEnd: (requestId) => fingersCrossed.forget(requestId)`.
   */
  readonly onEnd?:
    | ((requestId: string, outcome: RequestOutcome, ...args: Args) => void)
    | undefined;
  /** Other names for the line's fields, and for `requestId` everywhere; null leaves one out. */
  readonly keys?: RequestLineKeys | undefined;
  /** False: other loggers' calls during the request do not get `requestId`. True if not given. */
  readonly context?: boolean | undefined;
}

/** What is known of a request before it is handled. */
export interface RequestStart {
  readonly requestId: string;
  /** Whether it is to have no line. */
  readonly isIgnored: boolean;
  readonly method: string;
  readonly url: string;
  readonly remoteAddress: unknown;
  /** By `performance.now()`. */
  readonly startedAt: number;
}

/** What is known besides when it has ended. */
export interface RequestEnd {
  readonly status: number | null;
  readonly aborted: boolean;
  readonly error: unknown;
  readonly route: string | null;
  /** The length of the body; null for unknown. */
  readonly bytes: number | null;
}

const NAMES = [
  "logger",
  "requestId",
  "responseHeader",
  "level",
  "ignore",
  "customFields",
  "onEnd",
  "keys",
  "context",
] as const;

const DEFAULT_HEADER = "x-request-id";
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

/** The log of a framework's requests. One for each middleware. */
export class RequestLog<Args extends unknown[]> {
  readonly logger: Logger | BoundLogger;
  /** The header to answer with, or null. */
  readonly responseHeader: string | null;
  readonly #options: RequestLogOptions<Args>;
  readonly #idHeader: string;

  /** @throws TypeError or ValueError for options that are none. */
  constructor(options: RequestLogOptions<Args> = {}) {
    checkOptionNames(options, NAMES);
    checkKinds(options);
    checkLineKeys(options.keys);
    const { requestId, responseHeader = DEFAULT_HEADER } = options;
    this.#options = options;
    this.logger = anyLoggerOf(options.logger ?? "http");
    this.#idHeader = typeof requestId === "string" ? checkHeader(requestId) : DEFAULT_HEADER;
    this.responseHeader = responseHeader === null ? null : checkHeader(responseHeader);
  }

  /** The id of a request whose headers `header` reads, by their names in lower case. */
  idOf(header: (name: string) => unknown, args: Args): string {
    const { requestId } = this.#options;
    const given = this.#ask("requestId", () =>
      typeof requestId === "function" ? requestId(...args) : header(this.#idHeader),
    );
    return fitRequestId(given) ?? newRequestId();
  }

  /** Runs `fn` with the id as context, unless that is switched off. */
  within<Result>(requestId: string, fn: () => Result): Result {
    return this.#options.context === false ? fn() : withContext(this.#named({ requestId }), fn);
  }

  /** The logger of a request. */
  loggerOf(requestId: string): BoundLogger {
    return this.logger.with(this.#named({ requestId }));
  }

  /** Whether a request is to have no line; asked before it is handled. */
  ignores(args: Args): boolean {
    const { ignore } = this.#options;
    return ignore !== undefined && this.#ask("ignore", () => ignore(...args)) === true;
  }

  /** Whether anybody is to hear of the end of a request; if not, it needn't be watched. */
  hearsEndOf({ isIgnored }: RequestStart): boolean {
    return !isIgnored || this.#options.onEnd !== undefined;
  }

  /** Writes the line of a request, if it is to have one, and tells its end. Never throws. */
  end(log: BoundLogger, args: Args, start: RequestStart, end: RequestEnd): void {
    const { status, aborted, error } = end;
    const durationMs = roundMs(performance.now() - start.startedAt);
    const outcome: RequestOutcome = { status, aborted, error, durationMs };
    try {
      if (!start.isIgnored) this.#write(log, args, start, end, outcome);
    } catch (failure) {
      reportError(this.logger, failure, "a request could not be logged");
    }
    const { onEnd } = this.#options;
    if (onEnd !== undefined) this.#ask("onEnd", () => onEnd(start.requestId, outcome, ...args));
  }

  #write(
    log: BoundLogger,
    args: Args,
    start: RequestStart,
    end: RequestEnd,
    outcome: RequestOutcome,
  ): void {
    const { customFields } = this.#options;
    const { aborted, error, durationMs } = outcome;
    const level = this.#levelOf(args, outcome);
    if (level === null || !log.isEnabledFor(level)) return;
    const fields = fieldsOf(start, end, durationMs);
    if (customFields !== undefined) {
      const more = this.#ask("customFields", () => customFields(...args));
      this.#ask("customFields", () => this.#addFields(fields, more));
    }
    const result = aborted ? "aborted" : (fields["status"] ?? "failed");
    const line = [fields["method"], fields["url"], result, this.#named(fields)];
    // The URL is an argument, not a part of the message: it is full of percent signs.
    if (isError(error)) log.log(level, "%s %s %s", ...line, error);
    else log.log(level, "%s %s %s", ...line);
  }

  #named(fields: Record<string, unknown>): Record<string, unknown> {
    const { keys } = this.#options;
    return keys === undefined ? fields : renamed(fields, keys);
  }

  #levelOf(args: Args, outcome: RequestOutcome): number | null {
    const { level } = this.#options;
    const usual = usualLevel(outcome);
    if (level === undefined) return usual;
    const given = this.#ask("level", () => level(...args, outcome));
    const chosen = this.#ask("level", () =>
      given === undefined || given === null ? given : checkLevel(given),
    );
    return chosen === undefined ? usual : chosen;
  }

  #addFields(fields: Record<string, unknown>, more: unknown): void {
    if (more === undefined || more === null) return;
    if (isPlainObject(more)) {
      for (const key of Object.keys(more)) fields[key] = readProperty(more, key);
    } else {
      const given = `the option customFields of a request logger gave ${shortRepr(more)}`;
      reportOnce(this.logger, `${given}; accepted: a plain object`);
    }
  }

  /** What an option's function gives; undefined, and a report, where it throws or is async. */
  #ask<Result>(name: string, ask: () => Result): Result | undefined {
    try {
      const given = ask();
      const what = `the option ${name} of a request logger`;
      return isPromiseReported(given, this.logger, what) ? undefined : given;
    } catch (error) {
      reportError(this.logger, error, `the option ${name} of a request logger failed`);
      return undefined;
    }
  }
}

function usualLevel({ status, aborted, error }: RequestOutcome): number {
  if (aborted) return WARNING;
  if (status === null) return error === undefined ? WARNING : ERROR;
  if (status >= 500) return ERROR;
  if (status >= 400) return WARNING;
  // Thrown after the response was begun: its status says nothing of that.
  return error === undefined ? INFO : ERROR;
}

function fieldsOf(
  start: RequestStart,
  end: RequestEnd,
  durationMs: number,
): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.create(null);
  fields["method"] = start.method;
  fields["url"] = start.url;
  if (end.route !== null) fields["route"] = end.route;
  if (end.status !== null) fields["status"] = end.status;
  fields["durationMs"] = durationMs;
  if (end.bytes !== null) fields["bytes"] = end.bytes;
  if (typeof start.remoteAddress === "string") fields["remoteAddress"] = start.remoteAddress;
  if (end.aborted) fields["aborted"] = true;
  // Errors go with the record; something else that was thrown has no other place.
  if (end.error !== undefined && !isError(end.error)) fields["thrown"] = toText(end.error);
  return fields;
}

function checkKinds(options: RequestLogOptions<never>): void {
  for (const name of ["level", "ignore", "customFields", "onEnd"] as const) {
    if (options[name] !== undefined) checkKind(name, options[name], "function", "a function");
  }
  if (options.context !== undefined) {
    checkKind("context", options.context, "boolean", "true or false");
  }
  const { requestId } = options;
  if (requestId === undefined || typeof requestId === "function") return;
  checkKind("requestId", requestId, "string", "a header's name, or a function that gives the id");
}

function checkKind(name: string, value: unknown, type: string, accepted: string): void {
  if (typeof value === type) return;
  throw typeRefusal(name, value, accepted);
}

function checkHeader(name: string): string {
  if (typeof name === "string" && HEADER_NAME.test(name)) return name.toLowerCase();
  const accepted = 'the name of a header, such as "x-request-id"';
  throw refusal("a header", name, accepted);
}
