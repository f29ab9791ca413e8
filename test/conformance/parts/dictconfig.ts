// Part `dictconfig`: documents for dictConfig, the logging tree that results, and what
// some log calls write. Each case runs in an empty folder of its own, with a clock that
// stands still and with stdout and stderr replaced by texts. Timed handlers take strategy
// `rename`, which has Python's look; nothing else is added to a document.

import { relative } from "node:path";

import { dictConfig } from "../../../src/config/index.ts";
import * as daybook from "../../../src/index.ts";
import { Logger } from "../../../src/index.ts";
import type { FilterLike, Handler } from "../../../src/index.ts";
import { MemoryHandler } from "../../../src/handlers/memory.ts";
import { carryOutSteps, describeFormatter, inConfigSurroundings } from "../config-surroundings.ts";
import type { Step } from "../config-surroundings.ts";
import type { CaseInput, Part } from "../part.ts";
import { readFolder, type TextStreams } from "../surroundings.ts";

type Data = Record<string, unknown>;

/** The Python modules that have the classes. */
const MODULES: ReadonlyMap<string, string> = new Map(
  ["StreamHandler", "FileHandler", "NullHandler"].map((name) => [name, "logging"]),
);

/** Carries out the steps and describes the tree, and what was written before and after shutdown(). */
export const dictconfig: Part = {
  name: "dictconfig",
  localZone: () => "UTC",
  run: (input: CaseInput) =>
    inConfigSurroundings((streams) => {
      try {
        carryOutSteps(input, carryOut);
        const tree = describeTree(streams);
        const after = written(streams);
        daybook.shutdown();
        return { tree, after, end: written(streams) };
      } finally {
        // While the folder is there: after an error handlers may hold records.
        daybook.shutdown();
      }
    }),
};

function carryOut([op, ...args]: Step): void {
  if (op === "getLogger") {
    daybook.getLogger(args[0] as string);
  } else if (op === "dictConfig") {
    dictConfig(withPythonsLook(args[0]) as Parameters<typeof dictConfig>[0]);
  } else {
    const [name, level, msg, values] = args as [string | null, number, string, unknown[]];
    daybook.getLogger(name).log(level, msg, ...values);
  }
}

function withPythonsLook(document: unknown): unknown {
  if (!isData(document) || !isData(document["handlers"])) return document;
  const handlers = Object.entries(document["handlers"]).map(([name, entry]) => {
    const isTimed = isData(entry) && String(entry["class"]).endsWith(".TimedRotatingFileHandler");
    return [name, isTimed ? { ...entry, strategy: "rename" } : entry] as const;
  });
  return { ...document, handlers: Object.fromEntries(handlers) };
}

function isData(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function written(streams: TextStreams): Data {
  return {
    stdout: streams.stdout.text,
    stderr: streams.stderr.text,
    files: readFolder(process.cwd(), [".daybook"]),
  };
}

function describeTree(streams: TextStreams): Data {
  const found: Handler[] = [];
  const describe = (logger: Logger): Data => {
    found.push(...logger.handlers);
    return {
      level: logger.level,
      handlers: logger.handlers.map(({ name }) => name),
      filters: logger.filters.map(filterName),
      propagate: logger.propagate,
      disabled: logger.disabled,
    };
  };
  const root = describe(daybook.getLogger());
  // A name may be that of several handlers: the case shows the first, in this order.
  const loggers = [...daybook.getManager().loggerDict]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, logger]) => [name, logger instanceof Logger ? describe(logger) : "placeholder"]);
  const handlers = new Map<string | null, Data>();
  for (let each = found.shift(); each !== undefined; each = found.shift()) {
    if (handlers.has(each.name)) continue;
    handlers.set(each.name, describeHandler(each, streams));
    if (each instanceof MemoryHandler && each.target !== null) found.push(each.target);
  }
  return { root, loggers: Object.fromEntries(loggers), handlers: Object.fromEntries(handlers) };
}

function filterName(filter: FilterLike): unknown {
  return filter instanceof daybook.Filter ? filter.name : filter;
}

function describeHandler(handler: Handler, streams: TextStreams): Data {
  const { name } = handler.constructor;
  return {
    class: `${MODULES.get(name) ?? "logging.handlers"}.${name}`,
    name: handler.name,
    level: handler.level,
    formatter: describeFormatter(handler.formatter),
    filters: handler.filters.map(filterName),
    ...describeTarget(handler, streams),
    ...describeRotation(handler),
    ...describeMemory(handler),
  };
}

function describeTarget(handler: Handler, streams: TextStreams): Data {
  const { terminator = "\n" } = handler as { terminator?: string };
  const end = terminator === "\n" ? {} : { terminator };
  if ("baseFilename" in handler) {
    const { baseFilename, mode = "a", delay } = handler as unknown as daybook.FileHandler;
    return { filename: relative(process.cwd(), baseFilename), mode, delay, ...end };
  }
  if (!(handler instanceof daybook.StreamHandler)) return end;
  const isStdout = handler.stream === streams.stdout;
  const isStderr = handler.stream === streams.stderr;
  return { stream: isStdout ? "stdout" : isStderr ? "stderr" : "other", ...end };
}

function describeRotation(handler: Handler): Data {
  if (handler instanceof daybook.RotatingFileHandler) {
    return { maxBytes: handler.maxBytes, backupCount: handler.backupCount };
  }
  if (!(handler instanceof daybook.TimedRotatingFileHandler)) return {};
  const { when, interval, backupCount, utc } = handler;
  return { when, interval, backupCount, utc };
}

function describeMemory(handler: Handler): Data {
  if (!(handler instanceof MemoryHandler)) return {};
  return {
    capacity: handler.capacity,
    flushLevel: handler.flushLevel,
    target: handler.target?.name ?? null,
    flushOnClose: handler.flushOnClose,
    buffered: handler.buffer.length,
  };
}
