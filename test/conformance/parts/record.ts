// Part `record`: records by makeRecord and makeLogRecord, and what LoggerAdapter
// makes of the extra attributes of a call.

import { Handler, LoggerAdapter, LogRecord, getLogger, makeLogRecord } from "../../../src/index.ts";
import type { Logger, RecordArgs } from "../../../src/index.ts";
import { withFreshLogging } from "../fresh-logging.ts";
import type { CaseInput, Part } from "../part.ts";

type Attributes = Record<string, unknown>;

/** The attributes that every case compares. */
const COMPARED =
  "name msg args levelname levelno pathname filename module lineno funcName exc_info exc_text stack_info".split(
    " ",
  );

/** What is not an extra: Python's other attributes. */
const STANDARD = new Set([
  ...COMPARED,
  ..."created msecs relativeCreated thread threadName process processName taskName".split(" "),
  ..."message asctime".split(" "),
]);

/** Runs one of the three kinds of cases. */
export const record: Part = {
  name: "record",
  run: (input: CaseInput) =>
    withFreshLogging(() => {
      if (input["kind"] === "makeRecord") return runMakeRecord(input);
      if (input["kind"] === "makeLogRecord") return runMakeLogRecord(input);
      return runAdapter(input);
    }),
};

function runMakeRecord(input: CaseInput): unknown {
  const extra = input["extra"] as Attributes | null;
  const made = getLogger(input["logger"] as string).makeRecord(
    input["name"] as string,
    input["levelno"] as number,
    input["pathname"] as string,
    input["lineno"] as number,
    input["msg"],
    input["args"] as RecordArgs,
    null,
    input["func"] as string | null,
    extra,
    input["sinfo"] as string | null,
  );
  return { ...describe(made, Object.keys(extra ?? {})), repr: reprOf(made) };
}

function runMakeLogRecord(input: CaseInput): unknown {
  const given = input["dict"] as Attributes;
  const made = makeLogRecord(given);
  const described = describe(made, Object.keys(given));
  // Where CPython would print None the cases leave it out.
  if (!("levelname" in given)) delete described.attributes["levelname"];
  const complete = "name" in given && "levelno" in given;
  return complete ? { ...described, repr: reprOf(made) } : described;
}

function runAdapter(input: CaseInput): unknown {
  const logger = getLogger(input["logger"] as string);
  logger.setLevel(input["loggerLevel"] as number);
  let emitted: LogRecord | null = null;
  class Catch extends Handler {
    override emit(passed: LogRecord): void {
      emitted = passed;
    }
  }
  logger.addHandler(new Catch());
  const specs = input["adapters"] as readonly { extra: Attributes | null; mergeExtra: boolean }[];
  let top: Logger | LoggerAdapter = logger;
  for (const spec of specs) top = new LoggerAdapter(top, spec.extra, spec.mergeExtra);
  const level = input["levelno"] as number;
  const extra = input["callExtra"] as Attributes | null;
  top.logRecord(level, input["msg"], input["args"] as RecordArgs, extra === null ? {} : { extra });
  return {
    name: top.name,
    enabled: top.isEnabledFor(level),
    effective: top.getEffectiveLevel(),
    emitted: emitted !== null,
    ...(specs.length === 1 ? { repr: top.toString() } : {}),
    ...(emitted === null ? {} : describeEmitted(emitted)),
  };
}

// An attribute named toString may hide the method, which is no matter of the attributes in CPython.
function reprOf(made: LogRecord): string {
  return LogRecord.prototype.toString.call(made);
}

function describeEmitted(emitted: LogRecord): Attributes {
  const extras = Object.entries(emitted).filter(([key]) => !STANDARD.has(key));
  return { message: emitted.getMessage(), extra: Object.fromEntries(extras) };
}

function describe(
  made: LogRecord,
  more: readonly string[],
): { attributes: Attributes; message: string } {
  const attributes: Attributes = {};
  for (const key of [...COMPARED, ...more]) {
    // By an assignment `__proto__` would be lost.
    const value: unknown = Reflect.get(made, key);
    Object.defineProperty(attributes, key, { value, enumerable: true, configurable: true });
  }
  return { attributes, message: made.getMessage() };
}
