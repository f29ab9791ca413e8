// Part `basicconfig`: basicConfig with all kinds of arguments, and the logging
// after it. Each case runs in an empty folder of its own, with a clock that
// stands still and with stdout and stderr replaced by texts.

import { relative } from "node:path";

import * as daybook from "../../../src/index.ts";
import type { BasicConfig, Handler } from "../../../src/index.ts";
import { carryOutSteps, describeFormatter, inConfigSurroundings } from "../config-surroundings.ts";
import type { Step } from "../config-surroundings.ts";
import type { CaseInput, Part } from "../part.ts";
import { readFolder, type TextStreams } from "../surroundings.ts";

type Arguments = Readonly<Record<string, unknown>>;

interface HandlerSpec {
  readonly class: string;
  readonly level: number;
  readonly format: string | null;
  readonly stream?: "stdout" | "stderr";
  readonly filename?: string;
}

const { critical, debug, error, info, warning } = daybook;
const MODULE_LOG = { critical, debug, error, info, warning };

/** Carries out the steps and describes the root logger and all that was written. */
export const basicconfig: Part = {
  name: "basicconfig",
  localZone: () => "UTC",
  run: (input: CaseInput) =>
    inConfigSurroundings((streams) => {
      carryOutSteps(input, (step) => carryOut(step, streams));
      const root = daybook.getLogger();
      const handlers = root.handlers.map((handler) => describeHandler(handler, streams));
      const written = {
        stdout: streams.stdout.text,
        stderr: streams.stderr.text,
        files: readFolder(process.cwd()),
      };
      return { root: { level: root.level, handlers }, written };
    }),
};

function carryOut([op, ...args]: Step, streams: TextStreams): void {
  if (op === "basicConfig") {
    daybook.basicConfig(optionsOf(args[0] as Arguments, streams));
  } else if (op === "moduleLog") {
    const [method, msg, values] = args as [keyof typeof MODULE_LOG, string, unknown[]];
    MODULE_LOG[method](msg, ...values);
  } else {
    const [name, level, msg, values] = args as [string | null, number, string, unknown[]];
    daybook.getLogger(name).log(level, msg, ...values);
  }
}

function optionsOf(given: Arguments, streams: TextStreams): BasicConfig {
  const options: Record<string, unknown> = { ...given };
  if ("stream" in given) options["stream"] = streams[given["stream"] as "stdout" | "stderr"];
  if ("handlers" in given) {
    const specs = given["handlers"] as readonly HandlerSpec[];
    options["handlers"] = specs.map((spec) => makeHandler(spec, streams));
  }
  return options;
}

function makeHandler(spec: HandlerSpec, streams: TextStreams): Handler {
  const handler = newHandler(spec, streams);
  handler.setLevel(spec.level);
  if (spec.format !== null) handler.setFormatter(new daybook.Formatter(spec.format));
  return handler;
}

function newHandler(spec: HandlerSpec, streams: TextStreams): Handler {
  if (spec.class === "logging.NullHandler") return new daybook.NullHandler();
  if (spec.filename !== undefined) return new daybook.FileHandler(spec.filename);
  return new daybook.StreamHandler(streams[spec.stream ?? "stderr"]);
}

function describeHandler(handler: Handler, streams: TextStreams): Record<string, unknown> {
  return {
    class: `logging.${handler.constructor.name}`,
    level: handler.level,
    formatter: describeFormatter(handler.formatter),
    ...describeTarget(handler, streams),
  };
}

function describeTarget(handler: Handler, streams: TextStreams): Record<string, unknown> {
  if (handler instanceof daybook.FileHandler) {
    const filename = relative(process.cwd(), handler.baseFilename);
    return { filename, mode: handler.mode, delay: handler.delay };
  }
  if (!(handler instanceof daybook.StreamHandler)) return {};
  if (handler.stream === streams.stdout) return { stream: "stdout" };
  return { stream: handler.stream === streams.stderr ? "stderr" : "other" };
}
