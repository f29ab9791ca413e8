// Log calls three functions deep, for the tests of `stacklevel`: CPython has the same of
// them for loggers and for adapters.

import assert from "node:assert/strict";

import { WARNING } from "../../../src/index.ts";
import type { Logger, LoggerAdapter, LogRecord } from "../../../src/index.ts";

/**
 * Logs from within three functions, `outer`, `inner` and `innermost`, that `place` calls.
 *
 * @param last tells the record that was logged last
 */
export function place(
  log: Logger | LoggerAdapter,
  last: () => LogRecord,
  stacklevel: number,
): LogRecord {
  function innermost(): void {
    log.logRecord(WARNING, "who calls?", [], { stacklevel });
  }
  function inner(): void {
    innermost();
  }
  function outer(): void {
    inner();
  }
  outer();
  return last();
}

/** Each level more names the function one further out, at a line further down. */
export function assertPlaces(log: Logger | LoggerAdapter, last: () => LogRecord): void {
  const places = [1, 2, 3, 4].map((stacklevel) => place(log, last, stacklevel));
  assert.deepEqual(
    places.map(({ funcName }) => funcName),
    ["innermost", "inner", "outer", "place"],
  );
  for (const [index, { lineno }] of places.slice(1).entries()) {
    assert.ok(lineno > (places[index]?.lineno ?? Infinity), String(lineno));
  }
}
