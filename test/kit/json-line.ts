// What a JsonFormatter makes of a record, as text and as data, and an error that shows the
// same everywhere. For the tests of its shapes.

import type { LogRecord } from "../../src/core/record.ts";
import { JsonFormatter } from "../../src/formatters/json.ts";
import type { JsonFormatterOptions } from "../../src/formatters/json.ts";

export type Data = Record<string, unknown>;

/** The line, without its end. */
export function lineOf(options: JsonFormatterOptions, record: LogRecord): string {
  return new JsonFormatter(options).format(record);
}

/** What is read from it. */
export function parsed(options: JsonFormatterOptions, record: LogRecord): Data {
  return JSON.parse(lineOf(options, record)) as Data;
}

/** A RangeError with a code and a stack of one frame. */
export function failure(): Error {
  const error = Object.assign(new RangeError("too much"), { code: "E_MUCH" });
  error.stack = "RangeError: too much\n    at pay (pay.js:1:1)";
  return error;
}
