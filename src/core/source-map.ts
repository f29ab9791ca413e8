// Where a place of a generated file (bundled, minified, compiled) is in the source it was
// made from, by the source map that the file names. caller.ts asks for the place of a log
// call, the pretty formatter for the frames of a stack. Each file and its map are read
// once, when the first place in it is shown, and decoded by Node's own SourceMap. A map
// that is missing or broken means that the place stays as it is; nothing here throws.

import { readSourceText, sourcePath } from "./source-file.ts";
import { readPayload } from "./source-map-payload.ts";
import type { Payload } from "./source-map-payload.ts";
import type * as nodeModule from "node:module";

type SourceMap = nodeModule.SourceMap;

/** A place in an original source. */
export interface OriginalPlace {
  /** The path of the source; what the map calls it, if that is no file. */
  readonly pathname: string;
  /** From 1. */
  readonly lineno: number;
  /** From 1. */
  readonly column: number;
}

/** A file with a map. */
interface MappedFile {
  readonly map: SourceMap;
  /** The file's text; null where Node has the map of a file that is not on the disk. */
  readonly text: string | null;
  /** By line and column. */
  readonly places: Map<number, OriginalPlace | null>;
  /** The names of functions, by where they begin. */
  readonly names: Map<number, string | null>;
  /** Where the lines of `text` begin; null: not looked for yet. */
  lineStarts: number[] | null;
  /** The texts of its sources that the map holds, by their URLs; null: not looked at yet. */
  contents: Map<string, string> | null;
}

/** How many files are remembered, with a map or without, and how much text of those with one. */
const MOST_FILES = 1000;
const MOST_TEXT = 128 * 1024 * 1024;
const MOST_PLACES = 5000;

let enabled = true;
let files = new Map<string, MappedFile | null>();
let textKept = 0;

/**
 * Says whether places of log calls and of frames in pretty errors are looked up in source
 * maps; they are, unless this was called with false. Reading the map of a large bundle
 * takes a moment, once, at the first record that shows its place.
 */
export function setSourceMaps(on: boolean): void {
  enabled = on;
  forget();
}

function forget(): void {
  files = new Map();
  textKept = 0;
}

/**
 * The original of a place in a file; null if there is no map, or it doesn't say.
 *
 * @param file as V8 names it: a path or a file URL
 * @param line from 1
 * @param column from 1
 */
export function originalPlace(file: string, line: number, column: number): OriginalPlace | null {
  const mapped = mappedFile(file);
  if (mapped === null) return null;
  return remembered(mapped.places, line, column, () => lookUp(mapped, line, column));
}

/**
 * What a function of a generated file was called in its source; null if the map doesn't
 * say. Minifiers rename functions, and maps keep the old name at the token of the new.
 *
 * @param name the name in the generated file
 * @param line where the function begins, from 1
 * @param column from 1
 */
export function originalFunctionName(
  file: string,
  name: string,
  line: number,
  column: number,
): string | null {
  const mapped = mappedFile(file);
  if (mapped === null || name.length > 100) return null;
  return remembered(mapped.names, line, column, () => nameNear(mapped, name, line, column));
}

// `function t(`, `async function*t(`: behind the beginning. `t=e=>`, `t: e =>`: before it.
function nameNear(mapped: MappedFile, name: string, line: number, column: number): string | null {
  const text = lineOf(mapped, line);
  const from = Math.max(0, column - 1 - name.length - 8);
  const until = column - 1 + name.length + 20;
  for (let at = text.indexOf(name, from); at >= 0 && at < until; at = text.indexOf(name, at + 1)) {
    if (isWord(text, at - 1) || isWord(text, at + name.length)) continue;
    const entry = exactName(mapped, line, at);
    if (entry !== null) return entry;
  }
  return null;
}

/**
 * What a function was called in its source, by a place where it is called by its new
 * name; null if that is not what stands there, or the map doesn't say.
 */
export function originalCalledName(
  file: string,
  name: string,
  line: number,
  column: number,
): string | null {
  const mapped = mappedFile(file);
  if (mapped === null || name === "") return null;
  const text = lineOf(mapped, line);
  if (!text.startsWith(name, column - 1) || isWord(text, column - 1 + name.length)) return null;
  return exactName(mapped, line, column - 1);
}

