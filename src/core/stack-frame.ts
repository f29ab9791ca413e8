// The lines of an error's stack as V8 writes them, taken apart: which function, which
// file, which line. caller.ts looks for places in them, the pretty formatter shows them.
// A stack is a text that anybody may have written, so this must be quick with anything
// and believe nothing.

/** One line of a stack. */
export interface StackFrame {
  /** The function as V8 says it, with `async` and `new`; empty for none. */
  readonly name: string;
  /** As V8 names it: a path, a file URL, or `node:...`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** No frame is longer: what is, is data. */
const LONGEST = 4096;
const PLACE = /^((?:file:|node:|[\\/]|[A-Za-z]:[\\/]).*):(\d{1,9}):(\d{1,9})$/;
const FRAME = /^\s+at /;

/** Whether a line of a stack has the form of a frame, with a place or without. */
export function isFrameLine(line: string): boolean {
  return FRAME.test(line);
}

/** A line of a stack, taken apart; null if it is no frame, or one without a file. */
export function parseFrame(line: string): StackFrame | null {
  if (line.length > LONGEST || !isFrameLine(line)) return null;
  const body = line.trim().slice("at ".length);
  if (!body.endsWith(")")) {
    const isAsync = body.startsWith("async ");
    return placed(isAsync ? "async" : "", isAsync ? body.slice("async ".length) : body);
  }
  // What runs has no file; the place in it is that of who made it.
  if (body.includes("(eval at ")) return null;
  // A path may have parentheses of its own: the first that a path follows it is.
  for (let at = body.indexOf(" ("); at >= 0; at = body.indexOf(" (", at + 1)) {
    const frame = placed(body.slice(0, at), body.slice(at + 2, -1));
    if (frame !== null) return frame;
  }
  return null;
}

function placed(name: string, place: string): StackFrame | null {
  const found = PLACE.exec(place);
  if (found === null) return null;
  const [, file = "", line = "", column = ""] = found;
  return { name, file, line: Number(line), column: Number(column) };
}
