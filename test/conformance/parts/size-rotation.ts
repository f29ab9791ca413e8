// Part `size_rotation`: what a RotatingFileHandler leaves in its folder after a few
// lines and restarts. Each case runs in an empty folder of its own.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { RotatingFileHandler, makeLogRecord } from "../../../src/index.ts";
import { withFreshLogging } from "../fresh-logging.ts";
import { namerOf, type NamerKind } from "../namers.ts";
import type { CaseInput, Part } from "../part.ts";
import { inFolder, readFolder } from "../surroundings.ts";

interface SizeRotationInput {
  readonly base: string;
  readonly mode: "a" | "w";
  readonly maxBytes: number;
  readonly backupCount: number;
  readonly delay: boolean;
  readonly namer: NamerKind;
  readonly initial: Readonly<Record<string, string>>;
  readonly steps: readonly string[];
}

/** Carries out the steps and reads the folder. */
export const sizeRotation: Part = {
  name: "size_rotation",
  run: (input: CaseInput) =>
    withFreshLogging(() => inFolder(() => carryOut(input as unknown as SizeRotationInput))),
};

function carryOut(asked: SizeRotationInput): Record<string, string> {
  const folder = process.cwd();
  for (const [name, content] of Object.entries(asked.initial)) {
    writeFileSync(join(folder, name), content);
  }
  let handler = start(asked);
  for (const step of asked.steps) {
    if (step === "restart") {
      handler.close();
      handler = start(asked);
    } else handler.emit(makeLogRecord({ msg: step }));
  }
  handler.close();
  return readFolder(folder, [".daybook"]);
}

function start(asked: SizeRotationInput): RotatingFileHandler {
  const { base, mode, maxBytes, backupCount, delay } = asked;
  const options = { mode, maxBytes, backupCount, delay, encoding: "utf-8" };
  const handler = new RotatingFileHandler(base, options);
  handler.namer = namerOf(asked.namer, base);
  return handler;
}
