// What the tests of configurations share: a stream that documents and ini files find
// under the name `suite.stream`, classes and functions that they name, and a document to
// vary. It takes the names back after each test.

import { afterEach, beforeEach } from "node:test";

import { Formatter, StreamHandler } from "../../../src/index.ts";
import {
  registerClass,
  registerFactory,
  registerValue,
  unregister,
} from "../../../src/config/registry/registry.ts";
import { TextBuffer } from "./suite-logging.ts";

/** A document, as JSON has it. */
export type Document = Record<string, unknown>;

/** Says of an error only what it was. */
export class ErrorFormatter extends Formatter {
  override formatException(error: unknown): string {
    return `There was a ${(error as Error).name}`;
  }
}

/** Has the constructor of the class that it extends. */
export class OwnStreamHandler extends StreamHandler {}

/** Takes two keys and no others. */
export function makeFormatter(given: Record<string, unknown>): Formatter {
  const { format, datefmt, ...others } = given;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new TypeError(`makeFormatter takes no ${unknown}`);
  return new Formatter(String(format), { datefmt: datefmt as string | undefined });
}

/** Python's name for the stream; `suite.stream` in an ini file. */
export const STREAM = "ext://suite.stream";

/** What each test writes to. */
export interface ConfigFixture {
  readonly output: TextBuffer;
}

/** For the top of a `describe`, below useSuiteLogging(). */
export function useConfig(): ConfigFixture {
  let output = new TextBuffer();
  beforeEach(() => {
    output = new TextBuffer();
    registerValue("suite.stream", output);
    registerClass("suite.ErrorFormatter", ErrorFormatter);
    registerClass("suite.OwnStreamHandler", OwnStreamHandler);
    registerFactory("suite.makeFormatter", makeFormatter);
  });
  afterEach(() => {
    for (const name of ["stream", "ErrorFormatter", "OwnStreamHandler", "makeFormatter"]) {
      unregister(`suite.${name}`);
    }
  });
  return {
    get output(): TextBuffer {
      return output;
    },
  };
}

/** A handler named `out` for the stream, with a formatter named `short`, and what else is given. */
export function documentWith(more: Document, out: Document = {}): Document {
  return {
    version: 1,
    formatters: { short: { format: "%(levelname)s ++ %(message)s" } },
    handlers: {
      out: {
        class: "logging.StreamHandler",
        level: "NOTSET",
        formatter: "short",
        stream: STREAM,
        ...out,
      },
    },
    ...more,
  };
}

/** `out` at the logger `kitchen.oven`; the root has no handlers. */
export function ovenDocument(more: Document = {}, out: Document = {}): Document {
  return documentWith(
    {
      loggers: { "kitchen.oven": { level: "DEBUG", handlers: ["out"] } },
      root: { level: "WARNING" },
      ...more,
    },
    out,
  );
}

/** The same as an ini file. `out` are lines in place of, or besides, those of the handler. */
export function ovenIni(out: string = "args=(suite.stream,)"): string {
  return `
[loggers]
keys=root,oven

[handlers]
keys=out

[formatters]
keys=short

[logger_root]
level=WARNING
handlers=

[logger_oven]
level=DEBUG
handlers=out
propagate=1
qualname=kitchen.oven

[handler_out]
class=StreamHandler
level=NOTSET
formatter=short
${out}

[formatter_short]
format=%(levelname)s ++ %(message)s
datefmt=
`;
}