/**
 * The text of an original source, if the map holds it.
 *
 * @param file the generated file, as V8 names it
 * @param pathname the source, as `originalPlace` names it
 */
export function originalText(file: string, pathname: string): string | null {
  const mapped = mappedFile(file);
  if (mapped === null) return null;
  mapped.contents ??= contentsOf(mapped.map);
  return mapped.contents.get(pathname) ?? null;
}

const FILE = /^(?:file:|[\\/]|[A-Za-z]:[\\/])/;

function mappedFile(file: string): MappedFile | null {
  const known = files.get(file);
  if (known !== undefined) return known;
  const mapped = enabled && FILE.test(file) ? read(file) : null;
  if (files.size >= MOST_FILES || textKept > MOST_TEXT) forget();
  files.set(file, mapped);
  textKept += mapped?.text?.length ?? 0;
  return mapped;
}

function read(file: string): MappedFile | null {
  try {
    const { findSourceMap, SourceMap } = process.getBuiltinModule("node:module");
    // With --enable-source-maps, or a loader that compiles, Node has the map itself: of
    // the code that runs, which need not be on the disk.
    const own = process.sourceMapsEnabled ? findSourceMap(file) : undefined;
    const text = readSourceText(sourcePath(file));
    if (own !== undefined) return mappedBy(own, text);
    const found = text === null ? null : readPayload(text, file);
    if (found === null) return null;
    // Node's types want each key of a payload; maps lack some, and Node takes that.
    const map = new SourceMap(found as nodeModule.SourceMapPayload);
    return mappedBy(map, text);
  } catch {
    return null;
  }
}

function mappedBy(map: SourceMap, text: string | null): MappedFile {
  return { map, text, places: new Map(), names: new Map(), lineStarts: null, contents: null };
}

function lookUp({ map }: MappedFile, line: number, column: number): OriginalPlace | null {
  try {
    const entry = entryAt(map, line, column);
    if (entry === null) return null;
    const { originalSource, originalLine, originalColumn } = entry;
    if (typeof originalSource !== "string" || originalSource === "") return null;
    if (!(originalLine >= 0) || !(originalColumn >= 0)) return null;
    return {
      pathname: sourcePath(originalSource),
      lineno: originalLine + 1,
      column: originalColumn + 1,
    };
  } catch {
    return null;
  }
}

type Entry = nodeModule.SourceMapping & { readonly name?: string };

// Node gives the entry before, from whatever line; a mapping ends with its line.
function entryAt(map: SourceMap, line: number, column: number): Entry | null {
  const entry: Partial<Entry> = map.findEntry(line - 1, column - 1);
  return entry.generatedLine === line - 1 ? (entry as Entry) : null;
}

/** @param at from 0 */
function exactName({ map }: MappedFile, line: number, at: number): string | null {
  try {
    const entry = entryAt(map, line, at + 1);
    return entry?.generatedColumn === at && entry.name ? entry.name : null;
  } catch {
    return null;
  }
}

function lineOf(mapped: MappedFile, line: number): string {
  const { text } = mapped;
  if (text === null) return "";
  mapped.lineStarts ??= lineStarts(text);
  const start = mapped.lineStarts[line - 1];
  return start === undefined ? "" : text.slice(start, mapped.lineStarts[line] ?? text.length);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) {
    starts.push(end + 1);
  }
  return starts;
}

function remembered<T>(known: Map<number, T>, line: number, column: number, find: () => T): T {
  const key = line * 1e7 + column;
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = find();
  if (known.size >= MOST_PLACES) known.clear();
  known.set(key, found);
  return found;
}

function isWord(text: string, at: number): boolean {
  return /[\w$]/.test(text.charAt(at));
}

function contentsOf(map: SourceMap): Map<string, string> {
  const contents = new Map<string, string>();
  const add = (payload: Payload & { readonly sourcesContent?: readonly unknown[] }): void => {
    for (const section of payload.sections ?? []) add(section.map ?? {});
    for (const [index, source] of (payload.sources ?? []).entries()) {
      const text = payload.sourcesContent?.[index];
      if (typeof source === "string" && typeof text === "string") {
        contents.set(sourcePath(source), text);
      }
    }
  };
  try {
    add(map.payload);
  } catch {
    // No texts, then; the disk may have them.
  }
  return contents;
}
