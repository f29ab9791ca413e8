// The names that every document may use without registering anything: Python's for the
// classes, streams and constants that daybook has, and daybook's own. The registry is
// filled from here when it is loaded. How each class is called is said beside its name.

import { CRITICAL, DEBUG, ERROR, FATAL, INFO, NOTSET, WARN, WARNING } from "../../core/level.ts";
import { refusal } from "../../core/refusal.ts";
import { Filter } from "../../filters/name.ts";
import { BufferingFormatter } from "../../formatters/buffering.ts";
import { Formatter } from "../../formatters/formatter.ts";
import type { FormatterOptions } from "../../formatters/formatter.ts";
import { BufferingHandler } from "../../handlers/buffering.ts";
import { FILE_OPTIONS, FileHandler } from "../../handlers/file.ts";
import { LogQueue } from "../../handlers/queue/log-queue.ts";
import { MemoryHandler } from "../../handlers/memory.ts";
import type { MemoryHandlerOptions } from "../../handlers/memory.ts";
import { NullHandler } from "../../handlers/null.ts";
import { QueueListener } from "../../handlers/queue/queue-listener.ts";
import { QueueHandler } from "../../handlers/queue/queue.ts";
import { RotatingFileHandler } from "../../handlers/rotating-file.ts";
import type { RotatingFileHandlerOptions } from "../../handlers/rotating-file.ts";
import { SHARED_OPTIONS } from "../../handlers/rotating-options.ts";
import type { RotatingHandlerOptions } from "../../handlers/rotating-options.ts";
import { StreamHandler } from "../../handlers/stream.ts";
import { TimedRotatingFileHandler } from "../../handlers/timed-rotating-file.ts";
import type { TimedRotatingFileHandlerOptions } from "../../handlers/timed-rotating-options.ts";
import { WatchedFileHandler } from "../../handlers/watched-file.ts";
import { NETWORK_CLASSES, networkConstants } from "./known-network-names.ts";
import { OWN_CLASSES } from "./known-own-names.ts";
import { optionNames, setSignature } from "./signature.ts";
import type { KnownClass, Renamed, Signature } from "./signature.ts";

/** Files of rotating handlers are written in one way; a document from Python may say which. */
const ERRORS: Renamed = {
  to: "errors",
  convert: (value) => {
    if (value === "backslashreplace") return value;
    const accepted = "'backslashreplace' for rotated files";
    throw refusal("errors", value, accepted);
  },
};

const FORMATTER: Signature = {
  positional: ["fmt"],
  options: optionNames<FormatterOptions>([], {
    datefmt: true,
    style: true,
    validate: true,
    defaults: true,
    timeZone: true,
    lineBreaks: true,
  }),
  renamed: { format: { to: "fmt" } },
};

const MEMORY: Signature = {
  positional: ["capacity"],
  required: 1,
  options: optionNames<MemoryHandlerOptions>([], {
    flushLevel: true,
    target: true,
    flushOnClose: true,
  }),
  python: ["flushLevel", "flushOnClose"],
};

const ROTATING: Signature = {
  positional: ["filename"],
  required: 1,
  options: optionNames<RotatingFileHandlerOptions, RotatingHandlerOptions>(SHARED_OPTIONS, {
    mode: true,
    backupCount: true,
  }),
  python: ["maxBytes", "backupCount"],
  renamed: { errors: ERRORS },
};

const TIMED: Signature = {
  positional: ["filename"],
  required: 1,
  options: optionNames<TimedRotatingFileHandlerOptions, RotatingHandlerOptions>(SHARED_OPTIONS, {
    when: true,
    interval: true,
    backupCount: true,
    maxAgeDays: true,
    maxTotalBytes: true,
    compress: true,
    utc: true,
    timeZone: true,
    atTime: true,
    strategy: true,
  }),
  // Python's timed handler has no maxBytes, but its name is Python's all the same.
  python: ["backupCount", "atTime", "maxBytes"],
  renamed: { errors: ERRORS },
};

const FILE: Signature = { positional: ["filename"], required: 1, options: FILE_OPTIONS };

const WATCHED: Signature = { ...FILE, options: [...FILE_OPTIONS, "checkIntervalMs"] };

const LISTENER: Signature = {
  positional: ["queue", "handlers"],
  required: 1,
  options: ["respectHandlerLevel"],
};

/** The classes, with what says how each is called. */
export const CLASSES: readonly KnownClass[] = [
  ["logging", Formatter, FORMATTER],
  ["logging", Filter, { positional: ["name"] }],
  ["logging", StreamHandler, { positional: ["stream"] }],
  ["logging", FileHandler, FILE],
  ["logging", NullHandler, {}],
  ["logging.handlers", RotatingFileHandler, ROTATING],
  ["logging.handlers", TimedRotatingFileHandler, TIMED],
  ["logging.handlers", WatchedFileHandler, WATCHED],
  ["logging.handlers", BufferingHandler, { positional: ["capacity"], required: 1 }],
  ["logging.handlers", MemoryHandler, MEMORY],
  ["logging.handlers", QueueHandler, { positional: ["queue"], required: 1 }],
  ["logging.handlers", QueueListener, LISTENER],
  ["logging", BufferingFormatter, { positional: ["linefmt"] }],
  ...NETWORK_CLASSES,
  ...OWN_CLASSES,
  ["", LogQueue, { positional: ["maxsize"] }],
];

const CONSTANTS: Readonly<Record<string, unknown>> = {
  "logging.CRITICAL": CRITICAL,
  "logging.FATAL": FATAL,
  "logging.ERROR": ERROR,
  "logging.WARNING": WARNING,
  "logging.WARN": WARN,
  "logging.INFO": INFO,
  "logging.DEBUG": DEBUG,
  "logging.NOTSET": NOTSET,
};

/** Every name with what gives its meaning at the moment it is asked. */
export function knownNames(): [string, () => unknown][] {
  const known: [string, () => unknown][] = [
    // Whatever they are by then: a test, or a program, may have replaced them.
    ["sys.stdout", () => process.stdout],
    ["sys.stderr", () => process.stderr],
    ["queue.Queue", () => LogQueue],
    ["queue.SimpleQueue", () => LogQueue],
  ];
  for (const [name, value] of [...Object.entries(CONSTANTS), ...networkConstants()]) {
    known.push([name, () => value]);
  }
  for (const [module, constructor, signature] of CLASSES) {
    setSignature(constructor, signature);
    known.push([constructor.name, () => constructor]);
    if (module !== "") known.push([`${module}.${constructor.name}`, () => constructor]);
  }
  return known;
}
