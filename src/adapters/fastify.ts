// The door for Fastify (`daybook/fastify`): a logger for its option `loggerInstance`.
// Fastify logs as pino programs do, so this is the pino door with the name, the types and
// the level that fit. Fastify itself is not imported: the application's own asks our
// logger for children, one for each request.

import { typeError } from "../core/errors.ts";
import { getLogger } from "../core/hierarchy.ts";
import { Logger } from "../core/logger.ts";
import { shortRepr } from "../core/value.ts";
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
 * otherwise.
 *
 * @param logger a logger, or the name of one; `fastify` if not given
 * @throws TypeError or ValueError for what can't be a logger, or bad options
 */
export function fastifyLogger(
  logger: Logger | string = "fastify",
  options: FastifyLoggerOptions = {},
): PinoLogger {
  const given: unknown = logger;
  if (!(given instanceof Logger) && typeof given !== "string") {
    const accepted = "a Logger, or the name of one; options come second";
    throw typeError(`a logger can't be ${shortRepr(given)}; accepted: ${accepted}`, {
      value: given,
      accepted,
    });
  }
  return pinoLogger(typeof logger === "string" ? getLogger(logger) : logger, options);
}
