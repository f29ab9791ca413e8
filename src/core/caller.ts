// Where in the application a log call was made. A record asks here at most once,
// and only when something reads its pathname, lineno or funcName while the call
// is still on the stack: a call nobody asks about pays nothing. The stack is cut
// at the public method that the application called, so our own frames never show
// and bundling or minifying the library changes nothing.

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
  const { file, line } = mapped(frame) ?? {
    file: frame.getFileName() ?? "",
    line: frame.getLineNumber() ?? 0,
  };
  return {
    pathname: pathOf(file),
    lineno: line,
    funcName: frame.getFunctionName() || "<anonymous>",
  };
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
    const frame = /^ +at (?:async )?(?:(.+) \()?((?:file:|\/|[A-Za-z]:).*):(\d+):\d+\)?$/.exec(
      line,
    );
    if (frame?.[2] === undefined) continue;
    return {
      pathname: pathOf(frame[2]),
      lineno: Number(frame[3]),
      funcName: frame[1] ?? "<anonymous>",
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

// With --enable-source-maps the place is that of the original source. Node maps
// only while it writes a stack as text, so it is asked to write this one frame.
function mapped(frame: NodeJS.CallSite): { file: string; line: number } | null {
  if (!process.sourceMapsEnabled) return null;
  try {
    const text: unknown = Error.prepareStackTrace?.(new Error("frame"), [frame]);
    const place = / \(?((?:file:|\/|[A-Za-z]:).*):(\d+):\d+\)?$/.exec(String(text));
    if (place?.[1] === undefined) return null;
    return { file: place[1], line: Number(place[2]) };
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

const paths = new Map<string, string>();

// Programs log from few files; modules made up at run time must not fill memory.
function pathOf(file: string): string {
  const known = paths.get(file);
  if (known !== undefined) return known;
  if (paths.size >= 1000) paths.clear();
  const path = toPath(file);
  paths.set(file, path);
  return path;
}

// ESM frames are file URLs. The URL class decodes what decodeURIComponent would
// throw on; a path that isn't valid text stays as V8 gave it.
function toPath(file: string): string {
  if (!file.startsWith("file://")) return file;
  try {
    const path = decodeURIComponent(new URL(file).pathname);
    return process.platform === "win32" ? path.slice(1).replaceAll("/", "\\") : path;
  } catch {
    return file;
  }
}
