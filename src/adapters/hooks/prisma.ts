// Queries, warnings and errors of Prisma in our logs. A Prisma client emits them if it
// was made with `log: PRISMA_EVENTS`; nothing of it is imported. Values never show
// unless they are asked for: they are the data of users.

import type { BoundLogger } from "../../core/bound-logger.ts";
import { checkMethod } from "../../core/check-method.ts";
import { INFO, WARNING } from "../../core/level.ts";
import type { Logger } from "../../core/logger.ts";
import { reportError } from "../../core/self-report.ts";
import { toText } from "../../core/value.ts";
import { checkSwitch, OperationLog } from "./hook-options.ts";
import type { HookOptions } from "./hook-options.ts";

/** Options of `prismaLogging`. */
export interface PrismaLoggingOptions extends HookOptions {
  /** True to log the values of a query's placeholders, as `params` (a text of JSON). */
  readonly params?: boolean | undefined;
}

/** What is used of a Prisma client. */
export interface PrismaEvents {
  $on(event: never, listener: never): unknown;
}

/** One of Prisma's kinds of events, emitted instead of printed. */
export interface PrismaEventSetting<Level extends string> {
  emit: "event";
  level: Level;
}

/** The option `log` of a Prisma client that is to be logged: `new PrismaClient({ log: PRISMA_EVENTS })`. */
export const PRISMA_EVENTS: [
  PrismaEventSetting<"query">,
  PrismaEventSetting<"info">,
  PrismaEventSetting<"warn">,
  PrismaEventSetting<"error">,
] = [
  { emit: "event", level: "query" },
  { emit: "event", level: "info" },
  { emit: "event", level: "warn" },
  { emit: "event", level: "error" },
];

interface QueryEvent {
  readonly query?: unknown;
  readonly params?: unknown;
  readonly duration?: unknown;
  readonly target?: unknown;
}

interface TextEvent {
  readonly message?: unknown;
  readonly target?: unknown;
}

/**
 * Logs what a Prisma client does: its queries as `query` or `slow query` with the
 * fields `sql`, `durationMs`, `target`, and its infos, warnings and errors with their
 * `target`. Prisma offers no way to end it. A failed query is an error event; Prisma
 * says no more of it than its text, and throws the error besides.
 *
 * @throws TypeError for what has no `$on`, TypeError or ValueError for a logger or options that are none.
 */
export function prismaLogging(
  prisma: PrismaEvents,
  given: Logger | BoundLogger | string,
  options: PrismaLoggingOptions = {},
): void {
  const log = new OperationLog(given, options, ["params"]);
  const { logger } = log;
  const params = checkSwitch("params", options.params ?? false);
  checkMethod(prisma, "$on", "a Prisma client", "a PrismaClient made with log: PRISMA_EVENTS");
  const client = prisma as { $on(event: string, listener: (event: object) => void): unknown };
  client.$on("query", (event: QueryEvent) => {
    guarded(logger, () => {
      const durationMs = typeof event.duration === "number" ? event.duration : null;
      log.write({ what: "query", durationMs, fields: () => fieldsOf(event, params) });
    });
  });
  for (const [name, level] of Object.entries({
    info: INFO,
    warn: WARNING,
    error: log.errorLevel,
  })) {
    client.$on(name, (event: TextEvent) => {
      guarded(logger, () => {
        if (!logger.isEnabledFor(level)) return;
        // Their texts are no formats.
        const text = toText(event.message).trim().replaceAll("%", "%%");
        logger.log(level, text, { target: event.target });
      });
    });
  }
}

function fieldsOf(event: QueryEvent, params: boolean): Record<string, unknown> {
  const fields: Record<string, unknown> = { sql: event.query };
  if (params) fields["params"] = event.params;
  fields["target"] = event.target;
  return fields;
}

function guarded(logger: Logger | BoundLogger, log: () => void): void {
  try {
    log();
  } catch (error) {
    reportError(logger, error, "an event of Prisma could not be logged");
  }
}
