// The door for Fastify (`daybook/fastify`): a logger for its option `loggerInstance`.
// Fastify logs as pino programs do, so this is the pino door with the name, the types and
// the level that fit. Fastify itself is not imported: the application's own asks our
// logger for children, one for each request.

import type { BoundLogger } from "../core/bound-logger.ts";
import type { Logger } from "../core/logger.ts";
import { anyLoggerOf } from "./check-logger.ts";
import { pinoLogger } from "./pino.ts";
import type { PinoLogger, PinoOptions } from "./pino.ts";

/** What fastifyLogger takes: pino's options, but for `name`. */
export type FastifyLoggerOptions = Omit<PinoOptions, "name">;

/**
 * A logger for `Fastify({ loggerInstance: fastifyLogger() })`.
 *
 * Each request has a child with its `reqId`, in each of its lines; `request.log` is that
 * child. Requests and replies are the fields `req`, `res` and `responseTime`, as Fastify's
 * serializers or those in `options` make them; errors are the records' errors. The level
 * is that of the daybook logger, unless `options.level` or a route's `logLevel` says
 * otherwise. Where there is no handler yet, it is `info`, and lines go to stdout as
 * Fastify's own do, until the application adds a handler.
 *
 * @param logger a logger, one with fields bound, or the name of one; `fastify` if not given
 * @throws TypeError or ValueError for what can't be a logger, or bad options
 */
export function fastifyLogger(
  logger: Logger | BoundLogger | string = "fastify",
  options: FastifyLoggerOptions = {},
): PinoLogger {
  const given = anyLoggerOf(logger);
  const made = pinoLogger(given, options);
  const { level, enabled } = options;
  const isBare = !("logger" in given ? given.logger : given).hasHandlers();
  if (isBare && level === undefined && enabled !== false) made.level = "info";
  return made;
}
