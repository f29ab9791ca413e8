// The shapes that lines of JSON can have by name: our own, pino's, the Elastic Common
// Schema, and OpenTelemetry's log data model. Each is a table from the options of a
// formatter; formatters make theirs here, once. Nothing here writes a line.

import { bytesOf } from "../core/line-bytes.ts";
import { otelSeverity, pinoLevel } from "./json-levels.ts";
import { quoted } from "./json-long-string.ts";
import { fixedSegment, segment } from "./json-shape.ts";
import type { ErrorParts, ErrorShape, LineFacts, Segment, ShapePlan } from "./json-shape.ts";

/** The shapes of whole lines: daybook's own, or those of others, whose tools read them then. */
export type JsonPreset = "daybook" | "pino" | "ecs" | "otel";

/** How a line tells the level: `INFO`, `info`, or a number. */
export type JsonLevelFormat = "name" | "lowercase" | "number";

/** The names of our own keys, by what they hold; null leaves one out. */
export interface JsonKeyNames {
  readonly time: string | null;
  readonly level: string | null;
  readonly logger: string | null;
  readonly pid: string | null;
  readonly hostname: string | null;
  readonly message: string;
  readonly error: string | null;
  readonly stackInfo: string | null;
  readonly file: string | null;
  readonly line: string | null;
  readonly function: string | null;
}

/** What presets are made of, checked and complete. */
export interface PresetOptions {
  readonly keys: JsonKeyNames;
  readonly timeFormat: "iso" | "epochMs";
  readonly levelFormat: JsonLevelFormat;
  /** The fields of `base`, as JSON of each value. */
  readonly base: ReadonlyMap<string, string>;
  readonly caller: boolean;
}

/** daybook's keys; pino's differ where PINO_KEYS says so. */
export const DAYBOOK_KEYS: JsonKeyNames = {
  time: "time",
  level: "level",
  logger: "logger",
  pid: "pid",
  hostname: null,
  message: "msg",
  error: "error",
  stackInfo: "stackInfo",
  file: "file",
  line: "line",
  function: "function",
};

/** pino's keys. */
export const PINO_KEYS: JsonKeyNames = {
  ...DAYBOOK_KEYS,
  logger: "name",
  hostname: "hostname",
  error: "err",
};

/** The version of the Elastic Common Schema whose names lines have. */
const ECS_VERSION = "8.11.0";

const ECS_NAMES: readonly string[] = [
  "@timestamp",
  "log.level",
  "message",
  "ecs.version",
  "log.logger",
  "process.pid",
];

const NONE: ReadonlyMap<string, string> = new Map();

/** The plan of a preset's shape. */
export function presetPlan(preset: JsonPreset, options: PresetOptions): ShapePlan {
  if (preset === "ecs") return ecsPlan(options);
  return preset === "otel" ? otelPlan(options) : ownPlan(options, preset === "pino");
}

// time, level, logger, pid, hostname, base, msg; pino: level, time, pid, hostname, base,
// name, and msg at the end.
function ownPlan(options: PresetOptions, isPino: boolean): ShapePlan {
  const { keys, base } = options;
  const time = keyed<LineFacts>(keys.time, "time");
  const level = keyed(keys.level, levelValue(options.levelFormat, isPino));
  const logger = keyed(keys.logger, ({ name }: LineFacts) => name);
  const rest = [
    ...keyed(keys.pid, ({ process }: LineFacts) => process),
    ...(keys.hostname === null ? [] : [fixedSegment(pair(keys.hostname, hostName()))]),
    ...baseSegments(base),
  ];
  const ours = [keys.time, keys.level, keys.logger, keys.pid, keys.hostname, keys.message];
  return {
    time: options.timeFormat,
    before: isPino
      ? [...level, ...time, ...rest, ...logger.map(named)]
      : [...time, ...level, ...logger, ...rest],
    message: keys.message,
    after: [],
    isMessageLast: isPino,
    caller: callerKeys(options),
    error: { form: isPino ? "pino" : "object", key: keys.error, parts: null, fields: [] },
    stackInfo: keys.stackInfo,
    nest: null,
    renamed: NONE,
    lifted: NONE,
    taken: [...ours.filter((key) => key !== null), ...base.keys()],
    reserved: null,
  };
}

