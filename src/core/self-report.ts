// The library's own troubles, told on stderr. Handlers and filters that fail come
// here: of a source's burst of failures each kind is told in full once, the others
// are counted, and one line with the count closes the burst. Nothing here may throw,
// keep the process alive, or log: a broken stderr means silence.

import timers from "node:timers";

import { now } from "./clock.ts";
import { exceptionText } from "./exception.ts";
import { indentLines } from "./line-breaks.ts";
import { errorText, inspectLine, isError, readProperty, toText } from "./value.ts";

/** How long failures of a kind are only counted after the first, in real milliseconds. */
export const BURST_WINDOW_MS = 10_000;

/** How many kinds of failures of one source are told in full at a time; more are counted. */
export const BURST_KINDS = 10;

// V8's words where calls nest too deep. There is no room then to write: stderr, made
// on first use, would stay half made. Such failures are told by the count alone.
const STACK_FULL = "Maximum call stack size exceeded";

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
  /** The kinds that were told in full, and whether each came again in this window. */
  readonly kinds: Map<string, boolean>;
  /** A closing line was written in this window: the next one waits for its end. */
  closed: boolean;
  /** Ends the window; null until the stack of the first failure is gone. */
  timer: NodeJS.Timeout | null;
}

const bursts = new Map<object, Burst>();
let ending = false;
const told = new WeakMap<object, Set<string>>();

/**
 * Reports that `source` failed. The first failure of a kind is written in full,
 * those that follow within the window are counted. `summary` is one line, and
 * failures with the same are of a kind; `detail` is the whole text (a function is
 * called only if the text is needed). Never throws; does nothing while
 * `raiseExceptions` is false.
 */
export function reportFailure(
  source: object,
  summary: string,
  detail: string | (() => string),
): void {
  if (!raiseExceptions) return;
  const burst = bursts.get(source);
  const known = burst?.kinds.has(summary) ?? false;
  if (burst === undefined || (!known && burst.kinds.size < BURST_KINDS)) {
    const full = summary.includes(STACK_FULL);
    if (!full) needStack(200);
    const open = burst ?? openBurst(source, summary);
    if (burst !== undefined) burst.kinds.set(summary, true);
    if (full) {
      count(open, summary);
      return;
    }
    const text = typeof detail === "string" ? detail : safeText(detail);
    // What could not be told, with the stack still too full, is told by the count.
    if (!writeStderr(withNewline(text))) count(open, summary);
    return;
  }
  if (known) burst.kinds.set(summary, true);
  count(burst, summary);
  if (ending) writeCount(source, burst);
}

function count(burst: Burst, summary: string): void {
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

/**
 * Reports a thrown value, under CPython's heading, with the place it came from.
 * `particulars` are told along, and don't make it a failure of another kind.
 */
export function reportError(
  source: object,
  error: unknown,
  where: string,
  particulars: string = "",
): void {
  const summary = `${where}: ${isError(error) ? errorText(error) : inspectLine(error)}`;
  reportFailure(
    source,
    summary,
    () =>
      `--- Logging error ---\n${exceptionText(error)}\n` +
      `In ${nameOf(source)}: ${`${where} ${particulars}`.trimEnd()}`,
  );
}

/** For the process's exit: what fails from now on is told at once, since nothing comes after. */
export function endReports(): void {
  closeReports();
  ending = true;
}

/** Writes the counts that are still open; at shutdown, where no timer fires any more. */
export function closeReports(): void {
  for (const [source, burst] of bursts) {
    if (burst.timer !== null) timers.clearTimeout(burst.timer);
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

/**
 * Writes to the process's stderr of this moment; false, never a throw, if that fails. What
 * a terminal would obey is escaped: reports show what the application was given.
 */
export function writeStderr(text: string): boolean {
  try {
    const stream = process.stderr;
    guardStream(stream);
    stream.write(indentLines(text, ""));
    return true;
  } catch {
    // No stderr (closed, replaced by something odd): there is nowhere to say so.
    return false;
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
  const kinds = new Map([[summary, false]]);
  const burst: Burst = { count: 0, since: now(), last: summary, kinds, closed: false, timer: null };
  // Not here: where the stack is nearly full, setTimeout may overflow half-way and
  // leave a timer that nobody knows and that keeps the process alive.
  queueMicrotask(() => {
    if (bursts.get(source) === burst) startWindow(source, burst);
  });
  bursts.set(source, burst);
  return burst;
}

function startWindow(source: object, burst: Burst): void {
  burst.timer = timers.setTimeout(() => endWindow(source), BURST_WINDOW_MS);
  burst.timer.unref();
}

// Overflows now, rather than in the midst of a write.
function needStack(frames: number): number {
  return frames === 0 ? 0 : 1 + needStack(frames - 1);
}

// A quiet window ends the burst; otherwise the count is told and a new one begins,
// in which the kinds that stayed away count as new.
function endWindow(source: object): void {
  const burst = bursts.get(source);
  if (burst === undefined) return;
  for (const [summary, again] of burst.kinds) {
    if (again) burst.kinds.set(summary, false);
    else burst.kinds.delete(summary);
  }
  if (burst.count === 0 && burst.kinds.size === 0) {
    bursts.delete(source);
    return;
  }
  writeCount(source, burst);
  burst.closed = false;
  startWindow(source, burst);
}

function writeCount(source: object, burst: Burst): void {
  if (burst.count === 0) return;
  const failures = burst.count === 1 ? "failure" : "failures";
  writeStderr(
    `... ${burst.count} more ${failures} of ${nameOf(source)} ` +
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
