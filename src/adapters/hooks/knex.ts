// Queries of Knex in our logs: one line for each, when its response or its error is
// there, with how long it took; and the `log` option, through which Knex tells its own
// warnings. Knex emits the events; nothing of it is imported. Values never show unless
// they are asked for: they are the data of users.

import type { BoundLogger } from "../../core/bound-logger.ts";
import { checkMethod } from "../../core/check-method.ts";
import type { Logger } from "../../core/logger.ts";
import { reportError } from "../../core/self-report.ts";
import { isPlainObject, readProperty, toText } from "../../core/value.ts";
import { anyLoggerOf } from "../check-logger.ts";
import { checkSwitch, OperationLog } from "./hook-options.ts";
import type { HookOptions } from "./hook-options.ts";

/** Options of `knexLogging`. */
export interface KnexLoggingOptions extends HookOptions {
  /** True to log the values of a query's placeholders, as `bindings`. */
  readonly bindings?: boolean | undefined;
}

/** What is used of a Knex instance: its events. */
export interface KnexEvents {
  on(event: never, listener: never): unknown;
  removeListener(event: never, listener: never): unknown;
}

/** What Knex takes as its option `log`. */
export interface KnexLog {
  readonly enableColors: false;
  warn(message: unknown): void;
  error(message: unknown): void;
  deprecate(message: unknown): void;
  debug(message: unknown): void;
}

/** What Knex tells of a query. */
interface KnexQuery {
  readonly sql?: unknown;
  readonly bindings?: unknown;
  readonly method?: unknown;
  readonly __knexUid?: unknown;
  readonly __knexTxId?: unknown;
  readonly __knexQueryUid?: unknown;
}

type Listener = (...args: never[]) => void;

interface Emitter {
  on(event: string, listener: Listener): unknown;
  removeListener(event: string, listener: Listener): unknown;
}

// What is begun and never ends: streams, BEGIN and COMMIT, of which Knex tells no end.
const MOST_UNDER_WAY = 10_000;

/**
 * Logs the queries of a Knex instance: `query`, `slow query` or `query failed` with the
 * fields `sql`, `method`, `transaction`, `durationMs`, with a failure the error. Knex
 * puts values into the error's message; its option `compileSqlOnError: false` leaves them out.
 *
 * @returns a function that ends it.
 * @throws TypeError for what is no Knex, TypeError or ValueError for a logger or options that are none.
 */
export function knexLogging(
  knex: KnexEvents,
  logger: Logger | BoundLogger | string,
  options: KnexLoggingOptions = {},
): () => void {
  const log = new OperationLog(logger, options, ["bindings"]);
  const bindings = checkSwitch("bindings", options.bindings ?? false);
  const begun = new Map<unknown, number>();
  const end = (query: KnexQuery, error?: unknown): void => {
    try {
      const key = keyOf(query);
      const start = begun.get(key);
      begun.delete(key);
      const durationMs = start === undefined ? null : performance.now() - start;
      log.write({ what: "query", durationMs, fields: () => fieldsOf(query, bindings), error });
    } catch (problem) {
      reportError(log.logger, problem, "a query could not be logged");
    }
  };
  const listeners: Record<string, Listener> = {
    query: (query: KnexQuery) => {
      begun.set(keyOf(query), performance.now());
      if (begun.size > MOST_UNDER_WAY) begun.delete(begun.keys().next().value);
    },
    "query-response": (_response: unknown, query: KnexQuery) => end(query),
    "query-error": (error: unknown, query: KnexQuery) => end(query, error ?? "unknown error"),
  };
  const source = asEmitter(knex);
  for (const [event, listener] of Object.entries(listeners)) source.on(event, listener);
  return () => {
    for (const [event, listener] of Object.entries(listeners))
      source.removeListener(event, listener);
  };
}

/**
 * Knex's option `log`: `knex({ ..., log: knexLog(getLogger("app.knex")) })`. Its warnings,
 * errors, deprecations (as warnings) and what `debug: true` prints go to the logger.
 *
 * @throws TypeError for what is no logger.
 */
export function knexLog(given: Logger | BoundLogger | string): KnexLog {
  const logger = anyLoggerOf(given);
  return {
    enableColors: false,
    warn: (message) => logger.warning(toText(message)),
    error: (message) => logger.error(toText(message)),
    deprecate: (message) => logger.warning(toText(message)),
    debug: (message) => {
      // A query, or a list of them; else a text.
      const queries = Array.isArray(message) ? (message as unknown[]) : [message];
      for (const query of queries) {
        if (isPlainObject(query)) logger.debug("query", fieldsOf(query, false));
        else logger.debug(toText(query));
      }
    },
  };
}

function asEmitter(knex: unknown): Emitter {
  checkMethod(knex, "on", "a Knex instance", "what knex({ ... }) returns");
  return knex as Emitter;
}

// Queries of one transaction may wait for the same connection; statements that change
// the schema have no id of their own, but nothing else runs beside them.
function keyOf(query: KnexQuery): unknown {
  return query.__knexQueryUid ?? query.__knexUid;
}

function fieldsOf(query: KnexQuery, bindings: boolean): Record<string, unknown> {
  const fields: Record<string, unknown> = { sql: query.sql };
  if (typeof query.method === "string") fields["method"] = query.method;
  if (typeof query.__knexTxId === "string") fields["transaction"] = query.__knexTxId;
  if (bindings) fields["bindings"] = readProperty(query, "bindings");
  return fields;
}
