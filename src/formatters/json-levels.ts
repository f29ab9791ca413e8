// Our level numbers in the words of others: pino's numbers and OpenTelemetry's severity
// numbers. The presets of the JSON formatter use them. Levels between the standard ones
// keep their order; what is no number stays what it is.

/**
 * pino's number of a level: from DEBUG on ten more than ours (20 debug, 30 info, 40 warn,
 * 50 error, 60 fatal), below it twice ours, so that a TRACE of 5 is pino's 10.
 */
export function pinoLevel(levelno: number): number {
  if (typeof levelno !== "number") return levelno;
  return levelno >= 10 ? levelno + 10 : levelno * 2;
}

/**
 * OpenTelemetry's severity number of a level: DEBUG 5, INFO 9, WARNING 13, ERROR 17,
 * CRITICAL 21, as OpenTelemetry has it for Python; up to three more for a level above
 * one of those but below the next. Below DEBUG it is TRACE: 1 up to level 5, then 2 to
 * 4. NOTSET and what is below it is 0, unspecified.
 */
export function otelSeverity(levelno: number): number {
  if (typeof levelno !== "number" || !(levelno > 0)) return 0;
  if (levelno < 10) return 1 + Math.min(3, Math.max(0, Math.trunc(levelno) - 5));
  const band = Math.min(5, Math.floor(levelno / 10));
  return 1 + band * 4 + Math.min(3, Math.trunc(levelno - band * 10));
}
