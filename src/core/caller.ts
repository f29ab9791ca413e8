// Where in the application a log call was made. A record asks here at most once,
// and only when something reads its pathname, lineno or funcName while the call
// is still on the stack: a call nobody asks about pays nothing. The stack is cut
// at the public method that the application called, so our own frames never show
// and bundling or minifying the library changes nothing. Where the application itself
// is compiled or bundled, the place is the one in its sources: see source-map.ts.

import { isSourcePath, sourcePath } from "./source-file.ts";
import { originalFunctionName, originalPlace } from "./source-map.ts";
import { parseFrame } from "./stack-frame.ts";
import type { StackFrame } from "./stack-frame.ts";

/** The place of a log call, in Python's terms. */
export interface Caller {
  readonly pathname: string;
  readonly lineno: number;
  readonly funcName: string;
}

/** What is known when there is no caller to be found: CPython's three values. */
export const UNKNOWN_CALLER: Caller = {
  pathname: "(unknown file)",
  lineno: 0,
  funcName: "(unknown function)",
};

/** A function on the stack below which the application's frames begin. */
// oxlint-disable-next-line typescript/no-unsafe-function-type
export type Boundary = Function;

/** The log call that is making its record right now. */
export interface OpenCall {
  readonly boundary: Boundary;
  readonly stacklevel: number;
}

/** One constant per public method: a call allocates nothing to say where it began. */
export function openCalls<Name extends string>(
  methods: Readonly<Record<Name, Boundary>>,
  names: readonly Name[],
): Readonly<Record<Name, OpenCall>> {
  const calls = names.map((name) => [name, { boundary: methods[name], stacklevel: 1 }] as const);
  return Object.fromEntries(calls) as Record<Name, OpenCall>;
}

/** The level methods, and `log`. */
export const LEVEL_METHODS = [
  "debug",
  "info",
  "warning",
  "warn",
  "error",
  "exception",
  "critical",
  "fatal",
  "log",
] as const;

let opening: OpenCall | null = null;

/**
 * Names the call that the next record belongs to, while its factory runs; returns
 * the one before, which the caller must put back (log calls nest in factories).
 */
export function setOpening(call: OpenCall | null): OpenCall | null {
  const before = opening;
  opening = call;
  return before;
}

/** The call whose record is being made, or null outside of one. */
export function getOpening(): OpenCall | null {
  return opening;
}

/**
 * The caller `stacklevel` frames below `boundary`; the outermost one if the stack
 * is shorter, as in CPython 3.11 and later. Frames of Node itself and of built-ins
 * such as Array.forEach are not counted.
 */
export function captureCaller(boundary: Boundary, stacklevel: number): Caller {
  const wanted = Math.max(1, Math.trunc(stacklevel) || 1);
  let frames = applicationFrames(captureFrames(boundary, wanted));
  if (frames.length < wanted) frames = applicationFrames(captureFrames(boundary, wanted + 64));
  const frame = frames[wanted - 1] ?? frames.at(-1);
  if (frame === undefined) return UNKNOWN_CALLER;
  return placeOfFrame(frame);
}

/**
 * The text of `stack_info`: "Stack (most recent call last):" and the frames below
 * `boundary`, the call itself last, as Python orders them.
 */
export function captureStack(boundary: Boundary): string {
  const lines = captureFrames(boundary, 200).map((frame) => `    at ${String(frame)}`);
  return ["Stack (most recent call last):", ...lines.toReversed()].join("\n");
}

/**
 * The innermost frame of an application in the text of an error's stack, past those of
 * Node itself; UNKNOWN_CALLER if there is none.
 */
export function placeInStack(stack: string): Caller {
  for (const line of stack.split("\n")) {
    const frame = parseFrame(line);
    if (frame === null || frame.file.startsWith("node:")) continue;
    // The text may be anybody's: only what looks like a source is looked up.
    const original = isSourcePath(frame.file)
      ? originalPlace(frame.file, frame.line, frame.column)
      : null;
    return {
      pathname: original?.pathname ?? sourcePath(frame.file),
      lineno: original?.lineno ?? frame.line,
      funcName: frame.name.replace(/^async ?/, "") || "<anonymous>",
    };
  }
  return UNKNOWN_CALLER;
}

function applicationFrames(frames: readonly NodeJS.CallSite[]): NodeJS.CallSite[] {
  return frames.filter((frame) => {
    const file = frame.getFileName();
    return typeof file === "string" && file !== "" && !file.startsWith("node:");
  });
}

function placeOfFrame(frame: NodeJS.CallSite): Caller {
  const file = frame.getFileName() ?? "";
  const line = frame.getLineNumber() ?? 0;
  const name = frame.getFunctionName() || "<anonymous>";
  const original = originalPlace(file, line, frame.getColumnNumber() ?? 0);
  if (original !== null) {
    const { pathname, lineno } = original;
    return { pathname, lineno, funcName: originalName(frame, file, name) };
  }
  const told = COMPILED.test(file) ? toldPlace(frame) : null;
  return {
    pathname: sourcePath(told?.file ?? file),
    lineno: told?.line ?? line,
    funcName: name,
  };
}

/** What V8's call sites have besides what Node's types know. */
interface EnclosingPlace {
  getEnclosingLineNumber?(): number | null;
  getEnclosingColumnNumber?(): number | null;
}

function originalName(frame: NodeJS.CallSite & EnclosingPlace, file: string, name: string): string {
  const line = frame.getEnclosingLineNumber?.() ?? 0;
  const column = frame.getEnclosingColumnNumber?.() ?? 0;
  return originalFunctionName(file, name, line, column) ?? name;
}

const COMPILED = /\.(?:[cm]?ts|[jt]sx|vue|svelte|coffee)$/;

// Loaders such as ts-node compile in memory and know the map alone. They put their own
// function in this place, to write stacks with; it is asked to write this one frame.
function toldPlace(frame: NodeJS.CallSite): StackFrame | null {
  const key = `${frame.getFileName()}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
  const before = toldPlaces.get(key);
  if (before !== undefined) return before;
  if (toldPlaces.size >= 1000) toldPlaces.clear();
  const told = askedPlace(frame);
  toldPlaces.set(key, told);
  return told;
}

const toldPlaces = new Map<string, StackFrame | null>();

function askedPlace(frame: NodeJS.CallSite): StackFrame | null {
  try {
    const text: unknown = Error.prepareStackTrace?.(new Error("frame"), [frame]);
    return parseFrame(String(text).split("\n").at(-1) ?? "");
  } catch {
    return null;
  }
}

// V8 gives call sites only through Error.prepareStackTrace, which is global: it
// is ours for the duration of one property read. Where intrinsics are frozen the
// assignments throw, and there is no caller.
function captureFrames(boundary: Boundary, limit: number): readonly NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = limit;
    Error.prepareStackTrace = callSites;
    const holder: { stack?: unknown } = {};
    Error.captureStackTrace(holder, boundary);
    return Array.isArray(holder.stack) ? (holder.stack as NodeJS.CallSite[]) : [];
  } catch {
    return [];
  } finally {
    restore(prepareStackTrace, stackTraceLimit);
  }
}

function callSites(_error: unknown, sites: NodeJS.CallSite[]): NodeJS.CallSite[] {
  return sites;
}

// Undefined is assigned, not deleted: a deletion makes every later access slow.
function restore(prepare: typeof Error.prepareStackTrace | undefined, limit: number): void {
  try {
    Error.stackTraceLimit = limit;
    Object.assign(Error, { prepareStackTrace: prepare });
  } catch {
    // Frozen: nothing was changed, so there is nothing to put back.
  }
}