// The order of the first three is that of the ecs-logging specification.
function ecsPlan({ base, caller }: PresetOptions): ShapePlan {
  return {
    time: "iso",
    before: [
      segment("@timestamp", "time"),
      segment("log.level", ({ levelname }) => lowercase(levelname)),
    ],
    message: "message",
    after: [
      fixedSegment(pair("ecs.version", ECS_VERSION)),
      segment("log.logger", ({ name }) => name),
      segment("process.pid", ({ process }) => process),
      ...baseSegments(base),
    ],
    isMessageLast: false,
    caller: caller
      ? [
          ["log.origin.file.name", ({ filename }) => filename],
          ["log.origin.file.line", ({ lineno }) => lineno],
          ["log.origin.function", ({ funcName }) => funcName],
        ]
      : [],
    // `error.type` is `type` in an object `error`, which no field can be besides.
    error: dotted(
      {
        type: "error.type",
        message: "error.message",
        stack: "error.stack_trace",
        code: "error.code",
      },
      "error",
    ),
    stackInfo: "daybook.stack_info",
    nest: null,
    renamed: new Map([
      ["trace_id", "trace.id"],
      ["span_id", "span.id"],
    ]),
    lifted: NONE,
    taken: [...ECS_NAMES, ...base.keys()],
    reserved: null,
  };
}

// The names of the log data model; what stands in Attributes has those of the semantic
// conventions for exceptions and code.
function otelPlan({ base, caller }: PresetOptions): ShapePlan {
  const resource = [...base].map(([key, json]) => `${quoted(key)}:${json},`).join("");
  return {
    time: "epochNs",
    before: [
      segment("Timestamp", "time"),
      segment("SeverityText", ({ levelname }) => levelname),
      segment("SeverityNumber", ({ levelno }) => otelSeverity(levelno)),
    ],
    message: "Body",
    after: [
      within(`,"Resource":{${resource}"process.pid":`, ({ process }) => process),
      within(',"InstrumentationScope":{"Name":', ({ name }) => name),
    ],
    isMessageLast: false,
    caller: caller
      ? [
          ["code.file.path", ({ pathname }) => pathname],
          ["code.line.number", ({ lineno }) => lineno],
          ["code.function.name", ({ funcName }) => funcName],
        ]
      : [],
    error: dotted(
      {
        type: "exception.type",
        message: "exception.message",
        stack: "exception.stacktrace",
        code: null,
      },
      null,
    ),
    stackInfo: "code.stacktrace",
    nest: "Attributes",
    renamed: NONE,
    lifted: new Map([
      ["trace_id", "TraceId"],
      ["span_id", "SpanId"],
      ["trace_flags", "TraceFlags"],
    ]),
    taken: [],
    reserved: ["process.pid"],
  };
}

function levelValue(format: JsonLevelFormat, isPino: boolean): (facts: LineFacts) => unknown {
  if (format === "name") return ({ levelname }) => levelname;
  if (format === "lowercase") return ({ levelname }) => lowercase(levelname);
  return isPino ? ({ levelno }) => pinoLevel(levelno) : ({ levelno }) => levelno;
}

function callerKeys({ keys, caller }: PresetOptions): ShapePlan["caller"] {
  if (!caller) return [];
  const all: ShapePlan["caller"] = [
    [keys.file ?? "", ({ pathname }) => pathname],
    [keys.line ?? "", ({ lineno }) => lineno],
    [keys.function ?? "", ({ funcName }) => funcName],
  ];
  return all.filter(([key]) => key !== "");
}

function keyed<Facts>(
  key: string | null,
  value: "time" | ((facts: Facts) => unknown),
): Segment<Facts>[] {
  return key === null ? [] : [segment(key, value)];
}

// pino's lines have no name but one that the application gave.
function named(segment: Segment<LineFacts>): Segment<LineFacts> {
  const value = ({ name }: LineFacts): unknown =>
    name === "root" || name === "" || name === null ? undefined : name;
  return { ...segment, value };
}

function within(text: string, value: (facts: LineFacts) => unknown): Segment<LineFacts> {
  return { piece: bytesOf(text), value, close: bytesOf("}") };
}

// Who comes from pino or winston gives errors in fields, and what reads these shapes
// looks for them under the names of the parts alone.
function dotted(parts: ErrorParts, key: string | null): ErrorShape {
  return { form: "dotted", key, parts, fields: ["err", "error"] };
}

function baseSegments(base: ReadonlyMap<string, string>): Segment<LineFacts>[] {
  if (base.size === 0) return [];
  return [fixedSegment([...base].map(([key, json]) => `,${quoted(key)}:${json}`).join(""))];
}

function pair(key: string, value: string): string {
  return `,${quoted(key)}:${quoted(value)}`;
}

function lowercase(levelname: unknown): unknown {
  return typeof levelname === "string" ? levelname.toLowerCase() : levelname;
}

// Asked for without an import, so that a line that doesn't show it loads nothing.
function hostName(): string {
  try {
    return process.getBuiltinModule("node:os").hostname();
  } catch {
    return "localhost"; // the system has no name to tell
  }
}
