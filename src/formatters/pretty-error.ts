// Errors as a person wants them at the terminal: name and message, the lines of source
// where it happened, the stack in terms of the sources with what isn't the application's
// dimmed, then the errors it was caused by. pretty.ts puts these lines below a record's.
// An error may hold anything, a stack of its own making included: no line comes out of
// here that holds a control character of its.

import { errorChain, ownProperties, stackText } from "../core/exception.ts";
import type { ChainedError } from "../core/exception.ts";
import { INDENT, escapeControls } from "../core/line-breaks.ts";
import { isSourcePath } from "../core/source-file.ts";
import { originalCalledName } from "../core/source-map.ts";
import { isFrameLine, parseFrame } from "../core/stack-frame.ts";
import { errorMessage, errorText } from "../core/value.ts";
import { codeFrame, frameSource } from "./code-frame.ts";
import type { FrameSource } from "./code-frame.ts";
import { painted } from "./pretty-colors.ts";
import type { Palette } from "./pretty-colors.ts";
import { cutLine, safeLines } from "./pretty-value.ts";

/** How errors are shown. */
export interface ErrorStyle {
  readonly palette: Palette;
  readonly codeFrame: boolean;
}

/** How many code frames one record has at most: the error's, and those of its causes. */
const MOST_CODE_FRAMES = 3;

/** The lines of a thrown value and of all that belongs to it. Never throws. */
export function errorLines(thrown: unknown, style: ErrorStyle): string[] {
  const shown = new Set<string>();
  return errorChain(thrown).flatMap((link) => {
    const lines = linkLines(link, style, shown);
    return link.depth === 0 ? lines : setIn(lines, INDENT.repeat(link.depth));
  });
}

/** The lines of a stack alone, such as `stack_info` or one that came from elsewhere. */
export function stackLines(stack: string, { palette }: ErrorStyle): string[] {
  return frameLines(safeSplit(stack), palette);
}

/** Lines with something before each, but for empty ones. */
export function setIn(lines: readonly string[], indent: string): string[] {
  return lines.map((line) => (line === "" ? line : indent + line));
}

function linkLines(link: ChainedError, style: ErrorStyle, shown: Set<string>): string[] {
  const { palette } = style;
  const { error, prefix } = link;
  if (error === null) return headerLines(prefix, link.text, palette);
  const { header, frames } = splitStack(error);
  const lines = headerLines(prefix, header, palette);
  const own = ownProperties(error);
  if (own !== "") lines.push(...setIn(safeLines(own), INDENT));
  const place = style.codeFrame ? applicationFrame(frames) : null;
  if (place !== null) lines.push(...codeFrameLines(place, palette, shown));
  lines.push(...frameLines(frames, palette));
  return lines;
}

// Only the name is painted: the message may be long, and is data.
function headerLines(prefix: string, header: string, palette: Palette): string[] {
  const [first = "", ...more] = safeLines(header);
  const name = /^[\w$.]+(?: \[\w+\])?(?=:|$)/.exec(first)?.[0] ?? "";
  const start = painted(palette.dim, prefix) + painted(palette.error, name);
  return [start + first.slice(name.length), ...setIn(more, INDENT)];
}

interface SplitStack {
  readonly header: string;
  readonly frames: readonly string[];
}

// A message may have lines that look like frames: the stack is what comes behind the message.
function splitStack(error: Error): SplitStack {
  const text = stackText(error);
  const message = errorMessage(error);
  const known = errorText(error);
  const headerEnd = text.startsWith(known) ? known.length : text.indexOf(message) + message.length;
  const rest = text.slice(headerEnd);
  const start = rest.search(/\n\s+at /);
  if (start < 0) return { header: text, frames: [] };
  const header = text.slice(0, headerEnd) + rest.slice(0, start);
  return { header, frames: safeSplit(rest.slice(start + 1)) };
}

/** More frames than anybody has are data. */
const MOST_FRAMES = 200;

function safeSplit(text: string): string[] {
  const lines = text.slice(0, 200_000).split(/\r?\n/, MOST_FRAMES + 1);
  return lines.length > MOST_FRAMES ? [...lines.slice(0, MOST_FRAMES), "    ..."] : lines;
}

// The innermost frame of the application; not Node's, and not a package's.
function applicationFrame(lines: readonly string[]): FrameSource | null {
  for (const line of lines) {
    const frame = parseFrame(line);
    if (frame === null || isForeign(frame.file)) continue;
    const source = frameSource(frame);
    if (!isForeign(source.path)) return source;
  }
  return null;
}

function codeFrameLines(place: FrameSource, palette: Palette, shown: Set<string>): string[] {
  const key = `${place.path}:${place.line}:${place.column}`;
  if (shown.has(key) || shown.size >= MOST_CODE_FRAMES) return [];
  shown.add(key);
  const lines = codeFrame(place, palette);
  return lines.length === 0 ? [] : setIn(lines, INDENT);
}

function frameLines(lines: readonly string[], palette: Palette): string[] {
  return lines.map((line, index) => {
    const frame = parseFrame(line);
    if (frame === null) {
      const text = cutLine(escapeControls(line));
      return isFrameLine(line) ? painted(palette.dim, text) : text;
    }
    const source = frameSource(frame);
    const name = escapeControls(originalFrameName(source, lines[index + 1]));
    const place = escapeControls(`${shortPath(source.path)}:${source.line}:${source.column}`);
    const isDim = isForeign(frame.file) || isForeign(source.path);
    const shownPlace = isDim ? place : painted(palette.key, place);
    const text = name === "" ? `    at ${shownPlace}` : `    at ${name} (${shownPlace})`;
    return isDim ? painted(palette.dim, text) : text;
  });
}

// A function that a minifier renamed is called by its new name in the next frame, and the
// map has the old name for that place.
function originalFrameName({ name, frame, path }: FrameSource, next: string | undefined): string {
  const caller = next === undefined || path === frame.file ? null : parseFrame(next);
  if (caller === null || caller.file !== frame.file || !isSourcePath(caller.file)) return name;
  const word = /[\w$]+$/.exec(name)?.[0] ?? "";
  const called = originalCalledName(caller.file, word, caller.line, caller.column);
  return called === null ? name : name.slice(0, name.length - word.length) + called;
}

function isForeign(file: string): boolean {
  return file.startsWith("node:") || /[\\/]node_modules[\\/]/.test(file);
}

// Paths from here are shorter, and terminals open them all the same.
function shortPath(path: string): string {
  const folder = workingFolder();
  return folder !== "" && path.startsWith(folder) ? path.slice(folder.length) : path;
}

function workingFolder(): string {
  try {
    const folder = process.cwd();
    return folder.length > 1 ? folder + (folder.includes("\\") ? "\\" : "/") : "";
  } catch {
    return ""; // it is gone
  }
}
