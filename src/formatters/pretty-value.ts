// Values of fields as a person reads them on a terminal: short ones in the line, long ones
// on lines of their own. pretty.ts comes here with whatever an application logged. What
// comes out holds no control character of the application's, and no text without end.

import { inspect } from "node:util";

import { escapeControls } from "../core/line-breaks.ts";
import { inspectLine, toText } from "../core/value.ts";
import { painted } from "./pretty-colors.ts";
import type { Palette } from "./pretty-colors.ts";

/** A value's lines, safe and without colours where it is long. */
export interface ShownValue {
  /** Whether it fits behind its key. */
  readonly inline: boolean;
  /** One, if it is inline. */
  readonly lines: readonly string[];
}

/** What is longer stands below the line. */
const INLINE = 80;
/** What has more lines, or a longer one, is cut. */
const MOST_LINES = 60;
const LONGEST_LINE = 2000;

/** A text that needs no quotes: nobody takes it for two things, or for a number. */
const BARE = /^(?![-+]?\d)[^\s"'`=,;{}[\]()\p{C}]+$/u;
const WORDS = new Set(["true", "false", "null", "undefined", "NaN", "Infinity"]);

/** A value that is no Error (those have a stack, see pretty-error.ts). Never throws. */
export function showValue(value: unknown, palette: Palette): ShownValue {
  if (typeof value === "string") return showString(value);
  if (typeof value === "object" && value !== null) return showObject(value);
  const text = escapeControls(typeof value === "symbol" ? value.toString() : toText(value));
  const isPlain = typeof value === "function" || typeof value === "symbol";
  return { inline: true, lines: [isPlain ? cutLine(text) : painted(palette.number, text)] };
}

/** A key as it stands before `=` or `:`. */
export function showKey(key: string): string {
  return cutLine(BARE.test(key) ? escapeControls(key) : quoted(key));
}

function showString(text: string): ShownValue {
  if (text.length <= INLINE) {
    return { inline: true, lines: [BARE.test(text) && !WORDS.has(text) ? text : quoted(text)] };
  }
  // A query, a template, a stack: its own lines are how it is read.
  if (/\n./.test(text)) return { inline: false, lines: safeLines(text) };
  return { inline: text.length <= INLINE * 2, lines: [cutLine(quoted(cutText(text)))] };
}

function showObject(value: object): ShownValue {
  const short = inspectLine(value);
  if (short.length <= INLINE && !short.includes("\n")) {
    return { inline: true, lines: [escapeControls(short)] };
  }
  return { inline: false, lines: safeLines(long(value)) };
}

function long(value: object): string {
  try {
    return inspect(value, {
      depth: 4,
      breakLength: 90,
      maxArrayLength: 100,
      maxStringLength: 10_000,
    });
  } catch {
    return inspectLine(value);
  }
}

/** The lines of a text, each safe to write; too many of them, or too long ones, are cut. */
export function safeLines(text: string): string[] {
  const lines = cutText(text).split(/\r?\n/, MOST_LINES + 1);
  const shown = lines.slice(0, MOST_LINES).map((line) => cutLine(escapeControls(line)));
  if (lines.length > MOST_LINES || text.length > LONGEST_TEXT) shown.push("...");
  return shown;
}

const LONGEST_TEXT = 100_000;

function cutText(text: string): string {
  return text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) : text;
}

/** A line, cut if it is longer than anybody reads. */
export function cutLine(line: string): string {
  if (line.length <= LONGEST_LINE) return line;
  return `${line.slice(0, LONGEST_LINE)}... ${line.length - LONGEST_LINE} more characters`;
}

// JSON's quotes show where a text begins and ends, and what is invisible in it.
function quoted(text: string): string {
  return escapeControls(JSON.stringify(text));
}
