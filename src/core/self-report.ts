// The library's own troubles, told on stderr. Handlers and filters that fail come
// here: the first failure of a burst is told in full, later ones of the same source
// are counted, and one line with the count closes the burst. Nothing here may
// throw, keep the process alive, or log: a broken stderr means silence.

import { now } from "./clock.ts";
import { exceptionText } from "./exception.ts";
import { errorText, inspectLine, isError, readProperty, toText } from "./value.ts";

/** How long a burst is only counted after its first failure, in real milliseconds. */
export const BURST_WINDOW_MS = 10_000;

let raiseExceptions = true;

/** Whether failures are reported at all; CPython's `logging.raiseExceptions`. */
export function getRaiseExceptions(): boolean {
  return raiseExceptions;
}

/** Switches the reports on or off; an ES module's export can't be assigned from outside. */
export function setRaiseExceptions(value: boolean): void {
  raiseExceptions = value;
}

interface Burst {
  /** Failures since the last line that we wrote about this source. */
  count: number;
  /** Clock time of the first of those. */
  since: number;
  last: string;
  /** A closing line was written in this window: the next one waits for its end. */
  closed: boolean;
  timer: NodeJS.Timeout;
}

const bursts = new Map<object, Burst>();
const told = new WeakMap<object, Set<string>>();

/**
 * Reports that `source` failed. The first failure is written in full, those that
 * follow within the window are counted. `summary` is one line, `detail` the whole
 * text (a function is called only if the text is needed). Never throws; does
 * nothing while `raiseExceptions` is false.
 */
export function reportFailure(
  source: object,
  summary: string,
  detail: string | (() => string),
): void {
  if (!raiseExceptions) return;
  const burst = bursts.get(source);
  if (burst === undefined) {
    bursts.set(source, openBurst(source, summary));
    writeStderr(withNewline(typeof detail === "string" ? detail : safeText(detail)));
    return;
  }
  if (burst.count === 0) burst.since = now();
  burst.count++;
  burst.last = summary;
}

/**
 * Reports that `source` works again: the count so far is written, if there is one
 * and none was written a moment ago. Costs one map lookup where nothing failed.
 */
export function reportRecovery(source: object): void {
  const burst = bursts.get(source);
  if (burst === undefined || burst.closed) return;
  writeCount(source, burst);
  burst.closed = true;
}

/** Writes `text` the first time that this source says it, and never again. */
export function reportOnce(source: object, text: string): void {
  if (!raiseExceptions) return;
  const before = told.get(source);
  if (before?.has(text)) return;
  if (before === undefined) told.set(source, new Set([text]));
  else before.add(text);
  writeStderr(withNewline(text));
}

/** Reports a thrown value, under CPython's heading, with the place it came from. */
export function reportError(source: object, error: unknown, where: string): void {
  const summary = `${where}: ${isError(error) ? errorText(error) : inspectLine(error)}`;
  reportFailure(
    source,
    summary,
    () => `--- Logging error ---\n${exceptionText(error)}\nIn ${nameOf(source)}: ${where}`,
  );
}

/** Writes the counts that are still open; at shutdown, where no timer fires any more. */
export function closeReports(): void {
  for (const [source, burst] of bursts) {
    clearTimeout(burst.timer);
    writeCount(source, burst);
  }
  bursts.clear();
}

/** A source as its reports call it: `<FileHandler /a.log (NOTSET)>`, `<stdout>`, `<Socket>`. */
export function nameOf(source: object): string {
  if (isStandard(source, "stdout")) return "<stdout>";
  const text = toText(source);
  // What has no text of its own comes as a page of its insides.
  if (text.startsWith("<") && text.length <= 1000 && !text.startsWith("<ref ")) return text;
  const maker = readProperty(source, "constructor");
  return `<${typeof maker === "function" ? maker.name : "object"}>`;
}

/** Writes to the process's stderr of this moment; a failure of it is swallowed. */
export function writeStderr(text: string): void {
  try {
    const stream = process.stderr;
    guardStream(stream);
    stream.write(text);
  } catch {
    // No stderr (closed, replaced by something odd): there is nowhere to say so.
  }
}

const guarded = new WeakSet<object>();

/**
 * Makes sure that an 'error' event of a stream we write to (EPIPE when the reader
 * has gone) doesn't end the application. Each stream gets one listener, once.
 */
export function guardStream(stream: object): void {
  if (guarded.has(stream)) return;
  guarded.add(stream);
  const { on } = stream as { on?: unknown };
  if (typeof on !== "function") return;
  on.call(stream, "error", (error: unknown) => {
    if (!isStandard(stream, "stderr")) reportError(stream, error, "a log stream failed");
  });
}

// Merely reading these properties opens the streams, which may fail.
function isStandard(source: object, name: "stdout" | "stderr"): boolean {
  try {
    return source === process[name];
  } catch {
    return false;
  }
}

function openBurst(source: object, summary: string): Burst {
  // Where the stack is nearly full, setTimeout may succeed and unref overflow: a
  // timer that nobody knows and that keeps the process alive. Overflow before it.
  needStack(200);
  const timer = setTimeout(() => endWindow(source), BURST_WINDOW_MS);
  timer.unref();
  return { count: 0, since: now(), last: summary, closed: false, timer };
}

function needStack(frames: number): number {
  return frames === 0 ? 0 : 1 + needStack(frames - 1);
}

// A quiet window ends the burst; otherwise the count is told and a new one begins.
function endWindow(source: object): void {
  const burst = bursts.get(source);
  if (burst === undefined) return;
  if (burst.count === 0) {
    bursts.delete(source);
    return;
  }
  writeCount(source, burst);
  burst.closed = false;
  burst.timer = setTimeout(() => endWindow(source), BURST_WINDOW_MS);
  burst.timer.unref();
}

function writeCount(source: object, burst: Burst): void {
  if (burst.count === 0) return;
  const records = burst.count === 1 ? "record" : "records";
  writeStderr(
    `... ${burst.count} more ${records} could not be handled by ${nameOf(source)} ` +
      `since ${clockText(burst.since)}: ${burst.last}\n`,
  );
  burst.count = 0;
}

function clockText(ms: number): string {
  return Number.isFinite(ms) ? toText(new Date(ms)) : String(ms);
}

function safeText(make: () => string): string {
  try {
    return make();
  } catch {
    return "--- Logging error ---\n(the error could not be described)";
  }
}

function withNewline(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
