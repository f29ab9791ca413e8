// What a PrettyFormatter may be told, and the check of it. Nothing is formatted here.

import { checkOptionNames } from "../core/options.ts";
import type { RedactOption } from "../core/redaction.ts";
import { typeRefusal } from "../core/refusal.ts";
import { checkLevelColors } from "./pretty-colors.ts";
import type { LevelColors } from "./pretty-colors.ts";
import { checkZone } from "./wall-time.ts";
import type { FormatterZone } from "./wall-time.ts";

/** How a PrettyFormatter shows records. */
export interface PrettyFormatterOptions {
  /** Whether there are colours; false if not given. ConsoleHandler looks at its stream. */
  readonly colors?: boolean | undefined;
  /** Styles of levels by their names, in place of the usual: `{ INFO: ["bold", "cyan"] }`. */
  readonly levelColors?: LevelColors | undefined;
  /** For strftime; `12:34:56.789` if not given, no time if null. */
  readonly timeFormat?: string | null | undefined;
  /** The zone of the time: "local" (the default), "UTC", an IANA name, or an offset. */
  readonly timeZone?: FormatterZone | undefined;
  /** False shows no fields; a list shows those of it, in its order; true, the default, all. */
  readonly fields?: boolean | readonly string[] | undefined;
  /** False shows errors without the lines of source where they happened; true if not given. */
  readonly codeFrame?: boolean | undefined;
  /** What is masked in fields and errors. */
  readonly redact?: RedactOption | undefined;
}

/** The options with their defaults; `timeFormat` undefined is the usual one. */
export interface ReadPrettyOptions {
  readonly colors: boolean;
  readonly levelColors: LevelColors;
  readonly timeFormat: string | null | undefined;
  readonly timeZone: FormatterZone;
  readonly fields: boolean | readonly string[];
  readonly codeFrame: boolean;
  readonly redact: RedactOption | null;
}

const OPTIONS: readonly string[] = [
  "colors",
  "levelColors",
  "timeFormat",
  "timeZone",
  "fields",
  "codeFrame",
  "redact",
];

/** The names of the options, for what passes them on. */
export const PRETTY_OPTIONS: readonly string[] = OPTIONS;

/** @throws TypeError or ValueError that names the value and what is accepted. */
export function readPrettyOptions(options: PrettyFormatterOptions): ReadPrettyOptions {
  checkOptionNames(options, OPTIONS);
  const { colors = false, timeFormat, timeZone = "local", codeFrame = true } = options;
  const { fields = true, levelColors = {}, redact = null } = options;
  checkBoolean("colors", colors);
  checkBoolean("codeFrame", codeFrame);
  checkZone(timeZone);
  if (timeFormat !== undefined && timeFormat !== null && typeof timeFormat !== "string") {
    throw typeRefusal("timeFormat", timeFormat, "a format for strftime, or null for no time");
  }
  if (typeof fields !== "boolean" && !isNames(fields)) {
    throw typeRefusal("fields", fields, "true, false, or an array of names");
  }
  return {
    colors,
    levelColors: checkLevelColors(levelColors),
    timeFormat,
    timeZone,
    fields: typeof fields === "boolean" ? fields : [...fields],
    codeFrame,
    redact,
  };
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

function checkBoolean(name: string, value: unknown): void {
  if (typeof value !== "boolean") throw typeRefusal(name, value, "true or false");
}
