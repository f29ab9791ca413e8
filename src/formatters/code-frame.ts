// The lines of source around a place, with a caret under it: what one would look up first
// when an error comes. pretty-error.ts shows it above the stack. The source comes
// from the map if that holds it, else from the disk; where it is in neither, or isn't a
// source at all, there is no frame.

import { escapeControls } from "../core/line-breaks.ts";
import { isSourcePath, readSourceText, sourcePath } from "../core/source-file.ts";
import { originalPlace, originalText } from "../core/source-map.ts";
import type { StackFrame } from "../core/stack-frame.ts";
import { painted } from "./pretty-colors.ts";
import type { Palette } from "./pretty-colors.ts";

/** How many lines are shown before the place, and behind it. */
const AROUND = 3;
/** Lines of bundles have no end: of longer ones a piece around the place is shown. */
const WIDEST = 120;

/**
 * Where a frame of a stack is: in the original source if a map says, else where it is. What
 * doesn't look like a source file is not looked up: a stack is a text, and anybody may have
 * written it.
 */
export function frameSource(frame: StackFrame): FrameSource {
  const { file, line, column, name } = frame;
  const original = isSourcePath(sourcePath(file)) ? originalPlace(file, line, column) : null;
  if (original === null) return { path: sourcePath(file), line, column, name, frame };
  const { pathname, lineno, column: at } = original;
  return { path: pathname, line: lineno, column: at, name, frame };
}

/** A frame of a stack and its place, all from 1. */
export interface FrameSource {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly name: string;
  readonly frame: StackFrame;
}

/** The lines of a code frame, safe to write; none if the source can't be had. */
export function codeFrame(source: FrameSource, palette: Palette): string[] {
  const text = sourceText(source);
  if (text === null) return [];
  const first = Math.max(1, source.line - AROUND);
  const lines = linesFrom(text, first, source.line + AROUND);
  while (lines.length > source.line - first + 1 && lines.at(-1) === "") lines.pop();
  const wanted = lines[source.line - first];
  // A file that is not what it was when it was loaded.
  if (wanted === undefined || wanted.trim() === "") return [];
  const from = wanted.length > WIDEST ? Math.max(0, source.column - 1 - WIDEST / 2) : 0;
  const width = String(first + lines.length - 1).length;
  const shown = lines.flatMap((line, index) => {
    const number = first + index;
    const isPlace = number === source.line;
    // Of the neighbours of a line of a bundle nothing would stand above it.
    if (!isPlace && from > 0) return [];
    const gutter = `${isPlace ? ">" : " "} ${String(number).padStart(width)} | `;
    const code = visible(line.slice(from, from + WIDEST));
    if (!isPlace) return [painted(palette.dim, (gutter + code).trimEnd())];
    const caret = " ".repeat(visible(line.slice(from, source.column - 1)).length);
    const under = `  ${" ".repeat(width)} | `;
    return [
      painted(palette.mark, gutter.slice(0, 1)) + painted(palette.dim, gutter.slice(1)) + code,
      painted(palette.dim, under) + caret + painted(palette.mark, "^"),
    ];
  });
  return shown;
}

function sourceText({ path, frame }: FrameSource): string | null {
  const original = originalText(frame.file, path);
  if (original !== null) return original;
  return isSourcePath(path) ? readSourceText(path) : null;
}

/** The lines from one number to another, both shown; without making a list of all. */
function linesFrom(text: string, first: number, last: number): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let number = 1; number <= last; number++) {
    const end = text.indexOf("\n", start);
    if (number >= first) lines.push(text.slice(start, end < 0 ? undefined : end).trimEnd());
    if (end < 0) break;
    start = end + 1;
  }
  return lines;
}

function visible(code: string): string {
  return escapeControls(code.replaceAll("\t", "  "));
}
